import * as z from 'zod'
import { meansOfPaymentSchema } from '../catalogue/regie-model.ts'
import { CANCELLATION_KINDS, movementSchema } from '../ledger/model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  centsSchema,
  familyIdSchema,
  instantSchema,
  isoDateSchema,
  isoMonthSchema,
  regieIdSchema,
} from '../platform/schemas.ts'

const CSV = { mediaType: 'text/csv; charset=utf-8' } as const

const books = {
  function: 'cash-desk',
  access: ['accountant', 'administrator'],
  parameters: z.strictObject({ regieId: regieIdSchema }),
} as const

const ofPeriod = {
  ...books,
  method: 'GET',
  query: z.strictObject({ from: isoDateSchema, to: isoDateSchema }),
  status: 200,
  errors: ['period-out-of-range'],
} as const

const tallyReply = z.strictObject({ count: z.int(), amount: centsSchema })

/** Each amount above zero; `net` is payments less reversals and refunds. */
const sumsReply = {
  payment: tallyReply,
  reversal: tallyReply,
  refund: tallyReply,
  net: centsSchema,
}

const meansReply = z.strictObject({
  means: meansOfPaymentSchema,
  meansLabel: z.string(),
  ...sumsReply,
})

export const readJournalRoute = defineRoute({
  ...ofPeriod,
  id: 'readJournal',
  path: '/regies/{regieId}/journal',
  summary:
    'What moved money at a régie in up to a month, in the order of days, with running totals',
  reply: z.strictObject({
    entries: z.array(
      z.strictObject({
        kind: movementSchema,
        kindLabel: z.string(),
        date: isoDateSchema,
        at: instantSchema.describe('When it was noted'),
        number: z.int(),
        familyId: familyIdSchema,
        means: meansOfPaymentSchema,
        meansLabel: z.string(),
        receipt: z.string().optional(),
        /** Of a reversal. */
        why: z.enum(CANCELLATION_KINDS).optional(),
        amount: centsSchema.describe('In cents; below zero for a reversal or refund'),
        total: centsSchema.describe('Of the period so far'),
      }),
    ),
    total: centsSchema,
  }),
})

export const exportJournalRoute = defineRoute({
  ...ofPeriod,
  id: 'exportJournal',
  path: '/regies/{regieId}/journal.csv',
  summary: 'The journal of a régie for a spreadsheet',
  reply: CSV,
})

export const readCashUpRoute = defineRoute({
  ...ofPeriod,
  id: 'readCashUp',
  path: '/regies/{regieId}/cash-up',
  summary: 'What came and went at a régie, by day and means of payment',
  reply: z.strictObject({
    lines: z.array(meansReply.extend({ date: isoDateSchema })),
    totals: z.strictObject(sumsReply),
  }),
})

export const exportCashUpRoute = defineRoute({
  ...ofPeriod,
  id: 'exportCashUp',
  path: '/regies/{regieId}/cash-up.csv',
  summary: 'The cash-up of a régie for a spreadsheet',
  reply: CSV,
})

export const closingReply = z.strictObject({
  regieId: regieIdSchema,
  month: isoMonthSchema,
  closedAt: instantSchema,
  means: z.array(meansReply),
  totals: z.strictObject(sumsReply),
})

export const closeMonthRoute = defineRoute({
  ...books,
  id: 'closeMonth',
  method: 'POST',
  path: '/regies/{regieId}/closings',
  access: ['accountant'],
  summary: 'Close the accounts of a month that is over: nothing can be dated in it any more',
  body: z.strictObject({ month: isoMonthSchema }),
  status: 200,
  reply: closingReply,
  errors: ['not-found', 'period-out-of-range', 'month-closed', 'concurrent-change'],
})

export const listClosingsRoute = defineRoute({
  ...books,
  id: 'listClosings',
  method: 'GET',
  path: '/regies/{regieId}/closings',
  summary: 'The closed months of a régie, the newest first, with what they came to',
  status: 200,
  reply: z.strictObject({ closings: z.array(closingReply) }),
  errors: [],
})
