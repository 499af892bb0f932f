import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import {
  centsSchema,
  familyIdSchema,
  instantSchema,
  isoDateSchema,
  regieIdSchema,
} from '../platform/schemas.ts'
import { DEBIT_STATES, endToEndIdSchema, rumSchema, RUN_STATES } from './model.ts'
import { BOOKKEEPERS } from './routes.ts'

export const runReply = z.strictObject({
  regieId: regieIdSchema,
  collectOn: isoDateSchema,
  state: z.enum(RUN_STATES),
  stateLabel: z.string(),
  openedAt: instantSchema,
  /** How many debits were announced, and what they come to in cents. */
  debits: z.int(),
  announced: centsSchema,
  exportedAt: instantSchema.optional(),
  /** Once they are made: how many files, of how many debits, of how many cents. */
  sent: z.strictObject({ files: z.int(), debits: z.int(), total: centsSchema }).optional(),
})

const common = { function: 'debits', status: 200 } as const

const runParameters = z.strictObject({ regieId: regieIdSchema, date: isoDateSchema })

const runErrors = [
  'not-found',
  'means-not-allowed',
  'period-out-of-range',
  'run-not-ready',
  'concurrent-change',
] as const

export const listDebitRunsRoute = defineRoute({
  ...common,
  id: 'listDebitRuns',
  method: 'GET',
  path: '/debit-runs/{regieId}',
  access: BOOKKEEPERS,
  summary: 'What a régie collects and has collected by direct debit, the latest day first',
  parameters: z.strictObject({ regieId: regieIdSchema }),
  reply: z.strictObject({
    /** The next days on which it collects, and until when each can be prepared. */
    next: z.array(z.strictObject({ collectOn: isoDateSchema, prepareBy: isoDateSchema })),
    runs: z.array(runReply),
  }),
  errors: ['means-not-allowed'],
})

export const readDebitRunRoute = defineRoute({
  ...common,
  id: 'readDebitRun',
  method: 'GET',
  path: '/debit-runs/{regieId}/{date}',
  access: BOOKKEEPERS,
  summary: 'The debits of a run, and what has become of each',
  parameters: runParameters,
  query: z.strictObject({
    limit: z.coerce.number().int().min(5).max(500).default(100),
    /** The number of the last debit of the page before. */
    after: z.coerce.number().int().min(0).max(999_999).default(0),
  }),
  reply: z.strictObject({
    ...runReply.shape,
    list: z.array(
      z.strictObject({
        number: z.int(),
        familyId: familyIdSchema,
        endToEndId: endToEndIdSchema,
        rum: rumSchema,
        state: z.enum(DEBIT_STATES),
        stateLabel: z.string(),
        announced: centsSchema,
        /** Once it is sent: what is collected. */
        amount: centsSchema.optional(),
        sequence: z.string().optional(),
        payment: z.int().optional(),
        dropped: z.string().optional(),
        reason: z.string().optional(),
      }),
    ),
    next: z.int().optional(),
  }),
  errors: ['not-found'],
})

export const prepareDebitRunRoute = defineRoute({
  ...common,
  id: 'prepareDebitRun',
  method: 'POST',
  path: '/debit-runs/{regieId}/{date}',
  access: ['accountant'],
  summary: 'Announce to all families with a mandate of that day what will be collected',
  parameters: runParameters,
  reply: runReply,
  errors: runErrors,
})

export const exportDebitRunRoute = defineRoute({
  ...common,
  id: 'exportDebitRun',
  method: 'POST',
  path: '/debit-runs/{regieId}/{date}/export',
  access: ['accountant'],
  summary: 'Make the files for the bank; call again while it answers `exporting`',
  parameters: runParameters,
  reply: runReply,
  errors: [...runErrors, 'month-closed'],
})

export const readDebitFileRoute = defineRoute({
  ...common,
  id: 'readDebitFile',
  method: 'GET',
  path: '/debit-runs/{regieId}/{date}/files/{file}',
  access: ['accountant'],
  summary: 'A file for the bank (pain.008), the same each time',
  parameters: runParameters.extend({ file: z.coerce.number().int().min(1).max(999) }),
  reply: { mediaType: 'application/xml' },
  errors: ['not-found'],
})

export const importRejectsRoute = defineRoute({
  ...common,
  id: 'importDebitRejects',
  method: 'POST',
  path: '/debit-rejects',
  access: ['accountant'],
  summary: 'Take back the debits that the bank has sent back, by its report (pain.002) or a list',
  body: z.union([
    z.strictObject({
      rejects: z
        .array(
          z.strictObject({
            endToEndId: z
              .string()
              .regex(/^[\w./:-]{1,35}$/)
              .meta({ examples: ['ENF-20250905-000001'] }),
            reason: z
              .string()
              .regex(/^[A-Z]{2}\d{2}$/)
              .meta({ examples: ['AM04'] }),
          }),
        )
        .min(1)
        .max(500),
    }),
    z.strictObject({ report: z.string().min(1).max(190_000) }),
  ]),
  reply: z.strictObject({
    rejects: z.array(
      z.strictObject({
        endToEndId: z.string(),
        reason: z.string(),
        reasonLabel: z.string(),
        familyId: familyIdSchema.optional(),
        amount: centsSchema.optional(),
        /** Taken back now or before; of no debit of ours; never sent; refunded already. */
        outcome: z.enum(['rejected', 'known', 'unknown', 'not-sent', 'locked']),
      }),
    ),
    /** How many of the report are left for the next call. */
    left: z.int(),
  }),
  errors: ['means-not-allowed', 'concurrent-change'],
})
