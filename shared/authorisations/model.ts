import * as z from 'zod'
import { AUTHORISATION_KINDS } from '../families/model.ts'
import {
  activityIdSchema,
  childIdSchema,
  contactIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  groupIdSchema,
  guardianIdSchema,
  instantSchema,
  requestNumberSchema,
  versionSchema,
} from '../platform/schemas.ts'

/** What is decided for the child [guide 56], or for a contact who may collect it [guide 57]. */
const decisionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(AUTHORISATION_KINDS), allowed: z.boolean() }),
  z.strictObject({
    kind: z.literal('collect'),
    contactId: contactIdSchema,
    allowed: z.boolean(),
  }),
])
export type Decision = z.infer<typeof decisionSchema>

/** What a guardian decides for one child, in the enrolments that it concerns [guide 58]. */
const childFormSchema = z.strictObject({
  childId: childIdSchema,
  /** The version of the child's authorisations that the guardian has seen. */
  version: versionSchema,
  enrolmentIds: z.array(enrolmentIdSchema).min(1).max(45),
  decisions: z.array(decisionSchema).min(1).max(30),
})
export type ChildForm = z.infer<typeof childFormSchema>

export const formSchema = z.strictObject({
  children: z.array(childFormSchema).min(1).max(20),
})
export type Form = z.infer<typeof formSchema>

/** One thing that a form changes, in the words that stay readable when contacts come and go. */
export const authorisationChangeSchema = z.object({
  childId: childIdSchema,
  child: z.string(),
  about: z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(AUTHORISATION_KINDS) }),
    z.object({
      kind: z.literal('collect'),
      contactId: contactIdSchema,
      name: z.string(),
      relation: z.string(),
    }),
  ]),
  /** What it was before; nothing when nobody had decided yet. */
  before: z.boolean().optional(),
  allowed: z.boolean(),
  /** The enrolments in which it changes so. */
  enrolments: z
    .array(
      z.object({
        enrolmentId: enrolmentIdSchema,
        activityId: activityIdSchema,
        groupId: groupIdSchema,
      }),
    )
    .min(1),
})
export type AuthorisationChange = z.infer<typeof authorisationChangeSchema>

/**
 * A numbered request that has changed authorisations: accepted by itself, and kept as what was
 * decided, when and by whom [guide 59].
 */
export const authorisationRequestSchema = z.object({
  familyId: familyIdSchema,
  number: requestNumberSchema,
  submittedAt: instantSchema,
  by: z.object({ guardianId: guardianIdSchema, name: z.string() }),
  changes: z.array(authorisationChangeSchema).min(1),
})
export type AuthorisationRequest = z.infer<typeof authorisationRequestSchema>
