import { normalEmail } from '../kernel/email.ts'
import type { Accounts } from '../platform/accounts.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { requestIdOf } from './request-account.ts'
import { deleteAccount, deleteRequest, listAccountsOf } from './store.ts'

/** What erasing accounts works with. */
export interface AccountErasing {
  readonly table: Table
  readonly accounts: Pick<Accounts, 'remove'>
}

/**
 * Signs the guardians of a family out and deletes their accounts, in the user pool first: who is cut off
 * finds the account again and goes on.
 *
 * @param emails those of the guardians, by which they may have asked for their accounts.
 */
export const eraseAccounts = async (
  { table, accounts }: AccountErasing,
  familyId: FamilyId,
  emails: readonly string[],
): Promise<void> => {
  for (const held of await listAccountsOf(table, familyId)) {
    await accounts.remove(held.account)
    await deleteAccount(table, held)
  }
  for (const email of emails) {
    await deleteRequest(table, requestIdOf(normalEmail(email)))
  }
}
