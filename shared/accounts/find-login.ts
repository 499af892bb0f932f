import { normalEmail } from '../kernel/email.ts'
import type { Table } from '../platform/table.ts'
import { findByUserName } from './store.ts'
import { isEmail } from './user-name-rules.ts'

/**
 * The name by which the user pool knows who signs in [guide 33]: an e-mail as it is, for a user name
 * the account, by one read. An unknown one stays what it is: the pool refuses it as it refuses a
 * wrong password, and after as much work.
 */
export const findLogin = async (table: Table, login: string): Promise<string> => {
  const name = normalEmail(login)
  // What cannot be part of a key is nobody's user name.
  if (isEmail(name) || !/^[a-z0-9._-]+$/.test(name)) return name
  return (await findByUserName(table, name)) ?? name
}
