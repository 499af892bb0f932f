import type { TownCatalogue } from '../catalogue/calendar.ts'
import { addMonths, monthOf, type IsoMonth } from '../kernel/dates.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { loadAccount } from './load-account.ts'
import type { InvoiceLine, IssuedDocument, Review } from './model.ts'
import { billFamily, type Bill, type Billing } from './rules.ts'
import { documentsSince } from './document-store.ts'

/** A bill with the name of its family; or that the month is billed to it already. */
export interface Outcome {
  readonly familyName: string
  readonly bill: Bill | { readonly kind: 'billed' }
}

/** All lines of each month under review that a régie has billed so far, with where they stand. */
const linesBilled = (
  documents: readonly IssuedDocument[],
  reviews: readonly Review[],
): Map<IsoMonth, InvoiceLine[]> => {
  const lines = documents.flatMap(({ kind, document }) =>
    document.lines.map((line) => ({
      ...line,
      corrects: kind === 'invoice' ? document.number : undefined,
    })),
  )
  return new Map(
    reviews.map(({ month }) => [
      month,
      lines.filter((line) => line.month === month && line.kind !== 'carried'),
    ]),
  )
}

/** Whether one of the documents bills a month, or a line of it. */
const bills = (documents: readonly IssuedDocument[], month: IsoMonth): boolean =>
  documents.some(
    ({ document }) =>
      document.month === month || document.lines.some((line) => line.month === month),
  )

/**
 * Bills a family for a month as its file and plannings are. What it was billed before is read where
 * it matters only: for its reviews, and for a month that may have been billed already.
 *
 * @param first whether nobody can have been billed for the month yet; such a family costs one Query.
 * @param stale reads at half the price, perhaps without what was written in the last moments.
 * @throws PortalError `not-found` when there is no such family.
 */
export const billOne = async (
  { table, town }: { readonly table: Table; readonly town: TownCatalogue },
  familyId: FamilyId,
  billing: Billing,
  { first = false, stale = false }: { first?: boolean; stale?: boolean } = {},
): Promise<Outcome> => {
  const { month, regieId } = billing
  const account = await loadAccount(table, familyId, billing, stale)
  const familyName = account.file.family.name
  const [since = month] = account.reviews.map((review) => review.month).toSorted()
  const documents =
    first && account.reviews.length === 0
      ? []
      : (await documentsSince(table, familyId, since)).filter(
          ({ document }) => document.regieId === regieId,
        )
  if (!first && bills(documents, month)) return { familyName, bill: { kind: 'billed' } }
  const billed = linesBilled(documents, account.reviews)
  return { familyName, bill: billFamily(town, account, billing, billed) }
}

/** Whether a run may be the first to bill its month: it comes in the month after, and once. */
export const isFirst = ({ month, issuedOn }: Billing, revision: number): boolean =>
  revision === 1 && monthOf(issuedOn) === addMonths(month, 1)
