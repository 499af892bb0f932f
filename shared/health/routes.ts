import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import {
  childIdSchema,
  familyIdSchema,
  ifMatchSchema,
  instantSchema,
  isoDateSchema,
  typedPhoneSchema,
  versionSchema,
} from '../platform/schemas.ts'
import { ALLERGIES, healthRecordSchema, ILLNESSES, VACCINES } from './model.ts'

const { doctor, recommendations, carePlan } = healthRecordSchema.shape

/** The sheet of guide 000 with all its lines; what nobody has answered yet has no answer. */
const sheet = {
  vaccinations: z.array(
    z.strictObject({
      vaccine: z.enum(VACCINES),
      name: z.string(),
      /** Whether a child may be refused without it, by its date of birth. */
      mandatory: z.boolean(),
      done: z.boolean().optional(),
      on: isoDateSchema.optional(),
    }),
  ),
  illnesses: z.array(
    z.strictObject({
      illness: z.enum(ILLNESSES),
      name: z.string(),
      had: z.boolean().optional(),
      on: isoDateSchema.optional(),
      details: z.string().optional(),
    }),
  ),
  allergies: z.array(
    z.strictObject({
      kind: z.enum(ALLERGIES),
      name: z.string(),
      has: z.boolean().optional(),
      details: z.string().optional(),
    }),
  ),
  doctor,
  recommendations,
  carePlan,
}

export const healthReply = z.strictObject({
  childId: childIdSchema,
  /** 0 as long as nothing is kept. */
  version: versionSchema,
  /** Whether the town keeps records in detail; else this one can only be read and withdrawn. */
  detailed: z.boolean(),
  ...sheet,
  consent: z.strictObject({
    /** What a guardian agrees to by keeping the record; its version goes with it. */
    text: z.string(),
    textVersion: z.string(),
    given: z
      .strictObject({
        at: instantSchema,
        textVersion: z.string(),
        /** The guardian, where it is one of this household. */
        by: z.string().optional(),
      })
      .optional(),
    withdrawnAt: instantSchema.optional(),
  }),
})

const parameters = z.strictObject({ childId: childIdSchema })

export const readHealthRoute = defineRoute({
  id: 'readHealth',
  method: 'GET',
  path: '/family/children/{childId}/health',
  function: 'health',
  access: ['guardian'],
  summary: 'The health record of my child; each reading is noted',
  parameters,
  status: 200,
  reply: healthReply,
  versioned: true,
  errors: ['not-found'],
})

export const keepHealthRoute = defineRoute({
  id: 'keepHealth',
  method: 'PUT',
  path: '/family/children/{childId}/health',
  function: 'health',
  access: ['guardian'],
  summary: 'Keep the health record of my child, whole, with my consent',
  parameters,
  headers: z.object({ 'if-match': ifMatchSchema }),
  body: healthRecordSchema.extend({
    doctor: z
      .strictObject({ name: doctor.unwrap().shape.name, phone: typedPhoneSchema })
      .optional(),
    consent: z.strictObject({ textVersion: z.string().min(1).max(20) }),
  }),
  status: 200,
  reply: healthReply,
  versioned: true,
  errors: ['not-found', 'changed-meanwhile', 'health-record-off'],
})

export const withdrawHealthRoute = defineRoute({
  id: 'withdrawHealth',
  method: 'DELETE',
  path: '/family/children/{childId}/health',
  function: 'health',
  access: ['guardian'],
  summary: 'Withdraw the consent to the health record of my child, which is deleted',
  parameters,
  status: 200,
  reply: z.strictObject({ childId: childIdSchema, withdrawnAt: instantSchema.optional() }),
  errors: ['not-found', 'concurrent-change'],
})

export const readChildHealthRoute = defineRoute({
  id: 'readChildHealth',
  method: 'GET',
  path: '/registers/health',
  function: 'health',
  access: ['site-staff', 'agent'],
  summary: 'The health record of a child in my care today; each reading is noted',
  query: z.strictObject({ familyId: familyIdSchema, childId: childIdSchema }),
  status: 200,
  reply: z.strictObject({
    familyId: familyIdSchema,
    childId: childIdSchema,
    firstName: z.string(),
    lastName: z.string(),
    /** Whether there is an individual care plan (PAI), and its last day. */
    allergy: z.boolean(),
    carePlanUntil: isoDateSchema.optional(),
    /** When the guardians told it last; absent where they told nothing. */
    toldAt: instantSchema.optional(),
    ...sheet,
  }),
  errors: ['not-found', 'health-record-off'],
})
