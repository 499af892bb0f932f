import { toCents } from '../kernel/decimal.ts'
import type { Cents } from '../kernel/money.ts'
import { COMPUTATIONS, REASONS } from '../kernel/tariff-texts.ts'
import { adjustmentsOf, isSameForAll, type Adjustments } from './adjustment-rules.ts'
import { formulaOf, isMissing, type Missing, type Worked } from './formula-rules.ts'
import type { Charge, DueDay, DueUnit, Occasion, Person, PriceList, Rule } from './model.ts'

/** Units of a day that a rule prices together. */
export interface Match {
  readonly rule: Rule
  readonly units: readonly [DueUnit, ...DueUnit[]]
}

/** A price as it stands in a list, with its words. */
interface Listed {
  readonly cents: Cents
  /** Of the list, of the rule and of the place in it. */
  readonly name: string
  readonly computation: string
}

/**
 * What is the same for all whom a rule prices on an occasion. Prices are few and families many: words
 * and amounts are put together once for each entry of the list.
 */
export interface Offer {
  /** What made the rule apply, where that is nothing of the person and of what went before. */
  readonly because: string | undefined
  /** What is done to the price; nothing where that depends on the person or on what went before. */
  readonly adjustments: Adjustments | undefined
  /** By part of the price what its entries come to. */
  readonly listed: readonly Map<object, Listed>[]
}

/** Rules of a list, and what is known of them. */
export interface PricedRules {
  /** Those for an activity, in their order. */
  readonly rules: readonly Rule[]
  /** What is the same for all whom a rule prices on an occasion, once it has been asked. */
  readonly offers: Map<Rule, Partial<Record<Occasion, Offer>>>
}

const isAbsence = (occasion: Occasion): boolean => occasion === 'absent' || occasion === 'excused'

/** What of a person and of a day made a rule apply, in French. */
const becauseOf = (
  { when }: Rule,
  person: Person,
  occasion: Occasion,
  names: Adjustments['names'],
): string =>
  REASONS.all([
    when.categories && REASONS.category(person.categoryName ?? person.category),
    when.communes && REASONS.commune(person.commune),
    when.quotient === 'unknown' ? REASONS.unknown('quotient') : undefined,
    when.rank && REASONS.rank(person[when.rank.among].rank),
    when.siblings && REASONS.siblings(person[when.siblings.among].children, when.siblings.among),
    when.regular === undefined ? undefined : when.regular ? REASONS.regular : REASONS.occasional,
    when.occasions !== undefined || isAbsence(occasion) ? REASONS.occasions[occasion] : undefined,
    ...names,
  ])

/** A price after all that is done to it, with how it came about. */
export const adjusted = (
  { amount, how }: Worked,
  steps: Adjustments['steps'],
  rounding: PriceList['rounding'],
): { readonly cents: Cents; readonly computation: string } => {
  let exact = amount
  let text = ''
  for (const step of steps) {
    exact = step.apply(exact)
    text += step.text
  }
  const cents = toCents(exact, rounding)
  return { cents, computation: COMPUTATIONS.equals(how, amount, text, cents) }
}

const minutesOf = (units: readonly DueUnit[]): number | undefined => {
  let minutes = 0
  for (const unit of units) {
    if (unit.minutes === undefined) return undefined
    minutes += unit.minutes
  }
  return minutes
}

/** What is the same for all whom a rule prices on an occasion. */
const offerOf = (
  list: PriceList,
  { offers }: PricedRules,
  { rule, units }: Match,
  day: DueDay,
): Offer => {
  const { occasion } = units[0]
  const known = offers.get(rule)?.[occasion]
  if (known !== undefined) return known
  const adjustments = isSameForAll(list, rule, occasion)
    ? adjustmentsOf(list, day, units)
    : undefined
  const isForAll = Object.keys(rule.when).length === 0
  const made = {
    adjustments,
    because:
      isForAll && adjustments !== undefined
        ? becauseOf(rule, day.person, occasion, adjustments.names)
        : undefined,
    listed: rule.parts.map(() => new Map<object, Listed>()),
  }
  offers.set(rule, { ...offers.get(rule), [occasion]: made })
  return made
}

/** A part of a price after all that is done to it, found once if it stands in the list as it is. */
const listedAs = (
  list: PriceList,
  { rule, index, worked }: { rule: Rule; index: number; worked: Worked },
  { steps }: Adjustments,
  offer: Offer,
): Listed => {
  const { entry } = worked
  const entries = offer.adjustments === undefined ? undefined : offer.listed[index]
  const known = entry === undefined ? undefined : entries?.get(entry)
  if (known !== undefined) return known
  const mine = index === 0 ? steps : steps.filter(({ isOnce }) => !isOnce)
  const { cents, computation } = adjusted(worked, mine, list.rounding)
  const named = REASONS.rule(rule.name, rule.parts[index]?.label, worked.band)
  const made = { cents, computation, name: REASONS.all([list.name, named]) }
  if (entry !== undefined) entries?.set(entry, made)
  return made
}

/** The charges of a match, one for each part of the price, or what is missing to know it. */
export const chargesOf = (
  list: PriceList,
  known: PricedRules,
  match: Match,
  day: DueDay,
): readonly Charge[] | Missing => {
  const { date, person } = day
  const { rule, units } = match
  const { occasion } = units[0]
  const { rules } = known
  const asked = { list, rules, person, date, occasion, minutes: minutesOf(units) }
  const offer = offerOf(list, known, match, day)
  const adjustments = offer.adjustments ?? adjustmentsOf(list, day, units)
  const { names, instead } = adjustments
  const because = offer.because ?? becauseOf(rule, person, occasion, names)
  let charges: readonly Charge[] = []
  let index = 0
  for (const { formula, label, account } of rule.parts) {
    // A price in the place of another is one, however many parts the other has.
    if (index > 0 && instead !== undefined) break
    const worked = instead === undefined ? formulaOf(formula, asked) : { amount: instead }
    if (isMissing(worked)) return worked
    const listed = listedAs(list, { rule, index, worked }, adjustments, offer)
    const charge: Charge = {
      kind: 'unit',
      unitIds: rule.unitIds,
      occasion,
      ruleId: rule.id,
      label,
      account,
      unitPrice: listed.cents,
      priceList: list.name,
      why: REASONS.all([listed.name, worked.basis, because, listed.computation]),
      perFamily: false,
    }
    charges = index === 0 ? [charge] : [...charges, charge]
    index += 1
  }
  return charges
}
