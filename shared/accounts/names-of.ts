import type { Table } from '../platform/table.ts'
import { findAccount } from './store.ts'

/** The names by which the user pool knows who has an account: the account and its e-mail. One read. */
export const namesOf = async (table: Table, account: string): Promise<readonly string[]> => {
  const held = await findAccount(table, account)
  return held === undefined ? [account] : [account, held.email]
}
