import type * as z from 'zod'
import { endEmailChange } from '../accounts/end-email-change.ts'
import { findLogin } from '../accounts/find-login.ts'
import { namesOf } from '../accounts/names-of.ts'
import { checkPassword } from '../accounts/password-rules.ts'
import { limitAttempts, trustNames } from '../attempts/limit-attempts.ts'
import { PASSWORDS } from '../kernel/account-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import type { Call } from '../platform/http.ts'
import type { Identity } from '../platform/identity.ts'
import type { Table } from '../platform/table.ts'
import type {
  changePasswordRoute,
  closeSessionsRoute,
  forgetPasswordRoute,
  renewSessionRoute,
  resetPasswordRoute,
} from './routes.ts'

interface Deps {
  readonly table: Table
  readonly identity: Identity
}

/**
 * Has a code mailed to who has forgotten their password [guide 2]; what is answered, and done here,
 * is the same for somebody who is not known.
 */
export const forgetPassword = async (
  { table, identity }: Deps,
  { body }: Pick<Call<typeof forgetPasswordRoute>, 'body'>,
): Promise<z.input<(typeof forgetPasswordRoute)['reply']>> => {
  await identity.forget(await findLogin(table, body.login))
  return { requested: true }
}

/**
 * Gives somebody another password by the code of the mail [guide 2]. Whoever has kept trying under their
 * names holds them back no more: this is the way in for who is locked out by others.
 *
 * @throws PortalError `invalid-request` on `/body/password` or `weak-password`; `bad-code`, the same
 * for somebody who is not known; `too-many-attempts`.
 */
export const resetPassword = async (
  { table, identity }: Deps,
  { body, now }: Pick<Call<typeof resetPasswordRoute>, 'body' | 'now'>,
): Promise<z.input<(typeof resetPasswordRoute)['reply']>> => {
  checkPassword(body.password, '/body/password')
  const username = await findLogin(table, body.login)
  await limitAttempts(table, { proof: 'mailed-code', name: username }, now, () =>
    identity.reset(username, body.code, body.password),
  )
  // Whoever else knew the old password is signed out with it.
  await identity.signOut(username)
  const account = await identity.accountOf(username)
  if (account !== undefined) {
    await endEmailChange(table, account)
    await trustNames(table, await namesOf(table, account), now)
  }
  return { changed: true }
}

/**
 * Changes the password of who asks [guide 5], who says the present one first. All sessions end, so
 * that nobody stays in by the old password; they end first, so that a call that is cut off leaves
 * none of them with the new one.
 *
 * @throws PortalError `bad-credentials` when the present password is wrong; `invalid-request` on
 * `/body/newPassword` or `weak-password`; `too-many-attempts`.
 */
export const changePassword = async (
  { table, identity }: Deps,
  { actor, body, now }: Pick<Call<typeof changePasswordRoute>, 'actor' | 'body' | 'now'>,
): Promise<z.input<(typeof changePasswordRoute)['reply']>> => {
  const pointer = '/body/newPassword'
  checkPassword(body.newPassword, pointer)
  if (body.newPassword === body.password) {
    throw new PortalError('invalid-request', { faults: [{ pointer, detail: PASSWORDS.same }] })
  }
  await limitAttempts(table, { proof: 'password', name: actor.account }, now, () =>
    identity.signIn(actor.account, body.password),
  )
  await endEmailChange(table, actor.account)
  await identity.signOut(actor.account)
  await identity.setPassword(actor.account, body.newPassword)
  return { changed: true }
}

/**
 * Another id token for a session.
 *
 * @throws PortalError `session-over`, `too-many-attempts`.
 */
export const renewSession = async (
  { identity }: Pick<Deps, 'identity'>,
  { body }: Pick<Call<typeof renewSessionRoute>, 'body'>,
): Promise<z.input<(typeof renewSessionRoute)['reply']>> => ({
  tokenType: 'Bearer',
  ...(await identity.renew(body.refreshToken)),
})

/**
 * Signs who asks out everywhere [guide 4]: no refresh token of theirs is good any more. Id tokens
 * are checked by their signature alone and end within the hour.
 */
export const closeSessions = async (
  { table, identity }: Deps,
  { actor }: Pick<Call<typeof closeSessionsRoute>, 'actor'>,
): Promise<z.input<(typeof closeSessionsRoute)['reply']>> => {
  await endEmailChange(table, actor.account)
  await identity.signOut(actor.account)
  return { signedOut: true }
}
