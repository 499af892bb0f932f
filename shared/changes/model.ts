import * as z from 'zod'
import { addressSchema, allowanceSchema } from '../families/model.ts'
import {
  attachmentIdSchema,
  familyIdSchema,
  guardianIdSchema,
  instantSchema,
  requestNumberSchema,
} from '../platform/schemas.ts'

/** The most fields that one request for changes is about. */
export const MOST_FIELDS = 20

/** What a field of a file holds. */
export const fieldValueSchema = z.union([
  z.string().max(500),
  z.int(),
  z.boolean(),
  z.array(z.string().max(100)).max(20),
  addressSchema,
  allowanceSchema,
])
export type FieldValue = z.infer<typeof fieldValueSchema>

/** One field that a parent has changed: what they saw, and what they want it to be. */
export const askedFieldSchema = z.strictObject({
  field: z.string().regex(/^[A-Za-z]{1,40}$/),
  /** What the field held; nothing where it was empty. */
  from: fieldValueSchema.optional(),
  /** What it is to hold; nothing where it is to be emptied. */
  to: fieldValueSchema.optional(),
})
export type AskedField = z.infer<typeof askedFieldSchema>

/** Which item of the file is to be changed. */
export const targetSchema = z.strictObject({
  kind: z.enum(['family', 'guardian', 'child']),
  id: z.string().regex(/^[\w-]{1,48}$/),
})
export type Target = z.infer<typeof targetSchema>

/** What became of a field: `overtaken` when it was changed otherwise since the parent saw it. */
export const OUTCOMES = ['accepted', 'refused', 'overtaken'] as const

export const fieldOutcomeSchema = z.strictObject({
  field: askedFieldSchema.shape.field,
  outcome: z.enum(OUTCOMES),
  /** What an overtaken field holds now; nothing where it is empty. */
  current: fieldValueSchema.optional(),
})
export type FieldOutcome = z.infer<typeof fieldOutcomeSchema>

/** What staff say to one field. */
export const fieldDecisionSchema = z.strictObject({
  field: askedFieldSchema.shape.field,
  outcome: z.enum(['accepted', 'refused']),
})
export type FieldDecision = z.infer<typeof fieldDecisionSchema>

/** Changes of one item of a file that staff check before they count: a numbered request. */
export const changeRequestSchema = z.object({
  familyId: familyIdSchema,
  number: requestNumberSchema,
  version: z.int().positive(),
  /** The name of the family when it asked. */
  familyName: z.string(),
  target: targetSchema,
  /** Whom it is about, `Léo DUPONT`. */
  about: z.string(),
  asked: z.array(askedFieldSchema).min(1).max(MOST_FIELDS),
  attachmentIds: z.array(attachmentIdSchema).max(10),
  askedAt: instantSchema,
  /** The guardian who asked last. */
  by: z.strictObject({ guardianId: guardianIdSchema, name: z.string(), email: z.email() }),
  /** When the family has taken it back. */
  withdrawnAt: instantSchema.optional(),
  /** What staff have decided; nothing while it is awaited. */
  decision: z
    .strictObject({
      at: instantSchema,
      by: z.string(),
      message: z.string().optional(),
      decisions: z.array(fieldDecisionSchema),
      outcomes: z.array(fieldOutcomeSchema),
    })
    .optional(),
})
export type ChangeRequest = z.infer<typeof changeRequestSchema>
