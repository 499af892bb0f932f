import * as z from 'zod'
import { invoiceNumberSchema } from '../billing/model.ts'
import { reasonSchema } from '../families/model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  centsSchema,
  familyIdSchema,
  isoDateSchema,
  isoMonthSchema,
  numberInTextSchema,
  regieIdSchema,
} from '../platform/schemas.ts'
import { idempotencyHeaders } from '../requests/model.ts'
import { instalmentSchema, PLAN_STATES, planNumberSchema } from './model.ts'

/** Who keeps the accounts; an administrator reads them. */
export const BOOKKEEPERS = ['accountant', 'administrator'] as const

export const CSV = { mediaType: 'text/csv; charset=utf-8' } as const

export const agesReply = z.strictObject({
  notDue: centsSchema.describe('The due day is not over'),
  upTo30: centsSchema.describe('1 to 30 days since the due day'),
  upTo60: centsSchema,
  upTo90: centsSchema,
  over90: centsSchema,
})

export const unpaidReply = z.strictObject({
  number: invoiceNumberSchema,
  month: isoMonthSchema,
  dueOn: isoDateSchema,
  due: centsSchema,
  /** What was paid of it and awaits its validation. */
  awaited: centsSchema,
  daysLate: z.int().describe('Below zero before the due day'),
  /** Whether a payment plan for it is kept. */
  planned: z.boolean(),
})

const ofRegie = {
  method: 'GET',
  function: 'arrears',
  access: BOOKKEEPERS,
  parameters: z.strictObject({ regieId: regieIdSchema }),
  status: 200,
  errors: ['not-found'],
} as const

export const listUnpaidRoute = defineRoute({
  ...ofRegie,
  id: 'listUnpaid',
  path: '/regies/{regieId}/arrears',
  summary: 'The families that owe to a régie, the oldest debts first, with the ages of their debts',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(50),
    after: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}_[\w-]{1,48}$/)
      .optional(),
  }),
  reply: z.strictObject({
    debtors: z.array(
      z.strictObject({
        familyId: familyIdSchema,
        name: z.string(),
        due: centsSchema,
        awaited: centsSchema,
        overdue: centsSchema.describe('Neither awaited, nor with a payment plan that is kept'),
        oldestDueOn: isoDateSchema,
        ages: agesReply,
        invoices: z.array(unpaidReply),
      }),
    ),
    /** Pass as `after` to read on; absent at the end. */
    next: z.string().optional(),
  }),
})

export const readAgesRoute = defineRoute({
  ...ofRegie,
  id: 'readAges',
  path: '/regies/{regieId}/arrears/ages',
  summary: 'What is owed to a régie, by age',
  reply: z.strictObject({
    debtors: z.int(),
    invoices: z.int(),
    due: centsSchema,
    awaited: centsSchema,
    ages: agesReply,
  }),
})

export const exportUnpaidRoute = defineRoute({
  ...ofRegie,
  id: 'exportUnpaid',
  path: '/regies/{regieId}/arrears.csv',
  access: ['accountant'],
  summary: 'The unpaid invoices of a régie with their ages, for a spreadsheet',
  query: z.strictObject({
    part: numberInTextSchema.default(1).describe('Up to 5,000 families each'),
  }),
  reply: CSV,
})

export const planReply = z.strictObject({
  number: planNumberSchema,
  regieId: regieIdSchema,
  state: z.enum(PLAN_STATES),
  stateLabel: z.string(),
  agreedOn: isoDateSchema,
  /** The invoices, with what was due of each when it was agreed. */
  invoices: z.array(z.strictObject({ number: invoiceNumberSchema, due: centsSchema })),
  instalments: z.array(z.strictObject({ on: isoDateSchema, amount: centsSchema })),
  total: centsSchema,
  paid: centsSchema.describe('By what the invoices came down, and what awaits its validation'),
  asked: centsSchema.describe('What was to be paid before today'),
})

const arrearsReply = z.strictObject({
  regies: z.array(
    z.strictObject({
      regieId: regieIdSchema,
      regie: z.string(),
      due: centsSchema,
      overdue: centsSchema,
      awaited: centsSchema,
      invoices: z.array(unpaidReply),
      /** Why nothing can be booked until something is paid. */
      blocked: z.string().optional(),
    }),
  ),
  plans: z.array(planReply),
  reminders: z.array(
    z.strictObject({
      /** Under which its letter is printed. */
      reminder: z.int(),
      remindedOn: isoDateSchema,
      total: centsSchema,
      invoices: z.array(
        z.strictObject({
          number: invoiceNumberSchema,
          due: centsSchema,
          daysLate: z.int(),
        }),
      ),
    }),
  ),
})

export const readArrearsRoute = defineRoute({
  id: 'readArrears',
  method: 'GET',
  path: '/arrears',
  function: 'arrears',
  access: ['guardian'],
  summary: 'What I have not paid, what is overdue, my payment plans and the reminders that I got',
  status: 200,
  reply: arrearsReply,
  errors: ['not-found'],
})

export const readFamilyArrearsRoute = defineRoute({
  ...readArrearsRoute,
  id: 'readFamilyArrears',
  path: '/families/{familyId}/arrears',
  access: BOOKKEEPERS,
  summary: 'What a family has not paid, its payment plans and its reminders',
  parameters: z.strictObject({ familyId: familyIdSchema }),
})

export const agreePlanRoute = defineRoute({
  id: 'agreePlan',
  method: 'POST',
  path: '/families/{familyId}/plans',
  function: 'arrears',
  access: ['accountant'],
  summary: 'Agree a payment plan for invoices of a family; it is mailed',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  headers: idempotencyHeaders,
  body: z.strictObject({
    regieId: regieIdSchema,
    invoices: z.array(invoiceNumberSchema).min(1).max(60),
    /** In the order of their days; they come to what is due. */
    instalments: z.array(z.strictObject(instalmentSchema.shape)).min(1).max(36),
  }),
  status: 201,
  reply: planReply,
  errors: [
    'not-found',
    'unknown-invoice',
    'plan-open',
    'idempotency-key-reused',
    'concurrent-change',
  ],
})

export const endPlanRoute = defineRoute({
  id: 'endPlan',
  method: 'POST',
  path: '/families/{familyId}/plans/{number}/end',
  function: 'arrears',
  access: ['accountant'],
  summary: 'End a payment plan: its invoices are due as if there had been none',
  parameters: z.strictObject({ familyId: familyIdSchema, number: numberInTextSchema }),
  body: z.strictObject({ reason: reasonSchema }),
  status: 200,
  reply: planReply,
  errors: ['not-found', 'plan-over', 'concurrent-change'],
})

const statementsReply = z.strictObject({
  statements: z.array(
    z.strictObject({
      year: z.string(),
      number: z.string(),
      children: z.int().describe('Those that it names'),
      total: centsSchema,
    }),
  ),
})

export const listStatementsRoute = defineRoute({
  id: 'listStatements',
  method: 'GET',
  path: '/statements',
  function: 'arrears',
  access: ['guardian'],
  summary: 'The years for which I can print what I paid for child care, newest first',
  status: 200,
  reply: statementsReply,
  errors: ['not-found'],
})

export const listFamilyStatementsRoute = defineRoute({
  ...listStatementsRoute,
  id: 'listFamilyStatements',
  path: '/families/{familyId}/statements',
  access: BOOKKEEPERS,
  summary: 'The years for which a family can print what it paid for child care',
  parameters: z.strictObject({ familyId: familyIdSchema }),
})
