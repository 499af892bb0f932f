import type * as z from 'zod'
import { findGuardian } from '../families/guardian-account.ts'
import { admitGuardian, householdOf } from '../families/read-file.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { MAIL_HEALTH } from '../kernel/mail-health-texts.ts'
import type { Write } from '../platform/expressions.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { mailConfirmationWrite } from '../trail/note-mail.ts'
import { holdersIn } from './holders-in.ts'
import type { MailAddress, Standing } from './model.ts'
import { NO_USE, noteNews } from './note-news.ts'
import type {
  confirmAddressRoute,
  confirmListedAddressRoute,
  confirmOwnAddressRoute,
} from './routes.ts'
import { afterNews, standingOf } from './rules.ts'
import { addressWrite, findAddress, findAddressById } from './store.ts'

type Reply = z.input<(typeof confirmAddressRoute)['reply']>

/** How often the word of a person is taken, in milliseconds: each time a mail may bounce again. */
const PAUSE = 86_400_000

/** What a member of staff says, and when. */
interface StaffWord {
  readonly by: string
  readonly now: Date
}

/**
 * Notes that an address works, as somebody has shown by opening a link that was mailed to it. An address
 * of which nothing is known needs no note. One read, and a write where there is something to put right.
 */
export const noteArrival = async (table: Table, email: string, now: Date): Promise<void> => {
  if ((await findAddress(table, email)) === undefined) return
  await noteNews(table, email, { kind: 'confirmation', at: now.toISOString() }, NO_USE)
}

/** @throws PortalError `too-many-attempts` within a day of the last time. */
const refuseTooSoon = ({ confirmedAt }: MailAddress, now: Date): void => {
  if (confirmedAt === undefined) return
  const open = new Date(confirmedAt).getTime() + PAUSE
  if (now.getTime() >= open) return
  const retryAfterSeconds = Math.ceil((open - now.getTime()) / 1000)
  throw new PortalError('too-many-attempts', { detail: MAIL_HEALTH.tooSoon, retryAfterSeconds })
}

/** What the trails of the families say of it. */
const notesOf = async (
  table: Table,
  { email, families }: MailAddress,
  { problem }: Standing,
  word: StaffWord,
): Promise<Write[]> => {
  const found = await Promise.all(families.map((familyId) => holdersIn(table, familyId, email)))
  const guardians = found.flatMap(({ holders }) => holders)
  return guardians.map(({ familyId, guardianId, title, firstName, lastName }) => {
    const about = `${title} ${firstName} ${lastName}`
    return mailConfirmationWrite({ familyId, guardianId, about, problem, ...word })
  })
}

/**
 * Takes the mark off an address on the word of staff, and tells the trail of each family that has it: in
 * one transaction, so that neither happens without the other.
 */
const takeWord = async (table: Table, held: MailAddress, word: StaffWord): Promise<Reply> => {
  const confirmedAt = word.now.toISOString()
  const standing = standingOf(held)
  const notes = standing === undefined ? [] : await notesOf(table, held, standing, word)
  const after = afterNews(held, { kind: 'confirmation', at: confirmedAt }, NO_USE)
  const outcome = await table.transact([addressWrite(after), ...notes])
  if (!outcome.done) throw new StaleReadError('address')
  return { confirmedAt }
}

/**
 * Takes the word of a guardian that mails arrive again at their address: what was sent before counts no
 * more, and the next mail is tried. If it bounces too, the address is marked again.
 *
 * @throws PortalError `not-found`; `too-many-attempts` within a day of the last time.
 */
export const confirmOwnAddress = async (
  table: Table,
  { actor, now }: Pick<Call<typeof confirmOwnAddressRoute>, 'actor' | 'now'>,
): Promise<Reply> => {
  const household = householdOf(actor)
  await admitGuardian(table, household)
  const guardian = await findGuardian(table, household)
  if (guardian === undefined) throw new PortalError('not-found')
  const held = await findAddress(table, guardian.email)
  const confirmedAt = now.toISOString()
  if (held === undefined) return { confirmedAt }
  refuseTooSoon(held, now)
  await noteNews(table, guardian.email, { kind: 'confirmation', at: confirmedAt }, NO_USE)
  return { confirmedAt }
}

/**
 * The same by a member of staff, who has it from the guardian: the trail of each family that has the
 * address tells it.
 *
 * @throws PortalError `not-found`; `too-many-attempts` within a day of the last time; `concurrent-change`.
 */
export const confirmAddress = (
  table: Table,
  {
    actor,
    parameters,
    now,
  }: Pick<Call<typeof confirmAddressRoute>, 'actor' | 'parameters' | 'now'>,
): Promise<Reply> =>
  again(async () => {
    const guardian = await findGuardian(table, parameters)
    if (guardian === undefined) throw new PortalError('not-found')
    const held = await findAddress(table, guardian.email)
    if (held === undefined) return { confirmedAt: now.toISOString() }
    refuseTooSoon(held, now)
    return takeWord(table, held, { by: actor.account, now })
  })

/**
 * The same of an address of the list, whosever it is: also of a service of the town, or of nobody known.
 * Where nothing stands against it any more nothing is written, so the same call again has one effect.
 *
 * @throws PortalError `not-found` for an address of which nothing was ever said; `too-many-attempts`
 * when it was marked again within a day of the last time; `concurrent-change`.
 */
export const confirmListedAddress = (
  table: Table,
  {
    actor,
    parameters: { addressId },
    now,
  }: Pick<Call<typeof confirmListedAddressRoute>, 'actor' | 'parameters' | 'now'>,
): Promise<Reply> =>
  again(async () => {
    const held = await findAddressById(table, addressId)
    if (held === undefined) throw new PortalError('not-found')
    const { confirmedAt } = held
    if (confirmedAt !== undefined && standingOf(held) === undefined) return { confirmedAt }
    refuseTooSoon(held, now)
    return takeWord(table, held, { by: actor.account, now })
  })
