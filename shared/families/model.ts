import * as z from 'zod'
import {
  activityIdSchema,
  categoryIdSchema,
  childIdSchema,
  decimalSchema,
  dietIdSchema,
  circumstanceIdSchema,
  enrolmentIdSchema,
  facilityIdSchema,
  familyIdSchema,
  groupIdSchema,
  guardianIdSchema,
  instantSchema,
  isoDateSchema,
  phoneSchema,
} from '../platform/schemas.ts'

const name = z.string().trim().min(1).max(80)

/** Why staff do something that the rules would not. */
export const reasonSchema = z.string().trim().min(3).max(500)

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
  phone: phoneSchema.optional(),
})
export type Guardian = z.infer<typeof guardianSchema>

/** Somebody whom the family names beside the guardians: to be called, to collect the child. */
export const contactSchema = z.strictObject({
  name,
  /** What they are to the child, `grand-mère`. */
  relation: z.string().trim().min(1).max(40),
  phone: phoneSchema,
  /** Whether they may collect the child [guide 57]. */
  mayCollect: z.boolean(),
})

export const childSchema = z.object({
  familyId: familyIdSchema,
  childId: childIdSchema,
  firstName: name,
  lastName: name,
  birthDate: isoDateSchema,
  schoolId: facilityIdSchema,
  /** What the price lists know the child as. */
  category: categoryIdSchema,
  /** The same child in the file of its other household, which names this one in turn. */
  otherHousehold: z.strictObject({ familyId: familyIdSchema, childId: childIdSchema }).optional(),
  /** Those of the town's list that the child eats by. */
  diets: z.array(dietIdSchema).max(10).optional(),
  /**
   * That there is an individual care plan (PAI): who cares for the child must read it. What it says
   * is a matter of the health record.
   */
  allergy: z.boolean().optional(),
  /** Whether the child may go home alone [guide 56]. */
  leavesAlone: z.boolean().optional(),
  contacts: z.array(contactSchema).max(10).optional(),
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

/**
 * What a family has to live on, from a day on, as its prices ask: those of an earlier day count until
 * then. A family without quotient has shown none, which is not a quotient of 0.
 */
export const shownMeansSchema = z.object({
  /** The first day on which it counts. */
  from: isoDateSchema,
  /** The quotient familial, in euros and cents. */
  quotient: decimalSchema.optional(),
  /** The yearly income, in euros. */
  income: decimalSchema.optional(),
  dependants: z.int().min(0).max(20).optional(),
  /** The parts of the quotient, `2.5`. */
  parts: decimalSchema.optional(),
  source: z.enum(['declared', 'caf', 'town']),
})
export type ShownMeans = z.infer<typeof shownMeansSchema>

/** What a family has shown of its means, and who noted it. */
export const meansSchema = shownMeansSchema.extend({
  familyId: familyIdSchema,
  notedAt: instantSchema,
  /** The account of the member of staff; nobody where it came with the town's file. */
  notedBy: z.string().optional(),
  /** Why it counts from an earlier day than the town's rule gives. */
  reason: reasonSchema.optional(),
})
export type Means = z.infer<typeof meansSchema>

/** A family file as it is loaded: by one Query. */
export interface FamilyFile {
  readonly family: Family
  readonly guardians: readonly Guardian[]
  readonly children: readonly Child[]
  readonly enrolments: readonly Enrolment[]
  /** By the day from which they count, the earliest first. */
  readonly means: readonly Means[]
}

/**
 * What those who care for a child need at hand, copied for each of its enrolments so that the
 * register of an activity is read at once. Who changes the file writes it anew (`cardOf`).
 */
export const cardSchema = z.object({
  firstName: name,
  lastName: name,
  birthDate: isoDateSchema,
  diets: z.array(dietIdSchema),
  allergy: z.boolean(),
  leavesAlone: z.boolean(),
  guardians: z.array(z.object({ name: z.string(), phone: phoneSchema.optional() })),
  contacts: z.array(contactSchema),
})
export type Card = z.infer<typeof cardSchema>

/** An enrolment as the register of its activity lists it. */
export const listedEnrolmentSchema = enrolmentSchema.extend({ card: cardSchema })
export type ListedEnrolment = z.infer<typeof listedEnrolmentSchema>
