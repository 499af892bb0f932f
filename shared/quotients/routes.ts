import * as z from 'zod'
import { reasonSchema, shownMeansSchema } from '../families/model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  familyIdSchema,
  guardianIdSchema,
  instantSchema,
  isoDateSchema,
  isoMonthSchema,
} from '../platform/schemas.ts'
import { birthSchema, outcomeSchema } from './model.ts'

export const consentReply = z.strictObject({
  /** What a guardian agrees to; its version goes with it. */
  text: z.string(),
  textVersion: z.string(),
  given: z.strictObject({ at: instantSchema, textVersion: z.string() }).optional(),
  withdrawnAt: instantSchema.optional(),
})

export const fetchReply = z.strictObject({
  at: instantSchema,
  /** Who asked, and whose quotient it is. */
  by: z.string(),
  about: z.string(),
  purpose: z.string(),
  consentedAt: instantSchema,
  month: isoMonthSchema,
  reason: z.string().optional(),
  outcome: outcomeSchema,
  /** The outcome in a sentence. */
  told: z.string(),
})

const fetchedReply = z.strictObject({
  familyId: familyIdSchema,
  fetch: fetchReply,
  /** What counts from the day that the fetch names on. */
  means: shownMeansSchema.strict(),
})

const common = { function: 'quotients', status: 200 } as const

/** What may go wrong with a question to the funds. */
const fetchErrors = [
  'not-found',
  'file-inactive',
  'consent-missing',
  'period-out-of-range',
  'quotient-unknown',
  'too-many-attempts',
  'concurrent-change',
] as const

const fetchBody = z.strictObject({
  /** The month whose quotient is meant; the present one unless given. */
  month: isoMonthSchema.optional(),
  birth: birthSchema,
})

export const readQuotientsRoute = defineRoute({
  ...common,
  id: 'readQuotients',
  method: 'GET',
  path: '/family/quotient',
  access: ['guardian'],
  summary:
    'My consent, the quotients of my family, and each time that the town asked the fund for one',
  reply: z.strictObject({
    familyId: familyIdSchema,
    consent: consentReply,
    /** By the day from which they count, the earliest first. */
    means: z.array(
      shownMeansSchema.strict().extend({ notedAt: instantSchema, inForce: z.boolean() }),
    ),
    /** The latest first. */
    fetches: z.array(fetchReply),
  }),
  errors: ['not-found'],
})

export const giveConsentRoute = defineRoute({
  ...common,
  id: 'giveQuotientConsent',
  method: 'POST',
  path: '/family/quotient/consent',
  access: ['guardian'],
  summary: 'Agree to the town asking the fund for my quotient',
  body: z.strictObject({ accepted: z.literal(true), textVersion: z.string().min(1).max(20) }),
  reply: consentReply,
  errors: ['not-found', 'concurrent-change'],
})

export const withdrawConsentRoute = defineRoute({
  ...common,
  id: 'withdrawQuotientConsent',
  method: 'DELETE',
  path: '/family/quotient/consent',
  access: ['guardian'],
  summary: 'Withdraw my consent to the town asking the fund for my quotient',
  reply: consentReply,
  errors: ['not-found', 'concurrent-change'],
})

export const fetchQuotientRoute = defineRoute({
  ...common,
  id: 'fetchQuotient',
  method: 'POST',
  path: '/family/quotient',
  access: ['guardian'],
  summary: 'Have the town ask the fund for my quotient, which counts by the town’s rule',
  body: fetchBody,
  reply: fetchedReply,
  errors: fetchErrors,
})

export const fetchFamilyQuotientRoute = defineRoute({
  ...common,
  id: 'fetchFamilyQuotient',
  method: 'POST',
  path: '/families/{familyId}/quotient',
  access: ['agent', 'accountant', 'administrator'],
  summary:
    'Ask the fund for the quotient of a guardian who agrees; with a reason it counts from an earlier month',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  body: fetchBody.extend({ guardianId: guardianIdSchema, reason: reasonSchema.optional() }),
  reply: fetchedReply,
  errors: fetchErrors,
})

const tokenReply = z.strictObject({
  setAt: instantSchema,
  endsOn: isoDateSchema.describe('The day on which it ends'),
  endKnownBy: z
    .enum(['token', 'told', 'assumed'])
    .describe('Who says so: the token itself, who kept it, or nobody (18 months after that day)'),
})

export const readTokenRoute = defineRoute({
  ...common,
  id: 'readQuotientToken',
  method: 'GET',
  path: '/town/quotient-token',
  access: ['administrator'],
  summary: 'Since when the town has its token of API Particulier, and when it ends; not the token',
  reply: tokenReply,
  errors: ['not-found'],
})

export const keepTokenRoute = defineRoute({
  ...common,
  id: 'keepQuotientToken',
  method: 'PUT',
  path: '/town/quotient-token',
  access: ['administrator'],
  summary: 'Keep the token that API Particulier gave to the town; nobody can read it again',
  body: z.strictObject({
    /** A JWT, valid for 18 months. */
    token: z
      .stringFormat('token', /^[\w-]{4,2000}\.[\w-]{4,4000}\.[\w-]{4,2000}$/)
      .meta({ examples: ['header.payload.signature'] }),
    endsOn: isoDateSchema
      .optional()
      .describe('The day on which it ends, for a token that does not say so itself'),
  }),
  reply: tokenReply,
  errors: [],
})
