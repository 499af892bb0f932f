import * as z from 'zod'

/** What no family file goes without: starred in guide 000, or asked for by what the portal does. */
const REQUIRED_FIELDS = [
  'family.name',
  'family.address',
  'guardian.title',
  'guardian.firstName',
  'guardian.lastName',
  'child.firstName',
  'child.lastName',
  'child.birthDate',
  'child.schoolId',
] as const

/** What a town may ask for, insist on, or do without. */
const OPTIONAL_FIELDS = [
  'family.homePhone',
  'family.situation',
  'family.childrenCount',
  'family.allowance',
  'guardian.birthName',
  'guardian.birthDate',
  'guardian.phone',
  'guardian.workPhone',
  'guardian.employer',
  'child.secondName',
  'child.birthPlace',
  'child.sex',
  'child.className',
] as const

/** What a town may want to check that nobody can be made to fill in. */
const CHECKABLE_FIELDS = [
  'guardian.address',
  'child.diets',
  'child.allergy',
  'child.carePlanUntil',
] as const

/** The fields of a family file, by the kind of item that has them. */
export const FILE_FIELDS = [...REQUIRED_FIELDS, ...OPTIONAL_FIELDS, ...CHECKABLE_FIELDS] as const

const optionalField = z.enum(OPTIONAL_FIELDS)

/** What the town asks of family files. */
export const fileSettingsSchema = z
  .strictObject({
    /**
     * What parents must fill in beside what every file has: the home phone, starred in guide 000, unless
     * the town says otherwise. Staff may leave it out; what is missing is shown to the parents.
     */
    mandatory: z.array(optionalField).default(['family.homePhone']),
    /** What the town does not ask, and nobody may note (GDPR, article 5: data minimisation). */
    notAsked: z.array(optionalField).default(['guardian.employer']),
    /** What staff check before it counts, where parents change it; all else counts at once. */
    checked: z.array(z.enum(FILE_FIELDS)).default([]),
  })
  .refine(({ mandatory, notAsked }) => !mandatory.some((field) => notAsked.includes(field)), {
    path: ['notAsked'],
  })
export type FileSettings = z.infer<typeof fileSettingsSchema>
