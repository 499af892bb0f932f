import * as z from 'zod'
import { reasonSchema } from '../families/model.ts'
import {
  familyIdSchema,
  guardianIdSchema,
  instantSchema,
  isoDateSchema,
  requestNumberSchema,
} from '../platform/schemas.ts'

/**
 * A guardian's request that all that is held of the family be erased (GDPR, article 17). It is deleted
 * with the rest once it is answered so.
 */
export const erasureRequestSchema = z.object({
  familyId: familyIdSchema,
  number: requestNumberSchema,
  familyName: z.string(),
  askedAt: instantSchema,
  askedBy: guardianIdSchema,
  /** Until when it must be answered: within a month (GDPR, article 12-3). */
  dueOn: isoDateSchema,
  state: z.enum(['pending', 'refused']),
  refusal: z
    .strictObject({
      at: instantSchema,
      /** The account of the administrator. */
      by: z.string(),
      reason: reasonSchema,
    })
    .optional(),
  version: z.int().positive(),
})
export type ErasureRequest = z.infer<typeof erasureRequestSchema>

/** Why a family is erased: a word of this list and no sentence, which could name somebody. */
export const ERASURE_REASON_CODES = ['requested', 'moved-away', 'opened-in-error'] as const

/** The portal itself erases families of which nobody has heard for the period that the town sets. */
export const erasureReasonSchema = z.enum([...ERASURE_REASON_CODES, 'inactive'])
export type ErasureReason = z.infer<typeof erasureReasonSchema>

/** How many items of a kind had which end. It names nobody: the archives keep it. */
export const reportLineSchema = z.strictObject({
  /** The entity of the items, `Planning`; or what lies elsewhere than in the family's partition. */
  kind: z.string(),
  outcome: z.enum(['deleted', 'anonymised']),
  count: z.int().positive(),
})
export type ReportLine = z.infer<typeof reportLineSchema>

/**
 * The erasure of a family (bordereau d'élimination), which outlives it: written before anything is
 * deleted, so that whoever is cut off finds that it is to be finished. It has no personal data but the
 * number of the file.
 */
export const erasureReportSchema = z.object({
  familyId: familyIdSchema,
  state: z.enum(['running', 'done']),
  reason: erasureReasonSchema,
  requestNumber: requestNumberSchema.optional(),
  startedAt: instantSchema,
  /** The account of the administrator; nobody when the portal did it by itself. */
  startedBy: z.string().optional(),
  doneAt: instantSchema.optional(),
  lines: z.array(reportLineSchema),
})
export type ErasureReport = z.infer<typeof erasureReportSchema>

/**
 * That the purge looks at an erased family again: for a month at what came late, then at its accounting
 * data, until that is old enough to go as well.
 */
export const erasureWatchSchema = z.object({
  familyId: familyIdSchema,
  erasedOn: isoDateSchema,
  lookAgainOn: isoDateSchema,
})
export type ErasureWatch = z.infer<typeof erasureWatchSchema>

/** That the guardians of a family of which nobody has heard were told that its file will be erased. */
export const retentionWarningSchema = z.object({
  familyId: familyIdSchema,
  warnedOn: isoDateSchema,
  /** The day of which nothing later was known then: whoever comes back makes the warning void. */
  since: isoDateSchema,
})
export type RetentionWarning = z.infer<typeof retentionWarningSchema>

/** What some families come to in a run of the purge. */
const purgedSchema = z.strictObject({
  lines: z.array(reportLineSchema),
  /** Families that were told that their file will be erased. */
  warned: z.int().min(0),
  /** Families whose file was erased. */
  erased: z.int().min(0),
  /** Families whose file is old enough and not erased yet, because something forbids it. */
  withheld: z.int().min(0),
  /** Families whose file is held, so that nobody looked at it. */
  held: z.int().min(0),
})
export type Purged = z.infer<typeof purgedSchema>

/** A run of the purge, of the day on which it was due. */
export const purgeReportSchema = z.object({
  ...purgedSchema.shape,
  day: isoDateSchema,
  state: z.enum(['running', 'done']),
  startedAt: instantSchema,
  doneAt: instantSchema.optional(),
  /** The last family of those that are done, in the order of their numbers. */
  after: familyIdSchema.optional(),
  /** Families that could not be read or written: the run of the next day tries again. */
  failed: z.array(familyIdSchema).max(100),
  /** The day up to which registers and weeks of counted places are deleted. */
  registersUntil: isoDateSchema.optional(),
  /**
   * What is being deleted of some families, noted before: a run that is cut off has it deleted again and
   * counts it once.
   */
  pending: z.strictObject({ families: z.array(familyIdSchema), purged: purgedSchema }).optional(),
})
export type PurgeReport = z.infer<typeof purgeReportSchema>
