import {
  weekdayOf,
  dateOfEpochDay,
  epochDay,
  lastDayOf,
  firstDayOf,
} from '../../../shared/kernel/dates.ts'
import { letterOn } from '../../../shared/reservations/lines.ts'
import { pricedUnitId } from '../../../shared/reservations/rules.ts'
import type { Occasion } from '../../../shared/tariffs/model.ts'
import { personOf } from '../../../shared/tariffs/person.ts'
import { priceDay } from '../../../shared/tariffs/rules.ts'
import type { BenchFamily } from './families.ts'
import { benchTown, MONTH } from './town.ts'

const OCCASIONS: Readonly<Partial<Record<string, Occasion>>> = {
  a: 'booked',
  c: 'booked',
  l: 'late',
  e: 'unbooked',
  u: 'absent',
  j: 'excused',
}

/**
 * The control of the benchmark: what a family owes for the month, found as plainly as can be, one
 * letter of one unit on one day after the other, each priced by itself. In cents.
 */
export const plainTotal = ({ file, plannings }: BenchFamily): number => {
  const { catalogue, calendars } = benchTown
  let total = 0
  for (const planning of plannings) {
    const child = file.children.find(({ childId }) => childId === planning.childId)
    const activity = catalogue.activities.find(({ id }) => id === planning.activityId)
    if (child === undefined || activity === undefined) throw new Error('Unknown child or activity')
    for (const unit of activity.units) {
      for (let day = epochDay(firstDayOf(MONTH)); day <= epochDay(lastDayOf(MONTH)); day += 1) {
        const date = dateOfEpochDay(day)
        const letter = letterOn(planning, unit.id, date)
        const occasion = OCCASIONS[letter]
        if (occasion === undefined || !activity.opening.weekdays.includes(weekdayOf(date))) continue
        if (calendars.stateOf(activity, date) !== 'open') continue
        const { charges, unpriced } = priceDay(catalogue.priceLists, {
          date,
          activityId: activity.id,
          units: [{ unitId: pricedUnitId(unit, letter), occasion }],
          person: personOf(file, child, { activityId: activity.id, date }),
        })
        if (unpriced.length > 0) throw new Error('A day without a price')
        for (const { unitPrice } of charges) total += unitPrice
      }
    }
  }
  return total
}
