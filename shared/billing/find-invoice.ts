import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { CreditNote, Invoice, IssuedDocument } from './model.ts'
import { documentsBetween } from './document-store.ts'

/** A family's documents with what is carried to a later invoice, newest first. */
export const listDocuments = async (table: Table, familyId: FamilyId): Promise<IssuedDocument[]> =>
  documentsBetween(table, familyId)

/** A family's documents of a number, among those of the year that it names: one, or none. */
const documentsNumbered = async (
  table: Table,
  familyId: FamilyId,
  number: string,
): Promise<IssuedDocument[]> => {
  const year = /^(?:AV-)?[A-Z0-9]{2,4}?(20\d\d)\d{7,8}$/.exec(number)?.[1]
  if (year === undefined) return []
  const ofYear = { from: `${year}-01-01`, to: `${year}-12-31` } as const
  const documents = await documentsBetween(table, familyId, ofYear)
  return documents.filter(({ document }) => 'number' in document && document.number === number)
}

/** A family's invoice of a number; nothing if it has none. */
export const findInvoice = async (
  table: Table,
  familyId: FamilyId,
  number: string,
): Promise<Invoice | undefined> => {
  const [found] = await documentsNumbered(table, familyId, number)
  return found?.kind === 'invoice' ? found.document : undefined
}

/** A family's credit note of a number, `AV-…`; nothing if it has none. */
export const findCreditNote = async (
  table: Table,
  familyId: FamilyId,
  number: string,
): Promise<CreditNote | undefined> => {
  const [found] = await documentsNumbered(table, familyId, number)
  return found?.kind === 'credit-note' ? found.document : undefined
}
