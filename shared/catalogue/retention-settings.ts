import * as z from 'zod'

/** A period in whole months. */
const months = (least: number, most: number, usual: number): z.ZodDefault<z.ZodInt> =>
  z.int().min(least).max(most).default(usual)

/**
 * For how many months the town keeps each kind of data, and no longer (GDPR, article 5-1 e). The
 * town's data protection officer and the archives of the department agree on them; these are what
 * most agree on. Data is deleted by the scheduled purge, unless the file is held.
 */
export const retentionSettingsSchema = z
  .strictObject({
    /** Health: behind the end of the school year of a child's last enrolment. */
    health: months(0, 12, 0),
    /** Enrolments, plannings and requests: from their end. */
    activity: months(12, 60, 24),
    /** Quotients and incomes: from the day on which others count. */
    means: months(12, 60, 24),
    /** Who changed what in a file; five years at most, when the table forgets it by itself. */
    trail: months(6, 60, 12),
    /** Invoices, credit notes and payments: from their day, and no less than the ten years of the law. */
    accounting: months(120, 240, 120),
    /** Files and accounts: from the last enrolment, or the last that anybody did with it. */
    file: months(12, 60, 24),
    /** How long before its end the family of such a file is told. */
    warnedBefore: months(1, 6, 1),
  })
  .refine(({ file, warnedBefore }) => warnedBefore < file, { path: ['warnedBefore'] })
export type RetentionSettings = z.infer<typeof retentionSettingsSchema>
