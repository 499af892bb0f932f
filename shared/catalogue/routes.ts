import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import {
  activityIdSchema,
  dietIdSchema,
  facilityIdSchema,
  isoDateSchema,
  schoolYearIdSchema,
  unitIdSchema,
} from '../platform/schemas.ts'
import { fileSettingsSchema } from './file-settings.ts'

export const readTownRoute = defineRoute({
  id: 'readTown',
  method: 'GET',
  path: '/town',
  function: 'town',
  access: 'public',
  summary: 'The town, its school years and its activities, and what family files ask',
  status: 200,
  reply: z.strictObject({
    name: z.string(),
    portalName: z.string(),
    address: z.string(),
    postcode: z.string(),
    phone: z.string(),
    /** What must be filled in of a family file, what is not asked, what staff check. */
    files: fileSettingsSchema,
    facilities: z.array(z.strictObject({ facilityId: facilityIdSchema, name: z.string() })),
    diets: z.array(z.strictObject({ dietId: dietIdSchema, name: z.string() })),
    schoolYears: z.array(
      z.strictObject({
        id: schoolYearIdSchema,
        firstDay: isoDateSchema,
        lastDay: isoDateSchema,
        holidays: z.array(
          z.strictObject({ name: z.string(), from: isoDateSchema, back: isoDateSchema }),
        ),
      }),
    ),
    activities: z.array(
      z.strictObject({
        activityId: activityIdSchema,
        name: z.string(),
        service: z.string(),
        facilities: z.array(z.string()),
        units: z.array(z.strictObject({ unitId: unitIdSchema, name: z.string() })),
        decision: z.enum(['automatic', 'staff']),
      }),
    ),
  }),
  cacheSeconds: 60,
  errors: [],
})
