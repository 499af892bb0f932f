import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { bookableUnits, describeGroup } from '../catalogue/look-up.ts'
import type { Activity } from '../catalogue/model.ts'
import { spanOf } from '../catalogue/school-time.ts'
import type { Child, Enrolment } from '../families/model.ts'
import { booksOn } from '../families/rights-rules.ts'
import { daysBetween, eachDay, earlierOf, laterOf, type IsoDate } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { DETAILS } from '../kernel/texts.ts'
import type { Roster } from '../places/model.ts'
import { Room, slotsOfUnits, type Slot } from '../places/rules.ts'
import type { EnrolmentId, SchoolYearId, UnitId } from '../platform/schemas.ts'
import { HouseholdLetters } from './household-letters.ts'
import { readLine, sameOwner, yearsOf, type Owner, type Years } from './lines.ts'
import type { Household } from './load-household.ts'
import type { Planning, Wish } from './model.ts'
import { planWishes, type Plan } from './plan-wishes.ts'
import type { DayOfEnrolment } from './rules.ts'
import { addingOf, cancellingOf, type ActingAs, type Asking } from './timing.ts'
import { exclusiveWishes, mergeWishes, periodOf, type WishedLines } from './wishes.ts'

/** What the wishes for one enrolment come to. */
export interface PlannedEnrolment {
  readonly enrolment: Enrolment
  readonly child: Child
  readonly activity: Activity
  readonly plan: Plan
}

/** The days of the school year in force, the default period of a recurrence. */
interface Year {
  readonly firstDay: IsoDate
  readonly lastDay: IsoDate
}

interface Period {
  readonly from: IsoDate
  readonly to: IsoDate
}

/** The longest period that is read or wished for at once, in days. */
export const LONGEST_PERIOD = 366

/** Whether a wish leaves it to the school year from when, or until when, it speaks. */
const isOpenEnded = (wish: Wish): boolean =>
  (wish.kind === 'recurrence' || wish.kind === 'copy') &&
  (wish.from === undefined || wish.to === undefined)

/**
 * The school year in force at `now`. In the summer, before the next one is published, it is the rest
 * of the year that ends on 31 August: holidays are booked by their dates.
 *
 * @throws PortalError `period-out-of-range` when the town has published none from then on and a wish
 * does not say its dates.
 */
export const yearInForce = (
  { calendars }: TownCatalogue,
  now: Date,
  wishes: readonly Wish[] = [],
): Year => {
  const today = parisDate(now)
  const year = calendars.schoolYearFrom(today)
  if (year !== undefined) return year
  if (wishes.some(isOpenEnded)) {
    throw new PortalError('period-out-of-range', { detail: DETAILS.noSchoolYear })
  }
  return { firstDay: today, lastDay: spanOf(schoolYearOf(today)).to }
}

const pointerTo = (index: number): string => `/body/wishes/${String(index)}`

/**
 * Refuses periods that end before they begin, and wishes for one enrolment that together span more
 * than a year: a request holds no longer line.
 *
 * @returns the last school year that the wishes touch.
 */
export const lastYearOf = (wishes: readonly Wish[], year: Year): SchoolYearId => {
  const periods = new Map<EnrolmentId, Period>()
  for (const [index, wish] of wishes.entries()) {
    const own = periodOf(wish, year)
    const { from, to } = periods.get(wish.enrolmentId) ?? own
    const period = { from: earlierOf(from, own.from), to: laterOf(to, own.to) }
    const inOrder = own.from <= own.to
    if (!inOrder || daysBetween(period.from, period.to) > LONGEST_PERIOD) {
      const detail = inOrder ? DETAILS.periodLength : DETAILS.periodOrder
      throw new PortalError('period-out-of-range', {
        faults: [{ pointer: pointerTo(index), detail }],
      })
    }
    periods.set(wish.enrolmentId, period)
  }
  const ends = [...periods.values()].map(({ to }) => to).toSorted()
  return schoolYearOf(ends[ends.length - 1] ?? year.lastDay)
}

/** An enrolment with its child and its activity; nothing when the catalogue no longer has that. */
export const describeEnrolment = (
  { catalogue }: TownCatalogue,
  { file }: Pick<Household, 'file'>,
  enrolment: Enrolment,
): { child: Child; activity: Activity; group: string; facility: string } | undefined => {
  const child = file.children.find(({ childId }) => childId === enrolment.childId)
  const described = describeGroup(catalogue, enrolment)
  return child && described && { child, ...described }
}

/**
 * The state of a day of an enrolment: that of the activity while the child is enrolled, and in this
 * household. Staff book in the weeks of both.
 */
export const stateOfDay =
  (
    { calendars, catalogue }: TownCatalogue,
    enrolment: Enrolment,
    { activity, child }: { readonly activity: Activity; readonly child: Child },
    acting: ActingAs = { kind: 'family' },
  ) =>
  (date: IsoDate): DayOfEnrolment => {
    if (date < enrolment.from || date > enrolment.until) return 'notEnrolled'
    const state = calendars.stateOf(activity, date)
    if (state !== 'open' || acting.kind === 'staff') return state
    return booksOn(child, date, catalogue.town.sharedChildren.booking) ? state : 'otherHousehold'
  }

/** A household to plan for; `elsewhere` are the plannings of its children in their other households. */
type PlannedHousehold = Pick<Household, 'file' | 'plannings'> & {
  readonly elsewhere?: readonly Planning[]
}

const unitsNamedBy = (wish: Wish): readonly string[] => {
  switch (wish.kind) {
    case 'recurrence':
      return wish.weeks.flatMap((week) => week.flatMap(({ units }) => units))
    case 'days':
      return wish.days.flatMap(({ units }) => units)
    case 'lines':
      return Object.keys(wish.units)
    case 'copy':
      return []
  }
}

const unknownEnrolment = (pointer: string): PortalError =>
  new PortalError('unknown-enrolment', { faults: [{ pointer, detail: DETAILS.unknownEnrolment }] })

const unknownUnit = (index: number, activity: Activity): PortalError =>
  new PortalError('unknown-unit', {
    faults: [{ pointer: pointerTo(index), detail: DETAILS.unknownUnit(activity.name) }],
  })

/** Refuses wishes for enrolments and units that are not there, and copies of other units. */
const refuseUnknown = (
  town: TownCatalogue,
  household: PlannedHousehold,
  wishes: readonly Wish[],
): void => {
  const activityOf = (id: EnrolmentId): Activity | undefined => {
    const enrolment = household.file.enrolments.find(({ enrolmentId }) => enrolmentId === id)
    return enrolment && describeEnrolment(town, household, enrolment)?.activity
  }
  for (const [index, wish] of wishes.entries()) {
    const activity = activityOf(wish.enrolmentId)
    if (activity === undefined) throw unknownEnrolment(`${pointerTo(index)}/enrolmentId`)
    const units = bookableUnits(activity).map(({ id }) => id)
    if (unitsNamedBy(wish).some((named) => !units.some((id) => id === named))) {
      throw unknownUnit(index, activity)
    }
    if (wish.kind !== 'copy') continue
    const model = activityOf(wish.like)
    if (model === undefined) throw unknownEnrolment(`${pointerTo(index)}/like`)
    const others = bookableUnits(model).map(({ id }) => id)
    if (units.length !== others.length || units.some((id) => !others.includes(id))) {
      throw unknownUnit(index, activity)
    }
  }
}

/** When and how wishes are planned. */
interface Planner {
  readonly year: Year
  readonly now: Date
  /** How full groups with counted places are; weeks that are not there are untouched. */
  readonly rosters?: readonly Roster[]
  /** The family unless given. */
  readonly acting?: ActingAs
}

/** The days of periods, each listed once: those of the wishes of a household are mostly the same. */
const rememberedDays = (): typeof eachDay => {
  const known = new Map<string, IsoDate[]>()
  return (from, to) => {
    const key = `${from} ${to}`
    const days = known.get(key) ?? eachDay(from, to)
    known.set(key, days)
    return days
  }
}

/** The wishes for one enrolment, merged. */
interface WishedEnrolment {
  readonly enrolment: Enrolment
  readonly child: Child
  readonly activity: Activity
  readonly wished: WishedLines
}

const wishFor = (
  town: TownCatalogue,
  household: PlannedHousehold,
  { letters, days }: { letters: HouseholdLetters; days: typeof eachDay },
  {
    enrolment,
    wishes,
    year,
    acting,
  }: Pick<Planner, 'year' | 'acting'> & {
    readonly enrolment: Enrolment
    readonly wishes: readonly Wish[]
  },
): WishedEnrolment[] => {
  const own = wishes.filter(({ enrolmentId }) => enrolmentId === enrolment.enrolmentId)
  const described = describeEnrolment(town, household, enrolment)
  if (own.length === 0 || described === undefined) return []
  const { child, activity } = described
  const wished = mergeWishes(
    own,
    year,
    bookableUnits(activity).map(({ id }) => id),
    stateOfDay(town, enrolment, { activity, child }, acting),
    {
      lettersOf: (like, unit, { from, to }) => {
        const model = household.file.enrolments.find(({ enrolmentId }) => enrolmentId === like)
        return model === undefined ? '' : readLine(letters.of(model), unit, from, to)
      },
      days,
    },
  )
  return [{ enrolment, child, activity, wished }]
}

const refuseExclusive = (wished: readonly WishedEnrolment[]): void => {
  for (const { childId } of new Set(wished.map(({ child }) => child))) {
    const conflict = exclusiveWishes(wished.filter(({ child }) => child.childId === childId))
    if (conflict === undefined) continue
    throw new PortalError('exclusive-units', {
      detail: DETAILS.exclusiveUnits(conflict.date, conflict.units),
    })
  }
}

/** The places of all limited groups while a household is planned: siblings share those of a group. */
class Rooms {
  readonly #rosters: readonly Roster[]
  readonly #rooms = new Map<string, Room>()
  readonly #taken = new Set<string>()

  constructor(rosters: readonly Roster[]) {
    this.#rosters = rosters
  }

  /** The room for one enrolment; nothing where places are not counted. */
  of({ activityId, groupId, ...holder }: Enrolment, activity: Activity) {
    const { places } = activity
    if (places === undefined) return undefined
    const key = `${activityId} ${groupId}`
    const rosters = this.#rosters.filter(
      (roster) => roster.activityId === activityId && roster.groupId === groupId,
    )
    const room = this.#rooms.get(key) ?? new Room(places, groupId, rosters)
    this.#rooms.set(key, room)
    return {
      take: (date: IsoDate, unitIds: readonly UnitId[]): boolean => {
        // What the child has taken for one unit of a day is there for its others.
        const keyOf = (slot: Slot) => `${key} ${holder.childId} ${date} ${String(slot)}`
        const slots = slotsOfUnits(activity, unitIds).filter(
          (slot) => !this.#taken.has(keyOf(slot)),
        )
        if (!room.take(holder, date, slots)) return false
        for (const slot of slots) this.#taken.add(keyOf(slot))
        return true
      },
    }
  }
}

/**
 * What wishes come to for a whole household: one plan for each enrolment they name, in the order of
 * the family file. Consecutive enrolments of a child in one activity share their plannings; units
 * exclude each other across activities, and across the two households of a child.
 *
 * @throws PortalError `unknown-enrolment`, `unknown-unit`, `exclusive-units`.
 */
export const planHousehold = (
  town: TownCatalogue,
  household: PlannedHousehold,
  wishes: readonly Wish[],
  { year, now, rosters = [], acting = { kind: 'family' } }: Planner,
): PlannedEnrolment[] => {
  refuseUnknown(town, household, wishes)
  const { file } = household
  const letters = new HouseholdLetters(household.plannings, household.elsewhere)
  const rooms = new Rooms(rosters)
  const days = rememberedDays()
  const wished = file.enrolments.flatMap((enrolment) =>
    wishFor(town, household, { letters, days }, { enrolment, wishes, year, acting }),
  )
  refuseExclusive(wished)
  return wished.map(({ enrolment, child, activity, wished: lines }) => {
    const asking: Asking = {
      file,
      child,
      activity,
      siblingHolds: (date) => letters.siblingHolds(child, activity, date),
      now,
    }
    const plan = planWishes({
      wished: lines,
      years: letters.of(enrolment),
      activity,
      // What staff book themselves awaits no decision.
      decision: acting.kind === 'staff' ? 'automatic' : activity.decision,
      stateOf: stateOfDay(town, enrolment, { activity, child }, acting),
      adding: addingOf(town, asking, acting),
      cancelling: cancellingOf(town, asking, acting),
      rivals: letters.rivalsOf(town.catalogue, { child, activity }, lines),
      room: rooms.of(enrolment, activity),
      days,
    })
    letters.decide(enrolment, plan.years)
    return { enrolment, child, activity, plan }
  })
}

/** The plannings whose letters have changed, one for each school year, with their next version. */
export const changedPlannings = (
  household: Household,
  { owner, years }: { owner: Owner; years: Years },
): Planning[] => {
  const { familyId } = household.file.family
  const { childId, activityId } = owner
  const before = yearsOf(household.plannings, owner)
  return [...years].flatMap(([schoolYear, units]) => {
    // A year that was not written to is the same object as before.
    if (units === before.get(schoolYear)) return []
    const held = household.plannings.find(
      (planning) => sameOwner(planning, owner) && planning.schoolYear === schoolYear,
    )
    const version = (held?.version ?? 0) + 1
    return [{ ...held, familyId, schoolYear, childId, activityId, version, units }]
  })
}

/** Every planning that the plans of a household change, each once. */
export const planningsToWrite = (
  household: Household,
  planned: readonly PlannedEnrolment[],
): Planning[] =>
  planned
    .filter(
      ({ enrolment }, index) =>
        !planned.slice(index + 1).some((later) => sameOwner(later.enrolment, enrolment)),
    )
    .flatMap(({ enrolment, plan }) =>
      changedPlannings(household, { owner: enrolment, years: plan.years }),
    )
