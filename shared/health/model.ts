import * as z from 'zod'
import { changeSchema } from '../families/model.ts'
import {
  childIdSchema,
  familyIdSchema,
  guardianIdSchema,
  instantSchema,
  isoDateSchema,
  lineSchema,
  paragraphsSchema,
  phoneSchema,
  versionSchema,
} from '../platform/schemas.ts'

/** The vaccines of guide 000 [guide 16] and those of the law that it does not list yet. */
export const VACCINES = [
  'bcg',
  'pertussis',
  'diphtheria',
  'haemophilus',
  'hepatitis-b',
  'meningococcus-c',
  'pneumococcus',
  'polio',
  'mmr',
  'tetanus',
] as const
export type Vaccine = (typeof VACCINES)[number]

/** The illnesses of guide 000 [guide 17]. */
export const ILLNESSES = [
  'tonsillitis',
  'asthma',
  'pertussis',
  'diabetes',
  'eczema',
  'mumps',
  'otitis',
  'measles',
  'rubella',
  'scarlet-fever',
  'chickenpox',
] as const
export type Illness = (typeof ILLNESSES)[number]

/** The kinds of allergies of guide 000 [guide 18]. */
export const ALLERGIES = ['food', 'other', 'medicine'] as const
export type Allergy = (typeof ALLERGIES)[number]

/** What the guardians tell of the health of a child, so that those who care for it know. */
export const healthRecordSchema = z.strictObject({
  vaccinations: z
    .array(
      z.strictObject({
        vaccine: z.enum(VACCINES),
        done: z.boolean(),
        /** The day of the last one. */
        on: isoDateSchema.optional(),
      }),
    )
    .max(VACCINES.length),
  illnesses: z
    .array(
      z.strictObject({
        illness: z.enum(ILLNESSES),
        had: z.boolean(),
        on: isoDateSchema.optional(),
        details: lineSchema(200).optional(),
      }),
    )
    .max(ILLNESSES.length),
  allergies: z
    .array(
      z.strictObject({
        kind: z.enum(ALLERGIES),
        has: z.boolean(),
        details: lineSchema(200).optional(),
      }),
    )
    .max(ALLERGIES.length),
  doctor: z.strictObject({ name: lineSchema(80), phone: phoneSchema }).optional(),
  /** What is to be done, and what not. */
  recommendations: paragraphsSchema(1000).optional(),
  /** What the individual care plan (PAI) says is to be done. */
  carePlan: paragraphsSchema(4000).optional(),
})
export type HealthRecord = z.infer<typeof healthRecordSchema>

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

/** A health record as the table holds it: nothing of it can be read without its key. */
export const sealedRecordSchema = z.object({
  familyId: familyIdSchema,
  childId: childIdSchema,
  ciphertext: bytes,
  wrappedKey: bytes,
  version: versionSchema.min(1),
  changed: changeSchema,
})
export type SealedRecord = z.infer<typeof sealedRecordSchema>

/** That a guardian has agreed to the keeping of a health record (GDPR, articles 7 and 9). */
export const healthConsentSchema = z.object({
  familyId: familyIdSchema,
  childId: childIdSchema,
  /** The household and the guardian: a child of two households has one record. */
  by: z.strictObject({ familyId: familyIdSchema, guardianId: guardianIdSchema }),
  at: instantSchema,
  /** The wording that they agreed to. */
  textVersion: z.string(),
  withdrawn: z
    .strictObject({
      by: z.strictObject({ familyId: familyIdSchema, guardianId: guardianIdSchema }),
      at: instantSchema,
    })
    .optional(),
  version: versionSchema.min(1),
})
export type HealthConsent = z.infer<typeof healthConsentSchema>
