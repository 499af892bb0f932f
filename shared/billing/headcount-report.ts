import type * as z from 'zod'
import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { regieIdOf } from '../catalogue/look-up.ts'
import type { Activity } from '../catalogue/model.ts'
import { eachDay, firstDayOf, lastDayOf, type IsoDate, type IsoMonth } from '../kernel/dates.ts'
import { RUNS } from '../kernel/billing-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import type { Call } from '../platform/http.ts'
import type { UnitId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { letterOn } from '../reservations/lines.ts'
import { loadRegister } from '../reservations/load-register.ts'
import { LETTERS, type Planning } from '../reservations/model.ts'
import { isDue } from '../reservations/rules.ts'
import type { readBilledHeadcountRoute } from './export-routes.ts'
import { hasDocuments } from './list-issued.ts'
import type { Tally } from './model.ts'
import { findRun, listPages, type RunAddress } from './run-store.ts'
import { totalOf } from './tally.ts'

type Reply = z.input<(typeof readBilledHeadcountRoute)['reply']>
type Unit = Activity['units'][number]

/** The letters of a unit on some days, of all children. */
const lettersOf = (
  plannings: readonly Planning[],
  unitId: UnitId,
  days: readonly IsoDate[],
): string[] => plannings.flatMap((planning) => days.map((date) => letterOn(planning, unitId, date)))

const compareUnit = (
  { id, name }: Unit,
  letters: readonly string[],
  billed: number,
): Reply['activities'][number]['units'][number] => {
  const count = (isMeant: (letter: string) => boolean): number => letters.filter(isMeant).length
  const owed = count(isDue)
  const absent = count((letter) => letter === LETTERS.absent)
  return {
    unitId: id,
    name,
    present: owed - absent,
    absent,
    excused: count((letter) => letter === LETTERS.excused),
    owed,
    billed,
    difference: owed - billed,
  }
}

const compareActivity = async (
  { table, town }: { table: Table; town: TownCatalogue },
  activity: Activity,
  { month, units }: { month: IsoMonth; units: Tally['units'] },
): Promise<Reply['activities'][number]> => {
  const [from, to] = [firstDayOf(month), lastDayOf(month)]
  const { plannings } = await loadRegister(table, activity.id, schoolYearOf(from))
  const days = eachDay(from, to).filter((date) => town.calendars.stateOf(activity, date) === 'open')
  const billedOf = (unitId: UnitId): number =>
    units.find((each) => each.activityId === activity.id && each.unitId === unitId)?.quantity ?? 0
  return {
    activityId: activity.id,
    activity: activity.name,
    units: activity.units
      .map((unit) => compareUnit(unit, lettersOf(plannings, unit.id, days), billedOf(unit.id)))
      .filter(({ owed, excused, billed }) => owed + excused + billed > 0),
  }
}

/** The units that a month bills so far, by this revision of its run and by earlier ones. */
const billedUnits = async (table: Table, address: RunAddress): Promise<Tally['units']> => {
  const run = await findRun(table, address)
  if (run === undefined) throw new PortalError('not-found')
  if (run.state === 'opening' || run.state === 'prepared') {
    throw new PortalError('run-not-ready', { detail: RUNS.notToCheck[run.state] })
  }
  const pages = (await listPages(table, address)).filter(
    (page) => page.revision === run.revision || hasDocuments(page),
  )
  return totalOf(pages.map(({ tally }) => tally)).units
}

/**
 * What the registers of a month hold against what it billed, by activity and unit: no family is
 * forgotten unseen [wish W7]. A difference has its reason in the anomalies of the run, in families
 * that were excluded from it, or in changes since, which the next run corrects. One Query of the index
 * for each activity.
 *
 * @throws PortalError `not-found` when the month was never billed; `run-not-ready` before all of its
 * drafts are computed.
 */
export const compareHeadcount = async (
  deps: { table: Table; town: TownCatalogue },
  { parameters: { month, regieId } }: Pick<Call<typeof readBilledHeadcountRoute>, 'parameters'>,
): Promise<Reply> => {
  const units = await billedUnits(deps.table, { month, regieId })
  const { catalogue } = deps.town
  const billed = catalogue.activities.filter((each) => regieIdOf(catalogue, each) === regieId)
  const activities: Reply['activities'] = []
  // One after the other: the register of a large town's meals is large.
  for (const activity of billed) {
    const compared = await compareActivity(deps, activity, { month, units })
    if (compared.units.length > 0) activities.push(compared)
  }
  return { month, regieId, activities }
}
