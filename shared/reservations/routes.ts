import * as z from 'zod'
import { enrolmentLabelsReply } from '../families/label-enrolment.ts'
import { defineRoute } from '../platform/route.ts'
import {
  activityIdSchema,
  centsSchema,
  childIdSchema,
  isoDateSchema,
  isoMonthSchema,
  regieIdSchema,
  unitIdSchema,
} from '../platform/schemas.ts'
import { idempotencyHeaders } from '../requests/model.ts'
import { requestStateSchema, wishesSchema } from './model.ts'
import { requestReply } from './request-routes.ts'

const line = z.string().describe('One letter a day, from `from` to `to`')

const legend = z.array(z.strictObject({ letter: z.string(), meaning: z.string() }))

const plannedEnrolment = enrolmentLabelsReply.extend({
  /** Whether each day can be changed, and else why not. */
  availability: line,
  units: z.array(
    z.strictObject({
      unitId: unitIdSchema,
      name: z.string(),
      days: line,
      /** Whether the child could have it each day; only where places are counted. */
      places: line.optional(),
    }),
  ),
})

export const readPlanningRoute = defineRoute({
  id: 'readPlanning',
  method: 'GET',
  path: '/planning',
  function: 'family',
  access: ['guardian'],
  summary:
    'The planning of all my children, for the week in course, a week, a month or any period of up to a year',
  query: z.strictObject({
    from: isoDateSchema.optional(),
    to: isoDateSchema.optional(),
    /** The week of a day. */
    week: isoDateSchema.optional(),
    month: isoMonthSchema.optional(),
  }),
  status: 200,
  reply: z.strictObject({
    from: isoDateSchema,
    to: isoDateSchema,
    legend,
    availabilityLegend: legend,
    placesLegend: legend,
    children: z.array(
      z.strictObject({
        childId: childIdSchema,
        firstName: z.string(),
        enrolments: z.array(plannedEnrolment),
      }),
    ),
  }),
  errors: ['not-found', 'period-out-of-range'],
})

const datedUnits = z.array(z.strictObject({ date: isoDateSchema, units: z.array(z.string()) }))

export const previewWishesRoute = defineRoute({
  id: 'previewWishes',
  method: 'POST',
  path: '/planning/preview',
  function: 'previews',
  access: ['guardian'],
  summary: 'What a submission of these wishes would change; nothing is stored',
  body: wishesSchema,
  status: 200,
  reply: z.strictObject({
    requests: z.array(
      z.strictObject({
        childId: childIdSchema,
        child: z.string(),
        activityId: activityIdSchema,
        activity: z.string(),
        facility: z.string(),
        state: requestStateSchema,
        from: isoDateSchema,
        to: isoDateSchema,
        /** The planning as it would be, from `from` to `to`. */
        units: z.array(z.strictObject({ unitId: unitIdSchema, name: z.string(), days: line })),
        added: datedUnits,
        removed: datedUnits,
        /** Days without a place left, for which the child will wait. */
        waiting: datedUnits,
        /** What the added days cost, in cents; nothing when one of them has no price. */
        estimate: centsSchema.nullable(),
        /** Of what the estimate is the sum. */
        lines: z.array(
          z.strictObject({
            /** The units, the part of their price, or the fee. */
            label: z.string(),
            /** Below zero where a price for several units takes the place of others. */
            quantity: z.int(),
            unitPrice: centsSchema,
            amount: centsSchema,
            /** Price list, rule, quotient and computation. */
            why: z.string(),
          }),
        ),
        /** Why there is no estimate. */
        unpriced: z.array(z.string()).optional(),
      }),
    ),
    /** Days of the wishes that stay as they are, and why. */
    kept: z.array(
      z.strictObject({
        childId: childIdSchema,
        activityId: activityIdSchema,
        date: isoDateSchema,
        unitId: unitIdSchema,
        reason: z.string(),
      }),
    ),
    /** For which these wishes would be refused as long as they add days; none where they do not. */
    debts: z.array(
      z.strictObject({
        regieId: regieIdSchema,
        regie: z.string(),
        /** In cents. */
        overdue: centsSchema,
        detail: z.string(),
      }),
    ),
  }),
  errors: [
    'not-found',
    'unknown-enrolment',
    'unknown-unit',
    'exclusive-units',
    'period-out-of-range',
    'file-inactive',
  ],
})

export const submitWishesRoute = defineRoute({
  id: 'submitWishes',
  method: 'POST',
  path: '/submissions',
  function: 'family',
  access: ['guardian'],
  summary:
    'Book, change or cancel for all children at once; one numbered request per child and activity',
  headers: idempotencyHeaders,
  body: wishesSchema,
  status: 201,
  reply: z.strictObject({ requests: z.array(requestReply) }),
  errors: [
    'not-found',
    'unknown-enrolment',
    'unknown-unit',
    'exclusive-units',
    'period-out-of-range',
    'nothing-to-change',
    'file-inactive',
    'debts-overdue',
    'idempotency-key-reused',
    'concurrent-change',
  ],
})
