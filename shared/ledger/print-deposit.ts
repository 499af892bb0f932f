import type { TownCatalogue } from '../catalogue/calendar.ts'
import { issuerOf } from '../catalogue/issuer.ts'
import type { Letter } from '../documents/model.ts'
import { LEDGER } from '../kernel/billing-texts.ts'
import { DEPOSIT_PAPER as WORDS } from '../kernel/desk-texts.ts'
import { euros } from '../kernel/money.ts'
import { PAPER_TEXTS } from '../kernel/paper-texts.ts'
import { shortDate } from '../kernel/texts.ts'
import type { Table } from '../platform/table.ts'
import type { Deposit } from './deposit-model.ts'
import { loadDeposit } from './read-deposits.ts'

/**
 * A deposit on paper (bordereau de remise): what is handed in, payment by payment, and its sum.
 *
 * @throws PortalError `not-found`.
 */
export const printDeposit = async (
  { table, town: { catalogue } }: { table: Table; town: TownCatalogue },
  address: Pick<Deposit, 'regieId' | 'number'>,
): Promise<Letter> => {
  const { regieId, number, depositedOn, means, payments, total } = await loadDeposit(table, address)
  const { town } = catalogue
  const regie = town.regies.find(({ id }) => id === regieId)
  const { facts, columns } = WORDS
  return {
    title: WORDS.title(regieId, number),
    issuer: issuerOf(town, regie),
    addressee: [],
    dated: PAPER_TEXTS.dated(town.name, depositedOn),
    date: depositedOn,
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: facts.regie, value: regie?.name ?? regieId },
          { label: facts.depositedOn, value: shortDate(depositedOn) },
          { label: facts.means, value: LEDGER.means[means] },
          { label: facts.count, value: String(payments.length) },
        ],
      },
      { kind: 'total', label: WORDS.total, value: euros(total) },
      {
        kind: 'table',
        caption: WORDS.payments,
        columns: [
          { title: columns.payment, share: 14 },
          { title: columns.receipt, share: 26 },
          { title: columns.paidOn, share: 16 },
          { title: columns.family, share: 16 },
          { title: columns.titles, share: 10, align: 'right' },
          { title: columns.amount, share: 18, align: 'right' },
        ],
        rows: [
          ...payments.map((payment) => ({
            kind: 'line' as const,
            cells: [
              String(payment.number),
              payment.receipt ?? '',
              shortDate(payment.paidOn),
              payment.familyId,
              String(payment.titles),
              euros(payment.amount),
            ],
          })),
          { kind: 'sum', cells: [WORDS.total, '', '', '', '', euros(total)] },
        ],
      },
      { kind: 'paragraph', text: WORDS.signature },
    ],
  }
}
