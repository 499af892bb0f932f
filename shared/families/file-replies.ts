import * as z from 'zod'
import {
  childIdSchema,
  contactIdSchema,
  dietIdSchema,
  familyIdSchema,
  guardianIdSchema,
  instantSchema,
  isoDateSchema,
  phoneSchema,
  requestNumberSchema,
  unitIdSchema,
  versionSchema,
} from '../platform/schemas.ts'
import { enrolmentLabelsReply } from './label-enrolment.ts'
import { addressSchema, childSchema, familySchema, guardianSchema } from './model.ts'

/** What every reply that shows an item of a file says of its editing. */
const editing = {
  version: versionSchema,
  /** The request for changes of it that staff have yet to check. */
  pending: requestNumberSchema.optional(),
}

/** A telephone number as the French read it, beside its form of E.164. */
const phoneText = z.string().optional()

/** A family without its members [guide 12, 13]. */
export const familyReply = z.object({
  familyId: familyIdSchema,
  ...editing,
  name: z.string(),
  address: addressSchema,
  homePhone: phoneSchema.optional(),
  homePhoneLabel: phoneText,
  situation: familySchema.shape.situation,
  childrenCount: z.int().optional(),
  allowance: familySchema.shape.allowance,
  inactiveSince: instantSchema.optional(),
  mergedInto: familyIdSchema.optional(),
})

/** A guardian; of one who lives elsewhere, another guardian reads the name alone [guide 14]. */
export const guardianReply = z.object({
  guardianId: guardianIdSchema,
  ...editing,
  title: guardianSchema.shape.title,
  firstName: z.string(),
  lastName: z.string(),
  birthName: z.string().optional(),
  birthDate: isoDateSchema.optional(),
  email: z.string().optional(),
  phone: phoneSchema.optional(),
  phoneLabel: phoneText,
  workPhone: phoneSchema.optional(),
  workPhoneLabel: phoneText,
  /** Where they live: their own address, or the family's. */
  address: addressSchema.optional(),
  sameAddress: z.boolean(),
  employer: z.string().optional(),
})

/** A child with its age in whole years and months [guide 15]. */
export const childReply = z.object({
  childId: childIdSchema,
  ...editing,
  firstName: z.string(),
  secondName: z.string().optional(),
  lastName: z.string(),
  birthDate: isoDateSchema,
  age: z.strictObject({ years: z.int(), months: z.int(), label: z.string() }),
  birthPlace: z.string().optional(),
  sex: childSchema.shape.sex,
  schoolId: childSchema.shape.schoolId,
  school: z.string(),
  className: z.string().optional(),
  category: childSchema.shape.category,
  diets: z.array(z.strictObject({ dietId: dietIdSchema, name: z.string() })),
  allergy: z.boolean(),
  carePlanUntil: isoDateSchema.optional(),
})

export const contactReply = z.object({
  contactId: contactIdSchema,
  ...editing,
  name: z.string(),
  relation: z.string(),
  phone: phoneSchema,
  phoneLabel: phoneText,
})

export const enrolmentReply = enrolmentLabelsReply.extend({
  decision: z.enum(['automatic', 'staff']),
  units: z.array(z.strictObject({ unitId: unitIdSchema, name: z.string() })),
})

/** What a file needs of those who keep it. */
export const attentionReply = z.strictObject({
  kind: z.enum(['to-complete', 'pending', 'care-plan-over', 'care-plan-undated', 'inactive']),
  about: z.enum(['family', 'guardian', 'child']),
  id: z.string(),
  /** The field that is missing. */
  field: z.string().optional(),
  text: z.string(),
})

/** The numbered request for those changes that staff check first; the others count at once. */
export const changeNote = z.strictObject({
  number: requestNumberSchema,
  fields: z.array(z.string()),
})

/** All of a file. Parts of it that people edit have a version each. */
export const fileReply = familyReply.extend({
  guardians: z.array(guardianReply),
  children: z.array(childReply.extend({ enrolments: z.array(enrolmentReply) })),
  contacts: z.array(contactReply),
  attention: z.array(attentionReply),
})
