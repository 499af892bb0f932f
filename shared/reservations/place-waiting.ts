import { schoolYearOf } from '../catalogue/calendar.ts'
import type { Activity } from '../catalogue/model.ts'
import type { Guardian } from '../families/model.ts'
import { daysBetween } from '../kernel/dates.ts'
import { noticeWrite } from '../messages/notices.ts'
import type { Notice } from '../messages/notice-model.ts'
import type { Holder } from '../places/model.ts'
import { waitingWrite } from '../places/waiting-list.ts'
import type { Write } from '../platform/expressions.ts'
import type { Booking } from './carry-out.ts'
import type { LimitedActivity } from './claims.ts'
import { isSameWait, sameOwner, writeLine, yearsOf } from './lines.ts'
import type { Household } from './load-household.ts'
import { CHANGES, LETTERS, type Letter, type Planning, type Request, type Wait } from './model.ts'
import { findSubmission, saveOutcome } from './store.ts'

/** A child who waits, in its family as it was read. */
export interface WaitingChild {
  readonly household: Household
  readonly activity: Pick<Activity, 'id'>
  readonly holder: Holder
  readonly wait: Wait
}

/** What becomes of a child who waits, or to whom places are offered. */
type Fate =
  | { readonly kind: 'given' }
  | { readonly kind: 'offered'; readonly until: Date }
  | { readonly kind: 'declined' }
  | { readonly kind: 'over' }

const LINES: Record<Fate['kind'], string> = {
  given: CHANGES.added,
  offered: CHANGES.offered,
  declined: CHANGES.unplaced,
  over: CHANGES.unplaced,
}

const letterAfter = ({ kind }: Fate, request: Request): Letter => {
  switch (kind) {
    case 'given':
      return request.state === 'pending' ? LETTERS.requested : LETTERS.accepted
    case 'offered':
      return LETTERS.offered
    case 'declined':
      return LETTERS.nothing
    case 'over':
      return LETTERS.refused
  }
}

/** What a request says after the fate of a day is known. */
export const requestAfter = (request: Request, { date, unitIds }: Wait, fate: Fate): Request => {
  const at = daysBetween(request.from, date) - 1
  const units = request.units.map((unit) =>
    unitIds.includes(unit.unitId)
      ? {
          ...unit,
          changes: unit.changes.slice(0, at) + LINES[fate.kind] + unit.changes.slice(at + 1),
        }
      : unit,
  )
  if (request.state !== 'waiting') return { ...request, units }
  const lines = units.map(({ changes }) => changes).join('')
  if (lines.includes(CHANGES.added)) return { ...request, units, state: 'accepted' }
  const waits = lines.includes(CHANGES.waiting) || lines.includes(CHANGES.offered)
  return { ...request, units, state: waits ? 'waiting' : 'refused' }
}

const planningAfter = (planning: Planning, wait: Wait, fate: Fate, letter: Letter): Planning => {
  const years = wait.unitIds.reduce(
    (written, unit) => writeLine(written, unit, wait.date, letter),
    yearsOf([planning], planning),
  )
  return {
    ...planning,
    version: planning.version + 1,
    units: years.get(planning.schoolYear) ?? planning.units,
    waits: (planning.waits ?? []).map((each) =>
      isSameWait(each, wait) && fate.kind === 'offered'
        ? { ...each, until: fate.until.toISOString() }
        : each,
    ),
  }
}

/** Guardians as the recipients of a notice. */
export const recipientsOf = (guardians: readonly Guardian[]): Notice['to'] =>
  guardians.map(({ title, firstName, lastName, email }) => ({
    name: `${title} ${firstName} ${lastName}`,
    email,
  }))

/** Tells all guardians of the file: weeks may have passed since one of them asked. */
const noticeOf = (
  { household: { file }, wait, activity }: WaitingChild,
  request: Request,
  fate: Fate,
): Omit<Notice, 'expiresAt'> | undefined => {
  const about = {
    number: wait.number,
    child: request.child,
    activityId: activity.id,
    groupId: wait.groupId,
    days: [{ date: wait.date, unitIds: wait.unitIds }],
  }
  const to = recipientsOf(file.guardians)
  if (to.length === 0) return undefined
  const id = `${String(wait.number)}-${wait.date}-${wait.unitIds[0]}`
  const { familyId } = file.family
  switch (fate.kind) {
    case 'given':
      return { familyId, noticeId: `GIVEN-${id}`, to, content: { kind: 'given', ...about } }
    case 'offered': {
      const until = fate.until.toISOString()
      return {
        familyId,
        noticeId: `OFFERED-${id}`,
        to,
        content: { kind: 'offered', until, ...about },
      }
    }
    case 'over':
      return { familyId, noticeId: `OVER-${id}`, to, content: { kind: 'offer-over', ...about } }
    case 'declined':
      return undefined
  }
}

/**
 * Writes the fate of a child who waits: the planning, the request, the entry of the waiting list and
 * the mail, in one transaction.
 *
 * @throws StaleReadError when one of them has changed since it was read.
 */
export const decideWait = async (
  { table }: Pick<Booking, 'table'>,
  child: WaitingChild,
  fate: Fate,
  at: Date,
): Promise<void> => {
  const { household, activity, holder, wait } = child
  const planning = household.plannings.find(
    (each) =>
      sameOwner(each, { childId: holder.childId, activityId: activity.id }) &&
      each.schoolYear === schoolYearOf(wait.date),
  )
  const submission = await findSubmission(table, holder.familyId, wait.number)
  const request = submission?.requests.find(({ number }) => number === wait.number)
  if (planning === undefined || submission === undefined || request === undefined) {
    throw new Error('An entry of a waiting list without its request')
  }
  const notice = noticeOf(child, request, fate)
  const offered: Write[] =
    fate.kind === 'offered'
      ? [
          waitingWrite({
            ...wait,
            ...holder,
            activityId: activity.id,
            offeredUntil: fate.until.toISOString(),
          }),
        ]
      : []
  await saveOutcome(table, {
    submissions: [
      {
        ...submission,
        version: submission.version + 1,
        requests: submission.requests.map((each) =>
          each === request ? requestAfter(request, wait, fate) : each,
        ),
      },
    ],
    plannings: [planningAfter(planning, wait, fate, letterAfter(fate, request))],
    more: [...offered, ...(notice === undefined ? [] : [noticeWrite(notice, at)])],
  })
}

/**
 * Tells a child who waits, and whose places are already set aside in the roster, that it has them:
 * for good, or until the family has answered, by the rule of the activity. An offer ends at the
 * deadline for adding the day at the latest.
 *
 * @throws StaleReadError when the family's planning has changed since it was read.
 */
export const placeWaiting = async (
  { table, town }: Booking,
  child: WaitingChild & { readonly activity: LimitedActivity },
  at: Date,
): Promise<void> => {
  const { activity, wait } = child
  const rule = activity.places.waiting
  if (rule.kind !== 'offered') return decideWait({ table }, child, { kind: 'given' }, at)
  const until = new Date(
    Math.min(
      at.getTime() + rule.hours * 3_600_000,
      town.calendars.deadlineOf(activity, 'add', wait.date).getTime(),
    ),
  )
  return decideWait({ table }, child, { kind: 'offered', until }, at)
}
