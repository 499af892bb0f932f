import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity, Unit } from '../catalogue/model.ts'
import { addDays, weekdayOf, type IsoDate } from '../kernel/dates.ts'
import { sum } from '../kernel/money.ts'
import { SIMULATION } from '../kernel/simulation-texts.ts'
import type { ActivityId, UnitId } from '../platform/schemas.ts'
import { appliesTo } from './conditions-rules.ts'
import type { Fee, Pack, Person, PriceList, Unpriced } from './model.ts'
import type { SimulationRowReply } from './routes.ts'
import { formulaPrice, priceDay } from './rules.ts'

/** What a simulation is of. */
export interface Simulated {
  readonly list: PriceList
  /** The day of the prices; the list is in force on it. */
  readonly date: IsoDate
  /** Whom the prices are for: a child's place among its siblings differs from activity to activity. */
  readonly personIn: (activityId: ActivityId | undefined) => Person
}

type Row = SimulationRowReply
type Priced = Pick<Row, 'price' | 'why'>

/** How long a unit billed by the time spent is simulated, in minutes. */
const AN_HOUR = 60

const missing = (what: Unpriced['missing']): Priced => ({
  price: null,
  why: SIMULATION.missing[what],
})

/**
 * The day on which an activity is simulated: the first one from the day of the prices on that has
 * its weekday, so that rules for weekdays apply, as long as the list is in force.
 */
const serviceDay = ({ opening }: Activity, { list, date }: Simulated): IsoDate => {
  const week = Array.from({ length: 7 }, (_, days) => addDays(date, days))
  const day = week.find((each) => opening.weekdays.includes(weekdayOf(each)))
  return day === undefined || day > list.until ? date : day
}

/** What units cost that a child has together; one that only stands for a late one is late. */
const priceOfUnits = (simulated: Simulated, activity: Activity, units: readonly Unit[]): Priced => {
  const isLate = ({ id }: Unit): boolean =>
    activity.units.some(({ lateUnitId }) => lateUnitId === id)
  const { charges, unpriced } = priceDay([simulated.list], {
    date: serviceDay(activity, simulated),
    activityId: activity.id,
    units: units.map((unit) => ({
      unitId: unit.id,
      occasion: isLate(unit) ? 'late' : 'booked',
      ...(unit.byTime === true ? { minutes: AN_HOUR } : {}),
    })),
    person: simulated.personIn(activity.id),
  })
  const [without] = unpriced
  return without === undefined
    ? {
        price: sum(charges.map(({ unitPrice }) => unitPrice)),
        why: charges.map(({ why }) => why).join(' ; '),
      }
    : missing(without.missing)
}

/** The units and sets of units that a list prices in an activity: single ones first. */
const pricedUnits = ({ rules }: PriceList, activity: Activity): Unit[][] => {
  const own = rules.filter(({ activityId }) => activityId === activity.id)
  const isOf = (ids: readonly UnitId[], unit: Unit): boolean =>
    ids.length === 1 && ids[0] === unit.id
  const single = activity.units.filter((unit) => own.some(({ unitIds }) => isOf(unitIds, unit)))
  const sets = new Map(
    own
      .filter(({ unitIds }) => unitIds.length > 1)
      .map(({ unitIds }) => [unitIds.toSorted().join(' '), unitIds]),
  )
  return [
    ...single.map((unit) => [unit]),
    ...[...sets.values()].map((ids) => activity.units.filter(({ id }) => ids.includes(id))),
  ]
}

const nameOf = ({ name, byTime }: Unit): string =>
  byTime === true ? SIMULATION.perHour(name) : name

const unitRows = (simulated: Simulated, activity: Activity): Row[] =>
  pricedUnits(simulated.list, activity).map((units) => {
    const [unit] = units
    return {
      activityId: activity.id,
      activity: activity.name,
      ...(units.length === 1 && unit !== undefined ? { unitId: unit.id } : {}),
      unit: SIMULATION.together(units.map(nameOf)),
      ...priceOfUnits(simulated, activity, units),
    }
  })

/** What is billed once, or for a month: fees and packs, as far as they apply to the person. */
const onceRows = (simulated: Simulated, activity: Activity | undefined): Row[] => {
  const { list, personIn, date } = simulated
  const person = personIn(activity?.id)
  const rowOf = (unit: string, { of, when, formula }: Fee | Pack): Row[] => {
    if (of.activityId !== activity?.id || !appliesTo(when, person, list, { date })) return []
    const price = formulaPrice(list, formula, person)
    return [
      {
        ...(activity === undefined ? {} : { activityId: activity.id }),
        activity: activity?.name ?? list.service,
        unit,
        ...(typeof price === 'string' ? missing(price) : { price: price.cents, why: price.why }),
      },
    ]
  }
  return [
    ...list.fees.flatMap((fee) => rowOf(fee.name, fee)),
    ...list.packs.flatMap((pack) => rowOf(SIMULATION.perMonth(pack.name, pack.fromDays), pack)),
  ]
}

/**
 * The results of a simulation [guide 54]: what each unit of a price list costs, also those that nobody
 * books, such as late ones, then what is billed once; by activity in the order of the catalogue. What
 * cannot be told has no price and says what is missing.
 */
export const simulate = (
  { catalogue }: Pick<TownCatalogue, 'catalogue'>,
  simulated: Simulated,
): Row[] => [
  ...catalogue.activities.flatMap((activity) => [
    ...unitRows(simulated, activity),
    ...onceRows(simulated, activity),
  ]),
  ...onceRows(simulated, undefined),
]
