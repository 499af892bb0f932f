import type { TownCatalogue } from '../catalogue/calendar.ts'
import { issuerOf } from '../catalogue/issuer.ts'
import type { Catalogue } from '../catalogue/model.ts'
import { payableLabels } from '../catalogue/payable-labels.ts'
import type { Letter, LetterBlock } from '../documents/model.ts'
import type { Family } from '../families/model.ts'
import { readFile } from '../families/read-file.ts'
import { REMINDER_PAPER as WORDS } from '../kernel/arrears-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import { euros, sum } from '../kernel/money.ts'
import { PAPER_TEXTS } from '../kernel/paper-texts.ts'
import { monthLabel, shortDate } from '../kernel/texts.ts'
import type { Table } from '../platform/table.ts'
import type { Reminder } from './model.ts'
import { regiesOf } from './reminder-rules.ts'
import { findReminder } from './store.ts'

const { columns, facts } = WORDS

const tableOf = (invoices: Reminder['invoices']): LetterBlock => ({
  kind: 'table',
  caption: WORDS.caption,
  columns: [
    { title: columns.invoice, share: 26 },
    { title: columns.month, share: 22 },
    { title: columns.dueOn, share: 18 },
    { title: columns.late, share: 15, align: 'right' },
    { title: columns.due, share: 19, align: 'right' },
  ],
  rows: [
    ...invoices.map(({ number, month, dueOn, days, due }) => ({
      kind: 'line' as const,
      cells: [number, monthLabel(month), shortDate(dueOn), WORDS.late(days), euros(due)],
    })),
    {
      kind: 'sum',
      cells: [WORDS.total, '', '', '', euros(sum(invoices.map(({ due }) => due)))],
    },
  ],
})

/**
 * A reminder as a letter: what it told on its day, how to pay it, and what follows if nobody does.
 */
export const reminderLetter = (
  town: Catalogue['town'],
  { remindedOn, invoices }: Reminder,
  family: Family,
): Letter => {
  const regies = regiesOf(town, { invoices })
  const [only] = regies.length === 1 ? regies : []
  const total = sum(invoices.map(({ due }) => due))
  return {
    title: WORDS.title,
    issuer: issuerOf(town, only),
    addressee: PAPER_TEXTS.addressOf(family.name, family.address),
    dated: PAPER_TEXTS.dated(town.name, remindedOn),
    date: remindedOn,
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: facts.date, value: shortDate(remindedOn) },
          { label: facts.family, value: family.familyId },
        ],
      },
      { kind: 'paragraph', text: WORDS.introduction },
      tableOf(invoices),
      { kind: 'total', label: WORDS.total, value: euros(total) },
      { kind: 'heading', text: WORDS.payment },
      {
        kind: 'facts',
        facts: regies.map((regie) => ({
          label: regie.name,
          value: [...payableLabels(regie), regie.contact].join(', '),
        })),
      },
      { kind: 'paragraph', text: WORDS.crossed },
      ...(town.signatory === undefined
        ? []
        : [{ kind: 'paragraph', text: PAPER_TEXTS.signedBy(town.signatory) } as const]),
      { kind: 'small-print', text: WORDS.consequence },
    ],
  }
}

/**
 * The letter of a reminder that a family got.
 *
 * @throws PortalError `not-found`, also for one that the family did not get.
 */
export const printReminder = async (
  { table, town }: { readonly table: Table; readonly town: TownCatalogue },
  address: Pick<Reminder, 'familyId' | 'number'>,
): Promise<Letter> => {
  const [reminder, { file }] = await Promise.all([
    findReminder(table, address),
    readFile(table, address.familyId, ['FILE', 'FAMILY']),
  ])
  if (reminder === undefined) throw new PortalError('not-found')
  return reminderLetter(town.catalogue.town, reminder, file.family)
}
