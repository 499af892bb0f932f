/** Every way in which the portal refuses, as clients see it in `code`. */
export const ERROR_CODES = [
  'invalid-request',
  'unsupported-media-type',
  'request-too-large',
  'bad-credentials',
  'too-many-attempts',
  'password-change-required',
  'session-over',
  'bad-code',
  'weak-password',
  'email-in-use',
  'own-account',
  'forbidden',
  'not-found',
  'idempotency-key-reused',
  'concurrent-change',
  'changed-meanwhile',
  'file-inactive',
  'file-full',
  'merge-refused',
  'erasure-refused',
  'health-record-off',
  'consent-missing',
  'quotient-unknown',
  'file-missing',
  'file-refused',
  'too-many-files',
  'unknown-enrolment',
  'not-eligible',
  'already-enrolled',
  'days-booked',
  'not-linkable',
  'unknown-unit',
  'unknown-invoice',
  'exclusive-units',
  'period-out-of-range',
  'nothing-to-change',
  'already-decided',
  'offer-over',
  'capacity-below-bookings',
  'price-list-in-force',
  'regie-in-use',
  'group-full',
  'other-run-open',
  'run-not-ready',
  'certificate-late',
  'means-not-allowed',
  'payment-locked',
  'payment-open',
  'payment-too-large',
  'voucher-used',
  'online-refused',
  'month-closed',
  'mandate-missing',
  'mandate-exists',
  'debts-overdue',
  'plan-open',
  'plan-over',
  'nothing-to-transfer',
  'transfer-open',
  'regie-not-set',
  'request-withdrawn',
  'date-not-requested',
  'unavailable',
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** One faulty place of a request: a JSON pointer (RFC 6901) and a French sentence. */
export interface Fault {
  readonly pointer: string
  readonly detail: string
}

/**
 * A refusal with a code that the HTTP edge turns into problem+json. `detail` and `faults` are shown
 * to people, in French; `retryAfterSeconds` asks the client to come back.
 */
export class PortalError extends Error {
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly faults: readonly Fault[]
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode,
    about: { detail?: string; faults?: readonly Fault[]; retryAfterSeconds?: number } = {},
    options?: ErrorOptions,
  ) {
    super(about.detail ?? code, options)
    this.name = 'PortalError'
    this.code = code
    this.detail = about.detail
    this.faults = about.faults ?? []
    this.retryAfterSeconds = about.retryAfterSeconds
  }
}

/** The engine was busy with another write of the same items, or throttled: try again. */
export class TableBusyError extends Error {
  override readonly name = 'TableBusyError'
}

/** Somebody else changed what was read; what was decided from it must be decided again. */
export class StaleReadError extends Error {
  override readonly name = 'StaleReadError'
}
