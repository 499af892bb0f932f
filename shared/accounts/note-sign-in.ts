import type { Table } from '../platform/table.ts'
import { registerAccount, type NewEntry } from './register-account.ts'
import { noteTimes } from './store.ts'

/**
 * Notes that somebody has signed in. An account that the portal does not know yet, of before it kept
 * any, is kept from now on. One read and one write.
 *
 * @returns when they had signed in before [guide 35], as an instant; nothing at the first time.
 */
export const noteSignIn = async (
  table: Table,
  entry: NewEntry,
  now: Date,
): Promise<string | undefined> => {
  const { account, lastSignIn } = await registerAccount(table, entry)
  await noteTimes(table, account, { lastSignIn: now.toISOString(), previousSignIn: lastSignIn })
  return lastSignIn
}
