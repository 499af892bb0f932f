import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { firstRegieId, regieIdOf } from '../catalogue/look-up.ts'
import type { Activity, Catalogue, Unit } from '../catalogue/model.ts'
import {
  dayOfMonth,
  eachDay,
  firstDayOf,
  lastDayOf,
  type IsoDate,
  type IsoMonth,
} from '../kernel/dates.ts'
import type { ActivityId, CategoryId, RegieId, SchoolYearId, UnitId } from '../platform/schemas.ts'
import { MONTH_LENGTH } from '../reservations/model.ts'
import type { Conditions, DueUnit, Fee, PriceList } from '../tariffs/model.ts'
import { countedFor, type Counted } from '../tariffs/conditions-rules.ts'
import { pricingsFor, type Pricings } from '../tariffs/rules.ts'
import { ALL_DAYS, setOf, type DaySet } from './day-set-rules.ts'

/**
 * What the price lists of an activity ask of a day beside its units and the child: what nobody asks
 * is not computed, and days that differ in nothing that is asked are priced once.
 */
interface Asks extends Counted {
  /** Of units of a day that are priced together, or once for the family. */
  readonly combined: boolean
  /** Anything that differs from day to day. */
  readonly more: boolean
  readonly weekday: boolean
  /** How many such days were before. */
  readonly earlier: boolean
  /** The place of a day in an absence. */
  readonly absence: boolean
  readonly minutes: boolean
}

/** The units of a day that may be billed, from the number that stands for them. */
export interface DueUnits {
  /** As they are priced: a late unit may be another than the one that was booked [guide 50]. */
  readonly units: readonly DueUnit[]
  /** As they were booked. */
  readonly unitIds: readonly UnitId[]
}

/** An activity as bills need it at hand. */
export interface BilledActivity {
  readonly activity: Activity
  /** Its place in the catalogue. */
  readonly place: number
  readonly regieId: RegieId
  /** The places of its units. */
  readonly units: ReadonlyMap<string, number>
  readonly asks: Asks
  /** What the numbers stand for that hold the units of a day, as they come up. */
  readonly known: Map<number, DueUnits>
}

/** The days of a month on which an activity is open. */
export interface OpenDays {
  readonly days: readonly number[]
  readonly set: DaySet
}

/** A month as bills need it at hand. */
export interface BilledMonth {
  readonly month: IsoMonth
  readonly schoolYear: SchoolYearId
  /** Where its letters begin in those of the school year. */
  readonly offset: number
  /** The days from which another price list is in force. */
  readonly changes: DaySet
  /** By the place of an activity. */
  readonly open: (OpenDays | undefined)[]
  /** By the place of an activity what prices it, where that is the same for the whole month. */
  readonly pricings: (Pricings | undefined)[]
  /** The periods for which each fee may be due in it. */
  readonly periods: Map<FeeName, readonly Period[]>
}

/** A school year or a period of school holidays up to a month, for a fee: month by month. */
export type Period = readonly {
  readonly month: IsoMonth
  /** Those in the period. */
  readonly days: DaySet
  /** The fee as the lists in force in the month have it. */
  readonly held: readonly HeldFee[]
}[]

/** A fee as a list has it, on the days of a month on which that list is in force. */
export interface HeldFee {
  readonly list: PriceList
  readonly fee: Fee
  readonly days: DaySet
  /** Those that it may be due for. */
  readonly activities: readonly BilledActivity[]
}

/** A fee that is billed once: its versions in later lists of the same service are the same fee. */
export type FeeName = Pick<Fee, 'id' | 'per' | 'every'> & Pick<PriceList, 'service'>

/** What a catalogue means for bills, found once for all families. */
export interface BilledTown extends TownCatalogue {
  readonly activities: ReadonlyMap<string, BilledActivity>
  /** The activities that each régie bills, in the order of the catalogue. */
  readonly ofRegie: ReadonlyMap<RegieId, readonly BilledActivity[]>
  readonly months: Map<IsoMonth, BilledMonth>
  readonly categories: ReadonlyMap<CategoryId, string>
  /** The rules, by list and id, that claim the State's aid for meals at one euro. */
  readonly oneEuroRules: ReadonlySet<string>
  readonly firstRegieId: RegieId
  readonly fees: readonly FeeName[]
  /** Whether some price depends on who else of the family is enrolled. */
  readonly asksEnrolled: boolean
  readonly hasPacks: boolean
  readonly hasMinimum: boolean
}

const conditionsOf = (list: PriceList, activityId: ActivityId): Conditions[] => [
  ...list.rules.filter((rule) => rule.activityId === activityId).map(({ when }) => when),
  ...list.reductions.map(({ when }) => when),
]

const asksOf = (lists: readonly PriceList[], { id, units }: Activity): Asks => {
  const pricing = lists.filter(({ rules }) => rules.some(({ activityId }) => activityId === id))
  const conditions = pricing.flatMap((list) => conditionsOf(list, id))
  const counted = countedFor(conditions)
  const supplements = pricing.flatMap((list) => list.supplements)
  const each = {
    weekday: conditions.some(({ weekdays }) => weekdays !== undefined),
    earlier: supplements.some(({ after }) => after !== undefined),
    absence: pricing.some(({ absences }) => absences.daysDue > 0),
    minutes: units.some(({ byTime }) => byTime === true),
  }
  return {
    ...each,
    ...counted,
    more: counted.present || Object.values(each).some(Boolean),
    combined:
      supplements.some(({ how }) => how.kind === 'per-family') ||
      pricing.some(({ rules }) =>
        rules.some(({ activityId, unitIds }) => activityId === id && unitIds.length > 1),
      ),
  }
}

/** Whether two are the same fee, be it of two versions of a price list. */
export const sameFee = (a: FeeName, b: FeeName): boolean =>
  a.id === b.id && a.per === b.per && a.every === b.every && a.service === b.service

const feesIn = (lists: readonly PriceList[]): FeeName[] => {
  const fees: FeeName[] = []
  for (const { service, fees: all } of lists) {
    for (const { id, per, every } of all) {
      const fee = { id, per, every, service }
      if (!fees.some((each) => sameFee(each, fee))) fees.push(fee)
    }
  }
  return fees
}

const prepare = ({ catalogue, calendars }: TownCatalogue): BilledTown => {
  const { priceLists } = catalogue
  const activities = catalogue.activities.map((activity, place) => ({
    activity,
    place,
    regieId: regieIdOf(catalogue, activity),
    units: new Map(activity.units.map(({ id }: Unit, index) => [id, index])),
    asks: asksOf(priceLists, activity),
    known: new Map<number, DueUnits>(),
  }))
  return {
    catalogue,
    calendars,
    activities: new Map(activities.map((each) => [each.activity.id, each])),
    ofRegie: Map.groupBy(activities, ({ regieId }) => regieId),
    months: new Map(),
    categories: new Map(catalogue.categories.map(({ id, name }) => [id, name])),
    oneEuroRules: new Set(
      priceLists.flatMap(({ name, rules }) =>
        rules.filter(({ oneEuroMeals }) => oneEuroMeals === true).map(({ id }) => `${name} ${id}`),
      ),
    ),
    firstRegieId: firstRegieId(catalogue),
    fees: feesIn(priceLists),
    asksEnrolled: activities.some(({ asks }) => asks.enrolled),
    hasPacks: priceLists.some(({ packs }) => packs.length > 0),
    hasMinimum: priceLists.some(({ minimum }) => minimum !== undefined),
  }
}

const towns = new WeakMap<Catalogue, BilledTown>()

/** What a catalogue means for bills. */
export const billedTown = (town: TownCatalogue): BilledTown => {
  const known = towns.get(town.catalogue)
  if (known !== undefined) return known
  const made = prepare(town)
  towns.set(town.catalogue, made)
  return made
}

/** The days of a month on which periods begin, or are over. */
export const changesIn = (
  month: IsoMonth,
  periods: readonly { readonly from: IsoDate; readonly until?: IsoDate }[],
): DaySet => {
  let set: DaySet = 0
  for (const { from, until } of periods) {
    if (from.startsWith(month)) set |= setOf(dayOfMonth(from))
    // What ends with the last day of a month changes nothing in it.
    if (until?.startsWith(month) === true) set |= setOf(dayOfMonth(until) + 1)
  }
  return set & ALL_DAYS
}

/** What a month is to a town's bills. */
export const billedMonth = (town: BilledTown, month: IsoMonth): BilledMonth => {
  const known = town.months.get(month)
  if (known !== undefined) return known
  const changes = changesIn(month, town.catalogue.priceLists)
  const made = {
    month,
    schoolYear: schoolYearOf(firstDayOf(month)),
    offset: ((Number(month.slice(5)) + 3) % 12) * MONTH_LENGTH,
    changes,
    open: [],
    pricings: [],
    periods: new Map<FeeName, readonly Period[]>(),
  }
  town.months.set(month, made)
  return made
}

/** The days of a month on which an activity is open [guide 24]. */
export const openDays = (
  town: BilledTown,
  { activity, place }: BilledActivity,
  { month, open }: BilledMonth,
): OpenDays => {
  const known = open[place]
  if (known !== undefined) return known
  const days = eachDay(firstDayOf(month), lastDayOf(month))
    .filter((date) => town.calendars.stateOf(activity, date) === 'open')
    .map(dayOfMonth)
  const made = { days, set: days.reduce((set, day) => set | setOf(day), 0) }
  open[place] = made
  return made
}

/** What prices an activity on a day of a month. */
export const pricingsOn = (
  { catalogue: { priceLists } }: BilledTown,
  { activity: { id: activityId }, place }: BilledActivity,
  { changes, pricings }: BilledMonth,
  date: IsoDate,
): Pricings => {
  if (changes !== 0) return pricingsFor(priceLists, { activityId, date })
  return (pricings[place] ??= pricingsFor(priceLists, { activityId, date }))
}
