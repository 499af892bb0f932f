import * as z from 'zod'
import { schoolYearOf } from '../catalogue/calendar.ts'
import { closeActivity } from '../catalogue/close-activity.ts'
import type { Enrolment, FamilyFile } from '../families/model.ts'
import { noticeWrite, recipientsOf } from '../messages/notices.ts'
import type { Write } from '../platform/expressions.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import {
  activityIdSchema,
  familyIdSchema,
  instantSchema,
  isoDateSchema,
  type FamilyId,
  type UnitId,
} from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { closeDayRoute } from './closing-routes.ts'
import { bookedUnits, isStillWaiting, letterOn, writeLine, yearsOf } from './lines.ts'
import { loadHousehold, type Household } from './load-household.ts'
import { loadRegister } from './load-register.ts'
import { LETTERS, type Planning, type Submission } from './model.ts'
import { requestAfter } from './place-waiting.ts'
import { occupies } from './rules.ts'
import { findSubmission, saveOutcome } from './store.ts'

/** The families of one message: some seconds of work. */
const FAMILIES_A_SLICE = 25

/**
 * After how many seconds the jobs are done again: functions hold a catalogue for up to 30 s and work
 * for up to a minute, so that a booking can slip in behind the first pass.
 */
export const SECOND_PASS = 120

/** What the closing of a day has to do for some families. */
export const closingJobSchema = z.object({
  activityId: activityIdSchema,
  date: isoDateSchema,
  reason: z.string(),
  /** When the day was closed. */
  at: instantSchema,
  familyIds: z.array(familyIdSchema).min(1),
})
export type ClosingJob = z.infer<typeof closingJobSchema>

/**
 * The work of releasing what is booked of an activity on a day that it is closed: by slices of the
 * families that have, or may have, something there. The same closing gives the same jobs.
 */
export const closingJobs = async (
  table: Table,
  closing: Omit<ClosingJob, 'familyIds'>,
): Promise<ClosingJob[]> => {
  const { activityId, date } = closing
  const { enrolments, plannings } = await loadRegister(table, activityId, schoolYearOf(date))
  const families = [
    ...new Set([...enrolments, ...plannings].map(({ familyId }) => familyId)),
  ].toSorted()
  return Array.from({ length: Math.ceil(families.length / FAMILIES_A_SLICE) }, (_, slice) => ({
    ...closing,
    familyIds: families.slice(slice * FAMILIES_A_SLICE, (slice + 1) * FAMILIES_A_SLICE),
  }))
}

/**
 * Closes a day of an activity for all of its groups: in the catalogue at once, so that nobody books
 * it any more and nothing of it is billed; the bookings that there are are released by the jobs. A
 * day that is over may be closed too, when it turned out that nothing took place: what is invoiced of
 * it is given back by the next invoice. The same call again hands out the same jobs, which find
 * nothing left to do.
 *
 * @returns the work to hand out, twice: now, and once no function holds the earlier catalogue.
 * @throws PortalError `not-found`, `period-out-of-range` for a day without the activity,
 * `request-too-large`, `concurrent-change`.
 */
export const closeDay = async (
  table: Table,
  { parameters, body, now }: Pick<Call<typeof closeDayRoute>, 'parameters' | 'body' | 'now'>,
): Promise<ClosingJob[]> => {
  const { activityId } = parameters
  const { date, reason } = body
  await closeActivity(table, { activityId, date })
  return closingJobs(table, { activityId, date, reason, at: now.toISOString() })
}

/**
 * The units of a planning that a closing takes: booked, asked for, waiting, offered, and whatever
 * else is owed. An accepted absence stays one, and a refusal a refusal; neither is billed.
 */
const unitsTaken = (planning: Planning, date: ClosingJob['date']): UnitId[] =>
  bookedUnits(planning).filter((unit) => {
    const letter = letterOn(planning, unit, date)
    return occupies(letter)
  })

const planningAfter = (
  planning: Planning,
  units: readonly UnitId[],
  date: ClosingJob['date'],
): Planning => {
  const years = units.reduce(
    (written, unit) => writeLine(written, unit, date, LETTERS.nothing),
    yearsOf([planning], planning),
  )
  return {
    ...planning,
    version: planning.version + 1,
    units: years.get(planning.schoolYear) ?? planning.units,
  }
}

/** The submissions whose requests wait on the day for a place that there will not be. */
const submissionsAfter = async (
  table: Table,
  planning: Planning,
  date: ClosingJob['date'],
): Promise<Submission[]> => {
  const changed = new Map<number, Submission>()
  for (const wait of planning.waits ?? []) {
    if (wait.date !== date || !isStillWaiting(planning, wait)) continue
    const found = await findSubmission(table, planning.familyId, wait.number)
    if (found === undefined) continue
    const { requests } = changed.get(found.number) ?? found
    changed.set(found.number, {
      ...found,
      version: found.version + 1,
      requests: requests.map((request) =>
        request.number === wait.number ? requestAfter(request, wait, { kind: 'over' }) : request,
      ),
    })
  }
  return [...changed.values()]
}

/** The enrolment by which a child was to come; the latest one where none covers the day. */
const enrolmentOn = (
  { enrolments }: FamilyFile,
  { childId, activityId }: Planning,
  date: ClosingJob['date'],
): Enrolment | undefined => {
  const own = enrolments.filter(
    (each) => each.childId === childId && each.activityId === activityId,
  )
  return (
    own.find(({ from, until }) => from <= date && date <= until) ??
    own.toSorted((a, b) => (a.from < b.from ? -1 : 1))[own.length - 1]
  )
}

/** What tells the guardians of a child what the closing takes. */
const noticeOf = (
  { file }: Household,
  after: Planning,
  unitIds: readonly UnitId[],
  { activityId, date, reason, at }: ClosingJob,
): Write[] => {
  const child = file.children.find(({ childId }) => childId === after.childId)
  const enrolment = enrolmentOn(file, after, date)
  if (child === undefined || enrolment === undefined || file.guardians.length === 0) return []
  const notice = {
    familyId: after.familyId,
    // What slips in after it is released by a later version, and told by a mail of its own.
    noticeId: `CLOSED-${activityId}-${date}-${after.childId}-${String(after.version)}`,
    to: recipientsOf(file.guardians),
    content: {
      kind: 'closed' as const,
      reason,
      child: child.firstName,
      activityId,
      groupId: enrolment.groupId,
      days: [{ date, unitIds: [...unitIds] }],
    },
  }
  return [noticeWrite(notice, new Date(at))]
}

/** Releases what the children of a family have on the day: one transaction for each child. */
const releaseFamily = async (
  table: Table,
  familyId: FamilyId,
  job: ClosingJob,
): Promise<number> => {
  const { activityId, date } = job
  const schoolYear = schoolYearOf(date)
  const household = await loadHousehold(table, familyId, schoolYear)
  const plannings = household.plannings.filter(
    (each) => each.activityId === activityId && each.schoolYear === schoolYear,
  )
  let released = 0
  for (const planning of plannings) {
    const units = unitsTaken(planning, date)
    if (units.length === 0) continue
    const after = planningAfter(planning, units, date)
    await saveOutcome(table, {
      submissions: await submissionsAfter(table, planning, date),
      plannings: [after],
      more: noticeOf(household, after, units, job),
    })
    released += 1
  }
  return released
}

/**
 * Releases what some families have on a closed day, and has each child's guardians told in the same
 * transaction. Places go back to their rosters by the stream. Run again it finds nothing to do, so
 * that a crash or a second message has one effect and one mail; one family that fails holds up none.
 *
 * @returns how many children had something on the day.
 * @throws the first failure, once all families have been tried.
 */
export const releaseDay = async (table: Table, job: ClosingJob): Promise<number> => {
  const outcomes = await Promise.allSettled(
    job.familyIds.map((familyId) => again(() => releaseFamily(table, familyId, job))),
  )
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return outcomes.reduce(
    (sum, outcome) => sum + (outcome.status === 'fulfilled' ? outcome.value : 0),
    0,
  )
}
