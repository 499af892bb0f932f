import * as z from 'zod'
import {
  documentIdSchema,
  groupIdSchema,
  isoDateSchema,
  localTimeSchema,
} from '../platform/schemas.ts'

const label = z.string().min(1).max(120)

/** For whom a group, or a whole activity, is meant; for every child without. */
const audience = {
  /** From an age to an age in whole years, both included, on a day; on the first day unless given. */
  ages: z
    .strictObject({
      from: z.int().min(0).max(30),
      to: z.int().min(0).max(30),
      on: isoDateSchema.optional(),
    })
    .refine(({ from, to }) => from <= to, { path: ['to'] })
    .optional(),
  /** The classes at school. */
  classes: z.array(z.string().trim().min(1).max(20)).min(1).max(30).optional(),
}

/** How families ask for an activity. Without it only staff enrol. */
export const enrolmentRulesSchema = z.strictObject({
  /** Whether a child who fits is enrolled at once or awaits a decision of staff. */
  decision: z.enum(['automatic', 'staff']),
  ...audience,
  /** What is asked of single groups beside; a group that is not named takes every child. */
  groups: z
    .array(
      z.strictObject({
        groupId: groupIdSchema,
        ...audience,
        /** How many children it takes in a school year; all who come without. */
        capacity: z.int().min(0).max(5000).optional(),
      }),
    )
    .max(60)
    .default([]),
  /** The documents that a family brings. */
  documents: z
    .array(z.strictObject({ id: documentIdSchema, name: label }))
    .max(10)
    .default([]),
  /** From when on families ask, by the clocks of Paris, and the last day on which they do. */
  opensAt: localTimeSchema.optional(),
  until: isoDateSchema.optional(),
})
export type EnrolmentRules = z.infer<typeof enrolmentRulesSchema>
