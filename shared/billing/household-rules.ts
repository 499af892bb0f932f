import type { Child, FamilyFile } from '../families/model.ts'
import type { IsoMonth } from '../kernel/dates.ts'
import type { SchoolYearId, UnitId } from '../platform/schemas.ts'
import type { Planning } from '../reservations/model.ts'
import type { DayPrice, Person } from '../tariffs/model.ts'
import { isElder } from '../tariffs/person.ts'
import { ALL_DAYS, setOf, type DaySet } from './day-set-rules.ts'
import { dueUnits, numbersOf, owedDays, unitDaysOf, type UnitDays } from './due-days-rules.ts'
import {
  billedMonth,
  changesIn,
  openDays,
  type BilledActivity,
  type BilledMonth,
  type BilledTown,
} from './town-rules.ts'

/** What is found once for a family's bill of a month. */
export interface FamilyMonth {
  readonly month: BilledMonth
  /** By the places of child and activity, once they have been asked for. */
  readonly planned: (PlannedMonth | undefined)[]
  /** The days from which prices may be others: a new list, new means, an enrolment that counts. */
  readonly changes: DaySet
  /** Whom prices are for, by the class of the child, where nothing more is asked of it. */
  readonly persons: (Person | undefined)[]
  /** Prices that are the same for more than one child. */
  readonly prices: KnownPrice[]
}

/** What the units of a number cost children of a class. */
interface KnownPrice {
  /** Of the activity. */
  readonly place: number
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
export interface BilledHousehold {
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

/** A month of a child in an activity. */
export interface PlannedMonth {
  readonly planning: Planning
  readonly month: BilledMonth
  readonly units: readonly UnitDays[]
  /** The days on which something is owed. */
  readonly owed: DaySet
}

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
): BilledHousehold => {
  const children = file.children.toSorted((a, b) => (isElder(a, b) ? -1 : 1))
  const classes = classesOf(children)
  return { town, file, children, plannings, classes, months: new Map(), years: new Map() }
}

const hasLostUnit = ({ units }: Planning, { units: places }: BilledActivity): boolean => {
  for (const unitId of Object.keys(units)) if (!places.has(unitId)) return true
  return false
}

const plannedYearOf = (
  { plannings, children, town }: BilledHousehold,
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
export const plannedYear = (household: BilledHousehold, schoolYear: SchoolYearId): PlannedYear => {
  const known = household.years.get(schoolYear)
  if (known !== undefined) return known
  const made = plannedYearOf(household, schoolYear)
  household.years.set(schoolYear, made)
  return made
}

/** What is found once for a family's bill of a month. */
export const familyMonth = (household: BilledHousehold, month: IsoMonth): FamilyMonth => {
  const known = household.months.get(month)
  if (known !== undefined) return known
  const { town, file, months } = household
  const billed = billedMonth(town, month)
  const means = changesIn(month, file.means)
  const enrolments = town.asksEnrolled ? changesIn(month, file.enrolments) : 0
  const changes = billed.changes | means | enrolments
  const made = { month: billed, planned: [], changes, persons: [], prices: [] }
  months.set(month, made)
  return made
}

/** A month of a child in an activity; nothing where it has no planning. */
export const plannedMonth = (
  household: BilledHousehold,
  child: Child,
  activity: BilledActivity,
  { month, planned }: FamilyMonth,
): PlannedMonth | undefined => {
  const { children, town } = household
  const place = children.indexOf(child) * town.activities.size + activity.place
  const known = planned[place]
  if (known !== undefined) return known
  const planning = plannedYear(household, month.schoolYear).held[place]
  if (planning === undefined) return undefined
  const units = unitDaysOf(planning, activity, month, openDays(town, activity, month))
  const made = { planning, month, units, owed: owedDays(units) }
  planned[place] = made
  return made
}

/** What a child has of an activity in a month, unit by unit. */
export const unitsIn = (
  household: BilledHousehold,
  child: Child,
  activity: BilledActivity,
  month: IsoMonth,
): readonly UnitDays[] =>
  plannedMonth(household, child, activity, familyMonth(household, month))?.units ?? []

/** What a child has in an activity on each day of a month, as the number that stands for it. */
export const numbersIn = (
  household: BilledHousehold,
  child: Child,
  activity: BilledActivity,
  month: IsoMonth,
): readonly number[] => numbersOf(unitsIn(household, child, activity, month))

/** The days of a month on which a child has something of an activity, be it an excused absence. */
export const comesOn = (
  household: BilledHousehold,
  child: Child,
  activity: BilledActivity,
  month: IsoMonth,
): DaySet => unitsIn(household, child, activity, month).reduce((set, { days }) => set | days, 0)

/** The units of an activity that a child owes on a day. */
export const owedUnits = (
  household: BilledHousehold,
  child: Child,
  activity: BilledActivity,
  { month, day }: { readonly month: IsoMonth; readonly day: number },
): UnitId[] => {
  const owed: UnitId[] = []
  for (const { isOwed, days, number } of unitsIn(household, child, activity, month)) {
    if (isOwed && (days & setOf(day)) !== 0) owed.push(...dueUnits(activity, number).unitIds)
  }
  return owed
}

/** The days of a month on which a child owes something of an activity. */
export const owedBy = (
  household: BilledHousehold,
  child: Child,
  activity: BilledActivity,
  month: IsoMonth,
): DaySet => plannedMonth(household, child, activity, familyMonth(household, month))?.owed ?? 0

/** Of the days on which something changes those up to a day: the same for all days between two. */
export const stretchOf = (changes: DaySet, day: number): DaySet =>
  changes === 0 ? 0 : changes & (day === 31 ? ALL_DAYS : setOf(day + 1) - 1)
