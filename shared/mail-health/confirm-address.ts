import type * as z from 'zod'
import { findGuardian, type GuardianAddress } from '../families/guardian-account.ts'
import { admitGuardian, householdOf } from '../families/read-file.ts'
import { PortalError } from '../kernel/errors.ts'
import { MAIL_HEALTH } from '../kernel/mail-health-texts.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { NO_USE, noteNews } from './note-news.ts'
import type { confirmAddressRoute, confirmOwnAddressRoute } from './routes.ts'
import { findAddress } from './store.ts'

type Reply = z.input<(typeof confirmAddressRoute)['reply']>

/** How often the word of a person is taken, in milliseconds: each time a mail may bounce again. */
const PAUSE = 86_400_000

/**
 * Notes that an address works, as somebody has shown by opening a link that was mailed to it. An address
 * of which nothing is known needs no note. One read, and a write where there is something to put right.
 */
export const noteArrival = async (table: Table, email: string, now: Date): Promise<void> => {
  if ((await findAddress(table, email)) === undefined) return
  await noteNews(table, email, { kind: 'confirmation', at: now.toISOString() }, NO_USE)
}

const confirm = async (table: Table, address: GuardianAddress, now: Date): Promise<Reply> => {
  const guardian = await findGuardian(table, address)
  if (guardian === undefined) throw new PortalError('not-found')
  const held = await findAddress(table, guardian.email)
  const last = held?.confirmedAt === undefined ? undefined : new Date(held.confirmedAt).getTime()
  if (last !== undefined && now.getTime() - last < PAUSE) {
    const retryAfterSeconds = Math.ceil((last + PAUSE - now.getTime()) / 1000)
    throw new PortalError('too-many-attempts', { detail: MAIL_HEALTH.tooSoon, retryAfterSeconds })
  }
  await noteArrival(table, guardian.email, now)
  return { confirmedAt: now.toISOString() }
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
  return confirm(table, household, now)
}

/**
 * The same by a member of staff, who has it from the guardian.
 *
 * @throws PortalError `not-found`; `too-many-attempts` within a day of the last time.
 */
export const confirmAddress = (
  table: Table,
  { parameters, now }: Pick<Call<typeof confirmAddressRoute>, 'parameters' | 'now'>,
): Promise<Reply> => confirm(table, parameters, now)
