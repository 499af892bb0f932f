import { weekdayOf } from '../kernel/dates.ts'
import type { Child } from '../families/model.ts'
import type { DueUnit, Place } from '../tariffs/model.ts'
import { ALL_DAYS, dateIn, firstOf, setOf, type DaySet } from './day-set-rules.ts'
import { dueUnits, numbersOf } from './due-days-rules.ts'
import { historyOf } from './history-rules.ts'
import { stretchOf, type BilledHousehold, type PlannedMonth } from './household-rules.ts'
import { presentOn } from './persons-rules.ts'
import type { BilledActivity, DueUnits } from './town-rules.ts'

/** Days of a child in an activity that differ in nothing that any price list asks: of one price. */
export interface Alike {
  /** Stands for the units with their occasions. */
  readonly number: number
  readonly days: DaySet
  /** Which price lists and means are in force; always the same where nothing changes. */
  readonly stretch?: DaySet
  /** The units, with what else price lists ask of them. */
  readonly units?: readonly DueUnit[]
  readonly present?: Place | undefined
}

/** What price lists ask of a day beside its units. */
interface Details extends Pick<Alike, 'units' | 'present'> {
  /** All of it, as one text. */
  readonly details: string
}

/** What price lists ask of each day, where they ask more than its units. */
const detailed = (
  household: BilledHousehold,
  child: Child,
  activity: BilledActivity,
  { month: { month }, planning }: PlannedMonth,
): ((day: number, due: DueUnits) => Details) => {
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

const NO_MORE: Details = { details: '' }

/** The days of a set that lie in the same stretch as its first one. */
const beginningOf = (days: DaySet, changes: DaySet): DaySet => {
  const later = changes & ~(setOf(firstOf(days)) * 2 - 1)
  return days & (later === 0 ? ALL_DAYS : setOf(firstOf(later)) - 1)
}

/** Days of units that are priced one by one: together by unit and occasion. */
const apart = ({ units }: PlannedMonth, changes: DaySet): readonly Alike[] => {
  if (changes === 0) return units
  const alike: Alike[] = []
  for (const { number, days } of units) {
    for (let rest = days; rest !== 0;) {
      const some = beginningOf(rest, changes)
      alike.push({ number, stretch: stretchOf(changes, firstOf(some)), days: some })
      rest &= ~some
    }
  }
  return alike
}

/** Days whose units are priced together, or whose price depends on more than them. */
const together = (
  household: BilledHousehold,
  child: Child,
  activity: BilledActivity,
  { held, changes }: { held: PlannedMonth; changes: DaySet },
): readonly Alike[] => {
  const detailsOf = activity.asks.more ? detailed(household, child, activity, held) : undefined
  const alike: (Alike & { days: DaySet; readonly details: string })[] = []
  for (const [day, number] of numbersOf(held.units).entries()) {
    if (number === 0) continue
    const stretch = stretchOf(changes, day)
    const more = detailsOf?.(day, dueUnits(activity, number)) ?? NO_MORE
    const same = alike.find(
      (each) => each.number === number && each.stretch === stretch && each.details === more.details,
    )
    if (same === undefined) alike.push({ number, stretch, ...more, days: setOf(day) })
    else same.days |= setOf(day)
  }
  return alike
}

/** The days of a child's month in an activity, together where they have one price. */
export const alikeDays = (
  household: BilledHousehold,
  child: Child,
  activity: BilledActivity,
  { held, changes }: { held: PlannedMonth; changes: DaySet },
): readonly Alike[] => {
  const { more, combined } = activity.asks
  return more || combined
    ? together(household, child, activity, { held, changes })
    : apart(held, changes)
}
