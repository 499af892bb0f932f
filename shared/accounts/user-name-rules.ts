import { normalEmail } from '../kernel/email.ts'

const LONGEST = 40

/** How many people of one name find a user name. */
const MOST = 9999

/** Whether somebody signs in by an e-mail, and not by a user name. */
export const isEmail = (login: string): boolean => login.includes('@')

/** The part of an e-mail before its `@`, in the letters of a user name. */
const baseOf = (email: string): string => {
  const [local = ''] = normalEmail(email).split('@')
  const plain = local.normalize('NFD').replaceAll(/[^a-z0-9._-]/g, '')
  return plain === '' ? 'compte' : plain.slice(0, LONGEST)
}

/**
 * The user names that somebody may get, the first one that is free: the part of the e-mail before
 * its `@` [guide 33], which two providers may both have given, then with 2, 3…
 */
export function* userNamesFor(email: string): Generator<string, void> {
  const base = baseOf(email)
  yield base
  for (let number = 2; number <= MOST; number += 1) yield `${base}${String(number)}`
}

/** Whether a user name is one that an e-mail gives. */
export const isNameOf = (userName: string, email: string): boolean => {
  const base = baseOf(email)
  return userName.startsWith(base) && /^\d{0,4}$/.test(userName.slice(base.length))
}
