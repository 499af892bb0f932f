import type * as z from 'zod'
import { ACCOUNTS } from '../kernel/account-texts.ts'
import { limitAttempts } from '../attempts/limit-attempts.ts'
import { PortalError } from '../kernel/errors.ts'
import { noteArrival } from '../mail-health/confirm-address.ts'
import { mayMail } from '../mail-health/may-mail.ts'
import { TAGS } from '../mail-health/names.ts'
import { hashOf } from '../platform/hash.ts'
import type { Call } from '../platform/http.ts'
import type { Identity } from '../platform/identity.ts'
import type { Letter, Mailer } from '../platform/mailer.ts'
import type { NewSecret } from '../platform/secret.ts'
import type { Table } from '../platform/table.ts'
import { moveEmail, type AccountDeps } from './move-email.ts'
import type { changeEmailRoute, confirmEmailRoute } from './routes.ts'
import { findAccount, findEmailChange, saveEmailChange } from './store.ts'

/** How long a link serves, in hours. */
export const LINK_HOURS = 24

/** The mails of a change: to the new address with the link, to the old one that it was asked for. */
export interface ChangeLetters {
  readonly confirm: (about: { to: string; secret: string }) => Letter
  readonly warn: (about: { to: string; email: string }) => Letter
}

const SEPARATOR = '.'

/**
 * Asks for another e-mail to sign in by [guide 5]: it counts once the link that is mailed to it has
 * been opened, until then the old one signs in. A later call takes the place of an earlier one. The
 * mails go out before the answer, since nothing but the first of them may hold the secret: a call
 * that is cut off is made again.
 *
 * @throws PortalError `bad-credentials` when the password is wrong; `invalid-request` on
 * `/body/email`; `too-many-attempts`; `not-found`.
 */
export const changeEmail = async (
  deps: {
    readonly table: Table
    readonly identity: Pick<Identity, 'signIn'>
    readonly newSecret: NewSecret
    readonly mailer: Mailer
    readonly letters: ChangeLetters
  },
  { actor, body, now }: Pick<Call<typeof changeEmailRoute>, 'actor' | 'body' | 'now'>,
): Promise<z.input<(typeof changeEmailRoute)['reply']>> => {
  const { table, identity, newSecret, mailer, letters } = deps
  const { email } = body
  const refuse = (detail: string): PortalError =>
    new PortalError('invalid-request', { faults: [{ pointer: '/body/email', detail }] })
  const held = await findAccount(table, actor.account)
  if (held === undefined) throw new PortalError('not-found')
  await limitAttempts(table, { proof: 'password', name: held.account }, now, () =>
    identity.signIn(held.account, body.password),
  )
  if (held.email === email) throw refuse(ACCOUNTS.sameEmail)

  const secret = newSecret()
  await saveEmailChange(table, {
    account: held.account,
    email,
    hash: hashOf(secret),
    expiresAt: Math.floor(now.getTime() / 1000) + LINK_HOURS * 3600,
  })
  // The link to the new address goes out whatever is known of it: it is what puts things right.
  if (await mayMail(table, { to: held.email, isInformational: false })) {
    await mailer(letters.warn({ to: held.email, email }))
  }
  const linked = `${held.account}${SEPARATOR}${secret}`
  const tags = held.familyId === undefined ? {} : { [TAGS.family]: held.familyId }
  if (!(await mailer({ ...letters.confirm({ to: email, secret: linked }), tags }))) {
    throw refuse(ACCOUNTS.undeliverable)
  }
  return { email, hours: LINK_HOURS }
}

/**
 * Makes a change of e-mail whose link was opened: who has the secret reads the new address, so mails
 * arrive there, whatever was said of it before. Made again, it answers the same.
 *
 * @throws PortalError `not-found` for a link that is unknown, replaced or over; `email-in-use` when
 * another account signs in by the address; `concurrent-change`.
 */
export const confirmEmail = async (
  deps: AccountDeps,
  { body, now }: Pick<Call<typeof confirmEmailRoute>, 'body' | 'now'>,
): Promise<z.input<(typeof confirmEmailRoute)['reply']>> => {
  const { table } = deps
  const [accountId = '', secret = ''] = body.secret.split(SEPARATOR)
  const change = await findEmailChange(table, accountId)
  const isOver = change === undefined || change.expiresAt * 1000 <= now.getTime()
  if (isOver || change.hash !== hashOf(secret)) throw new PortalError('not-found')
  const account = await findAccount(table, accountId)
  if (account === undefined) throw new PortalError('not-found')
  if (change.appliedAt !== undefined) return { email: account.email, userName: account.userName }

  const { email } = change
  const made = { ...change, appliedAt: now.toISOString() }
  await noteArrival(table, email, now)
  const moved = await moveEmail(deps, { account, email, by: accountId, change: made }, now)
  return { email: moved.email, userName: moved.userName }
}
