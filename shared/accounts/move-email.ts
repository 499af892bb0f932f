import { setGuardianEmail } from '../families/guardian-account.ts'
import type { Accounts } from '../platform/accounts.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { Account, AccountMail, EmailChange } from './model.ts'
import { findAccount, moveAccount } from './store.ts'
import { isNameOf, userNamesFor } from './user-name-rules.ts'

/** What opening and changing accounts needs. */
export interface AccountDeps {
  readonly table: Table
  readonly accounts: Accounts
}

/** Which account gets which e-mail, and why. */
interface Move {
  readonly account: Account
  readonly email: string
  readonly by: string
  readonly reason?: string | undefined
  /** What asked for it, marked as made in the same transaction as the account. */
  readonly change?: EmailChange
  /** Whether its owner has not asked: every session ends, and the address that goes is told. */
  readonly isForced?: boolean
}

/**
 * Gives an account another e-mail everywhere: in the user pool, in the family's file, in the
 * account itself, which gets the user name of that e-mail [guide 33]. Each step may be done again,
 * and the account comes last: whoever is cut off does all of it once more.
 *
 * @throws PortalError `email-in-use`; `concurrent-change`.
 */
export const moveEmail = async (
  { table, accounts }: AccountDeps,
  { account, email, by, reason, change, isForced = false }: Move,
  now: Date,
): Promise<Account> => {
  await accounts.setEmail(account.account, email)
  if (isForced) await accounts.signOut(account.account)
  const { familyId, guardianId } = account
  return again(async () => {
    if (familyId !== undefined && guardianId !== undefined) {
      await setGuardianEmail(table, { familyId, guardianId }, { email, by, reason, now })
    }
    const held = (await findAccount(table, account.account)) ?? account
    const mail = isForced ? { letter: warningTo(held), now } : undefined
    const names = isNameOf(held.userName, email) ? [held.userName] : userNamesFor(email)
    for (const userName of names) {
      if (await moveAccount(table, held, { email, userName }, { change, mail })) {
        return { ...held, email, userName }
      }
    }
    throw new Error('No user name is left')
  })
}

/** The mail to the address that an account has until it moves. */
const warningTo = ({ account, version = 1, email }: Account): Omit<AccountMail, 'expiresAt'> => ({
  mailId: `${account}-${String(version)}-email-moved`,
  to: email,
  content: { kind: 'email-moved' },
})
