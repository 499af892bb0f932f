import {
  compare,
  decimal,
  largerOf,
  millionths,
  percentOf,
  plus,
  smallerOf,
  times,
  wholeNumber,
  type Decimal,
} from '../kernel/decimal.ts'
import { COMPUTATIONS, REASONS, exactEuros } from '../kernel/tariff-texts.ts'
import type { UnitId } from '../platform/schemas.ts'
import { appliesTo, type Moment } from './conditions-rules.ts'
import type { Basis, Formula, Person, PriceList, Rule, Unpriced } from './model.ts'

/** What keeps a price from being found. */
export type Missing = Unpriced['missing']

/** What a formula comes to, with the words for its reason. */
export interface Worked {
  /** In cents, exact. */
  readonly amount: Decimal
  /** How it is computed; nothing of a price as it stands in the list. */
  readonly how?: string
  /** Where in the rule it stands. */
  readonly band?: string
  /** The quotient or income that it follows from. */
  readonly basis?: string | undefined
  /** The entry of the list that it stands in as it is: of one price and one name for everybody. */
  readonly entry?: object | undefined
}

/** What a formula is worked out for. */
export interface Asked extends Moment {
  readonly list: PriceList
  /** The rules of the list for the activity. */
  readonly rules: readonly Rule[]
  readonly person: Person
  /** The time spent. */
  readonly minutes?: number | undefined
}

type Of<Kind extends Formula['kind']> = Extract<Formula, { kind: Kind }>
type Bands = Of<'bands'>
type Effort = Of<'effort'>

/** A price that follows from the person alone: of a fee, of a pack, of a step of time. */
export type PlainFormula = Of<'flat'> | Bands | Effort

/** Whether a price was not found. */
export const isMissing = (worked: Worked | Missing): worked is Missing => typeof worked === 'string'

const constants = new Map<string, Decimal>()

/** A number of a price list; lists are few, so that each of their numbers is read once. */
export const constant = (text: string): Decimal => {
  const known = constants.get(text)
  if (known !== undefined) return known
  const read = decimal(text)
  constants.set(text, read)
  return read
}

/** The price of a family that has shown nothing; a quotient of 0 is shown [guide 51]. */
const withoutBasis = (formula: Bands | Effort, highest: Decimal | undefined): Worked | Missing => {
  const { by, unknown } = formula
  if (typeof unknown !== 'string') {
    return { amount: wholeNumber(unknown.price), basis: REASONS.unknown(by), entry: formula }
  }
  if (unknown === 'refuse' || highest === undefined) return by
  return { amount: highest, basis: REASONS.unknownHighest(by), entry: formula }
}

/** A quotient or income as prices follow from it. */
interface KnownBasis {
  readonly means: Person['means']
  readonly by: Basis
  readonly value: string
  readonly exact: Decimal
  readonly millionths: number
  /** For the reason of a price. */
  readonly text: string
}

/** What was asked last: a family's prices follow one after the other from the same . */
let lastBasis: KnownBasis | undefined

const basisOf = (by: Basis, { means }: Person): KnownBasis | undefined => {
  const value = means?.[by]
  if (means === undefined || value === undefined) return undefined
  if (lastBasis?.means === means && lastBasis.by === by && lastBasis.value === value) {
    return lastBasis
  }
  const text = REASONS.known(by, value, means.from)
  const exact = decimal(value)
  lastBasis = { means, by, value, exact, millionths: millionths(exact), text }
  return lastBasis
}

/** A band with its limits in millionths, and what it comes to. */
interface KnownBand {
  readonly from: number
  readonly below: number
  readonly amount: Decimal
  readonly name: string
}

const knownBands = new WeakMap<Bands, readonly KnownBand[]>()

const bandsOf = (formula: Bands): readonly KnownBand[] => {
  const known = knownBands.get(formula)
  if (known !== undefined) return known
  const made = formula.bands.map(({ from, below, price }) => ({
    from: millionths(constant(from)),
    below: below === undefined ? Number.POSITIVE_INFINITY : millionths(constant(below)),
    amount: wholeNumber(price),
    name: REASONS.band(formula.by, from, below),
  }))
  knownBands.set(formula, made)
  return made
}

const bandsPrice = (formula: Bands, person: Person): Worked | Missing => {
  const basis = basisOf(formula.by, person)
  if (basis === undefined) {
    const highest = Math.max(...formula.bands.map(({ price }) => price))
    return withoutBasis(formula, wholeNumber(highest))
  }
  const { millionths: value, text } = basis
  for (const band of bandsOf(formula)) {
    if (band.from <= value && value < band.below) {
      return { amount: band.amount, band: band.name, basis: text, entry: band }
    }
  }
  return 'rule'
}

/** The highest price that a rate comes to; nothing when nothing but the quotient limits it. */
const highestEffort = ({ percent, most, from }: Effort): Decimal | undefined => {
  const limit = most === undefined ? undefined : wholeNumber(most)
  if (from === undefined) return limit
  const below = times(constant(percent), constant(from.threshold))
  return largerOf(wholeNumber(from.price), limit === undefined ? below : smallerOf(below, limit))
}

const effortPrice = (formula: Effort, person: Person): Worked | Missing => {
  const { by, percent, least, most, from } = formula
  const basis = basisOf(by, person)
  if (basis === undefined) return withoutBasis(formula, highestEffort(formula))
  const value = basis.exact
  if (from !== undefined && compare(value, constant(from.threshold)) >= 0) {
    return {
      amount: wholeNumber(from.price),
      band: REASONS.threshold(by, from.threshold),
      basis: basis.text,
      entry: from,
    }
  }
  // So many hundredths of euros are as many cents.
  const amount = times(value, constant(percent))
  const how = COMPUTATIONS.rate(percent, basis.value)
  if (least !== undefined && compare(amount, wholeNumber(least)) < 0) {
    return {
      amount: wholeNumber(least),
      how: COMPUTATIONS.atLeast(how, least),
      basis: basis.text,
    }
  }
  if (most !== undefined && compare(amount, wholeNumber(most)) > 0) {
    return { amount: wholeNumber(most), how: COMPUTATIONS.atMost(how, most), basis: basis.text }
  }
  return { amount, how, basis: basis.text }
}

/** What a formula comes to that asks about the person alone. */
export const plainPrice = (formula: PlainFormula, person: Person): Worked | Missing => {
  switch (formula.kind) {
    case 'flat':
      return { amount: wholeNumber(formula.price), entry: formula }
    case 'bands':
      return bandsPrice(formula, person)
    case 'effort':
      return effortPrice(formula, person)
  }
}

const STEPS = { up: Math.ceil, nearest: Math.round, down: Math.floor }

/** The price of a time: its duration becomes whole steps once, and these are priced. */
const timePrice = (formula: Of<'time'>, { person, minutes }: Asked): Worked | Missing => {
  if (minutes === undefined) return 'duration'
  const step = plainPrice(formula.step, person)
  if (isMissing(step)) return step
  const { least = 0, most = Number.POSITIVE_INFINITY } = formula
  const whole = STEPS[formula.rounding](minutes / formula.minutes)
  const steps = Math.min(most, Math.max(least, whole))
  return {
    ...step,
    entry: undefined,
    amount: times(step.amount, wholeNumber(steps)),
    how: COMPUTATIONS.time({
      minutes,
      steps,
      step: formula.minutes,
      price: exactEuros(step.amount),
    }),
  }
}

/** What a unit costs alone under the same rules, and what parents know it as. */
const priceOfUnit = (
  unitId: UnitId,
  asked: Asked,
): { readonly name: string; readonly worked: Worked } | Missing => {
  const rule = asked.rules.find(
    ({ unitIds, when }) =>
      unitIds.length === 1 &&
      unitIds[0] === unitId &&
      appliesTo(when, asked.person, asked.list, asked),
  )
  if (rule === undefined) return 'rule'
  const worked = sumOf(rule.parts.map(({ formula }) => formulaOf(formula, asked)))
  return isMissing(worked) ? worked : { name: rule.name, worked }
}

/** Several prices as one, with what the first of them follows from. */
const sumOf = (prices: readonly (Worked | Missing)[]): Worked | Missing => {
  let amount = wholeNumber(0)
  let basis: string | undefined
  for (const price of prices) {
    if (isMissing(price)) return price
    amount = plus(amount, price.amount)
    basis ??= price.basis
  }
  return basis === undefined ? { amount } : { amount, basis }
}

const sumPrice = ({ unitIds }: Of<'sum'>, asked: Asked): Worked | Missing => {
  const terms: { name: string; amount: Decimal }[] = []
  const prices: Worked[] = []
  for (const unitId of unitIds) {
    // The time of a day is spent once: it is in no sum.
    const price = priceOfUnit(unitId, { ...asked, minutes: undefined })
    if (typeof price === 'string') return price
    terms.push({ name: price.name, amount: price.worked.amount })
    prices.push(price.worked)
  }
  const sum = sumOf(prices)
  return isMissing(sum) ? sum : { ...sum, how: COMPUTATIONS.sum(terms) }
}

const sharePrice = ({ unitId, percent }: Of<'share'>, asked: Asked): Worked | Missing => {
  const price = priceOfUnit(unitId, asked)
  if (typeof price === 'string') return price
  const { name, worked } = price
  return {
    ...worked,
    amount: percentOf(worked.amount, constant(percent)),
    how: COMPUTATIONS.share(percent, worked.amount, name),
  }
}

/**
 * What a formula of a rule comes to, exact and not rounded, or what is missing to know it. Units that
 * a sum or a share refers to are priced by the same list for the same person and occasion.
 */
export const formulaOf = (formula: Formula, asked: Asked): Worked | Missing => {
  switch (formula.kind) {
    case 'time':
      return timePrice(formula, asked)
    case 'sum':
      return sumPrice(formula, asked)
    case 'share':
      return sharePrice(formula, asked)
    default:
      return plainPrice(formula, asked.person)
  }
}
