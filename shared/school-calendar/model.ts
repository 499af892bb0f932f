import * as z from 'zod'
import { schoolHolidaySchema, schoolYearSchema, type SchoolYear } from '../catalogue/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import {
  instantSchema,
  isoDateSchema,
  schoolYearIdSchema,
  type SchoolYearId,
} from '../platform/schemas.ts'

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

const daysOfYearSchema = z.object({
  schoolYear: schoolYearIdSchema,
  days: z.array(isoDateSchema),
})

/** Days of a school year that somebody is told of. */
export type DaysOfYear = z.infer<typeof daysOfYearSchema>

/** What a refresh has found. */
export const refreshReportSchema = z.object({
  /** The school years that the town did not have. */
  added: z.array(schoolYearIdSchema),
  /** The days that the ministry has changed and the town follows from now on. */
  changed: z.array(daysOfYearSchema),
  /** The days on which the town says otherwise than the ministry, and its word counts. */
  own: z.array(daysOfYearSchema),
  /** Why the data set was not read, or says nothing that can be used of a year. */
  unreadable: z.array(z.string()),
  /** The public holidays that only the State has, or only the portal. */
  publicHolidays: z.array(isoDateSchema),
})
export type RefreshReport = z.infer<typeof refreshReportSchema>

/** The last refresh, as it is kept: when it was due and ran, where it read, and what it found. */
export const keptReportSchema = refreshReportSchema.extend({
  due: instantSchema,
  ranAt: instantSchema,
  zone: schoolYearSchema.shape.zone,
  /** The addresses of the data sets. */
  sources: z.array(z.url()),
  /** The last refresh that changed days or added a year, be it this one. */
  moved: refreshReportSchema
    .pick({ added: true, changed: true })
    .extend({ ranAt: instantSchema })
    .optional(),
})
export type KeptReport = z.infer<typeof keptReportSchema>

/** Where the official calendar is read. */
export interface CalendarSource {
  /** The addresses of the data sets. */
  readonly addresses: readonly string[]
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
