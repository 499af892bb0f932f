import type { TownCatalogue } from '../catalogue/calendar.ts'
import { schoolYearOf } from '../catalogue/calendar.ts'
import { regieIdOf } from '../catalogue/look-up.ts'
import type { Activity } from '../catalogue/model.ts'
import type { Regie } from '../catalogue/regie-model.ts'
import {
  addMonths,
  dayOfMonth,
  eachDay,
  firstDayOf,
  lastDayOf,
  monthOf,
  type IsoMonth,
} from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import type { FamilyId, RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { bookedUnits, readLine, yearsOf } from '../reservations/lines.ts'
import { loadRegister } from '../reservations/load-register.ts'
import type { Planning } from '../reservations/model.ts'
import { isDue } from '../reservations/rules.ts'
import type { BillingPage, RunState } from './model.ts'
import { findRun, listPages } from './run-store.ts'
import { isIssued } from './run-steps.ts'

/** How far back a forgotten month is looked for. */
export const MONTHS = 12

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}

/** A month that should have been billed and was not. */
export interface Unbilled {
  readonly regieId: RegieId
  readonly month: IsoMonth
  /** How far its run is; nothing when there is none. */
  readonly state: RunState | undefined
}

/** Whether a planning owes a day of a month. */
export const owes = (
  { calendars }: TownCatalogue,
  activity: Activity,
  planning: Planning,
  month: IsoMonth,
): boolean => {
  const [from, to] = [firstDayOf(month), lastDayOf(month)]
  const days = eachDay(from, to)
  const years = yearsOf([planning], planning)
  return bookedUnits(planning).some((unitId) => {
    const line = readLine(years, unitId, from, to)
    return days.some(
      (date, index) => isDue(line[index] ?? '') && calendars.stateOf(activity, date) === 'open',
    )
  })
}

/** Whether anybody owes a day of a month to a régie: reads the registers, the first ones if they tell. */
const isOwed = async ({ table, town }: Deps, regie: Regie, month: IsoMonth): Promise<boolean> => {
  const schoolYear = schoolYearOf(firstDayOf(month))
  for (const activity of town.catalogue.activities) {
    if (regieIdOf(town.catalogue, activity) !== regie.id) continue
    const { plannings } = await loadRegister(table, activity.id, schoolYear)
    if (plannings.some((planning) => owes(town, activity, planning, month))) return true
  }
  return false
}

/** The months that a régie must have billed by now, the oldest first. */
const monthsDue = ({ billedByDay }: Regie, now: Date): IsoMonth[] => {
  const today = parisDate(now)
  const last = dayOfMonth(today) >= billedByDay ? 1 : 2
  return Array.from({ length: MONTHS + 1 - last }, (_, index) =>
    addMonths(monthOf(today), index - MONTHS),
  )
}

/**
 * Finds the months that should have been billed and were not [wish W7]: of each régie, from its day of
 * the month on, last month, and whichever of the last twelve. A month whose run is not issued is one;
 * a month without a run is one if anybody owes a day of it.
 *
 * @param now the time of the check.
 */
export const unbilledMonths = async (deps: Deps, now: Date): Promise<Unbilled[]> => {
  const unbilled: Unbilled[] = []
  for (const regie of deps.town.catalogue.town.regies) {
    const regieId = regie.id
    for (const month of monthsDue(regie, now)) {
      const run = await findRun(deps.table, { month, regieId })
      if (run !== undefined && isIssued(run)) continue
      if (run === undefined && !(await isOwed(deps, regie, month))) continue
      unbilled.push({ regieId, month, state: run?.state })
    }
  }
  return unbilled
}

/** An issued month that some families are still to be billed for. */
export interface Withheld {
  readonly regieId: RegieId
  readonly month: IsoMonth
  readonly families: readonly FamilyId[]
}

/** The families that the issued pages of a month withhold: of one that was run anew its last page tells. */
export const withheldIn = (pages: readonly BillingPage[]): FamilyId[] => {
  const withheld = new Set<FamilyId>()
  for (const { familyIds, anomalies } of pages.toSorted((a, b) => a.revision - b.revision)) {
    for (const familyId of familyIds) withheld.delete(familyId)
    for (const { familyId } of anomalies) withheld.add(familyId)
  }
  return [...withheld]
}

/**
 * Finds who is left out of last month though it is issued [wish W7]: of each régie the families with an
 * anomaly, until the month is run anew without. The next run bills them as well, if they can be billed by
 * then; if not it withholds them itself.
 *
 * @param now the time of the check.
 */
export const withheldFamilies = async ({ table, town }: Deps, now: Date): Promise<Withheld[]> => {
  const month = addMonths(monthOf(parisDate(now)), -1)
  const withheld: Withheld[] = []
  for (const { id: regieId } of town.catalogue.town.regies) {
    const run = await findRun(table, { month, regieId })
    if (run === undefined || !isIssued(run)) continue
    const pages = await listPages(table, { month, regieId })
    const families = withheldIn(
      pages.filter(({ state }) => state === 'issued' || state === 'mailed'),
    )
    if (families.length > 0) withheld.push({ regieId, month, families })
  }
  return withheld
}
