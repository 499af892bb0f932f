import * as z from 'zod'
import { catalogueSchema } from '../catalogue/model.ts'
import {
  authorisationSheetSchema,
  childSchema,
  contactSchema,
  enrolmentSchema,
  familySchema,
  guardianSchema,
  shownMeansSchema,
} from '../families/model.ts'
import { ROLES } from '../platform/route.ts'
import { writtenNewsSchema } from '../publications/model.ts'
import {
  facilityIdSchema,
  familyIdSchema,
  guardianIdSchema,
  lineSchema,
} from '../platform/schemas.ts'

/** What the portal keeps beside what a town file says: a new file begins at its first version. */
const kept = { version: true, changed: true, pending: true } as const

/**
 * A family as a town file lists it: its members without the number of the family, said once. Not
 * more of them than the one transaction that opens the file can write.
 */
const familyEntrySchema = z.strictObject({
  ...familySchema.omit(kept).shape,
  guardians: z
    .array(guardianSchema.omit({ familyId: true, ...kept }).strict())
    .min(1)
    .max(4),
  children: z.array(childSchema.omit({ familyId: true, ...kept }).strict()).max(20),
  contacts: z
    .array(contactSchema.omit({ familyId: true, ...kept }).strict())
    .max(10)
    .default([]),
  authorisations: z
    .array(authorisationSheetSchema.omit({ familyId: true, ...kept }).strict())
    .max(20)
    .default([]),
  enrolments: z.array(enrolmentSchema.omit({ familyId: true, changed: true }).strict()).max(45),
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
  /** Of staff, and the facilities to which staff of a site are limited. */
  name: lineSchema(80).optional(),
  facilities: z.array(facilityIdSchema).max(50).optional(),
})

/** All that a town brings to open its portal: its catalogue, its families, its people. */
export const townFileSchema = z.strictObject({
  catalogue: catalogueSchema,
  families: z.array(familyEntrySchema).default([]),
  accounts: z.array(accountSchema).default([]),
  /** News that are published once, be they withdrawn later or not. */
  news: z.array(writtenNewsSchema).max(100).default([]),
})
export type TownFile = z.infer<typeof townFileSchema>
export type FamilyEntry = TownFile['families'][number]
