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

const parameters = z.strictObject({ month: isoMonthSchema, regieId: regieIdSchema })

export const exportInvoicesRoute = defineRoute({
  id: 'exportInvoices',
  method: 'GET',
  path: '/billing-runs/{month}/{regieId}/invoices.csv',
  function: 'accounting',
  access: ['accountant'],
  summary: 'The invoices and credit notes of a month for the finance software, by account',
  parameters,
  query: z.strictObject({
    part: numberInTextSchema.default(1).describe('Up to 5,000 families each'),
  }),
  status: 200,
  reply: CSV,
  errors: ['not-found', 'run-not-ready'],
})

export const exportAccountsRoute = defineRoute({
  id: 'exportAccounts',
  method: 'GET',
  path: '/billing-runs/{month}/{regieId}/accounts.csv',
  function: 'accounting',
  access: ['accountant'],
  summary: 'What a month comes to by activity and account, for a spreadsheet',
  parameters,
  status: 200,
  reply: CSV,
  errors: ['not-found', 'run-not-ready'],
})

export const readBilledHeadcountRoute = defineRoute({
  id: 'readBilledHeadcount',
  method: 'GET',
  path: '/billing-runs/{month}/{regieId}/headcount',
  function: 'accounting',
  access: ['accountant', 'administrator'],
  summary: 'The days that the registers of a month hold against those that it billed',
  parameters,
  status: 200,
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
  errors: ['not-found', 'run-not-ready'],
})
