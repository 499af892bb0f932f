import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import { familyIdSchema, instantSchema } from '../platform/schemas.ts'
import { TRAIL_KINDS, trailFieldSchema } from './model.ts'
import { TRAIL_ENTITIES } from './names.ts'

/** Where a page of the trail begins: the place of its newest entry, as `next` of the page before. */
const pageSchema = z
  .string()
  .max(250)
  .regex(/^[\w.:-]+(~[\w-]+){3}$/)

export const readTrailRoute = defineRoute({
  id: 'readTrail',
  method: 'GET',
  path: '/families/{familyId}/trail',
  function: 'staff',
  access: ['agent', 'administrator'],
  summary:
    'Who changed or read what of a family file, newest first: each field before and after, health masked, and means for who does not bill',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(20),
    page: pageSchema.optional(),
  }),
  status: 200,
  reply: z.strictObject({
    familyId: familyIdSchema,
    entries: z.array(
      z.strictObject({
        at: instantSchema,
        kind: z.enum(TRAIL_KINDS),
        kindLabel: z.string(),
        subject: z.enum(TRAIL_ENTITIES),
        subjectLabel: z.string(),
        id: z.string(),
        about: z.string(),
        /** The account; absent for the town’s file and the portal itself. */
        by: z.string().optional(),
        reason: z.string().optional(),
        fields: z.array(trailFieldSchema),
      }),
    ),
    /** Pass as `page` to read on; absent at the end. */
    next: z.string().optional(),
  }),
  errors: ['not-found'],
})
