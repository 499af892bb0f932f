import type * as z from 'zod'
import {
  findGuardian,
  isSetAside,
  requireFamily,
  setGuardianEmail,
  type GuardianAddress,
} from '../families/guardian-account.ts'
import type { Guardian } from '../families/model.ts'
import { ACCOUNTS } from '../kernel/account-texts.ts'
import { normalEmail } from '../kernel/email.ts'
import { PortalError } from '../kernel/errors.ts'
import type { PoolAccount } from '../platform/accounts.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import { familyIdSchema } from '../platform/schemas.ts'
import type { Account } from './model.ts'
import { moveEmail, type AccountDeps } from './move-email.ts'
import { registerAccount } from './register-account.ts'
import type { inviteGuardianRoute } from './routes.ts'
import { dropEmailChange, findAccount, findAccountOf, saveAccount } from './store.ts'

type Reply = z.input<(typeof inviteGuardianRoute)['reply']>

/** Who invites, why and when. */
interface Inviting {
  /** The member of staff. */
  readonly by: string
  readonly reason?: string | undefined
  readonly now: Date
  /** Whether the account of a file that was set aside may become this guardian's. */
  readonly mayMove?: boolean
}

/**
 * Moves an account to the e-mail of its guardian. Who has chosen a password has used the one before:
 * staff say why, the address that goes is told, and every session ends.
 */
const followEmail = async (
  deps: AccountDeps,
  { account, email }: { readonly account: Account; readonly email: string },
  { by, reason, now }: Inviting,
): Promise<void> => {
  const isForced = await deps.accounts.isSettled(account.account)
  if (isForced && reason === undefined) {
    const faults = [{ pointer: '/body/reason', detail: ACCOUNTS.reasonNeeded }]
    throw new PortalError('invalid-request', { faults })
  }
  // First: a link that is out must not take the account away again.
  await dropEmailChange(deps.table, account.account)
  await moveEmail(deps, { account, email, by, reason, isForced }, now)
}

/**
 * Has the user pool name another guardian in the tokens of an account whose own file was set aside:
 * it was merged into this one, or the family has come back under another number.
 *
 * @throws PortalError `email-in-use` for an account of staff, or of a file that is in use;
 * `file-inactive` where this one is not.
 */
const takeOver = async (
  { table, accounts }: AccountDeps,
  { account, familyId }: PoolAccount,
  guardian: GuardianAddress,
): Promise<void> => {
  const from = familyIdSchema.safeParse(familyId).data
  if (from === undefined || !(await isSetAside(table, from))) throw new PortalError('email-in-use')
  await requireFamily(table, guardian.familyId)
  // A link that is out would write its address into the other file.
  await dropEmailChange(table, account)
  await accounts.setGuardian(account, guardian)
}

/**
 * Has the portal know an account as the user pool does. It comes after the pool and after the end of
 * its sessions, whose tokens name the other file: whoever is cut off does all of it once more.
 */
const followPool = (
  { table, accounts }: AccountDeps,
  held: Account,
  { familyId, guardianId }: GuardianAddress,
  { by, reason, now }: Inviting,
): Promise<Account> =>
  again(async () => {
    const present = (await findAccount(table, held.account)) ?? held
    if (present.familyId === familyId && present.guardianId === guardianId) return present
    await accounts.signOut(held.account)
    const changed = { at: now.toISOString(), by, ...(reason === undefined ? {} : { reason }) }
    return saveAccount(table, present, { ...present, familyId, guardianId, changed })
  })

/**
 * Gives a guardian an account and has the user pool mail the first password, again to who has not
 * chosen their own yet [guide 1]. An account under an earlier e-mail moves to the one in the file.
 *
 * @throws PortalError `email-in-use` when it is the account of somebody else; `invalid-request` on
 * `/body/reason` when an account that is in use moves without one.
 */
export const invite = async (
  deps: AccountDeps,
  { familyId, guardianId, email: written }: Guardian,
  inviting: Inviting,
): Promise<Reply> => {
  const { table, accounts } = deps
  const guardian = { familyId, guardianId }
  const email = normalEmail(written)
  const earlier = await findAccountOf(table, guardian)
  if (earlier !== undefined && earlier.email !== email) {
    await followEmail(deps, { account: earlier, email }, inviting)
  }
  const given = await accounts.create({ email, roles: ['guardian'], ...guardian })
  if (given.familyId !== familyId || given.guardianId !== guardianId) {
    if (inviting.mayMove !== true) throw new PortalError('email-in-use')
    await takeOver(deps, given, guardian)
  }
  if (given.isKnown && given.isInvited) await accounts.inviteAgain(email)
  const { account } = given
  const held = await registerAccount(table, { account, email, roles: ['guardian'], ...guardian })
  const isTold = held.familyId === familyId && held.guardianId === guardianId
  const { userName } = isTold ? held : await followPool(deps, held, guardian, inviting)
  return { email, userName, state: given.isInvited ? 'invited' : 'active' }
}

/**
 * Invites a guardian of a family by mail, or again; under another e-mail where staff say so, which is
 * written into the file once it is known to be free. The account of a file that was set aside moves
 * to this one, under its e-mail.
 *
 * @throws PortalError `not-found`; `email-in-use`, also by the account of another file that is in use;
 * `file-inactive` where an account would move to a file that is not; `invalid-request` on
 * `/body/reason` where another e-mail takes the place of one that is in use; `concurrent-change`.
 */
export const inviteGuardian = async (
  deps: AccountDeps,
  {
    parameters,
    body,
    actor,
    now,
  }: Pick<Call<typeof inviteGuardianRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<Reply> => {
  const guardian = await findGuardian(deps.table, parameters)
  if (guardian === undefined) throw new PortalError('not-found')
  const { email = guardian.email, reason } = body
  const by = actor.account
  const reply = await invite(deps, { ...guardian, email }, { by, reason, now, mayMove: true })
  if (body.email !== undefined) {
    await setGuardianEmail(deps.table, parameters, { email, by, reason, now })
  }
  return reply
}
