import { minus, percentOf, plus, times, wholeNumber, type Decimal } from '../kernel/decimal.ts'
import { COMPUTATIONS } from '../kernel/tariff-texts.ts'
import type { UnitId } from '../platform/schemas.ts'
import { appliesTo } from './conditions-rules.ts'
import { constant } from './formula-rules.ts'
import type { DueDay, DueUnit, Occasion, PriceList, Rule, Scope, Supplement } from './model.ts'

const HUNDRED = wholeNumber(100)
const ONE = wholeNumber(1)

/** What is done to a price, after its formula and before it is rounded. */
interface Step {
  /** What parents know it as; nothing of an absence, which is named anyway. */
  readonly name: string | undefined
  /** In the computation, ` + 20 %`. */
  readonly text: string
  readonly apply: (amount: Decimal) => Decimal
  /** Of a price in several parts only to the first of them, as it is due once. */
  readonly isOnce: boolean
  /** The price in the place of what was before. */
  readonly instead?: Decimal
}

/** All that is done to the price of units of a day. */
export interface Adjustments {
  readonly names: readonly (string | undefined)[]
  /** The price in the place of what the rule comes to, in cents. */
  readonly instead: Decimal | undefined
  readonly steps: readonly Step[]
}

const ofAll = (name: string | undefined, text: string, factor: Decimal): Step => ({
  name,
  text,
  apply: (amount) => times(amount, factor),
  isOnce: false,
})

/** Whether a rule of a list is about some of the units. */
export const isInScope = (
  { activityId, unitIds }: Scope,
  day: Pick<DueDay, 'activityId'>,
  of: readonly UnitId[],
): boolean =>
  (activityId === undefined || activityId === day.activityId) &&
  (unitIds === undefined || of.some((unitId) => unitIds.includes(unitId)))

/**
 * The share of its price that a unit is due: all of it unless the child is absent [guide 50]. The
 * first days of a justified absence may be due in full (jours de carence).
 */
export const percentDue = (
  { absences }: Pick<PriceList, 'absences'>,
  { occasion, dayOfAbsence }: DueUnit,
): string => {
  if (occasion === 'absent') return absences.unjustified
  if (occasion !== 'excused') return '100'
  return dayOfAbsence !== undefined && dayOfAbsence <= absences.daysDue ? '100' : absences.justified
}

/** Whether a supplement is due for units of a day: in its scope, and after so many without it. */
export const isDue = (
  { of, occasions, after }: Supplement,
  day: Pick<DueDay, 'activityId'>,
  units: readonly DueUnit[],
): boolean =>
  units.some(
    ({ occasion, earlier }) =>
      occasions.some((each) => each === occasion) &&
      (after === undefined ||
        (after.within === 'month' ? (earlier?.month ?? 0) : (earlier?.schoolYear ?? 0)) >=
          after.times),
  ) &&
  isInScope(
    of,
    day,
    units.map(({ unitId }) => unitId),
  )

const supplementOf = ({ name, how }: Supplement): Step[] => {
  switch (how.kind) {
    case 'percent': {
      const factor = percentOf(ONE, plus(HUNDRED, constant(how.percent)))
      return [ofAll(name, COMPUTATIONS.more(how.percent), factor)]
    }
    case 'multiple':
      return [ofAll(name, COMPUTATIONS.times(how.by), constant(how.by))]
    case 'amount': {
      const amount = wholeNumber(how.amount)
      const apply = (price: Decimal): Decimal => plus(price, amount)
      return [{ name, text: COMPUTATIONS.plus(how.amount), apply, isOnce: true }]
    }
    case 'fixed': {
      const instead = wholeNumber(how.price)
      return [{ name, text: '', apply: () => instead, isOnce: true, instead }]
    }
    case 'per-family':
      return []
  }
}

/**
 * Whether the same is done to prices of a rule on an occasion whoever they are for and whatever went
 * before: then it is found once for all families.
 */
export const isSameForAll = (
  { absences, reductions, supplements }: PriceList,
  { activityId, unitIds }: Pick<Rule, 'activityId' | 'unitIds'>,
  occasion: Occasion,
): boolean =>
  !(occasion === 'excused' && absences.daysDue > 0) &&
  !reductions.some(({ of }) => isInScope(of, { activityId }, unitIds)) &&
  !supplements.some(
    ({ of, after }) => after !== undefined && isInScope(of, { activityId }, unitIds),
  )

const NOTHING_DONE: Adjustments = { names: [], instead: undefined, steps: [] }

const stepsOf = (
  list: PriceList,
  day: DueDay,
  units: readonly [DueUnit, ...DueUnit[]],
): readonly Step[] => {
  const [{ occasion }] = units
  const steps: Step[] = []
  if (list.reductions.length > 0) {
    const unitIds = units.map(({ unitId }) => unitId)
    const about = { date: day.date, occasion }
    for (const { name, of, when, percent } of list.reductions) {
      if (!isInScope(of, day, unitIds) || !appliesTo(when, day.person, list, about)) continue
      const factor = percentOf(ONE, minus(HUNDRED, constant(percent)))
      steps.push(ofAll(name, COMPUTATIONS.less(percent), factor))
    }
  }
  const due = percentDue(list, units[0])
  if (due !== '100') {
    steps.push(ofAll(undefined, COMPUTATIONS.due(due), percentOf(ONE, constant(due))))
  }
  for (const supplement of list.supplements) {
    if (isDue(supplement, day, units)) steps.push(...supplementOf(supplement))
  }
  return steps
}

/**
 * What is done to the price of units that are priced together, in this order: reductions one after
 * the other, the share that an absence is due, supplements. What comes before a fixed price is void.
 */
export const adjustmentsOf = (
  list: PriceList,
  day: DueDay,
  units: readonly [DueUnit, ...DueUnit[]],
): Adjustments => {
  const all = stepsOf(list, day, units)
  if (all.length === 0) return NOTHING_DONE
  const last = all.findLastIndex(({ instead }) => instead !== undefined)
  return {
    names: all.slice(Math.max(last, 0)).map(({ name }) => name),
    instead: all[last]?.instead,
    steps: all.slice(last + 1),
  }
}
