import { issuerOf } from '../catalogue/issuer.ts'
import type { Catalogue } from '../catalogue/model.ts'
import { payableLabels } from '../catalogue/payable-labels.ts'
import type { Regie } from '../catalogue/regie-model.ts'
import type { Column, Letter, LetterBlock, TableRow } from '../documents/model.ts'
import { euros, sum } from '../kernel/money.ts'
import { INVOICE_PAPER as WORDS, PAPER_TEXTS } from '../kernel/paper-texts.ts'
import { monthLabel, shortDate } from '../kernel/texts.ts'
import type { CreditNote, Invoice, InvoiceLine } from './model.ts'

const { columns, facts } = WORDS

const COLUMNS: readonly Column[] = [
  { title: columns.service, share: 24 },
  { title: columns.detail, share: 39 },
  { title: columns.quantity, share: 10, align: 'right' },
  { title: columns.unitPrice, share: 15, align: 'right' },
  { title: columns.amount, share: 12, align: 'right' },
]

/** A number with the minus sign of typography, as amounts have it. */
const signed = (quantity: number): string => String(quantity).replace('-', '−')

/** The lines under each name, the names in the order of their first lines. */
const groupedBy = (
  lines: readonly InvoiceLine[],
  nameOf: (line: InvoiceLine) => string,
): [string, InvoiceLine[]][] => [...Map.groupBy(lines, nameOf)]

const totalOf = (lines: readonly InvoiceLine[]): string =>
  euros(sum(lines.map(({ amount }) => amount)))

const daysOf = ({ month, days }: InvoiceLine): string =>
  WORDS.daysOfMonth(month, days === '' ? [] : days.split(' ').map(Number))

const rowOf = (line: InvoiceLine, about: readonly (string | undefined)[]): TableRow => ({
  kind: 'line',
  cells: [
    {
      text: line.label,
      note: about.filter((part) => part !== undefined && part !== '').join(', '),
    },
    {
      text: [daysOf(line), ...(line.corrects === undefined ? [] : [WORDS.corrects(line.corrects)])]
        .filter((part) => part !== '')
        .join('\n'),
      note: line.why === '' ? '' : WORDS.why(line.why),
    },
    signed(line.quantity),
    euros(line.unitPrice),
    euros(line.amount),
  ],
})

const sumRow = (label: string, lines: readonly InvoiceLine[]): TableRow => ({
  kind: 'sum',
  cells: [label, '', '', '', totalOf(lines)],
})

/** The lines of somebody: by activity, each with its sum where there are several of several lines. */
const tableOf = (
  name: string,
  lines: readonly InvoiceLine[],
  {
    total = WORDS.total,
    about = ({ activity }) => [activity],
  }: {
    total?: string
    about?: (line: InvoiceLine) => readonly (string | undefined)[]
  } = {},
): LetterBlock[] => {
  if (lines.length === 0) return []
  const groups = groupedBy(lines, ({ activity }) => activity ?? '')
  const rows = groups.flatMap(([activity, own]) => [
    ...own.map((line) => rowOf(line, about(line))),
    ...(groups.length > 1 && own.length > 1 && activity !== ''
      ? [sumRow(WORDS.subtotal(activity), own)]
      : []),
  ])
  return [
    { kind: 'heading', text: name },
    {
      kind: 'table',
      caption: WORDS.caption(name),
      columns: COLUMNS,
      rows: [...rows, sumRow(total, lines)],
    },
  ]
}

/**
 * What is billed: the children of the month one after the other, what concerns the whole family, what
 * corrects earlier months, and what was carried over.
 */
const linesOf = (lines: readonly InvoiceLine[]): LetterBlock[] => {
  const carried = lines.filter(({ kind }) => kind === 'carried')
  const others = lines.filter(({ kind }) => kind !== 'carried')
  const corrections = others.filter(({ corrects }) => corrects !== undefined)
  const ofMonth = others.filter(({ corrects }) => corrects === undefined)
  const children = groupedBy(
    ofMonth.filter(({ child }) => child !== undefined),
    ({ child, childId }) => childId ?? child ?? '',
  )
  return [
    ...children.flatMap(([, own]) => {
      const child = own[0]?.child ?? ''
      return tableOf(child, own, { total: WORDS.totalOf(child) })
    }),
    ...tableOf(
      WORDS.family,
      ofMonth.filter(({ child }) => child === undefined),
    ),
    ...tableOf(WORDS.corrections, corrections, {
      about: ({ child, activity, month }) => [child, activity, monthLabel(month)],
    }),
    ...tableOf(WORDS.carried, carried),
  ]
}

/** What it comes to, in large figures: the first thing that is looked for. */
const outcomeOf = (document: Invoice | CreditNote): LetterBlock[] => {
  const { total } = document
  if (!('dueOn' in document)) {
    return [
      { kind: 'total', label: WORDS.inYourFavour, value: euros(-total) },
      { kind: 'paragraph', text: WORDS.creditUse },
    ]
  }
  if (total === 0) {
    return [
      { kind: 'total', label: WORDS.nothingToPay, value: euros(total) },
      { kind: 'paragraph', text: WORDS.settled },
    ]
  }
  return [{ kind: 'total', label: WORDS.toPay(document.dueOn), value: euros(total) }]
}

/** How to pay what is to be paid, and what follows if nobody does. */
const paymentOf = (document: Invoice | CreditNote, regie: Regie): LetterBlock[] => {
  if (!('dueOn' in document) || document.total === 0) return []
  const { number, dueOn } = document
  const means = payableLabels(regie)
  return [
    { kind: 'heading', text: WORDS.payment },
    {
      kind: 'facts',
      facts: [
        ...(means.length === 0 ? [] : [{ label: facts.means, value: means.join(', ') }]),
        { label: facts.reference, value: number },
      ],
    },
    { kind: 'paragraph', text: WORDS.unpaid(dueOn) },
  ]
}

/**
 * An invoice or a credit note as a letter: all that the invoice of a régie has to say (instruction
 * 11-008-M0 on what the debtor must be able to check; CGCT, L1617-5; CRPA, L212-1), and why each price
 * is what it is [wish W4].
 *
 * @param town and `regie` as they were when it was issued: then the letter is the same for ever.
 */
export const invoiceLetter = (
  town: Catalogue['town'],
  document: Invoice | CreditNote,
  regie: Regie,
): Letter => {
  const { number, issuedOn, month, payer, familyId, lines } = document
  const isInvoice = 'dueOn' in document
  return {
    title: isInvoice ? WORDS.invoice(number) : WORDS.creditNote(number),
    issuer: issuerOf(town, regie),
    addressee: PAPER_TEXTS.addressOf(payer.name, payer.address),
    dated: PAPER_TEXTS.dated(town.name, issuedOn),
    date: issuedOn,
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: facts.issuedOn, value: shortDate(issuedOn) },
          { label: facts.month, value: monthLabel(month) },
          ...(isInvoice ? [{ label: facts.dueOn, value: shortDate(document.dueOn) }] : []),
          { label: facts.regie, value: document.regie },
          { label: facts.family, value: familyId },
        ],
      },
      ...outcomeOf(document),
      ...linesOf(lines),
      { kind: 'facts', facts: [{ label: facts.total, value: euros(document.total) }] },
      ...paymentOf(document, regie),
      ...(town.signatory === undefined
        ? []
        : [{ kind: 'paragraph', text: PAPER_TEXTS.signedBy(town.signatory) } as const]),
      { kind: 'heading', text: WORDS.usefulToKnow },
      { kind: 'small-print', text: WORDS.vat },
      { kind: 'small-print', text: WORDS.remedies(regie.contact) },
      { kind: 'small-print', text: WORDS.dataProtection },
    ],
  }
}
