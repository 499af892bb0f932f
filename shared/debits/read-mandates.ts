import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { admitGuardian, householdOf, readFile } from '../families/read-file.ts'
import { DEBITS, MANDATE_CONSENT } from '../kernel/debit-texts.ts'
import { addDays, type IsoDate } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { runsBetween } from './day-rules.ts'
import type { Debit, Mandate } from './model.ts'
import type { listMandatesRoute, readDebitsRoute, readFamilyMandatesRoute } from './routes.ts'
import { findDebit } from './run-store.ts'
import { debitingRegie, debitingRegies, type Debiting } from './settings.ts'
import { listMandates, loadMandates } from './store.ts'
import { viewMandate } from './view.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}

/** What a régie has announced to a family and is still to collect. One read of each run of the coming weeks. */
const announcedTo = async (
  table: Table,
  { regie, settings }: Debiting,
  { familyId, today }: { familyId: FamilyId; today: IsoDate },
): Promise<Debit[]> => {
  const runs = runsBetween(settings, today, addDays(today, settings.noticeDays + 10))
  const debits = await Promise.all(
    runs.map(({ collectOn }) => findDebit(table, { regieId: regie.id, collectOn, familyId })),
  )
  return debits.filter((debit) => debit !== undefined)
}

/**
 * How the régies debit accounts, with the wording that a guardian signs; the mandates of the family, the
 * latest of each régie last; and what is announced. One read, one Query, and one read of each coming run
 * for families that have a mandate.
 *
 * @throws PortalError `not-found` for a guardian who has left the family.
 */
export const readDebits = async (
  { table, town }: Deps,
  { actor, now }: Pick<Call<typeof readDebitsRoute>, 'actor' | 'now'>,
): Promise<z.input<(typeof readDebitsRoute)['reply']>> => {
  const household = householdOf(actor)
  const today = parisDate(now)
  const [familyId, mandates] = await Promise.all([
    admitGuardian(table, household),
    loadMandates(table, household.familyId),
  ])
  const regies = debitingRegies(town)
  const announced =
    mandates.length === 0
      ? []
      : await Promise.all(regies.map((each) => announcedTo(table, each, { familyId, today })))
  return {
    regies: regies.map(({ regie, settings: { creditor, days, noticeDays } }) => ({
      regieId: regie.id,
      name: regie.name,
      creditor: { name: creditor.name, ics: creditor.ics },
      days,
      noticeDays,
      consent: { text: MANDATE_CONSENT.text(creditor), textVersion: MANDATE_CONSENT.version },
    })),
    mandates: mandates.map((mandate) =>
      viewMandate(mandate, { today, guardianId: household.guardianId }),
    ),
    announced: announced
      .flat()
      .map(({ regieId, collectOn, announced: amount, sent, rum, state }) => ({
        ...{ regieId, collectOn, rum, state },
        amount: sent?.amount ?? amount,
        stateLabel: DEBITS.debitStates[state],
      })),
  }
}

const placeOf = ({ day, familyId }: Mandate): string => `${String(day)}_${familyId}`

/**
 * The active mandates of a régie by pages, by their day of the month and the number of the family.
 *
 * @throws PortalError `means-not-allowed` for a régie that does not debit.
 */
export const listRegieMandates = async (
  { table, town }: Deps,
  { query: { regieId, limit, after }, now }: Pick<Call<typeof listMandatesRoute>, 'query' | 'now'>,
): Promise<z.input<(typeof listMandatesRoute)['reply']>> => {
  debitingRegie(town, regieId)
  const mandates = await listMandates(table, regieId)
  const [day = '', ...family] = (after ?? '').split('_')
  const isBehind = (mandate: Mandate): boolean =>
    after === undefined ||
    mandate.day > Number(day) ||
    (mandate.day === Number(day) && mandate.familyId > family.join('_'))
  const open = mandates.filter(isBehind)
  const page = open.slice(0, limit)
  const last = page.at(-1)
  const today = parisDate(now)
  return {
    count: mandates.length,
    mandates: page.map((mandate) => viewMandate(mandate, { today })),
    ...(open.length > limit && last !== undefined ? { next: placeOf(last) } : {}),
  }
}

/**
 * All mandates that a family has given, as staff read them.
 *
 * @throws PortalError `not-found` when there is no such family.
 */
export const readFamilyMandates = async (
  table: Table,
  {
    parameters: { familyId },
    now,
  }: Pick<Call<typeof readFamilyMandatesRoute>, 'parameters' | 'now'>,
): Promise<z.input<(typeof readFamilyMandatesRoute)['reply']>> => {
  const mandates = await loadMandates(table, familyId)
  if (mandates.length === 0) await readFile(table, familyId, ['FILE', 'FAMILY'])
  const today = parisDate(now)
  return { mandates: mandates.map((mandate) => viewMandate(mandate, { today })) }
}
