import * as z from 'zod'
import { ERROR_CODES, type ErrorCode, type PortalError } from '../kernel/errors.ts'
import { PROBLEM_TITLES } from '../kernel/texts.ts'

/** The HTTP status of each refusal; a code without one does not compile. */
export const PROBLEM_STATUS = {
  'invalid-request': 400,
  'bad-credentials': 401,
  'session-over': 401,
  'password-change-required': 403,
  forbidden: 403,
  'not-found': 404,
  'unknown-enrolment': 404,
  'already-decided': 409,
  'already-enrolled': 409,
  'days-booked': 409,
  'email-in-use': 409,
  'own-account': 409,
  'offer-over': 409,
  'capacity-below-bookings': 409,
  'group-full': 409,
  'price-list-in-force': 409,
  'regie-in-use': 409,
  'other-run-open': 409,
  'request-withdrawn': 409,
  'run-not-ready': 409,
  'concurrent-change': 409,
  'health-record-off': 409,
  'consent-missing': 409,
  'file-missing': 409,
  'too-many-files': 409,
  'changed-meanwhile': 412,
  'file-inactive': 409,
  'merge-refused': 409,
  'erasure-refused': 409,
  'file-full': 422,
  'quotient-unknown': 422,
  'request-too-large': 413,
  'unsupported-media-type': 415,
  'bad-code': 422,
  'file-refused': 422,
  'date-not-requested': 422,
  'certificate-late': 422,
  'means-not-allowed': 422,
  'payment-locked': 409,
  'payment-open': 409,
  'payment-too-large': 422,
  'voucher-used': 409,
  'online-refused': 502,
  'month-closed': 409,
  'mandate-missing': 409,
  'mandate-exists': 409,
  'debts-overdue': 403,
  'plan-open': 409,
  'plan-over': 409,
  'nothing-to-transfer': 409,
  'transfer-open': 409,
  'regie-not-set': 409,
  'exclusive-units': 422,
  'idempotency-key-reused': 422,
  'nothing-to-change': 422,
  'not-eligible': 422,
  'not-linkable': 422,
  'period-out-of-range': 422,
  'unknown-unit': 422,
  'unknown-invoice': 422,
  'weak-password': 422,
  'too-many-attempts': 429,
  internal: 500,
  unavailable: 503,
} as const satisfies Record<ErrorCode, number>

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** An error body of RFC 9457, with the code of the refusal and the faulty fields. */
export const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(ERROR_CODES),
  detail: z.string().optional(),
  /** The faulty fields: a JSON pointer into `body`, `query`, `path` or `headers`, and a sentence. */
  errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
  /** Quote it when asking for help: the logs know the call by it. */
  correlationId: z.string(),
})
export type Problem = z.infer<typeof problemSchema>

/** The body that tells a refusal to a client. */
export const problemOf = (error: PortalError, correlationId: string): Problem => ({
  type: `urn:ribambelle:problem:${error.code}`,
  title: PROBLEM_TITLES[error.code],
  status: PROBLEM_STATUS[error.code],
  code: error.code,
  ...(error.detail === undefined ? {} : { detail: error.detail }),
  ...(error.faults.length === 0 ? {} : { errors: [...error.faults] }),
  correlationId,
})
