import * as z from 'zod'
import { schoolHolidaySchema, schoolYearSchema, type SchoolYear } from '../catalogue/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { isoDateSchema, schoolYearIdSchema, type SchoolYearId } from '../platform/schemas.ts'

/** The zones in which the ministry staggers the holidays. */
export type Zone = SchoolYear['zone']

/**
 * A row of the data set `fr-en-calendrier-scolaire`: one for each académie, so that each holiday comes
 * several times. Its instants are midnights of Paris, written in UTC.
 */
export const rowSchema = z.object({
  description: z.string().min(1).max(120),
  /** Whom it is for: `-` for all, `Élèves`, `Enseignants`, a level, a territory. */
  population: z.string().nullish(),
  /** The first day off. */
  start_date: z.iso.datetime({ offset: true }),
  /** The day on which classes resume; the first day itself where a row marks a single day. */
  end_date: z.iso.datetime({ offset: true }),
  /** The académie. */
  location: z.string().min(1),
  zones: z.string(),
  annee_scolaire: schoolYearIdSchema,
})
export type Row = z.infer<typeof rowSchema>

/** A school year as the ministry publishes it for a zone: the pupils' first and last day, and holidays. */
export const officialYearSchema = z.object({
  id: schoolYearIdSchema,
  zone: schoolYearSchema.shape.zone,
  firstDay: isoDateSchema,
  lastDay: isoDateSchema,
  holidays: z.array(schoolHolidaySchema).max(30),
})
export type OfficialYear = z.infer<typeof officialYearSchema>

/** Why the official calendar could not be read: for the log. */
export interface Unreadable {
  readonly why: string
}

/** Where the official calendar is read. */
export interface CalendarSource {
  /** The rows of a zone and some school years, complete, or why there are none. */
  readonly rows: (
    zone: Zone,
    years: readonly SchoolYearId[],
  ) => Promise<{ readonly rows: readonly Row[] } | Unreadable>
  /** The public holidays of a civil year. */
  readonly publicHolidays: (
    year: number,
  ) => Promise<{ readonly days: readonly IsoDate[] } | Unreadable>
}
