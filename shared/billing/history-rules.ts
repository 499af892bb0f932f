import type { Child } from '../families/model.ts'
import { addMonths, monthOf, type IsoMonth } from '../kernel/dates.ts'
import { spanOf } from '../catalogue/school-time.ts'
import type { DueUnit, Occasion } from '../tariffs/model.ts'
import { dueUnits } from './due-days-rules.ts'
import { numbersIn, type BilledHousehold } from './household-rules.ts'
import { billedMonth, type BilledActivity } from './town-rules.ts'

/** What went before a day, by the occasion of the day or by its unit. */
interface History {
  /** Earlier days of the occasion in the activity. */
  readonly earlier: (occasion: Occasion) => NonNullable<DueUnit['earlier']>
  /** The place of the day among the days of the unit in a row that have the same occasion. */
  readonly inARow: (unitId: string) => number
}

interface Run {
  occasion: Occasion
  days: number
}

/** What is counted day by day from the beginning of a school year. */
class Counts {
  readonly #inYear = new Map<Occasion, number>()
  #before = new Map<Occasion, number>()
  readonly #runs = new Map<string, Run>()

  /** What goes before the month that begins now. */
  beginMonth(): void {
    this.#before = new Map(this.#inYear)
  }

  /** Counts a day, and says what went before it. */
  count(units: readonly DueUnit[], booked: readonly string[]): History {
    const inYear = new Map(this.#inYear)
    const runs = new Map<string, number>()
    for (const [index, { occasion }] of units.entries()) {
      const unitId = booked[index] ?? ''
      const last = this.#runs.get(unitId)
      const days = last?.occasion === occasion ? last.days + 1 : 1
      this.#runs.set(unitId, { occasion, days })
      runs.set(unitId, days)
    }
    for (const occasion of new Set(units.map((unit) => unit.occasion))) {
      this.#inYear.set(occasion, (this.#inYear.get(occasion) ?? 0) + 1)
    }
    const before = this.#before
    return {
      earlier: (occasion) => {
        const schoolYear = inYear.get(occasion) ?? 0
        return { month: schoolYear - (before.get(occasion) ?? 0), schoolYear }
      },
      inARow: (unitId) => runs.get(unitId) ?? 1,
    }
  }
}

/**
 * What went before each day of a child's month in an activity since the school year began, by day of
 * the month: days late or not booked are counted for surcharges that come after several (domain:
 * Strasbourg, ten late meals a year), days of an absence in a row for those that are due in full
 * (Limay). A day without a booking neither ends a row nor counts in it.
 */
export const historyOf = (
  household: BilledHousehold,
  child: Child,
  activity: BilledActivity,
  month: IsoMonth,
): ReadonlyMap<number, History> => {
  const histories = new Map<number, History>()
  const counts = new Counts()
  const { from } = spanOf(billedMonth(household.town, month).schoolYear)
  for (let each = monthOf(from); each <= month; each = addMonths(each, 1)) {
    counts.beginMonth()
    for (const [day, number] of numbersIn(household, child, activity, each).entries()) {
      if (number === 0) continue
      const { units, unitIds } = dueUnits(activity, number)
      const history = counts.count(units, unitIds)
      if (each === month) histories.set(day, history)
    }
  }
  return histories
}
