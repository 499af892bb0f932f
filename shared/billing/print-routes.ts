import * as z from 'zod'
import { letterRoute } from '../documents/letter-reply.ts'
import { defineRoute } from '../platform/route.ts'
import { familyIdSchema } from '../platform/schemas.ts'
import { creditNoteNumberSchema, invoiceNumberSchema } from './model.ts'

const STAFF = ['accountant', 'administrator'] as const

const common = { ...letterRoute, method: 'GET', errors: ['not-found'] } as const

export const printInvoiceRoute = defineRoute({
  ...common,
  id: 'printInvoice',
  path: '/ledger/invoices/{number}/document',
  access: ['guardian'],
  summary: 'My invoice as it was issued, as PDF or HTML',
  parameters: z.strictObject({ number: invoiceNumberSchema }),
})

export const printCreditNoteRoute = defineRoute({
  ...common,
  id: 'printCreditNote',
  path: '/ledger/credit-notes/{number}/document',
  access: ['guardian'],
  summary: 'My credit note as it was issued, as PDF or HTML',
  parameters: z.strictObject({ number: creditNoteNumberSchema }),
})

export const printFamilyInvoiceRoute = defineRoute({
  ...common,
  id: 'printFamilyInvoice',
  path: '/families/{familyId}/invoices/{number}/document',
  access: STAFF,
  summary: 'An invoice of a family as it was issued, as PDF or HTML',
  parameters: z.strictObject({ familyId: familyIdSchema, number: invoiceNumberSchema }),
})

export const printFamilyCreditNoteRoute = defineRoute({
  ...common,
  id: 'printFamilyCreditNote',
  path: '/families/{familyId}/credit-notes/{number}/document',
  access: STAFF,
  summary: 'A credit note of a family as it was issued, as PDF or HTML',
  parameters: z.strictObject({ familyId: familyIdSchema, number: creditNoteNumberSchema }),
})
