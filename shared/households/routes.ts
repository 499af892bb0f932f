import * as z from 'zod'
import { custodySchema, reasonSchema, withdrawnAuthoritySchema } from '../families/model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  activityIdSchema,
  centsSchema,
  childIdSchema,
  familyIdSchema,
  ifMatchSchema,
  isoDateSchema,
  isoMonthSchema,
  unitIdSchema,
  versionSchema,
} from '../platform/schemas.ts'

const STAFF = ['agent', 'administrator'] as const
const ofChild = z.strictObject({ familyId: familyIdSchema, childId: childIdSchema })
const editHeaders = z.object({ 'if-match': ifMatchSchema })
const why = { reason: reasonSchema }

const householdsReply = z.strictObject({
  familyId: familyIdSchema,
  childId: childIdSchema,
  version: versionSchema,
  otherHousehold: z
    .strictObject({ familyId: familyIdSchema, childId: childIdSchema, familyName: z.string() })
    .optional(),
  custody: custodySchema.optional(),
  authorityWithdrawn: z.array(withdrawnAuthoritySchema),
})

export const readHouseholdsRoute = defineRoute({
  id: 'readHouseholds',
  method: 'GET',
  path: '/families/{familyId}/children/{childId}/households',
  function: 'enrolments',
  access: STAFF,
  summary: 'The households of a child: its other file, its weeks, who has no authority over it',
  parameters: ofChild,
  status: 200,
  versioned: true,
  reply: householdsReply,
  errors: ['not-found'],
})

export const linkHouseholdsRoute = defineRoute({
  id: 'linkHouseholds',
  method: 'POST',
  path: '/families/{familyId}/children/{childId}/other-household',
  function: 'enrolments',
  access: STAFF,
  summary: 'Say that a child of one file is the same as one of another: a child of two households',
  parameters: ofChild,
  body: z.strictObject({ familyId: familyIdSchema, childId: childIdSchema, ...why }),
  status: 201,
  versioned: true,
  reply: householdsReply,
  errors: ['not-found', 'not-linkable', 'exclusive-units', 'concurrent-change'],
})

export const unlinkHouseholdsRoute = defineRoute({
  id: 'unlinkHouseholds',
  method: 'POST',
  path: '/families/{familyId}/children/{childId}/other-household/end',
  function: 'enrolments',
  access: STAFF,
  summary: 'Take back that a child is of two households',
  parameters: ofChild,
  body: z.strictObject(why),
  status: 200,
  versioned: true,
  reply: householdsReply,
  errors: ['not-found', 'concurrent-change'],
})

export const setCustodyRoute = defineRoute({
  id: 'setCustody',
  method: 'PUT',
  path: '/families/{familyId}/children/{childId}/custody',
  function: 'enrolments',
  access: STAFF,
  summary: 'Set in which weeks a child is in this household, and who books and pays which',
  parameters: ofChild,
  headers: editHeaders,
  body: z.strictObject({ custody: custodySchema.optional(), ...why }),
  status: 200,
  versioned: true,
  reply: householdsReply,
  errors: ['not-found', 'changed-meanwhile', 'concurrent-change'],
})

export const setAuthorityRoute = defineRoute({
  id: 'setAuthority',
  method: 'PUT',
  path: '/families/{familyId}/children/{childId}/authority',
  function: 'enrolments',
  access: STAFF,
  summary: 'Set which guardians of the file have no authority over a child, and since when',
  parameters: ofChild,
  headers: editHeaders,
  body: z.strictObject({ authorityWithdrawn: z.array(withdrawnAuthoritySchema).max(10), ...why }),
  status: 200,
  versioned: true,
  reply: householdsReply,
  errors: ['not-found', 'changed-meanwhile', 'concurrent-change'],
})

const named = z.array(z.strictObject({ unitId: unitIdSchema, name: z.string() }))
const ofActivity = { date: isoDateSchema, activityId: activityIdSchema, activity: z.string() }

export const readOtherHouseholdRoute = defineRoute({
  id: 'readOtherHousehold',
  method: 'GET',
  path: '/family/children/{childId}/other-household',
  function: 'enrolments',
  access: ['guardian'],
  summary: 'What I may know of my child’s other household: its days, and what the town opens',
  parameters: z.strictObject({ childId: childIdSchema }),
  query: z.strictObject({ from: isoDateSchema.optional(), to: isoDateSchema.optional() }),
  status: 200,
  reply: z.strictObject({
    childId: childIdSchema,
    firstName: z.string(),
    /** The month in course unless asked for. */
    from: isoDateSchema,
    to: isoDateSchema,
    /** Of this household: those of the other one are the others. */
    custody: custodySchema.optional(),
    /** What the other household has booked, which excludes the same here. */
    bookings: z.array(z.strictObject({ ...ofActivity, units: named })),
    /** Whether the child was there; only where the town opens it. */
    attendance: z
      .array(
        z.strictObject({
          ...ofActivity,
          unitId: unitIdSchema,
          name: z.string(),
          letter: z.string(),
          meaning: z.string(),
        }),
      )
      .optional(),
    /** What the other household was invoiced for the child; only where the town opens it. */
    invoices: z
      .array(
        z.strictObject({
          number: z.string(),
          issuedOn: isoDateSchema,
          month: isoMonthSchema,
          amount: centsSchema,
          lines: z.array(
            z.strictObject({
              label: z.string(),
              quantity: z.int(),
              unitPrice: centsSchema,
              amount: centsSchema,
            }),
          ),
        }),
      )
      .optional(),
  }),
  errors: ['not-found', 'period-out-of-range'],
})
