import { setGuardianEmail } from '../families/guardian-account.ts'
import type { Accounts } from '../platform/accounts.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { Account, EmailChange } from './model.ts'
import { findAccount, moveAccount } from './store.ts'
import { isNameOf, userNamesFor } from './user-name-rules.ts'

/** What opening and changing accounts needs. */
export interface AccountDeps {
  readonly table: Table
  readonly accounts: Accounts
}

/**
 * Gives an account another e-mail everywhere: in the user pool, in the family's file, in the
 * account itself, which gets the user name of that e-mail [guide 33]. Each step may be done again,
 * and the account comes last: whoever is cut off does all of it once more.
 *
 * @param change what asked for it, marked as made in the same transaction as the account.
 * @throws PortalError `email-in-use`; `concurrent-change`.
 */
export const moveEmail = async (
  { table, accounts }: AccountDeps,
  { account, email, by }: { account: Account; email: string; by: string },
  now: Date,
  change?: EmailChange,
): Promise<Account> => {
  await accounts.setEmail(account.account, email)
  const { familyId, guardianId } = account
  return again(async () => {
    if (familyId !== undefined && guardianId !== undefined) {
      await setGuardianEmail(table, { familyId, guardianId }, { email, by, now })
    }
    const held = (await findAccount(table, account.account)) ?? account
    const names = isNameOf(held.userName, email) ? [held.userName] : userNamesFor(email)
    for (const userName of names) {
      if (await moveAccount(table, held, { email, userName }, change)) {
        return { ...held, email, userName }
      }
    }
    throw new Error('No user name is left')
  })
}
