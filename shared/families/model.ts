import * as z from 'zod'
import {
  activityIdSchema,
  attachmentIdSchema,
  categoryIdSchema,
  childIdSchema,
  decimalSchema,
  dietIdSchema,
  circumstanceIdSchema,
  contactIdSchema,
  enrolmentIdSchema,
  facilityIdSchema,
  familyIdSchema,
  groupIdSchema,
  guardianIdSchema,
  instantSchema,
  isoDateSchema,
  lineSchema,
  paragraphsSchema,
  phoneSchema,
  requestNumberSchema,
} from '../platform/schemas.ts'

const name = z.string().trim().min(1).max(80)

/** Why staff do something that the rules would not. */
export const reasonSchema = paragraphsSchema(500, 3)

export const addressSchema = z.strictObject({
  street: lineSchema(120),
  complement: lineSchema(120).optional(),
  /** Of metropolitan France, Corsica (20) and overseas (97, 98): no department is 00 or 96. */
  postcode: z
    .stringFormat('postcode', /^(?:0[1-9]|[1-8]\d|9[0-578])\d{3}$/)
    .meta({ examples: ['77240'] }),
  town: lineSchema(80),
})

/** Who wrote an item of the file last, and why; nobody where it came with the town's file. */
export const changeSchema = z.strictObject({
  at: instantSchema,
  /** The account in the user pool. */
  by: z.string(),
  reason: reasonSchema.optional(),
})

export type Change = z.infer<typeof changeSchema>

/**
 * What everything that people edit carries: an edit names the version that it has seen. What nobody
 * has edited yet has none, and is at version 1.
 */
const edited = {
  version: z.int().positive().optional(),
  changed: changeSchema.optional(),
  /** The request for changes of it that staff have yet to check. */
  pending: requestNumberSchema.optional(),
}

/** The number of a family at its allowance fund, and whose it is. */
export const allowanceSchema = z.strictObject({
  fund: z.enum(['caf', 'msa']),
  number: z.string().regex(/^[\dA-Z]{5,15}$/),
  guardianId: guardianIdSchema,
})

/** Since when, by whom and why nothing of a file may be deleted: a lawsuit, an inquiry. */
export const legalHoldSchema = z.strictObject({
  since: instantSchema,
  /** The account in the user pool. */
  by: z.string(),
  reason: reasonSchema,
})

/** A family file (foyer): what the town knows of a household. */
export const familySchema = z.object({
  familyId: familyIdSchema,
  name,
  address: addressSchema,
  homePhone: phoneSchema.optional(),
  /** How the parents live, as the town's list words it; no more than billing asks for. */
  situation: z.enum(['couple', 'separated', 'single', 'other']).optional(),
  childrenCount: z.int().min(0).max(20).optional(),
  /** The number at the family allowance fund, and whose it is. */
  allowance: allowanceSchema.optional(),
  /** What the town has noted of the family and its rules ask about: both parents at work… */
  circumstances: z.array(circumstanceIdSchema).max(20).optional(),
  /** Since when staff have set the file aside; the family books nothing more. */
  inactiveSince: instantSchema.optional(),
  /** The file that took over this one, which was a duplicate of it. */
  mergedInto: familyIdSchema.optional(),
  /** Why nothing of the file may be deleted (gel juridique); a matter of staff. */
  legalHold: legalHoldSchema.optional(),
  ...edited,
})
export type Family = z.infer<typeof familySchema>

/** A legal guardian (responsable légal) with a sign-in of their own. */
export const guardianSchema = z.object({
  familyId: familyIdSchema,
  guardianId: guardianIdSchema,
  title: z.enum(['M.', 'Mme']),
  firstName: name,
  lastName: name,
  birthName: name.optional(),
  birthDate: isoDateSchema.optional(),
  email: z.email().max(128),
  phone: phoneSchema.optional(),
  workPhone: phoneSchema.optional(),
  /** Only where it is another than the family's. */
  address: addressSchema.optional(),
  employer: z.string().trim().min(1).max(120).optional(),
  ...edited,
})
export type Guardian = z.infer<typeof guardianSchema>

/** Somebody whom the family names beside the guardians: to be called, to collect the children. */
export const contactSchema = z.object({
  familyId: familyIdSchema,
  contactId: contactIdSchema,
  name,
  /** What they are to the children, `grand-mère`. */
  relation: z.string().trim().min(1).max(40),
  phone: phoneSchema,
  ...edited,
})
export type Contact = z.infer<typeof contactSchema>

/**
 * What stands in the place of a contact that was removed, for as long as the trail and a second call
 * need to know who removed it: nothing of the contact itself.
 */
export const removedContactSchema = z.object({
  familyId: familyIdSchema,
  contactId: contactIdSchema,
  version: z.int().positive(),
  changed: changeSchema,
  expiresAt: z.int(),
})

/** What the guardians allow or forbid for a child [guide 56], and to a contact [guide 57]. */
export const AUTHORISATION_KINDS = [
  'leave-alone',
  'photograph',
  'transport',
  'hospitalisation',
  'medical-care',
] as const

/** One authorisation or interdiction, for one enrolment [guide 58]. */
export const authorisationSchema = z.strictObject({
  enrolmentId: enrolmentIdSchema,
  /** What the child may, or the contact who may collect it. */
  about: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(AUTHORISATION_KINDS) }),
    z.strictObject({ kind: z.literal('collect'), contactId: contactIdSchema }),
  ]),
  allowed: z.boolean(),
  /** The day on which the guardian has decided so. */
  since: isoDateSchema,
})
export type Authorisation = z.infer<typeof authorisationSchema>

/** The most authorisations of a child: a sheet is one item. */
export const MOST_AUTHORISATIONS = 400

/** All authorisations of a child, the present ones. What was decided before is in the trail. */
export const authorisationSheetSchema = z.object({
  familyId: familyIdSchema,
  childId: childIdSchema,
  authorisations: z.array(authorisationSchema).max(MOST_AUTHORISATIONS),
  ...edited,
})
export type AuthorisationSheet = z.infer<typeof authorisationSheetSchema>

/** That a guardian has no authority over a child any more, or not yet again. */
export const withdrawnAuthoritySchema = z.strictObject({
  guardianId: guardianIdSchema,
  /** The first day without it. */
  since: isoDateSchema,
  /** The judgment that says so. */
  attachmentId: attachmentIdSchema.optional(),
})

/** The weeks that a child of two households spends in this one: it alternates by the ISO week. */
export const custodySchema = z.strictObject({
  weeks: z.enum(['even', 'odd']),
  /** The first day on which it alternates. */
  from: isoDateSchema,
  /** Which days this household books, and thus pays; those of its own weeks unless given. */
  rule: z.enum(['own-weeks', 'any']).optional(),
})
export type Custody = z.infer<typeof custodySchema>

export const childSchema = z.object({
  familyId: familyIdSchema,
  childId: childIdSchema,
  firstName: name,
  secondName: name.optional(),
  lastName: name,
  birthDate: isoDateSchema,
  birthPlace: name.optional(),
  sex: z.enum(['F', 'M']).optional(),
  schoolId: facilityIdSchema,
  /** The class at school, `CE1`. */
  className: z.string().trim().min(1).max(20).optional(),
  /** What the price lists know the child as. */
  category: categoryIdSchema,
  /** The same child in the file of its other household, which names this one in turn. */
  otherHousehold: z.strictObject({ familyId: familyIdSchema, childId: childIdSchema }).optional(),
  /** The guardians of this file without parental authority over the child (Code civil, art. 378). */
  authorityWithdrawn: z.array(withdrawnAuthoritySchema).max(10).optional(),
  /** Which weeks the child spends in this household, where it has another. */
  custody: custodySchema.optional(),
  /** Those of the town's list that the child eats by. */
  diets: z.array(dietIdSchema).max(10).optional(),
  /**
   * That there is an individual care plan (PAI): who cares for the child must read it. What it says
   * is a matter of the health record.
   */
  allergy: z.boolean().optional(),
  /** The last day on which the care plan is valid. */
  carePlanUntil: isoDateSchema.optional(),
  ...edited,
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
  changed: changeSchema.optional(),
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
  /** The account of who noted it or had it fetched; nobody where it came with the town's file. */
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
  readonly contacts: readonly Contact[]
  readonly enrolments: readonly Enrolment[]
  /** By the day from which they count, the earliest first. */
  readonly means: readonly Means[]
}

/**
 * A family file with the authorisations of its children: for who makes cards of it, or changes them.
 * They lie behind the plannings, so that who books does not pay for reading them.
 */
export interface WholeFile extends FamilyFile {
  readonly authorisations: readonly AuthorisationSheet[]
}

/** What an import brings of a family file, as it is to be. */
export interface Brought {
  readonly family: Family | undefined
  readonly guardians: readonly Guardian[]
  readonly children: readonly Child[]
  readonly enrolments: readonly Enrolment[]
  readonly means: readonly Means[]
}

/** A contact on the card of a child. */
export const cardContactSchema = z.strictObject({
  name,
  relation: z.string(),
  phone: phoneSchema,
  /** Whether they may collect the child from the activity [guide 57]. */
  mayCollect: z.boolean(),
})

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
  /** Whether the child may go home alone from the activity [guide 56]. */
  leavesAlone: z.boolean(),
  guardians: z.array(z.object({ name: z.string(), phone: phoneSchema.optional() })),
  contacts: z.array(cardContactSchema),
})
export type Card = z.infer<typeof cardSchema>

/** An enrolment as the register of its activity lists it. */
export const listedEnrolmentSchema = enrolmentSchema.extend({ card: cardSchema })
export type ListedEnrolment = z.infer<typeof listedEnrolmentSchema>
