import * as z from 'zod'
import { catalogueSchema } from '../catalogue/model.ts'
import {
  childSchema,
  enrolmentSchema,
  familySchema,
  guardianSchema,
  shownMeansSchema,
} from '../families/model.ts'
import { ROLES } from '../platform/route.ts'
import { familyIdSchema, guardianIdSchema } from '../platform/schemas.ts'

/**
 * A family as a town file lists it: its members without the number of the family, said once. Not
 * more of them than the one transaction that opens the file can write.
 */
const familyEntrySchema = z.strictObject({
  ...familySchema.shape,
  guardians: z
    .array(guardianSchema.omit({ familyId: true }).strict())
    .min(1)
    .max(4),
  children: z.array(childSchema.omit({ familyId: true }).strict()).max(20),
  enrolments: z.array(enrolmentSchema.omit({ familyId: true }).strict()).max(65),
  /** What the family has to live on, each from a day on; nothing where it has shown nothing. */
  means: z.array(shownMeansSchema.strict()).max(10).default([]),
})

/** Somebody who signs in. A password is for demo towns; without one the person is invited by mail. */
const accountSchema = z.strictObject({
  email: z.email(),
  password: z.string().min(12).optional(),
  roles: z.array(z.enum(ROLES)).min(1),
  familyId: familyIdSchema.optional(),
  guardianId: guardianIdSchema.optional(),
})

/** All that a town brings to open its portal: its catalogue, its families, its people. */
export const townFileSchema = z.strictObject({
  catalogue: catalogueSchema,
  families: z.array(familyEntrySchema).default([]),
  accounts: z.array(accountSchema).default([]),
})
export type TownFile = z.infer<typeof townFileSchema>
export type FamilyEntry = TownFile['families'][number]
