import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import {
  activityIdSchema,
  isoMonthSchema,
  numberInTextSchema,
  regieIdSchema,
  unitIdSchema,
} from '../platform/schemas.ts'

const CSV = { mediaType: 'text/csv; charset=utf-8' } as const

const ofRun = {
  method: 'GET',
  function: 'accounting',
  access: ['accountant'],
  parameters: z.strictObject({ month: isoMonthSchema, regieId: regieIdSchema }),
  status: 200,
  errors: ['not-found', 'run-not-ready'],
} as const

export const exportInvoicesRoute = defineRoute({
  ...ofRun,
  id: 'exportInvoices',
  path: '/billing-runs/{month}/{regieId}/invoices.csv',
  summary: 'The invoices and credit notes of a month for the finance software, by account',
  query: z.strictObject({
    part: numberInTextSchema.default(1).describe('Up to 5,000 families each'),
  }),
  reply: CSV,
})

export const exportAccountsRoute = defineRoute({
  ...ofRun,
  id: 'exportAccounts',
  path: '/billing-runs/{month}/{regieId}/accounts.csv',
  summary: 'What a month comes to by activity and account, for a spreadsheet',
  reply: CSV,
})

export const readBilledHeadcountRoute = defineRoute({
  ...ofRun,
  id: 'readBilledHeadcount',
  path: '/billing-runs/{month}/{regieId}/headcount',
  access: ['accountant', 'administrator'],
  summary: 'The days that the registers of a month hold against those that it billed',
  reply: z.strictObject({
    month: isoMonthSchema,
    regieId: regieIdSchema,
    activities: z.array(
      z.strictObject({
        activityId: activityIdSchema,
        activity: z.string(),
        units: z.array(
          z.strictObject({
            unitId: unitIdSchema,
            name: z.string(),
            /** Days of children who came, or were to come and nobody noted otherwise. */
            present: z.int(),
            /** Days that were booked and noted as absences, not justified: owed. */
            absent: z.int(),
            /** Days that were booked and noted as justified absences: not counted as owed. */
            excused: z.int(),
            owed: z.int().describe('`present` and `absent` together'),
            billed: z.int(),
            difference: z.int().describe('`owed` less `billed`: what was not billed, or too much'),
          }),
        ),
      }),
    ),
  }),
})
