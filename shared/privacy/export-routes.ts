import * as z from 'zod'
import { letterRoute } from '../documents/letter-reply.ts'
import { defineRoute } from '../platform/route.ts'
import { RETENTION_KINDS } from '../platform/personal-data.ts'
import { familyIdSchema, guardianIdSchema, instantSchema } from '../platform/schemas.ts'

/** Health is in no export but where it is asked for by name. */
const health = z.enum(['true', 'false']).default('false')

/** What is held of one kind, as the reader may see it. */
export const sectionReply = z.strictObject({
  /** The kind of item: `Planning`. */
  kind: z.string(),
  /** In French. */
  title: z.string(),
  retention: z.strictObject({
    kind: z.enum(RETENTION_KINDS),
    /** For how many months it is kept; nothing where it is forgotten by itself. */
    months: z.int().optional(),
    /** The same as a sentence. */
    label: z.string(),
  }),
  /** Fields in English, as everywhere in the API; what they refer to is named. */
  items: z.array(z.record(z.string(), z.unknown())),
})

export const exportReply = z.strictObject({
  familyId: familyIdSchema,
  name: z.string(),
  /** When it was made. */
  at: instantSchema,
  /** The guardian whose rights it follows; nobody's where staff export all. */
  reader: z.string().optional(),
  /** Whether health is in it. */
  health: z.boolean(),
  sections: z.array(sectionReply),
  /** What else is kept and not shown: technical traces, by their French names. */
  alsoHeld: z.array(z.string()),
  /** What has to be said of it, in French. */
  notes: z.array(z.string()),
})

export const exportFamilyRoute = defineRoute({
  id: 'exportFamily',
  method: 'GET',
  path: '/family/export',
  function: 'privacy',
  access: ['guardian'],
  summary: 'Everything that is held about my family; health only where I ask for it',
  query: z.strictObject({ health }),
  status: 200,
  reply: exportReply,
  errors: ['not-found'],
})

export const exportFamilyFileRoute = defineRoute({
  id: 'exportFamilyFile',
  method: 'GET',
  path: '/families/{familyId}/export',
  function: 'privacy',
  access: ['administrator'],
  summary: 'Everything that is held about a family but its health, for a request on paper',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  /** Who has asked: the answer is what they may read of the file. */
  query: z.strictObject({ guardianId: guardianIdSchema.optional() }),
  status: 200,
  reply: exportReply,
  errors: ['not-found'],
})

export const printFamilyExportRoute = defineRoute({
  ...letterRoute,
  id: 'printFamilyExport',
  method: 'GET',
  path: '/family/export/document',
  access: ['guardian'],
  summary: 'Everything that is held about my family on paper; health only where I ask for it',
  query: letterRoute.query.extend({ health }),
  errors: ['not-found'],
})

export const printFamilyFileExportRoute = defineRoute({
  ...letterRoute,
  id: 'printFamilyFileExport',
  method: 'GET',
  path: '/families/{familyId}/export/document',
  access: ['administrator'],
  summary: 'Everything that is held about a family but its health, on paper',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  query: letterRoute.query.extend({ guardianId: guardianIdSchema.optional() }),
  errors: ['not-found'],
})
