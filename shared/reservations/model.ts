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
  weekdaySchema,
} from '../platform/schemas.ts'

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
  /** Of units billed by the time spent: by day, the minutes that the register notes. */
  minutes: z
    .partialRecord(unitIdSchema, z.partialRecord(isoDateSchema, z.int().min(0).max(1440)))
    .optional(),
  /** Where on the waiting lists the child stands: one entry for each set of waiting units. */
  waits: z
    .array(
      z.object({
        groupId: groupIdSchema,
        date: isoDateSchema,
        unitIds: z.tuple([unitIdSchema], unitIdSchema),
        rank: z.int(),
        since: instantSchema,
        number: requestNumberSchema,
        /** Until when the places are kept for the family's answer, once they are offered. */
        until: instantSchema.optional(),
      }),
    )
    .optional(),
})
export type Planning = z.infer<typeof planningSchema>

/** Where a child stands on the waiting list of a day. */
export type Wait = NonNullable<Planning['waits']>[number]

/** What a request changes on a day, and what has become of it since [guide 46]. */
export const CHANGES = {
  added: '+',
  removed: '-',
  unchanged: '.',
  /** Asked for and put on the waiting list; `added` once the child has the place. */
  waiting: 'w',
  /** From the waiting list: a place is offered and awaits the family's answer. */
  offered: 'o',
  /** Left without a place: from the waiting list, or refused by staff among other days. */
  unplaced: 'n',
  /** Asked to be removed, and refused by staff, who accepted other days of the request. */
  kept: 'k',
} as const

const changeLine = z.string().regex(/^[.+\-wonk]{1,400}$/)

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
  /** The age of the child on the first day, in years: staff sort what awaits them by it. */
  age: z.int().min(0).optional(),
  activityId: activityIdSchema,
  groupId: groupIdSchema,
  state: requestStateSchema,
  /** The first and the last day that it changes. */
  from: isoDateSchema,
  to: isoDateSchema,
  /** The units that it changes: one letter a day from `from` to `to`. */
  units: z.array(changedUnitSchema).min(1),
  decision: z
    .object({
      at: instantSchema,
      /** The account of the agent. */
      by: z.string(),
      message: z.string().optional(),
      /** The days that were refused although the request was accepted. */
      refusedDates: z.array(isoDateSchema).optional(),
      /** What was still asked when it was decided, and thus decided. */
      units: z.array(changedUnitSchema),
    })
    .optional(),
  /** When the family withdrew it, and what was still asked then. */
  withdrawal: z.object({ at: instantSchema, units: z.array(changedUnitSchema) }).optional(),
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

/**
 * What another enrolment has in a period, with the same units: that of a sibling. It is copied as it
 * stood before the submission that asks for it; what it does not have is not wanted.
 */
const copySchema = z.strictObject({
  kind: z.literal('copy'),
  enrolmentId: enrolmentIdSchema,
  /** First and last school day of the year in force unless given. */
  from: isoDateSchema.optional(),
  to: isoDateSchema.optional(),
  like: enrolmentIdSchema,
})

export const wishSchema = z.discriminatedUnion('kind', [
  recurrenceSchema,
  daysSchema,
  linesSchema,
  copySchema,
])
export type Wish = z.infer<typeof wishSchema>

/** The most wishes of a submission, and thus the most requests. */
export const MOST_WISHES = 60

/** What a family wants, for one or several children and activities; later wishes win. */
export const wishesSchema = z.strictObject({ wishes: z.array(wishSchema).min(1).max(MOST_WISHES) })

/** Who books, and how the rules apply to them. */
export const actingSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('family') }),
  /** An agent in the family's place: past deadlines and openings, with a reason. */
  z.object({
    kind: z.literal('staff'),
    account: z.string(),
    reason: z.string(),
    /** Whether what is cancelled too late is excused, and thus not owed. */
    justified: z.boolean(),
  }),
])
export type Acting = z.infer<typeof actingSchema>

/** What was asked for and not carried out yet: all that is needed to do so, whoever does it. */
export const intentSchema = z.object({
  guardianId: guardianIdSchema,
  acting: actingSchema,
  wishes: wishesSchema.shape.wishes,
  /** When it was asked: its deadlines are those of that time. */
  at: instantSchema,
  /** How many request numbers are set aside for it. */
  numbers: z.int().positive(),
})
export type Intent = z.infer<typeof intentSchema>

/** Places that a child may hold without need. */
export const excessSchema = z.object({
  childId: childIdSchema,
  activityId: activityIdSchema,
  groupId: groupIdSchema,
  monday: isoDateSchema,
})

/** That an Idempotency-Key has been used, and for what. */
export const receiptSchema = z.object({
  familyId: familyIdSchema,
  /** The Idempotency-Key of the client. */
  key: z.string(),
  /** The hash of the body that came with it. */
  bodyHash: z.string(),
  /** The number of the submission. */
  number: requestNumberSchema,
  version: z.int().positive(),
  /**
   * Open until its places are claimed and all is written; done; or void when it came to nothing, so
   * that the key may be used again.
   */
  state: z.enum(['open', 'done', 'void']),
  /** What an open one asks for, where that is all it takes to carry it out. */
  intent: intentSchema.optional(),
  /** Of one without an intent, since when it is open. */
  openedAt: instantSchema.optional(),
  /** Of one without an intent, the weeks that may hold more than is needed once it is closed. */
  excess: z.array(excessSchema).optional(),
  /** In seconds since 1970, when the table forgets it. */
  expiresAt: z.int(),
})
export type Receipt = z.infer<typeof receiptSchema>
