import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Catalogue } from '../catalogue/model.ts'
import { addDays, weekdayOf, type IsoDate } from '../kernel/dates.ts'
import { compare, decimal } from '../kernel/decimal.ts'
import { PortalError } from '../kernel/errors.ts'
import { sum, type Cents } from '../kernel/money.ts'
import { PRICE_TABLE } from '../kernel/simulation-texts.ts'
import type { ActivityId, CategoryId, UnitId } from '../platform/schemas.ts'
import type { Basis, Conditions, Fee, Formula, Pack, Person, PriceList, Rule } from './model.ts'
import { conditionTexts, formulaText, notesOf, unitName } from './price-table-texts.ts'
import type { PriceRowReply, PriceTableReply } from './routes.ts'
import { formulaPrice, priceDay } from './rules.ts'
import { priceDateOf } from './simulate.ts'

type Table = PriceTableReply['tables'][number]
type Band = Table['bands'][number]

/** What prices follow from, and where they change. */
interface Basing {
  readonly by: Basis
  readonly edges: readonly string[]
  /** Whether each quotient has a price of its own, by a rate. */
  readonly isRate: boolean
}

/** A line of a list before it stands in a table: a rule, a fee or a pack. */
interface Line {
  readonly activityId: ActivityId | undefined
  readonly units: readonly UnitId[]
  readonly name: string
  readonly when: Conditions
  readonly conditions: readonly string[]
  readonly computation: string
  readonly basings: readonly Basing[]
  readonly price: (person: Person) => Cents | null
}

/** What a formula itself follows from; sums and shares follow from what they refer to. */
const basingsOf = (formula: Formula): Basing[] => {
  switch (formula.kind) {
    case 'bands':
      return [{ by: formula.by, edges: formula.bands.map(({ from }) => from), isRate: false }]
    case 'effort':
      return [{ by: formula.by, edges: [], isRate: true }]
    case 'time':
      return basingsOf(formula.step)
    default:
      return []
  }
}

/** The rules that sums and shares of a rule refer to for a category, however far away. */
const referredTo = (
  { parts }: Rule,
  rules: readonly Rule[],
  category: CategoryId,
): readonly Rule[] => {
  const units = parts.flatMap(({ formula }) => {
    if (formula.kind === 'sum') return formula.unitIds
    return formula.kind === 'share' ? [formula.unitId] : []
  })
  return units.flatMap((unitId) => {
    const rule = rules.find(
      ({ unitIds, when }) =>
        unitIds.length === 1 &&
        unitIds[0] === unitId &&
        (when.categories?.includes(category) ?? true),
    )
    return rule === undefined ? [] : [rule, ...referredTo(rule, rules, category)]
  })
}

/** For whom a rule is, and the rules that its prices follow from. */
interface Audience {
  /** Everybody without. */
  readonly categories: readonly CategoryId[] | undefined
  readonly from: readonly Rule[]
}

/** The categories of a rule, together as far as its prices follow from the same rules for them. */
const audiencesOf = (catalogue: Catalogue, rule: Rule, rules: readonly Rule[]): Audience[] => {
  const ids = rule.when.categories ?? catalogue.categories.map(({ id }) => id)
  const audiences = new Map<string, { categories: CategoryId[]; from: readonly Rule[] }>()
  for (const category of ids) {
    const from = referredTo(rule, rules, category)
    const key = from.map(({ id }) => id).join(' ')
    const categories = [...(audiences.get(key)?.categories ?? []), category]
    audiences.set(key, { categories, from })
  }
  const all = [...audiences.values()]
  return all.length > 1 ? all : all.map(({ from }) => ({ categories: rule.when.categories, from }))
}

/** A day on which a list is in force and a condition on weekdays holds. */
const dayOf = ({ from }: PriceList, { weekdays }: Conditions): IsoDate =>
  Array.from({ length: 7 }, (_, days) => addDays(from, days)).find(
    (date) => weekdays?.includes(weekdayOf(date)) ?? true,
  ) ?? from

/** Somebody to whom conditions apply. */
const personFor = (
  { town, categories }: Catalogue,
  {
    categories: ids,
    communes,
    circumstances = [],
    allergy = false,
    rank,
    siblings,
    regular,
  }: Conditions,
): Person => {
  const [category = categories[0]?.id] = ids ?? []
  if (category === undefined) throw new Error('A town has a category')
  const first = rank?.from ?? 1
  const place = { rank: first, children: Math.max(first, siblings?.atLeast ?? 1) }
  return {
    category,
    commune: communes?.[0] ?? town.name,
    circumstances,
    allergy,
    enrolled: place,
    present: place,
    share: regular === false ? 0 : 100,
  }
}

/** The price of a step stands for that of the time. */
const perStep = (rule: Rule): Rule => ({
  ...rule,
  parts: rule.parts.map((part) =>
    part.formula.kind === 'time' ? { ...part, formula: part.formula.step } : part,
  ),
})

const linesOfRule = (catalogue: Catalogue, list: PriceList, rule: Rule): Line[] => {
  const { activityId, unitIds, when, parts } = rule
  const rules = list.rules.filter((each) => each.activityId === activityId)
  // What comes on top of a price or is taken off it is told beside the table.
  const plain: PriceList = {
    ...list,
    rules: [perStep(rule), ...list.rules],
    supplements: [],
    reductions: [],
    absences: { unjustified: '100', justified: '100', daysDue: 0 },
  }
  const [occasion = 'booked'] = when.occasions ?? []
  const units = unitIds.map((unitId) => ({ unitId, occasion }))
  const date = dayOf(list, when)
  return audiencesOf(catalogue, rule, rules).map(({ categories, from }) => {
    const own = { ...when, categories: categories && [...categories] }
    return {
      activityId,
      units: unitIds,
      name: rule.name,
      when: own,
      conditions: conditionTexts(catalogue, own),
      computation: parts
        .map(({ label, formula }) =>
          PRICE_TABLE.computations.part(label, formulaText(catalogue, activityId, formula)),
        )
        .join(' + '),
      basings: [rule, ...from].flatMap((each) =>
        each.parts.flatMap(({ formula }) => basingsOf(formula)),
      ),
      price: (person) => {
        const { charges, unpriced } = priceDay([plain], { date, activityId, units, person })
        return unpriced.length > 0 ? null : sum(charges.map(({ unitPrice }) => unitPrice))
      },
    }
  })
}

const lineOfFormula = (
  catalogue: Catalogue,
  list: PriceList,
  { of, name, when, formula }: Fee | Pack,
  often: string,
): Line => ({
  activityId: of.activityId,
  units: [],
  name,
  when,
  conditions: [often, ...conditionTexts(catalogue, when)],
  computation: formulaText(catalogue, of.activityId, formula),
  basings: basingsOf(formula),
  price: (person) => {
    const price = formulaPrice(list, formula, person)
    return typeof price === 'string' ? null : price.cents
  },
})

const linesOf = (catalogue: Catalogue, list: PriceList): Line[] => [
  ...list.rules.flatMap((rule) => linesOfRule(catalogue, list, rule)),
  ...list.fees.map((fee) =>
    lineOfFormula(catalogue, list, fee, PRICE_TABLE.fees[fee.per][fee.every]),
  ),
  ...list.packs.map((pack) =>
    lineOfFormula(catalogue, list, pack, PRICE_TABLE.perMonth(pack.fromDays)),
  ),
]

const bandsOf = (lines: readonly Line[], by: Basis): Band[] => {
  const edges = lines.flatMap(({ basings }) =>
    basings.filter((basing) => basing.by === by).flatMap((basing) => basing.edges),
  )
  const sorted = ['0', ...edges].toSorted((a, b) => compare(decimal(a), decimal(b)))
  const froms = sorted.filter(
    (edge, index) => index === 0 || compare(decimal(edge), decimal(sorted[index - 1] ?? '')) > 0,
  )
  return froms.map((from, index) => {
    const below = froms[index + 1] ?? null
    return { from, below, label: PRICE_TABLE.band(from, below) }
  })
}

/**
 * The tables of a price list: one for all lines whose prices follow from the quotient, one for those
 * that follow from the income, one for those that are the same for everybody.
 */
const tableOf = (
  catalogue: Catalogue,
  list: PriceList,
  lines: readonly Line[],
  by: Basis | null,
): Table[] => {
  const own = lines.filter(({ basings }) => (basings[0]?.by ?? null) === by)
  if (own.length === 0) return []
  const bands = by === null ? [] : bandsOf(own, by)
  const rowOf = ({ activityId, when, basings, price, ...line }: Line): PriceRowReply => {
    const activity = catalogue.activities.find(({ id }) => id === activityId)
    const person = personFor(catalogue, when)
    const isRate = basings.some((basing) => basing.isRate)
    const without = price(person)
    const known = { ...person, means: { from: list.from, quotient: '0' } }
    return {
      ...(activityId === undefined ? {} : { activityId }),
      activity: activity?.name ?? list.service,
      units: line.units.map((id) => unitName(catalogue, activityId, id)),
      name: line.name,
      conditions: [...line.conditions],
      computation: line.computation,
      prices:
        by === null
          ? [when.quotient === 'known' ? price(known) : without]
          : bands.map(({ from }) =>
              isRate ? null : price({ ...person, means: { from: list.from, [by]: from } }),
            ),
      unknown: without,
    }
  }
  return [{ by, title: PRICE_TABLE.titles[by ?? 'none'], bands, rows: own.map(rowOf) }]
}

/**
 * A price list as everybody may read and print it [guide 6]: every rule and fee with its prices by
 * band, for whom it is, and what else it says, in French. Prices are those of the list, before
 * supplements and reductions, which the notes tell.
 */
export const priceTable = (
  { catalogue }: Pick<TownCatalogue, 'catalogue'>,
  list: PriceList,
): PriceTableReply => {
  const lines = linesOf(catalogue, list)
  return {
    town: catalogue.town.name,
    service: list.service,
    priceDate: priceDateOf(list),
    tables: (['quotient', 'income', null] as const).flatMap((by) =>
      tableOf(catalogue, list, lines, by),
    ),
    notes: notesOf(catalogue, list),
  }
}

/**
 * The price list that somebody asks for.
 *
 * @throws PortalError `not-found`.
 */
export const readPriceTable = (
  town: Pick<TownCatalogue, 'catalogue'>,
  priceListId: string,
): PriceTableReply => {
  const list = town.catalogue.priceLists.find(({ id }) => id === priceListId)
  if (list === undefined) throw new PortalError('not-found')
  return priceTable(town, list)
}
