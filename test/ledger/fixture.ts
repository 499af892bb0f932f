import {
  carriedSchema,
  creditNoteSchema,
  invoiceSchema,
  type CreditNote,
  type Invoice,
  type InvoiceLine,
} from '../../shared/billing/model.ts'
import { documentItem } from '../../shared/billing/document-store.ts'
import { addDays, addMonths, monthOf, type IsoDate } from '../../shared/kernel/dates.ts'
import type { Actor } from '../../shared/platform/http.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'

/** An accountant as the edge hands them over. */
export const ACCOUNTANT: Actor = {
  account: 'account-of-the-accountant',
  roles: ['accountant'],
  family: undefined,
}

let last = 0

/** A line of meals that comes to an amount. */
const mealLine = (issuedOn: IsoDate, amount: number): InvoiceLine => ({
  kind: 'unit',
  month: addMonths(monthOf(issuedOn), -1),
  child: 'Léo',
  activity: 'Restauration scolaire',
  label: 'Repas',
  days: '2',
  quantity: Math.sign(amount),
  unitPrice: Math.abs(amount),
  amount,
  account: '7067',
  priceList: 'Tarifs 2013',
  why: 'Tarifs 2013 : repas, prix unique.',
})

const fieldsOf = (familyId: FamilyId, issuedOn: IsoDate, total: number) => ({
  familyId,
  regieId: 'ENF',
  regie: 'Régie Enfance',
  month: addMonths(monthOf(issuedOn), -1),
  issuedOn,
  payer: {
    name: 'Famille',
    address: { street: '1 rue de la Paix', postcode: '35510', town: 'Cesson-Sévigné' },
    emails: [],
  },
  lines: [mealLine(issuedOn, total)],
  total,
})

/** Puts an invoice into a family's ledger, past every run; due within thirty days. */
export const storeInvoice = async (
  table: Table,
  familyId: FamilyId,
  issuedOn: IsoDate,
  total: number,
): Promise<Invoice> => {
  last += 1
  const document = invoiceSchema.parse({
    ...fieldsOf(familyId, issuedOn, total),
    number: `ENF${issuedOn.slice(0, 4)}${String(last).padStart(8, '0')}`,
    dueOn: addDays(issuedOn, 30),
  })
  await table.put(documentItem({ kind: 'invoice', document }))
  return document
}

/** Puts a credit note into a family's ledger, past every run. */
export const storeCreditNote = async (
  table: Table,
  familyId: FamilyId,
  issuedOn: IsoDate,
  total: number,
): Promise<CreditNote> => {
  last += 1
  const document = creditNoteSchema.parse({
    ...fieldsOf(familyId, issuedOn, total),
    number: `AV-ENF${issuedOn.slice(0, 4)}${String(last).padStart(8, '0')}`,
  })
  await table.put(documentItem({ kind: 'credit-note', document }))
  return document
}

/** Puts what is too little for an invoice into a family's ledger, past every run. */
export const storeCarried = async (
  table: Table,
  familyId: FamilyId,
  issuedOn: IsoDate,
  total: number,
): Promise<void> => {
  const document = carriedSchema.parse(fieldsOf(familyId, issuedOn, total))
  await table.put(documentItem({ kind: 'carried', document }))
}
