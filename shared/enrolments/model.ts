import * as z from 'zod'
import { enrolmentSchema, reasonSchema } from '../families/model.ts'
import {
  activityIdSchema,
  attachmentIdSchema,
  childIdSchema,
  documentIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  groupIdSchema,
  guardianIdSchema,
  instantSchema,
  isoDateSchema,
  requestNumberSchema,
} from '../platform/schemas.ts'

/** What a guardian asks: a place in a group from a day to a day, with the documents asked for. */
export const askedEnrolmentSchema = z.strictObject({
  childId: childIdSchema,
  activityId: activityIdSchema,
  groupId: groupIdSchema,
  from: isoDateSchema,
  until: isoDateSchema,
  /** By document that the town asks for, the attachment of the family that it is. */
  documents: z
    .array(z.strictObject({ documentId: documentIdSchema, attachmentId: attachmentIdSchema }))
    .max(10)
    .default([]),
})
export type AskedEnrolment = z.infer<typeof askedEnrolmentSchema>

export const enrolmentRequestStateSchema = z.enum(['pending', 'accepted', 'refused', 'withdrawn'])

/** A numbered request for an enrolment, and what has become of it. */
export const enrolmentRequestSchema = z.object({
  familyId: familyIdSchema,
  familyName: z.string(),
  number: requestNumberSchema,
  submittedAt: instantSchema,
  by: z.object({ guardianId: guardianIdSchema, name: z.string(), email: z.email() }),
  ...askedEnrolmentSchema.shape,
  /** The first name of the child, and its age in years on the first day. */
  child: z.string(),
  age: z.int().min(0),
  className: z.string().optional(),
  state: enrolmentRequestStateSchema,
  /** The enrolment that it has become. */
  enrolmentId: enrolmentIdSchema.optional(),
  decision: z
    .object({
      at: instantSchema,
      /** The account of the agent; nobody where the rule decided. */
      by: z.string().optional(),
      message: z.string().optional(),
    })
    .optional(),
  /** Raised by each write. */
  version: z.int().positive(),
})
export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>

/** That staff have ended an enrolment, or cancelled it before it began: what it was, and why it ended. */
export const endSchema = z.object({
  familyId: familyIdSchema,
  enrolmentId: enrolmentIdSchema,
  lastDay: isoDateSchema,
  reason: reasonSchema,
  at: instantSchema,
  /** The account of the agent. */
  by: z.string(),
  before: enrolmentSchema,
})
export type End = z.infer<typeof endSchema>

/**
 * Whose turn it is to change the enrolments of a child in an activity: every change raises the
 * version, so that of two at once one is decided anew and no child is enrolled twice.
 */
export const turnSchema = z.object({
  familyId: familyIdSchema,
  childId: childIdSchema,
  activityId: activityIdSchema,
  version: z.int().positive(),
})
export type Turn = z.infer<typeof turnSchema>
