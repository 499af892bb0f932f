import * as z from 'zod'
import {
  activityIdSchema,
  childIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  groupIdSchema,
  guardianIdSchema,
  instantSchema,
  isoDateSchema,
  requestNumberSchema,
  schoolYearIdSchema,
  unitIdSchema,
} from '../platform/schemas.ts'
import { weekdaySchema } from '../catalogue/model.ts'

/**
 * The states of a day in a planning, one letter each: the alphabet in which plannings are stored
 * and spoken of over HTTP. Its legend in French is `LEGEND` in the texts [guide 23].
 */
export const LETTERS = {
  nothing: '.',
  /** Asked for, awaiting the decision of staff. */
  requested: 'r',
  accepted: 'a',
  /** Accepted earlier; its cancellation awaits the decision of staff. */
  cancelling: 'c',
  /** Refused: by staff, or for want of a place. */
  refused: 'n',
  /** On the waiting list: asked for when every place was taken. */
  waiting: 'w',
  /** A place that became free, kept for the child until the family answers or the time is over. */
  offered: 'o',
  /** Added after the deadline (hors délais): accepted, at the late price [guide 50]. */
  late: 'l',
  /** Accepted, and absent for a reason that the town has accepted: not owed. */
  excused: 'j',
  /** Accepted, and absent without such a reason: owed [guide 50]. */
  absent: 'u',
  /** Present without a booking: owed. */
  unbooked: 'e',
} as const

/** A letter of the alphabet. */
export type Letter = (typeof LETTERS)[keyof typeof LETTERS]

/** A month always has 31 letters; the days that it lacks stay empty. */
export const MONTH_LENGTH = 31

/** A school year has twelve months, September first. */
export const YEAR_LENGTH = 12 * MONTH_LENGTH

const yearOfLetters = z
  .string()
  .regex(/^[.racnwoljue]+$/)
  .length(YEAR_LENGTH)

/** The planning of a child in an activity over a school year: for each unit a line for each month. */
export const planningSchema = z.object({
  familyId: familyIdSchema,
  schoolYear: schoolYearIdSchema,
  childId: childIdSchema,
  activityId: activityIdSchema,
  /** Raised by each write, so that no writer overwrites what it has not read. */
  version: z.int().positive(),
  units: z.partialRecord(unitIdSchema, yearOfLetters),
})
export type Planning = z.infer<typeof planningSchema>

/** What a request changes on a day, and what has become of it since [guide 46]. */
export const CHANGES = {
  added: '+',
  removed: '-',
  unchanged: '.',
  /** Asked for and put on the waiting list; `added` once the child has the place. */
  waiting: 'w',
  /** From the waiting list: a place is offered and awaits the family's answer. */
  offered: 'o',
  /** From the waiting list: left without a place. */
  unplaced: 'n',
} as const

const changeLine = z.string().regex(/^[.+\-won]{1,400}$/)

/**
 * Accepted as far as places went; awaiting staff; refused by staff; on the waiting list with all
 * that it adds; withdrawn by the family while it awaited staff.
 */
export const requestStateSchema = z.enum(['accepted', 'pending', 'refused', 'waiting', 'withdrawn'])
export type RequestState = z.infer<typeof requestStateSchema>

const changedUnitSchema = z.object({ unitId: unitIdSchema, changes: changeLine })

/**
 * A numbered request (demande) of one child for one activity [guide 46]. It names activity, group
 * and units by their ids: a year for two children stays within the write units of one small item.
 */
export const requestSchema = z.object({
  number: requestNumberSchema,
  childId: childIdSchema,
  /** The first name of the child, for those who read it without the family file. */
  child: z.string(),
  activityId: activityIdSchema,
  groupId: groupIdSchema,
  state: requestStateSchema,
  /** The first and the last day that it changes. */
  from: isoDateSchema,
  to: isoDateSchema,
  /** The units that it changes: one letter a day from `from` to `to`. */
  units: z.array(changedUnitSchema).min(1),
  /** The places that await the family's answer, and until when. */
  offers: z.array(z.object({ date: isoDateSchema, until: instantSchema })).optional(),
  decision: z
    .object({
      at: instantSchema,
      /** The account of the agent. */
      by: z.string(),
      message: z.string().optional(),
      /** What was still asked when it was decided, and thus decided. */
      units: z.array(changedUnitSchema),
    })
    .optional(),
})
export type Request = z.infer<typeof requestSchema>

/**
 * What a family submits in one go: its requests, one for each child and activity, in one item. The
 * stream mails from it, so it holds whom to tell.
 */
export const submissionSchema = z.object({
  familyId: familyIdSchema,
  familyName: z.string(),
  /** The number of its first request. */
  number: requestNumberSchema,
  submittedAt: instantSchema,
  by: z.object({ guardianId: guardianIdSchema, name: z.string(), email: z.email() }),
  /** The agent who booked in the family's place, and why. */
  onBehalf: z.object({ account: z.string(), reason: z.string() }).optional(),
  /** Where the services read what awaits their decision. */
  serviceEmails: z.array(z.email()),
  requests: z.array(requestSchema).min(1),
  version: z.int().positive(),
})
export type Submission = z.infer<typeof submissionSchema>

/** The units wanted on each weekday of a week; a weekday left out has none. */
const weekPatternSchema = z
  .array(z.strictObject({ weekday: weekdaySchema, units: z.array(unitIdSchema).min(1).max(12) }))
  .max(7)

/** Mode 2 of the guide: the same week again and again, or a cycle of up to four weeks [guide 41]. */
const recurrenceSchema = z.strictObject({
  kind: z.literal('recurrence'),
  enrolmentId: enrolmentIdSchema,
  /** First and last school day of the year in force unless given. */
  from: isoDateSchema.optional(),
  to: isoDateSchema.optional(),
  /** One pattern for each week of the cycle; the first week is the one of `from`. */
  weeks: z.array(weekPatternSchema).min(1).max(4),
})

/** Mode 1 of the guide: days ticked one by one; units not named are unticked [guide 40]. */
const daysSchema = z.strictObject({
  kind: z.literal('days'),
  enrolmentId: enrolmentIdSchema,
  days: z
    .array(z.strictObject({ date: isoDateSchema, units: z.array(unitIdSchema).max(12) }))
    .min(1)
    .max(400),
})

/** A planning as drawn on a screen: by unit a letter a day, `x` wanted, `.` not wanted, `_` untouched. */
const linesSchema = z.strictObject({
  kind: z.literal('lines'),
  enrolmentId: enrolmentIdSchema,
  from: isoDateSchema,
  units: z.partialRecord(unitIdSchema, z.string().regex(/^[x._]{1,400}$/)),
})

export const wishSchema = z.discriminatedUnion('kind', [recurrenceSchema, daysSchema, linesSchema])
export type Wish = z.infer<typeof wishSchema>

/** The most wishes of a submission, and thus the most requests. */
export const MOST_WISHES = 60

/** What a family wants, for one or several children and activities; later wishes win. */
export const wishesSchema = z.strictObject({ wishes: z.array(wishSchema).min(1).max(MOST_WISHES) })
