import { issuerOf } from '../catalogue/issuer.ts'
import type { Catalogue } from '../catalogue/model.ts'
import type { Column, Fact, Letter, LetterBlock, TableRow } from '../documents/model.ts'
import { euros, type Cents } from '../kernel/money.ts'
import { PAPER_TEXTS, TARIFF_PAPER as WORDS } from '../kernel/paper-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import { frenchNumber } from '../kernel/tariff-texts.ts'
import { shortDate } from '../kernel/texts.ts'
import type { PriceRowReply, PriceTableReply, SimulationReply } from './routes.ts'

const { columns, facts } = WORDS

type Town = Catalogue['town']

/** The most bands beside each other on a page upright; a table with more goes on below. */
const MOST_BANDS = 5

const factsOf = (given: readonly (readonly [string, string | undefined])[]): LetterBlock => ({
  kind: 'facts',
  facts: given.flatMap(([label, value]): Fact[] => (value === undefined ? [] : [{ label, value }])),
})

const numberOf = (value: string | number | null): string | undefined =>
  value === null ? undefined : frenchNumber(String(value))

const amountOf = (euroText: string | null): string | undefined =>
  euroText === null ? undefined : `${frenchNumber(euroText)} €`

const priceOf = (price: Cents | null): string => (price === null ? WORDS.noPrice : euros(price))

const resultsOf = ({ rows }: SimulationReply): LetterBlock => ({
  kind: 'table',
  caption: WORDS.results,
  columns: [
    { title: columns.activity, share: 36 },
    { title: columns.why, share: 50 },
    { title: columns.price, share: 14, align: 'right' },
  ],
  rows: rows.map(({ activity, unit, price, why }) => ({
    kind: 'line',
    cells: [{ text: unit, note: activity }, why, priceOf(price)],
  })),
})

const detailOf = ({ quotientDetail }: SimulationReply): LetterBlock[] => {
  if (quotientDetail === undefined) return []
  const { quotient, income, dependants, parts, from, source } = quotientDetail
  return [
    { kind: 'heading', text: WORDS.quotientDetail },
    factsOf([
      [facts.quotient, numberOf(quotient) ?? WORDS.unknown],
      [facts.income, amountOf(income)],
      [facts.dependants, numberOf(dependants)],
      [facts.parts, numberOf(parts)],
      [facts.countsFrom, shortDate(from)],
      [facts.source, source],
    ]),
  ]
}

/** The results of a simulation as a letter to print: the header and the rows of guide 002 [guide 51, 53]. */
export const simulationLetter = (town: Town, reply: SimulationReply): Letter => {
  const { user, child, service, priceDate, tarification, quotient, income, category } = reply
  const day = parisDate(new Date(reply.simulatedAt))
  return {
    title: WORDS.simulation,
    issuer: issuerOf(town),
    addressee: [],
    dated: PAPER_TEXTS.dated(town.name, day),
    date: day,
    blocks: [
      factsOf([
        [facts.simulatedOn, shortDate(day)],
        [facts.user, user],
        [facts.child, child],
        [facts.service, service],
        [facts.priceDate, WORDS.priceDate(priceDate.name, reply.date)],
        [facts.decision, priceDate.decision],
        [facts.tarification, tarification],
        [facts.quotient, numberOf(quotient) ?? WORDS.unknown],
        [facts.income, amountOf(income)],
        [facts.category, category.name],
        [facts.dependants, numberOf(reply.dependants)],
        [facts.parts, numberOf(reply.parts)],
      ]),
      ...detailOf(reply),
      { kind: 'heading', text: WORDS.results },
      resultsOf(reply),
      { kind: 'small-print', text: WORDS.noCommitment },
    ],
  }
}

type Table = PriceTableReply['tables'][number]

/** What a row is of: its units, else its name; below, the activity and for whom it is. */
const headOf = ({
  activity,
  units,
  name,
  conditions,
}: PriceRowReply): TableRow['cells'][number] => ({
  text: units.length === 0 ? name : units.join(' + '),
  note: [activity, ...(units.length === 0 ? [] : [name]), ...conditions].join(', '),
})

const PRICE: Omit<Column, 'title'> = { share: 15, align: 'right' }

/** Rows with one price, or with a rate of the quotient or income that makes it. */
const plainTable = ({ title, by }: Table, rows: readonly PriceRowReply[]): LetterBlock => ({
  kind: 'table',
  caption: title,
  columns: [
    { title: columns.activity, share: 40 },
    { title: columns.how, share: 42 },
    { title: by === null ? columns.price : columns.unknown, share: 18, align: 'right' },
  ],
  rows: rows.map((row) => ({
    kind: 'line',
    cells: [
      headOf(row),
      row.computation,
      priceOf(by === null ? (row.prices[0] ?? null) : row.unknown),
    ],
  })),
})

/** Rows with a price for each band: some bands beside each other, the others in tables below. */
const bandTables = ({ title, bands }: Table, rows: readonly PriceRowReply[]): LetterBlock[] => {
  const starts = bands.flatMap((_, index) => (index % MOST_BANDS === 0 ? [index] : []))
  return starts.map((start): LetterBlock => {
    const end = start + MOST_BANDS
    const isLast = end >= bands.length
    return {
      kind: 'table',
      caption: title,
      columns: [
        { title: columns.activity, share: 30 },
        ...bands.slice(start, end).map(({ label }) => ({ title: label, ...PRICE })),
        ...(isLast ? [{ title: columns.unknown, ...PRICE }] : []),
      ],
      rows: rows.map((row) => ({
        kind: 'line',
        cells: [
          headOf(row),
          ...row.prices.slice(start, end).map(priceOf),
          ...(isLast ? [priceOf(row.unknown)] : []),
        ],
      })),
    }
  })
}

const tableBlocks = (table: Table): LetterBlock[] => {
  const isBanded = ({ prices }: PriceRowReply): boolean =>
    table.by !== null && prices.some((price) => price !== null)
  const banded = table.rows.filter(isBanded)
  const plain = table.rows.filter((row) => !isBanded(row))
  return [
    { kind: 'heading', text: table.title },
    ...(banded.length === 0 ? [] : bandTables(table, banded)),
    ...(plain.length === 0 ? [] : [plainTable(table, plain)]),
  ]
}

/** A price list as a letter to everybody: all units and prices, and what else it says [guide 6]. */
export const priceTableLetter = (town: Town, reply: PriceTableReply): Letter => {
  const { service, priceDate, tables, notes } = reply
  const { name, from, until, decision } = priceDate
  return {
    title: WORDS.priceTable(service, name),
    issuer: issuerOf(town),
    addressee: [],
    dated: WORDS.inForce(from),
    date: from,
    blocks: [
      factsOf([
        [facts.service, service],
        [facts.validity, WORDS.validity(from, until)],
        [facts.decision, decision],
      ]),
      ...tables.flatMap(tableBlocks),
      ...(notes.length === 0 ? [] : [{ kind: 'heading', text: WORDS.notes } as const]),
      ...notes.map((text) => ({ kind: 'paragraph', text }) as const),
    ],
  }
}
