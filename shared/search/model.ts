import * as z from 'zod'
import { familyIdSchema, isoDateSchema } from '../platform/schemas.ts'

/** What tells staff which family they have found, without opening its file. */
export const familyLabelSchema = z.strictObject({
  name: z.string(),
  town: z.string(),
  guardians: z.array(z.string()),
  /** First names. */
  children: z.array(z.string()),
  /** Staff have set the file aside. */
  inactive: z.boolean(),
  /** The file that took over this one. */
  mergedInto: familyIdSchema.optional(),
})
export type FamilyLabel = z.infer<typeof familyLabelSchema>

/**
 * One word under which a family is found: lower case, without accents, letters and digits only. Each
 * word of a family carries what is shown of it and all its other words, so that one Query answers a
 * search for several.
 */
export const searchEntrySchema = z.object({
  familyId: familyIdSchema,
  token: z.string().regex(/^[a-z0-9]{2,128}$/),
  tokens: z.array(z.string()),
  /** The birth dates in the file, by which duplicates are told from namesakes. */
  born: z.array(isoDateSchema),
  label: familyLabelSchema,
})
export type SearchEntry = z.infer<typeof searchEntrySchema>
