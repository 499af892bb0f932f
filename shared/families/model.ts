import * as z from 'zod'
import {
  activityIdSchema,
  categoryIdSchema,
  childIdSchema,
  circumstanceIdSchema,
  enrolmentIdSchema,
  facilityIdSchema,
  familyIdSchema,
  groupIdSchema,
  guardianIdSchema,
  isoDateSchema,
} from '../platform/schemas.ts'

const name = z.string().trim().min(1).max(80)

export const addressSchema = z.strictObject({
  street: z.string().min(1).max(120),
  complement: z.string().max(120).optional(),
  postcode: z.string().regex(/^\d{5}$/),
  town: z.string().min(1).max(80),
})

/** A family file (foyer): what the town knows of a household. */
export const familySchema = z.object({
  familyId: familyIdSchema,
  name,
  address: addressSchema,
  /** What the town has noted of the family and its rules ask about: both parents at work… */
  circumstances: z.array(circumstanceIdSchema).max(20).optional(),
})
export type Family = z.infer<typeof familySchema>

/** A legal guardian (responsable légal) with a sign-in of their own. */
export const guardianSchema = z.object({
  familyId: familyIdSchema,
  guardianId: guardianIdSchema,
  title: z.enum(['M.', 'Mme']),
  firstName: name,
  lastName: name,
  email: z.email(),
})
export type Guardian = z.infer<typeof guardianSchema>

export const childSchema = z.object({
  familyId: familyIdSchema,
  childId: childIdSchema,
  firstName: name,
  lastName: name,
  birthDate: isoDateSchema,
  schoolId: facilityIdSchema,
  /** What the price lists know the child as. */
  category: categoryIdSchema,
})
export type Child = z.infer<typeof childSchema>

/** The place of a child in an activity and group from a day to a day, both included. */
export const enrolmentSchema = z.object({
  familyId: familyIdSchema,
  enrolmentId: enrolmentIdSchema,
  childId: childIdSchema,
  activityId: activityIdSchema,
  groupId: groupIdSchema,
  from: isoDateSchema,
  until: isoDateSchema,
})
export type Enrolment = z.infer<typeof enrolmentSchema>

/** A family file as it is loaded: by one Query. */
export interface FamilyFile {
  readonly family: Family
  readonly guardians: readonly Guardian[]
  readonly children: readonly Child[]
  readonly enrolments: readonly Enrolment[]
}
