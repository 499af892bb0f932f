import * as z from 'zod'
import { creditNoteNumberSchema, invoiceNumberSchema } from '../billing/model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  centsSchema,
  familyIdSchema,
  isoDateSchema,
  isoMonthSchema,
  numberInTextSchema,
  regieIdSchema,
} from '../platform/schemas.ts'
import { transferNumberSchema } from './model.ts'
import { BOOKKEEPERS, CSV } from './routes.ts'

const ofRegie = z.strictObject({ regieId: regieIdSchema })
const ofTransfer = ofRegie.extend({ number: numberInTextSchema })

const debtorsReply = z.strictObject({
  debtors: z.int(),
  invoices: z.int(),
  amount: centsSchema,
})

export const previewTransferRoute = defineRoute({
  id: 'previewTransfer',
  method: 'GET',
  path: '/regies/{regieId}/transfer-candidates',
  function: 'arrears',
  access: BOOKKEEPERS,
  summary: 'What can be handed over to the Treasury, and what is too little for it',
  parameters: ofRegie,
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(200).default(100),
    after: familyIdSchema.optional(),
  }),
  status: 200,
  reply: z.strictObject({
    /** The number that the next list will have: hand over under it. */
    number: transferNumberSchema,
    /** The list that has to be finished first. */
    open: transferNumberSchema.optional(),
    afterDays: z.int(),
    least: centsSchema,
    candidates: debtorsReply,
    /** Those who owe less than `least`: kept until they owe enough. */
    deferred: debtorsReply,
    debtors: z.array(
      z.strictObject({
        familyId: familyIdSchema,
        name: z.string(),
        amount: centsSchema,
        deferred: z.boolean(),
        invoices: z.array(
          z.strictObject({
            number: invoiceNumberSchema,
            dueOn: isoDateSchema,
            due: centsSchema,
            daysLate: z.int(),
          }),
        ),
      }),
    ),
    /** Pass as `after` to read on; absent at the end. */
    next: familyIdSchema.optional(),
  }),
  errors: ['not-found', 'regie-not-set'],
})

export const transferReply = z.strictObject({
  regieId: regieIdSchema,
  number: transferNumberSchema,
  state: z.enum(['open', 'done']),
  stateLabel: z.string(),
  openedOn: isoDateSchema,
  /** How many families the list named, and how many of them are done. */
  families: z.int(),
  done: z.int(),
  /** What was handed over: families, invoices and cents. */
  debtors: z.int(),
  invoices: z.int(),
  amount: centsSchema,
})

export const handOverRoute = defineRoute({
  id: 'handOver',
  method: 'PUT',
  path: '/regies/{regieId}/transfers/{number}',
  function: 'arrears',
  access: ['accountant'],
  summary: 'Hand overdue invoices over to the Treasury; again to go on with a list that is open',
  parameters: ofTransfer,
  body: z.strictObject({
    /** The families that are left out of a new list. */
    except: z.array(familyIdSchema).max(500).default([]),
  }),
  status: 200,
  reply: transferReply,
  errors: [
    'not-found',
    'regie-not-set',
    'changed-meanwhile',
    'transfer-open',
    'nothing-to-transfer',
    'concurrent-change',
  ],
})

export const listTransfersRoute = defineRoute({
  id: 'listTransfers',
  method: 'GET',
  path: '/regies/{regieId}/transfers',
  function: 'arrears',
  access: BOOKKEEPERS,
  summary: 'The lists that a régie has handed over, newest first',
  parameters: ofRegie,
  status: 200,
  reply: z.strictObject({ transfers: z.array(transferReply) }),
  errors: ['not-found'],
})

export const readTransferRoute = defineRoute({
  id: 'readTransfer',
  method: 'GET',
  path: '/regies/{regieId}/transfers/{number}',
  function: 'arrears',
  access: BOOKKEEPERS,
  summary: 'A list with its debtors, and what has become of their invoices since',
  parameters: ofTransfer,
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(25).default(25),
    after: familyIdSchema.optional(),
  }),
  status: 200,
  reply: transferReply.extend({
    entries: z.array(
      z.strictObject({
        familyId: familyIdSchema,
        debtor: z.string(),
        amount: centsSchema,
        invoices: z.array(
          z.strictObject({
            number: invoiceNumberSchema,
            month: isoMonthSchema,
            total: centsSchema,
            handedOver: centsSchema,
            /** What the portal's ledger says is left of it now. */
            due: centsSchema,
            /** What later documents take back of it: the accountant of the Treasury must know. */
            corrections: z.array(
              z.strictObject({
                number: z.union([invoiceNumberSchema, creditNoteNumberSchema]),
                issuedOn: isoDateSchema,
                amount: centsSchema,
              }),
            ),
          }),
        ),
      }),
    ),
    /** Pass as `after` to read on; absent at the end. */
    next: familyIdSchema.optional(),
  }),
  errors: ['not-found'],
})

const fileOfTransfer = {
  method: 'GET',
  function: 'arrears',
  access: ['accountant'],
  parameters: ofTransfer,
  status: 200,
} as const

export const exportTransferRoute = defineRoute({
  ...fileOfTransfer,
  id: 'exportTransfer',
  path: '/regies/{regieId}/transfers/{number}/list.csv',
  summary: 'A list for the Treasury with debtors, invoices and accounts, for a spreadsheet',
  reply: CSV,
  errors: ['not-found', 'transfer-open'],
})

export const exportPesRoute = defineRoute({
  ...fileOfTransfer,
  id: 'exportPes',
  path: '/regies/{regieId}/transfers/{number}/pes.xml',
  summary: 'A list as a file of PES V2 (ORMC), not certified, for régies that have it set',
  reply: { mediaType: 'application/xml; charset=iso-8859-1' },
  errors: ['not-found', 'transfer-open', 'regie-not-set'],
})
