import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Letter } from '../documents/model.ts'
import { readFile } from '../families/read-file.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { receiptLetter } from './print-receipt.ts'
import { loadLedger } from './store.ts'
import { viewPayment } from './view.ts'

/**
 * The receipt of a payment of a family as a letter: it is stored nowhere but for its number.
 *
 * @param now the day of the letter is that of Paris.
 * @throws PortalError `not-found` when there is no such family, payment or receipt yet.
 */
export const issueReceipt = async (
  { table, town: { catalogue } }: { table: Table; town: TownCatalogue },
  { familyId, number, now }: { familyId: FamilyId; number: number; now: Date },
): Promise<Letter> => {
  const [{ file }, ledger] = await Promise.all([
    readFile(table, familyId, ['FILE', 'FAMILY']),
    loadLedger(table, familyId),
  ])
  const payment = ledger.payments.find((each) => each.number === number)
  if (payment?.receipt === undefined) throw new PortalError('not-found')
  const { receipt } = payment
  return receiptLetter(
    catalogue.town,
    { ...payment, receipt },
    {
      family: file.family,
      ledger,
      uses: viewPayment(ledger, payment),
      issuedOn: parisDate(now),
    },
  )
}
