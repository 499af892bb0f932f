import type * as z from 'zod'
import { findGuardian, setGuardianEmail } from '../families/guardian-account.ts'
import type { Guardian } from '../families/model.ts'
import { PortalError } from '../kernel/errors.ts'
import type { Call } from '../platform/http.ts'
import { moveEmail, type AccountDeps } from './move-email.ts'
import { registerAccount } from './register-account.ts'
import type { inviteGuardianRoute } from './routes.ts'
import { dropEmailChange, findAccountOf } from './store.ts'
import { normalEmail } from './user-name-rules.ts'

type Reply = z.input<(typeof inviteGuardianRoute)['reply']>

/**
 * Gives a guardian an account and has the user pool mail the first password, again to who has not
 * chosen their own yet [guide 1]. An account under an earlier e-mail moves to the one in the file.
 *
 * @param by the member of staff.
 * @throws PortalError `email-in-use` when it is the account of somebody else.
 */
export const invite = async (
  deps: AccountDeps,
  { familyId, guardianId, email: written }: Guardian,
  { by, now }: { by: string; now: Date },
): Promise<Reply> => {
  const { table, accounts } = deps
  const email = normalEmail(written)
  const earlier = await findAccountOf(table, { familyId, guardianId })
  if (earlier !== undefined && earlier.email !== email) {
    // First: a link that is out must not take the account away again.
    await dropEmailChange(table, earlier.account)
    await moveEmail(deps, { account: earlier, email, by }, now)
  }
  const given = await accounts.create({ email, roles: ['guardian'], familyId, guardianId })
  if (given.familyId !== familyId || given.guardianId !== guardianId) {
    throw new PortalError('email-in-use')
  }
  if (given.isKnown && given.isInvited) await accounts.inviteAgain(email)
  const { userName } = await registerAccount(table, {
    account: given.account,
    email,
    roles: ['guardian'],
    familyId,
    guardianId,
  })
  return { email, userName, state: given.isInvited ? 'invited' : 'active' }
}

/**
 * Invites a guardian of a family by mail, or again; under another e-mail where staff say so, which is
 * written into the file once it is known to be free.
 *
 * @throws PortalError `not-found`; `email-in-use`; `concurrent-change`.
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
  const { email = guardian.email } = body
  const by = actor.account
  const reply = await invite(deps, { ...guardian, email }, { by, now })
  if (body.email !== undefined) await setGuardianEmail(deps.table, parameters, { email, by, now })
  return reply
}
