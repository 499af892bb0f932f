import { wholeNumber } from '../kernel/decimal.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { Cents } from '../kernel/money.ts'
import { COMPUTATIONS, REASONS } from '../kernel/tariff-texts.ts'
import type { ActivityId, UnitId } from '../platform/schemas.ts'
import { isDue, percentDue } from './adjustment-rules.ts'
import { adjusted, chargesOf, type Match, type PricedRules } from './charge-rules.ts'
import { appliesTo } from './conditions-rules.ts'
import { isMissing, plainPrice, type Missing, type PlainFormula } from './formula-rules.ts'
import type {
  Charge,
  DayPrice,
  DueDay,
  DueUnit,
  Person,
  PriceList,
  Rule,
  Unpriced,
} from './model.ts'

/** The price lists in force on a day, in their order: of each service the one that began last. */
export const listsFor = (lists: readonly PriceList[], date: IsoDate): readonly PriceList[] => {
  const inForce = lists.filter(({ from, until }) => from <= date && date <= until)
  if (inForce.length < 2) return inForce
  return inForce.filter(
    (list) => !inForce.some((other) => other.service === list.service && other.from > list.from),
  )
}

/** The rules of a list for an activity, in their order. */
interface ActivityRules extends PricedRules {
  readonly rules: Rule[]
  /** The units that they name. */
  readonly unitIds: Set<UnitId>
  /** Those that may price some of a day's units, by the units of the day, once it has been asked. */
  readonly byUnits: Map<string, readonly Rule[]>
}

const rulesOfLists = new WeakMap<PriceList, ReadonlyMap<ActivityId, ActivityRules>>()

const indexOf = (list: PriceList): ReadonlyMap<ActivityId, ActivityRules> => {
  const index = new Map<ActivityId, ActivityRules>()
  for (const rule of list.rules) {
    const of: ActivityRules = index.get(rule.activityId) ?? {
      rules: [],
      unitIds: new Set(),
      byUnits: new Map(),
      offers: new Map(),
    }
    index.set(rule.activityId, of)
    of.rules.push(rule)
    for (const unitId of rule.unitIds) of.unitIds.add(unitId)
  }
  rulesOfLists.set(list, index)
  return index
}

const rulesFor = (list: PriceList, activityId: ActivityId): ActivityRules | undefined =>
  (rulesOfLists.get(list) ?? indexOf(list)).get(activityId)

/** The units that a rule names, when all of them are there with one and the same occasion. */
const unitsOf = ({ unitIds }: Rule, left: readonly DueUnit[]): Match['units'] | undefined => {
  let units: [DueUnit, ...DueUnit[]] | undefined
  for (const id of unitIds) {
    const unit = left.find(({ unitId }) => unitId === id)
    if (unit === undefined) return undefined
    if (units === undefined) units = [unit]
    else if (unit.occasion === units[0].occasion) units.push(unit)
    else return undefined
  }
  return units
}

/** The rules that name no other units than these, in their order. */
const rulesAbout = (
  { rules, byUnits }: ActivityRules,
  units: readonly DueUnit[],
): readonly Rule[] => {
  const [first] = units
  const key =
    first !== undefined && units.length === 1
      ? first.unitId
      : units.map(({ unitId }) => unitId).join(' ')
  const known = byUnits.get(key)
  if (known !== undefined) return known
  const ids = units.map(({ unitId }) => unitId)
  const about = rules.filter(({ unitIds }) => unitIds.every((id) => ids.includes(id)))
  byUnits.set(key, about)
  return about
}

/** The units that a rule prices, of those of a day that are left. */
const matchOf = (
  list: PriceList,
  rule: Rule,
  day: DueDay,
  left: readonly DueUnit[],
): Match | undefined => {
  const units = unitsOf(rule, left)
  if (units === undefined) return undefined
  const about = { date: day.date, occasion: units[0].occasion }
  return appliesTo(rule.when, day.person, list, about) ? { rule, units } : undefined
}

/** A price list with what it says of an activity. */
interface Pricing {
  readonly list: PriceList
  readonly known: ActivityRules
  /** Whether something is due once a day for the family. */
  readonly isPerFamily: boolean
}

const NONE = [] as const
const FREE: DayPrice = { charges: NONE, unpriced: NONE }

/** One after the other; of most days the second are none. */
const joined = <Value>(first: readonly Value[], second: readonly Value[]): readonly Value[] =>
  second.length === 0 ? first : first.length === 0 ? second : [...first, ...second]

/** What is due once a day for the family, because of some of the units. */
const familyCharges = (
  { list, isPerFamily }: Pricing,
  day: DueDay,
  matches: readonly Match[],
): readonly Charge[] =>
  !isPerFamily
    ? NONE
    : list.supplements.flatMap((supplement) => {
        const { id, name, how } = supplement
        if (how.kind !== 'per-family') return []
        const concerned = matches.filter(({ units }) => isDue(supplement, day, units))
        const [first] = concerned
        if (first === undefined) return []
        const { amount } = how
        return [
          {
            kind: 'supplement',
            unitIds: concerned.flatMap(({ units }) => units.map(({ unitId }) => unitId)),
            occasion: first.units[0].occasion,
            ruleId: id,
            label: name,
            account: first.rule.parts[0]?.account,
            unitPrice: amount,
            priceList: list.name,
            why: REASONS.all([
              list.name,
              name,
              COMPUTATIONS.equals(undefined, wholeNumber(amount), '', amount),
            ]),
            perFamily: true,
          },
        ]
      })

/** What prices an activity while the same lists are in force. */
export type Pricings = readonly Pricing[]

/** What prices an activity on a day: the same until another list is in force. */
export const pricingsFor = (
  lists: readonly PriceList[],
  { activityId, date }: Pick<DueDay, 'activityId' | 'date'>,
): Pricings =>
  listsFor(lists, date).flatMap((list) => {
    const known = rulesFor(list, activityId)
    const isPerFamily = list.supplements.some(({ how }) => how.kind === 'per-family')
    return known === undefined ? [] : [{ list, known, isPerFamily }]
  })

/** The units of which something is due in a list, or of which it says nothing. */
const dueIn = ({ list, known }: Pricing, units: readonly DueUnit[]): readonly DueUnit[] =>
  units.some(({ occasion }) => occasion === 'absent' || occasion === 'excused')
    ? units.filter((unit) => !known.unitIds.has(unit.unitId) || Number(percentDue(list, unit)) > 0)
    : units

/**
 * What units of a day cost by one list: its rules take them one after the other, each unit once.
 * What no rule takes is left.
 */
const priceByOne = (
  pricing: Pricing,
  day: DueDay,
  units: readonly DueUnit[],
): DayPrice & { readonly left: readonly DueUnit[] } => {
  const { list, known } = pricing
  let charges: readonly Charge[] = NONE
  let unpriced: readonly Unpriced[] = NONE
  let priced: readonly Match[] = NONE
  let left = units
  for (const rule of units.length === 0 ? NONE : rulesAbout(known, units)) {
    const match = matchOf(list, rule, day, left)
    if (match === undefined) continue
    const made = chargesOf(list, known, match, day)
    if (typeof made === 'string') {
      unpriced = [...unpriced, ...match.units.map(({ unitId }) => ({ unitId, missing: made }))]
    } else {
      charges = joined(charges, made)
      priced = joined(priced, [match])
    }
    left = left.filter((unit) => !match.units.includes(unit))
    if (left.length === 0) break
  }
  return { charges: joined(charges, familyCharges(pricing, day, priced)), unpriced, left }
}

/**
 * What a child's day in an activity costs [guide 50, 51, 54]: by the lists in force on the day, whose
 * rules are tried in order; a rule of several units applies when all of them are there with one and
 * the same occasion, and each unit is priced once. Then come the reductions, the share that an
 * absence is due, the supplements, and one rounding for each charge. An absence of which nothing is
 * due has no charge. What no rule prices is `unpriced`: the caller must say so, never invent a price.
 */
export const priceBy = (pricings: Pricings, day: DueDay): DayPrice => {
  let price: DayPrice = FREE
  let left = day.units
  for (const pricing of pricings) {
    const found = priceByOne(pricing, day, dueIn(pricing, left))
    const { charges, unpriced } = found
    price = {
      charges: joined(price.charges, charges),
      unpriced: joined(price.unpriced, unpriced),
    }
    left = found.left
  }
  if (left.length === 0) return price
  const missing = pricings.length === 0 ? 'list' : 'rule'
  const more = left.map(({ unitId }): Unpriced => ({ unitId, missing }))
  return { charges: price.charges, unpriced: joined(price.unpriced, more) }
}

/** What a child's day costs by those of the lists that are in force on it. */
export const priceDay = (lists: readonly PriceList[], day: DueDay): DayPrice =>
  priceBy(pricingsFor(lists, day), day)

/**
 * What a fee or a pack costs a person, rounded once: the price in cents and the reason in French, or
 * what is missing to know it.
 *
 * @param name what parents know it as, for the reason.
 */
export const formulaPrice = (
  list: PriceList,
  formula: PlainFormula,
  person: Person,
  name?: string,
): { readonly cents: Cents; readonly why: string } | Missing => {
  const worked = plainPrice(formula, person)
  if (isMissing(worked)) return worked
  const { cents, computation } = adjusted(worked, [], list.rounding)
  const rule = REASONS.rule(name, worked.band)
  return { cents, why: REASONS.all([list.name, rule, worked.basis, computation]) }
}
