import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import {
  centsSchema,
  familyIdSchema,
  isoDateSchema,
  isoMonthSchema,
  numberInTextSchema,
  regieIdSchema,
} from '../platform/schemas.ts'
import {
  anomalySchema,
  draftSchema,
  invoiceLineSchema,
  runStateSchema,
  tallySchema,
} from './model.ts'

const runParameters = z.strictObject({ month: isoMonthSchema, regieId: regieIdSchema })

const runHead = {
  month: isoMonthSchema,
  regieId: regieIdSchema,
  revision: z.int(),
  state: runStateSchema,
}

export const openBillingRunsRoute = defineRoute({
  id: 'openBillingRuns',
  method: 'POST',
  path: '/billing-runs',
  function: 'accounting',
  access: ['accountant', 'administrator'],
  summary: 'Bill a month that is over, by a régie or by all; anew for families that it left out',
  body: z.strictObject({
    month: isoMonthSchema,
    /** All régies without. */
    regieId: regieIdSchema.optional(),
    /** The families that are not billed by this run. */
    excluded: z.array(familyIdSchema).max(2000).default([]),
  }),
  status: 202,
  reply: z.strictObject({
    runs: z.array(
      z.strictObject({
        ...runHead,
        families: z.int(),
        /** Begun; handed out again as far as it was not done; or nobody was left to bill. */
        outcome: z.enum(['opened', 'resumed', 'nothing-left']),
      }),
    ),
  }),
  errors: ['period-out-of-range', 'other-run-open', 'run-not-ready', 'concurrent-change'],
})

const runReply = {
  ...runHead,
  openedAt: z.string(),
  issuedOn: isoDateSchema,
  families: z.int(),
}

export const listBillingRunsRoute = defineRoute({
  id: 'listBillingRuns',
  method: 'GET',
  path: '/billing-runs',
  function: 'accounting',
  access: ['accountant', 'administrator'],
  summary: 'The billing of every month and régie, newest first',
  status: 200,
  reply: z.strictObject({ runs: z.array(z.strictObject(runReply)) }),
  errors: [],
})

export const readBillingRunRoute = defineRoute({
  id: 'readBillingRun',
  method: 'GET',
  path: '/billing-runs/{month}/{regieId}',
  function: 'accounting',
  access: ['accountant', 'administrator'],
  summary: 'How the billing of a month went: progress, amounts, billed units, anomalies',
  parameters: runParameters,
  status: 200,
  reply: z.strictObject({
    ...runReply,
    pages: z.int(),
    excluded: z.array(familyIdSchema),
    /** Of how many families each step is done. */
    progress: z.strictObject({ computed: z.int(), issued: z.int(), mailed: z.int() }),
    /** What the month comes to so far, in cents and units. */
    tally: tallySchema,
    anomalies: z.array(anomalySchema),
  }),
  errors: ['not-found'],
})

export const readDraftsRoute = defineRoute({
  id: 'readDrafts',
  method: 'GET',
  path: '/billing-runs/{month}/{regieId}/drafts',
  function: 'accounting',
  access: ['accountant', 'administrator'],
  summary: 'The drafts of a run, page by page, with their numbers once they are issued',
  parameters: runParameters,
  query: z.strictObject({ page: numberInTextSchema.default(1) }),
  status: 200,
  reply: z.strictObject({
    revision: z.int(),
    page: z.int(),
    pages: z.int(),
    drafts: z.array(
      z.strictObject({
        kind: draftSchema.shape.kind,
        number: z.string().optional(),
        familyId: familyIdSchema,
        familyName: z.string(),
        total: centsSchema,
        lines: z.array(invoiceLineSchema),
      }),
    ),
  }),
  errors: ['not-found'],
})

export const checkBillingRunRoute = defineRoute({
  id: 'checkBillingRun',
  method: 'POST',
  path: '/billing-runs/{month}/{regieId}/check',
  function: 'accounting',
  access: ['accountant', 'administrator'],
  summary: 'Note that the drafts are checked, and issue them',
  parameters: runParameters,
  body: z.strictObject({
    /** The revision whose drafts were checked. */
    revision: z.int().positive(),
  }),
  status: 202,
  reply: z.strictObject({ ...runHead, issuedOn: isoDateSchema }),
  errors: ['not-found', 'run-not-ready', 'concurrent-change'],
})

export const previewInvoiceRoute = defineRoute({
  id: 'previewInvoice',
  method: 'POST',
  path: '/billing-runs/preview',
  function: 'accounting',
  access: ['accountant', 'administrator'],
  summary: 'What a family would be billed for a month if it were billed now',
  body: z.strictObject({
    month: isoMonthSchema,
    regieId: regieIdSchema,
    familyId: familyIdSchema,
  }),
  status: 200,
  reply: z.strictObject({
    familyId: familyIdSchema,
    familyName: z.string(),
    /** What it would be; `billed` when the family has a document of the month already. */
    outcome: z.enum([...draftSchema.shape.kind.options, 'nothing', 'anomalies', 'billed']),
    dueOn: isoDateSchema.optional(),
    lines: z.array(invoiceLineSchema),
    total: centsSchema,
    anomalies: z.array(z.string()),
  }),
  errors: ['not-found'],
})
