import { PASSWORDS } from '../kernel/account-texts.ts'
import { PortalError, type Fault } from '../kernel/errors.ts'

/**
 * With four kinds of characters, 80 bits: what the CNIL asks of a password that stands alone
 * (délibération 2022-100).
 */
const LEAST_LENGTH = 12

/** As the user pool counts it. */
export const GREATEST_LENGTH = 256

const KINDS = [
  [/[a-z]/, PASSWORDS.lowercase],
  [/[A-Z]/, PASSWORDS.uppercase],
  [/[0-9]/, PASSWORDS.digit],
  // The symbols that the user pool counts, and the space inside.
  [/[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/, PASSWORDS.symbol],
] as const

/** What a password lacks, in sentences; nothing when it is good enough. */
export const passwordFaults = (password: string): string[] => [
  ...(password.length < LEAST_LENGTH ? [PASSWORDS.tooShort(LEAST_LENGTH)] : []),
  ...KINDS.flatMap(([kind, sentence]) => (kind.test(password) ? [] : [sentence])),
  ...(password.trim() === password ? [] : [PASSWORDS.ends]),
]

/**
 * Refuses a password that is not strong enough.
 *
 * @param pointer the JSON pointer of the field, `/body/password`.
 * @throws PortalError `invalid-request` with a sentence for each thing that it lacks.
 */
export const checkPassword = (password: string, pointer: string): void => {
  const faults: Fault[] = passwordFaults(password).map((detail) => ({ pointer, detail }))
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
}
