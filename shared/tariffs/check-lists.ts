import { regieIdOf } from '../catalogue/look-up.ts'
import type { Activity, Catalogue } from '../catalogue/model.ts'
import { compare, type Decimal } from '../kernel/decimal.ts'
import type { Fault } from '../kernel/errors.ts'
import { sum } from '../kernel/money.ts'
import { doubles, missing } from '../kernel/references.ts'
import { TARIFF_FAULTS } from '../kernel/tariff-texts.ts'
import { FAULTS } from '../kernel/texts.ts'
import type { UnitId } from '../platform/schemas.ts'
import { faultsOfFormula } from './check-formulas.ts'
import { constant } from './formula-rules.ts'
import type { Conditions, Formula, PriceList, Rule, Scope } from './model.ts'

const each = (pointer: string, index: number): string => `${pointer}/${String(index)}`

const faultsOfConditions = (at: string, when: Conditions, { categories }: Catalogue): Fault[] => [
  ...(when.categories ?? []).flatMap((id, index) =>
    missing(each(`${at}/categories`, index), id, categories),
  ),
  ...(when.rank?.to !== undefined && when.rank.to < when.rank.from
    ? [{ pointer: `${at}/rank/to`, detail: FAULTS.invalid }]
    : []),
]

/** An activity that is not there, or units that it has not; without one, that no activity has. */
const faultsOfScope = (
  at: string,
  { activityId, unitIds = [] }: Scope,
  activities: readonly Activity[],
): Fault[] => {
  const meant = activities.filter(({ id }) => activityId === undefined || id === activityId)
  const units = meant.flatMap((activity) => activity.units)
  return [
    ...(activityId === undefined ? [] : missing(`${at}/activityId`, activityId, activities)),
    ...unitIds.flatMap((id, index) => missing(each(`${at}/unitIds`, index), id, units)),
    ...doubles(
      `${at}/unitIds`,
      'id',
      unitIds.map((id) => ({ id })),
    ).map(({ pointer, detail }) => ({ pointer: pointer.replace(/\/id$/, ''), detail })),
  ]
}

/** The units that a formula refers to. */
const referredBy = (formula: Formula): readonly UnitId[] => {
  if (formula.kind === 'sum') return formula.unitIds
  return formula.kind === 'share' ? [formula.unitId] : []
}

/** The formulas that price a unit of an activity alone. */
const formulasOf = (list: PriceList, { activityId }: Rule, unitId: UnitId): Formula[] =>
  list.rules
    .filter(
      (rule) =>
        rule.activityId === activityId && rule.unitIds.length === 1 && rule.unitIds[0] === unitId,
    )
    .flatMap(({ parts }) => parts.map(({ formula }) => formula))

/** Whether the price of a unit refers to itself, at once or through others. */
const hangsOnItself = (list: PriceList, rule: Rule, unitId: UnitId): boolean => {
  const next = (id: UnitId): UnitId[] =>
    formulasOf(list, rule, id).flatMap((formula) => referredBy(formula))
  const reached = new Set(next(unitId))
  // A set hands out what is added to it while it is walked through.
  for (const id of reached) for (const other of next(id)) reached.add(other)
  return reached.has(unitId)
}

/** What a sum or a share refers to and cannot be computed from. */
const faultsOfReferences = (at: string, formula: Formula, rule: Rule, list: PriceList): Fault[] =>
  referredBy(formula).flatMap((id, index) => {
    const pointer = formula.kind === 'sum' ? each(`${at}/unitIds`, index) : `${at}/unitId`
    const formulas = formulasOf(list, rule, id)
    if (formulas.length === 0) return [{ pointer, detail: TARIFF_FAULTS.noRule(id) }]
    if (hangsOnItself(list, rule, id)) return [{ pointer, detail: FAULTS.circle(id) }]
    return formula.kind === 'sum' && formulas.some(({ kind }) => kind === 'time')
      ? [{ pointer, detail: TARIFF_FAULTS.timeInSum(id) }]
      : []
  })

/** In cents, the most that a meal at one euro costs; and the first quotient without one. */
const ONE_EURO = 100
const BEYOND_LIMIT = constant('1000.01')

/** A price from a quotient on, in cents. */
interface Step {
  readonly from: Decimal
  readonly price: number
}

/** What a part of a price comes to from a quotient on; nothing where other things count too. */
const priceFrom = (formula: Formula, quotient: Decimal): number => {
  if (formula.kind === 'flat') return formula.price
  if (formula.kind !== 'bands' || formula.by !== 'quotient') return Number.NaN
  const band = formula.bands.findLast(({ from }) => compare(constant(from), quotient) <= 0)
  return band?.price ?? Number.NaN
}

/** The prices of a rule by quotient, all parts together; none of a rule that is no such list. */
const stepsOf = ({ parts }: Rule): readonly Step[] => {
  const bounds = parts.flatMap(({ formula }) =>
    formula.kind === 'bands' ? formula.bands.map(({ from }) => from) : [],
  )
  return [...new Set(bounds)]
    .map((bound) => constant(bound))
    .toSorted(compare)
    .map((from) => ({ from, price: sum(parts.map(({ formula }) => priceFrom(formula, from))) }))
}

const isOneEuro = ({ price }: Step): boolean => price <= ONE_EURO

/**
 * What the State asks of prices for which a town claims its aid for meals at one euro (« cantine à
 * 1 € »): at least three bands of quotient, one at one euro or less and one above, the former for
 * quotients of 1000 at most.
 */
const faultsOfOneEuro = (at: string, rule: Rule): Fault[] => {
  if (rule.oneEuroMeals !== true) return []
  const steps = stepsOf(rule)
  const isWide = steps.length >= 3 && steps.some(isOneEuro) && !steps.every(isOneEuro)
  const isWithin = steps.every((step, index) => {
    const end = steps[index + 1]?.from
    return !isOneEuro(step) || (end !== undefined && compare(end, BEYOND_LIMIT) <= 0)
  })
  const pointer = `${at}/oneEuroMeals`
  if (!isWide) return [{ pointer, detail: TARIFF_FAULTS.oneEuroBands }]
  return isWithin ? [] : [{ pointer, detail: TARIFF_FAULTS.oneEuroLimit }]
}

const faultsOfRule = (at: string, rule: Rule, list: PriceList, catalogue: Catalogue): Fault[] => [
  ...faultsOfScope(at, rule, catalogue.activities),
  ...faultsOfConditions(`${at}/when`, rule.when, catalogue),
  ...rule.parts.flatMap(({ formula }, index) => {
    const pointer = `${each(`${at}/parts`, index)}/formula`
    return [
      ...faultsOfFormula(pointer, formula),
      ...faultsOfReferences(pointer, formula, rule, list),
    ]
  }),
  ...faultsOfOneEuro(at, rule),
]

/**
 * What a list asks of a family once, for activities that several régies bill: each of them would ask
 * it, since none knows the bills of the others.
 */
const faultsOfRegies = (at: string, list: PriceList, catalogue: Catalogue): Fault[] => {
  const own = catalogue.activities.filter(({ id }) =>
    list.rules.some(({ activityId }) => activityId === id),
  )
  if (new Set(own.map((activity) => regieIdOf(catalogue, activity))).size < 2) return []
  const detail = TARIFF_FAULTS.severalRegies
  return [
    ...(list.minimum === undefined ? [] : [{ pointer: `${at}/minimum`, detail }]),
    ...list.supplements.flatMap(({ how }, index) =>
      how.kind === 'per-family'
        ? [{ pointer: `${each(`${at}/supplements`, index)}/how`, detail }]
        : [],
    ),
  ]
}

/** The units, conditions and formulas of what a list has beside its rules. */
const faultsOfExtras = (at: string, list: PriceList, catalogue: Catalogue): Fault[] => [
  ...list.supplements.flatMap(({ of }, index) =>
    faultsOfScope(`${each(`${at}/supplements`, index)}/of`, of, catalogue.activities),
  ),
  ...list.reductions.flatMap(({ of, when, percent }, index) => {
    const pointer = each(`${at}/reductions`, index)
    return [
      ...faultsOfScope(`${pointer}/of`, of, catalogue.activities),
      ...faultsOfConditions(`${pointer}/when`, when, catalogue),
      ...(compare(constant(percent), constant('100')) > 0
        ? [{ pointer: `${pointer}/percent`, detail: TARIFF_FAULTS.aboveWhole }]
        : []),
    ]
  }),
  ...(['fees', 'packs'] as const).flatMap((section) =>
    list[section].flatMap(({ of, when, formula }, index) => {
      const pointer = each(`${at}/${section}`, index)
      return [
        ...faultsOfScope(`${pointer}/of`, of, catalogue.activities),
        ...faultsOfConditions(`${pointer}/when`, when, catalogue),
        ...faultsOfFormula(`${pointer}/formula`, formula),
      ]
    }),
  ),
]

const SECTIONS = ['rules', 'supplements', 'reductions', 'fees', 'packs'] as const

const faultsOfList = (at: string, list: PriceList, catalogue: Catalogue): Fault[] => {
  const { from, until, service } = list
  const isTwice = catalogue.priceLists.some(
    (other) => other !== list && other.service === service && other.from === from,
  )
  return [
    ...(from <= until ? [] : [{ pointer: `${at}/until`, detail: FAULTS.invalid }]),
    ...(isTwice ? [{ pointer: `${at}/from`, detail: TARIFF_FAULTS.sameStart(service, from) }] : []),
    ...SECTIONS.flatMap((section) => doubles(`${at}/${section}`, 'id', list[section])),
    ...list.rules.flatMap((rule, index) =>
      faultsOfRule(each(`${at}/rules`, index), rule, list, catalogue),
    ),
    ...faultsOfExtras(at, list, catalogue),
    ...faultsOfRegies(at, list, catalogue),
  ]
}

/**
 * What is wrong with the price lists of a catalogue, with a JSON pointer for each: bands that leave a
 * hole or overlap, with the place shown; limits that contradict each other; activities, units and
 * categories that are not there; sums and shares of units that have no price alone or hang on
 * themselves; ids twice; lists that end before they begin, or begin together with another of their
 * service; meals at one euro that the State would not aid; and a minimum or a surcharge of
 * the family over several régies.
 */
export const faultsOfPriceLists = (catalogue: Catalogue): Fault[] => [
  ...doubles('/catalogue/priceLists', 'id', catalogue.priceLists),
  ...catalogue.priceLists.flatMap((list, index) =>
    faultsOfList(each('/catalogue/priceLists', index), list, catalogue),
  ),
]
