import { normalEmail } from '../kernel/email.ts'
import type { Table } from '../platform/table.ts'
import type { Account } from './model.ts'
import { addAccount, findAccount } from './store.ts'
import { userNamesFor } from './user-name-rules.ts'

/** Somebody who has an account in the user pool. */
export type NewEntry = Pick<
  Account,
  'account' | 'email' | 'roles' | 'familyId' | 'guardianId' | 'name' | 'facilities' | 'changed'
>

/**
 * Keeps what the portal knows of an account, with the first user name of its e-mail that is free
 * [guide 33]. An account that is there stays as it is.
 */
export const registerAccount = async (table: Table, entry: NewEntry): Promise<Account> => {
  const held = await findAccount(table, entry.account)
  if (held !== undefined) return held
  for (const userName of userNamesFor(entry.email)) {
    const account = { ...entry, email: normalEmail(entry.email), userName, version: 1 }
    const kept = await addAccount(table, account)
    if (kept === 'kept') return account
    if (kept === 'account-there') return registerAccount(table, entry)
  }
  throw new Error('No user name is left')
}
