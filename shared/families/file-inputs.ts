import * as z from 'zod'
import {
  attachmentIdSchema,
  categoryIdSchema,
  dietIdSchema,
  facilityIdSchema,
  isoDateSchema,
  lineSchema,
  personNameSchema,
  typedPhoneSchema,
} from '../platform/schemas.ts'
import { addressSchema, allowanceSchema } from './model.ts'

/** What people write of a family: all of it at once, and what is left out is removed. */
export const familyInputSchema = z.strictObject({
  name: lineSchema(80),
  address: addressSchema,
  homePhone: typedPhoneSchema.optional(),
  situation: z.enum(['couple', 'separated', 'single', 'other']).optional(),
  childrenCount: z.int().min(0).max(20).optional(),
  allowance: allowanceSchema.optional(),
})
export type FamilyInput = z.infer<typeof familyInputSchema>

/** What a guardian writes of themself; the e-mail address is that of the account. */
export const guardianInputSchema = z.strictObject({
  title: z.enum(['M.', 'Mme']),
  firstName: personNameSchema,
  lastName: personNameSchema,
  birthName: personNameSchema.optional(),
  birthDate: isoDateSchema.optional(),
  phone: typedPhoneSchema.optional(),
  workPhone: typedPhoneSchema.optional(),
  /** Left out by those who live at the family's address [guide 14]. */
  address: addressSchema.optional(),
  employer: lineSchema(120).optional(),
})
export type GuardianInput = z.infer<typeof guardianInputSchema>

/** What parents write of a child; what it is to the price lists is for staff to say. */
export const childInputSchema = z.strictObject({
  firstName: personNameSchema,
  secondName: personNameSchema.optional(),
  lastName: personNameSchema,
  birthDate: isoDateSchema,
  birthPlace: lineSchema(80).optional(),
  sex: z.enum(['F', 'M']).optional(),
  schoolId: facilityIdSchema,
  className: lineSchema(20).optional(),
  diets: z.array(dietIdSchema).max(10).optional(),
  allergy: z.boolean().optional(),
  carePlanUntil: isoDateSchema.optional(),
})
export type ChildInput = z.infer<typeof childInputSchema>

/** What staff may write of a child beside it. */
export const staffChildInputSchema = childInputSchema.extend({
  category: categoryIdSchema.optional(),
})

export const contactInputSchema = z.strictObject({
  name: lineSchema(80),
  relation: lineSchema(40),
  phone: typedPhoneSchema,
})
export type ContactInput = z.infer<typeof contactInputSchema>

/** The documents that prove what staff are to check. */
export const attachmentIdsSchema = z.array(attachmentIdSchema).max(10).default([])
