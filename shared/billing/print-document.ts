import type { TownCatalogue } from '../catalogue/calendar.ts'
import { townIn } from '../catalogue/current.ts'
import type { Letter } from '../documents/model.ts'
import { PortalError } from '../kernel/errors.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { findCreditNote, findInvoice } from './find-invoice.ts'
import type { CreditNote, Invoice } from './model.ts'
import { invoiceLetter } from './print-invoice.ts'

interface Source {
  readonly table: Table
  readonly town: TownCatalogue
}

/** The letter of a document by the town and régie as they were when it was issued. */
const letterOf = async (
  { table, town }: Source,
  document: Invoice | CreditNote | undefined,
): Promise<Letter> => {
  if (document === undefined) throw new PortalError('not-found')
  const issuer = await townIn(table, town, document.edition)
  const regie = issuer.regies.find(({ id }) => id === document.regieId)
  if (regie === undefined) throw new Error(`No régie ${document.regieId}`)
  return invoiceLetter(issuer, document, regie)
}

/**
 * An invoice of a family as it was issued: the same letter whenever it is asked for.
 *
 * @throws PortalError `not-found`, also for an invoice of another family.
 */
export const printInvoice = async (
  source: Source,
  { familyId, number }: { familyId: FamilyId; number: string },
): Promise<Letter> => letterOf(source, await findInvoice(source.table, familyId, number))

/**
 * A credit note of a family as it was issued: the same letter whenever it is asked for.
 *
 * @throws PortalError `not-found`, also for a credit note of another family.
 */
export const printCreditNote = async (
  source: Source,
  { familyId, number }: { familyId: FamilyId; number: string },
): Promise<Letter> => letterOf(source, await findCreditNote(source.table, familyId, number))
