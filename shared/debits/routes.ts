import * as z from 'zod'
import { reasonSchema } from '../families/model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  centsSchema,
  familyIdSchema,
  guardianIdSchema,
  instantSchema,
  isoDateSchema,
  lineSchema,
  regieIdSchema,
} from '../platform/schemas.ts'
import {
  bicSchema,
  dayOfMonthSchema,
  DEBIT_STATES,
  MANDATE_STATES,
  rumSchema,
  typedIbanSchema,
} from './model.ts'

/** Who keeps the accounts; an administrator reads them. */
export const BOOKKEEPERS = ['accountant', 'administrator'] as const

export const mandateReply = z.strictObject({
  familyId: familyIdSchema,
  regieId: regieIdSchema,
  rum: rumSchema,
  state: z.enum(MANDATE_STATES),
  stateLabel: z.string(),
  day: dayOfMonthSchema,
  signedOn: isoDateSchema,
  signedAt: instantSchema,
  place: z.string(),
  how: z.enum(['online', 'paper']),
  /** Who holds the account, and its last signs: shown to staff and to who signed alone. */
  holder: z.string().optional(),
  iban: z.string().optional(),
  bic: z.string().optional(),
  /** What was agreed to. */
  consent: z.strictObject({ version: z.string(), text: z.string() }).optional(),
  debits: z.int(),
  lastDebitOn: isoDateSchema.optional(),
  /** It lapses behind that day, if nothing is collected before. */
  goodUntil: isoDateSchema,
  /** From that day on nothing is collected. */
  endsOn: isoDateSchema.optional(),
  endedOn: isoDateSchema.optional(),
  endReason: z.string().optional(),
})

const account = {
  holder: lineSchema(70),
  iban: typedIbanSchema,
  bic: bicSchema.optional(),
}

/** What a guardian signs online. */
const signature = {
  place: lineSchema(60),
  consent: z.strictObject({ accepted: z.literal(true), textVersion: z.string().min(1).max(20) }),
}

const idempotent = z.object({
  'idempotency-key': z
    .string()
    .min(8)
    .max(64)
    .regex(/^[\w-]+$/),
})

const rumParameter = z.strictObject({ rum: rumSchema })

const common = { function: 'debits', status: 200 } as const

export const readDebitsRoute = defineRoute({
  ...common,
  id: 'readDebits',
  method: 'GET',
  path: '/debits',
  access: ['guardian'],
  summary: 'How the town debits accounts, the mandates of my family, and what will be collected',
  reply: z.strictObject({
    regies: z.array(
      z.strictObject({
        regieId: regieIdSchema,
        name: z.string(),
        creditor: z.strictObject({ name: z.string(), ics: z.string() }),
        /** The days of the month among which families choose. */
        days: z.array(dayOfMonthSchema),
        noticeDays: z.int(),
        /** What is agreed to by signing; its version goes with the signature. */
        consent: z.strictObject({ text: z.string(), textVersion: z.string() }),
      }),
    ),
    mandates: z.array(mandateReply),
    /** What was announced and is still to come. */
    announced: z.array(
      z.strictObject({
        regieId: regieIdSchema,
        collectOn: isoDateSchema,
        amount: centsSchema,
        rum: rumSchema,
        state: z.enum(DEBIT_STATES),
        stateLabel: z.string(),
      }),
    ),
  }),
  errors: ['not-found'],
})

/** What may go wrong with a new mandate. */
const newErrors = [
  'not-found',
  'means-not-allowed',
  'mandate-exists',
  'idempotency-key-reused',
  'concurrent-change',
] as const

export const signMandateRoute = defineRoute({
  id: 'signMandate',
  method: 'POST',
  path: '/debits/mandates',
  function: 'debits',
  access: ['guardian'],
  summary: 'Sign a mandate: the régie debits my account for the invoices of my family',
  headers: idempotent,
  body: z.strictObject({
    regieId: regieIdSchema,
    day: dayOfMonthSchema,
    ...account,
    ...signature,
  }),
  status: 201,
  reply: mandateReply,
  errors: newErrors,
})

export const changeAccountRoute = defineRoute({
  id: 'changeDebitAccount',
  method: 'POST',
  path: '/debits/mandates/{rum}/account',
  function: 'debits',
  access: ['guardian'],
  summary: 'Have another account debited: a new mandate takes the place of mine',
  parameters: rumParameter,
  headers: idempotent,
  body: z.strictObject({ ...account, ...signature }),
  status: 201,
  reply: mandateReply,
  errors: ['forbidden', 'mandate-missing', ...newErrors],
})

export const changeDayRoute = defineRoute({
  ...common,
  id: 'changeDebitDay',
  method: 'PUT',
  path: '/debits/mandates/{rum}/day',
  access: ['guardian'],
  summary: 'Choose another day of the month for my debits; what is announced stays on its day',
  parameters: rumParameter,
  body: z.strictObject({ day: dayOfMonthSchema }),
  reply: mandateReply,
  errors: ['not-found', 'forbidden', 'means-not-allowed', 'mandate-missing', 'concurrent-change'],
})

export const revokeMandateRoute = defineRoute({
  ...common,
  id: 'revokeMandate',
  method: 'POST',
  path: '/debits/mandates/{rum}/revocation',
  access: ['guardian'],
  summary: 'Revoke my mandate, at once or from a day on',
  parameters: rumParameter,
  body: z.strictObject({
    /** From that day on nothing is collected; at once without. */
    from: isoDateSchema.optional(),
  }),
  reply: mandateReply,
  errors: [
    'not-found',
    'forbidden',
    'means-not-allowed',
    'period-out-of-range',
    'concurrent-change',
  ],
})

export const listMandatesRoute = defineRoute({
  ...common,
  id: 'listMandates',
  method: 'GET',
  path: '/debit-mandates',
  access: BOOKKEEPERS,
  summary: 'The active mandates of a régie, by their day of the month',
  query: z.strictObject({
    regieId: regieIdSchema,
    limit: z.coerce.number().int().min(5).max(200).default(50),
    after: z
      .string()
      .regex(/^\d{1,2}_[\w-]{1,48}$/)
      .optional(),
  }),
  reply: z.strictObject({
    count: z.int(),
    mandates: z.array(mandateReply),
    /** Pass as `after` to read on; absent at the end. */
    next: z.string().optional(),
  }),
  errors: ['means-not-allowed'],
})

export const readFamilyMandatesRoute = defineRoute({
  ...common,
  id: 'readFamilyMandates',
  method: 'GET',
  path: '/families/{familyId}/debit-mandates',
  access: BOOKKEEPERS,
  summary: 'All mandates that a family has given',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  reply: z.strictObject({ mandates: z.array(mandateReply) }),
  errors: ['not-found'],
})

export const enterMandateRoute = defineRoute({
  id: 'enterMandate',
  method: 'POST',
  path: '/families/{familyId}/debit-mandates',
  function: 'debits',
  access: ['accountant'],
  summary: 'Note a mandate that a guardian has signed on paper',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  headers: idempotent,
  body: z.strictObject({
    regieId: regieIdSchema,
    guardianId: guardianIdSchema,
    day: dayOfMonthSchema,
    ...account,
    place: signature.place,
    signedOn: isoDateSchema,
  }),
  status: 201,
  reply: mandateReply,
  errors: ['period-out-of-range', ...newErrors],
})

export const revokeFamilyMandateRoute = defineRoute({
  ...common,
  id: 'revokeFamilyMandate',
  method: 'POST',
  path: '/families/{familyId}/debit-mandates/{rum}/revocation',
  access: ['accountant'],
  summary: 'End a mandate for a family, such as when it asks for it in writing',
  parameters: z.strictObject({ familyId: familyIdSchema, rum: rumSchema }),
  body: z.strictObject({ reason: reasonSchema }),
  reply: mandateReply,
  errors: ['not-found', 'means-not-allowed', 'concurrent-change'],
})
