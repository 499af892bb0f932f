import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import {
  childIdSchema,
  familyIdSchema,
  guardianIdSchema,
  isoDateSchema,
  unitIdSchema,
} from '../platform/schemas.ts'
import { enrolmentLabelsReply } from './label-enrolment.ts'
import { addressSchema, shownMeansSchema } from './model.ts'

const enrolmentReply = enrolmentLabelsReply.extend({
  decision: z.enum(['automatic', 'staff']),
  units: z.array(z.strictObject({ unitId: unitIdSchema, name: z.string() })),
})

export const readFamilyRoute = defineRoute({
  id: 'readFamily',
  method: 'GET',
  path: '/family',
  function: 'family',
  access: ['guardian'],
  summary: 'My family: its guardians, its children and their enrolments',
  status: 200,
  reply: z.strictObject({
    familyId: familyIdSchema,
    name: z.string(),
    address: addressSchema,
    /** What the family has shown of its means, by the day from which they count. */
    means: z.array(shownMeansSchema.strict()),
    guardians: z.array(
      z.strictObject({
        guardianId: guardianIdSchema,
        title: z.string(),
        firstName: z.string(),
        lastName: z.string(),
        email: z.string(),
      }),
    ),
    children: z.array(
      z.strictObject({
        childId: childIdSchema,
        firstName: z.string(),
        lastName: z.string(),
        birthDate: isoDateSchema,
        school: z.string(),
        enrolments: z.array(enrolmentReply),
      }),
    ),
  }),
  errors: ['not-found'],
})
