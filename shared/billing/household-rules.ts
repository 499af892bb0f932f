import type { Child, FamilyFile } from '../families/model.ts'
import type { IsoMonth } from '../kernel/dates.ts'
import type { SchoolYearId } from '../platform/schemas.ts'
import type { Planning } from '../reservations/model.ts'
import type { DayPrice, Person } from '../tariffs/model.ts'
import { ALL_DAYS, setOf, type DaySet } from './day-set-rules.ts'
import { numbersOf, owedDays } from './due-days-rules.ts'
import {
  billedMonth,
  changesIn,
  openDays,
  type BilledActivity,
  type BilledMonth,
  type BilledTown,
  type OpenDays,
} from './town-rules.ts'

/** What is found once for a family's bill of a month. */
export interface FamilyMonth {
  /** The days from which prices may be others: a new list, new means, an enrolment. */
  readonly changes: DaySet
  /** Whom prices are for, by the class of the child, where nothing more is asked of it. */
  readonly persons: (Person | undefined)[]
  /** By activity prices that are the same for more than one child. */
  readonly prices: (KnownPrice[] | undefined)[]
}

/** What the units of a number cost children of a class. */
export interface KnownPrice {
  readonly number: number
  readonly classOf: number
  readonly price: DayPrice
}

/** The plannings of a school year. */
interface PlannedYear {
  /** By the places of child and activity: of many families nothing is looked up again. */
  readonly held: readonly (Planning | undefined)[]
  /** Those with a child, an activity or a unit that file or catalogue no longer have. */
  readonly lost: readonly Planning[]
}

/** A family and its bookings, in the town that bills it. */
export interface Household {
  readonly town: BilledTown
  readonly file: FamilyFile
  /** The eldest first, twins in the order of their numbers, whatever the order of the file. */
  readonly children: readonly Child[]
  readonly plannings: readonly Planning[]
  /** By the place of a child: those of one number are of one category, and alike to price lists. */
  readonly classes: readonly number[]
  readonly months: Map<IsoMonth, FamilyMonth>
  readonly years: Map<SchoolYearId, PlannedYear>
}

const isElder = (a: Child, b: Child): boolean =>
  a.birthDate === b.birthDate ? a.childId < b.childId : a.birthDate < b.birthDate

const classesOf = (children: readonly Child[]): readonly number[] =>
  children.map((child) =>
    children.findIndex(
      ({ category, allergy = false }) =>
        category === child.category && allergy === (child.allergy ?? false),
    ),
  )

/** A family as its bills read it. */
export const householdOf = (
  town: BilledTown,
  { file, plannings }: { readonly file: FamilyFile; readonly plannings: readonly Planning[] },
): Household => {
  const children = file.children.toSorted((a, b) => (isElder(a, b) ? -1 : 1))
  const classes = classesOf(children)
  return { town, file, children, plannings, classes, months: new Map(), years: new Map() }
}

const hasLostUnit = ({ units }: Planning, { units: places }: BilledActivity): boolean => {
  for (const unitId of Object.keys(units)) if (!places.has(unitId)) return true
  return false
}

const plannedYearOf = (
  { plannings, children, town }: Household,
  schoolYear: SchoolYearId,
): PlannedYear => {
  const held: (Planning | undefined)[] = []
  const lost: Planning[] = []
  for (const planning of plannings) {
    if (planning.schoolYear !== schoolYear) continue
    const child = children.findIndex(({ childId }) => childId === planning.childId)
    const activity = town.activities.get(planning.activityId)
    if (child !== -1 && activity !== undefined) {
      held[child * town.activities.size + activity.place] ??= planning
      if (hasLostUnit(planning, activity)) lost.push(planning)
    } else lost.push(planning)
  }
  return { held, lost }
}

/** The plannings of a family in a school year. */
export const plannedYear = (household: Household, schoolYear: SchoolYearId): PlannedYear => {
  const known = household.years.get(schoolYear)
  if (known !== undefined) return known
  const made = plannedYearOf(household, schoolYear)
  household.years.set(schoolYear, made)
  return made
}

/** A month of a child in an activity. */
export interface PlannedMonth {
  readonly planning: Planning
  readonly month: BilledMonth
  readonly open: OpenDays
}

/** A month of a child in an activity; nothing where it has no planning. */
export const plannedMonth = (
  household: Household,
  child: Child,
  activity: BilledActivity,
  month: IsoMonth,
): PlannedMonth | undefined => {
  const { children, town } = household
  const billed = billedMonth(town, month)
  const { held } = plannedYear(household, billed.schoolYear)
  const planning = held[children.indexOf(child) * town.activities.size + activity.place]
  if (planning === undefined) return undefined
  return { planning, month: billed, open: openDays(town, activity, billed) }
}

/** What a child has in an activity on each day of a month, as the number that stands for it. */
export const numbersIn = (
  household: Household,
  child: Child,
  activity: BilledActivity,
  month: IsoMonth,
): readonly number[] => {
  const held = plannedMonth(household, child, activity, month)
  return held === undefined ? [] : numbersOf(held.planning, activity, held.month, held.open)
}

/** The days of a month on which a child owes something of an activity. */
export const owedBy = (
  household: Household,
  child: Child,
  activity: BilledActivity,
  month: IsoMonth,
): DaySet => owedDays(activity, numbersIn(household, child, activity, month))

/** What is found once for a family's bill of a month. */
export const familyMonth = (
  { file, months }: Household,
  { month, changes }: BilledMonth,
): FamilyMonth => {
  const known = months.get(month)
  if (known !== undefined) return known
  const own = changesIn(month, file.means) | changesIn(month, file.enrolments)
  const made = { changes: changes | own, persons: [], prices: [] }
  months.set(month, made)
  return made
}

/** Of the days on which something changes those up to a day: the same for all days between two. */
export const stretchOf = (changes: DaySet, day: number): DaySet =>
  changes === 0 ? 0 : changes & (day === 31 ? ALL_DAYS : setOf(day + 1) - 1)
