import { weekdayOf } from '../kernel/dates.ts'
import type { Child } from '../families/model.ts'
import type { DueUnit, Place } from '../tariffs/model.ts'
import { ALL_DAYS, dateIn, firstOf, setOf, type DaySet } from './day-set-rules.ts'
import { dueUnits, numbersOf, occasionsOf } from './due-days-rules.ts'
import { historyOf } from './history-rules.ts'
import { stretchOf, type Household, type PlannedMonth } from './household-rules.ts'
import { presentOn } from './persons-rules.ts'
import type { BilledActivity, DueUnits } from './town-rules.ts'

/** Days of a child in an activity that differ in nothing that any price list asks: of one price. */
export interface Alike {
  readonly due: DueUnits
  readonly units: readonly DueUnit[]
  /** Stands for the units with their occasions. */
  readonly number: number
  /** Which price lists and means are in force. */
  readonly stretch: DaySet
  /** What else price lists ask, as one text. */
  readonly details: string
  readonly present: Place | undefined
  days: DaySet
}

/** What price lists ask of each day, where they ask more than its units. */
const detailed = (
  household: Household,
  child: Child,
  activity: BilledActivity,
  { month: { month }, planning }: PlannedMonth,
): ((day: number, due: DueUnits) => Pick<Alike, 'units' | 'details' | 'present'>) => {
  const { asks } = activity
  const history =
    asks.earlier || asks.absence ? historyOf(household, child, activity, month) : undefined
  const placeOn = asks.present ? presentOn(household, child, activity, month) : undefined
  return (day, due) => {
    const date = dateIn(month, day)
    const before = history?.get(day)
    const units = due.units.map(({ unitId, occasion }, index) => {
      const booked = due.unitIds[index] ?? unitId
      const isExtra = occasion === 'late' || occasion === 'unbooked'
      const isAbsence = occasion === 'absent' || occasion === 'excused'
      return {
        unitId,
        occasion,
        minutes: asks.minutes ? planning.minutes?.[booked]?.[date] : undefined,
        earlier: isExtra && asks.earlier ? before?.earlier(occasion) : undefined,
        dayOfAbsence: isAbsence && asks.absence ? before?.inARow(booked) : undefined,
      }
    })
    const present = placeOn?.(day)
    const details = JSON.stringify([units, present, asks.weekday ? weekdayOf(date) : 0])
    return { units, details, present }
  }
}

const PLAIN = { details: '', present: undefined } as const

/** The days of a set that lie in the same stretch as its first one. */
const beginningOf = (days: DaySet, changes: DaySet): DaySet => {
  const later = changes & ~(setOf(firstOf(days)) * 2 - 1)
  return days & (later === 0 ? ALL_DAYS : setOf(firstOf(later)) - 1)
}

/** Days of units that are priced one by one: together by unit and occasion. */
const apart = (activity: BilledActivity, held: PlannedMonth, changes: DaySet): Alike[] => {
  const alike: Alike[] = []
  for (const { number, days } of occasionsOf(held.planning, activity, held.month, held.open)) {
    const due = dueUnits(activity, number)
    for (let rest = days; rest !== 0;) {
      const some = changes === 0 ? rest : beginningOf(rest, changes)
      const stretch = stretchOf(changes, firstOf(some))
      alike.push({ due, units: due.units, number, stretch, ...PLAIN, days: some })
      rest &= ~some
    }
  }
  return alike
}

/** Days whose units are priced together, or whose price depends on more than them. */
const together = (
  household: Household,
  child: Child,
  activity: BilledActivity,
  { held, changes }: { held: PlannedMonth; changes: DaySet },
): Alike[] => {
  const detailsOf = activity.asks.more ? detailed(household, child, activity, held) : undefined
  const alike: Alike[] = []
  const numbers = numbersOf(held.planning, activity, held.month, held.open)
  for (const [day, number] of numbers.entries()) {
    if (number === 0) continue
    const stretch = stretchOf(changes, day)
    const due = dueUnits(activity, number)
    const more = detailsOf?.(day, due) ?? { units: due.units, ...PLAIN }
    const same = alike.find(
      (each) => each.number === number && each.stretch === stretch && each.details === more.details,
    )
    if (same === undefined) alike.push({ due, number, stretch, ...more, days: setOf(day) })
    else same.days |= setOf(day)
  }
  return alike
}

/** The days of a child's month in an activity, together where they have one price. */
export const alikeDays = (
  household: Household,
  child: Child,
  activity: BilledActivity,
  { held, changes }: { held: PlannedMonth; changes: DaySet },
): Alike[] => {
  const { more, combined } = activity.asks
  return more || combined
    ? together(household, child, activity, { held, changes })
    : apart(activity, held, changes)
}
