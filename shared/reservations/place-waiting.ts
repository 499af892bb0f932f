import { daysBetween } from '../kernel/dates.ts'
import { noticeWrite, recipientsOf } from '../messages/notices.ts'
import type { Notice } from '../messages/notice-model.ts'
import type { Waiting } from '../places/model.ts'
import { waitingWrite } from '../places/waiting-list.ts'
import type { Booking } from './carry-out.ts'
import type { LimitedActivity } from './claims.ts'
import { isSameWait, writeLine, yearsOf } from './lines.ts'
import type { Household } from './load-household.ts'
import { CHANGES, LETTERS, type Letter, type Planning, type Request, type Wait } from './model.ts'
import { findSubmission, saveOutcome } from './store.ts'

/** A child who waits, in its family as it was read. */
export interface WaitingChild {
  readonly household: Household
  /** The one of the household's plannings that knows of the waits. */
  readonly planning: Planning
  /** Those that have one fate, all of one request. */
  readonly waits: readonly [Wait, ...Wait[]]
}

/** What becomes of a child who waits, or to whom places are offered. */
type Fate =
  | { readonly kind: 'given' }
  | { readonly kind: 'offered'; readonly until: Date }
  | { readonly kind: 'declined' }
  /** The time to answer the offer has passed. */
  | { readonly kind: 'over' }
  /** It waited until the deadline for adding the day. */
  | { readonly kind: 'in-vain' }

const LINES: Record<Fate['kind'], string> = {
  given: CHANGES.added,
  offered: CHANGES.offered,
  declined: CHANGES.unplaced,
  over: CHANGES.unplaced,
  'in-vain': CHANGES.unplaced,
}

/**
 * The entry of a waiting list of which a planning knows.
 *
 * @param endsAt while the child waits, the deadline for adding the day.
 */
export const entryOf = (
  { familyId, childId, activityId }: Planning,
  { groupId, date, unitIds, rank, since, number, until }: Wait,
  endsAt?: Date,
): Waiting => ({
  familyId,
  childId,
  activityId,
  groupId,
  date,
  unitIds,
  rank,
  since,
  number,
  ...(endsAt === undefined ? {} : { endsAt: endsAt.toISOString() }),
  ...(until === undefined ? {} : { offeredUntil: until }),
})

const letterAfter = ({ kind }: Fate, request: Request): Letter => {
  switch (kind) {
    case 'given':
      return request.state === 'pending' ? LETTERS.requested : LETTERS.accepted
    case 'offered':
      return LETTERS.offered
    case 'declined':
      return LETTERS.nothing
    case 'over':
    case 'in-vain':
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

/** A wait with the offer that it has got, if it has. */
const waitAfter = (wait: Wait, fate: Fate): Wait =>
  fate.kind === 'offered' ? { ...wait, until: fate.until.toISOString() } : wait

const planningAfter = ({ planning, waits }: WaitingChild, fate: Fate, letter: Letter): Planning => {
  const years = waits.reduce(
    (before, { date, unitIds }) =>
      unitIds.reduce((written, unit) => writeLine(written, unit, date, letter), before),
    yearsOf([planning], planning),
  )
  return {
    ...planning,
    version: planning.version + 1,
    units: years.get(planning.schoolYear) ?? planning.units,
    waits: (planning.waits ?? []).map((each) =>
      waits.some((wait) => isSameWait(each, wait)) ? waitAfter(each, fate) : each,
    ),
  }
}

/** Tells all guardians of the file: weeks may have passed since one of them asked. */
const noticeOf = (
  { household: { file }, planning, waits }: WaitingChild,
  request: Request,
  fate: Fate,
): Omit<Notice, 'expiresAt'> | undefined => {
  const [{ number, groupId, date, unitIds }] = waits
  const about = {
    number,
    child: request.child,
    activityId: planning.activityId,
    groupId,
    days: waits.map((wait) => ({ date: wait.date, unitIds: wait.unitIds })),
  }
  const to = recipientsOf(file.guardians)
  if (to.length === 0) return undefined
  const id = `${String(number)}-${date}-${unitIds[0]}`
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
    case 'in-vain':
      return { familyId, noticeId: `IN_VAIN-${id}`, to, content: { kind: 'wait-over', ...about } }
    case 'declined':
      return undefined
  }
}

/**
 * Writes the one fate of some days for which a child waits: the planning, the request, the entries of
 * waiting lists and the mail, in one transaction.
 *
 * @throws StaleReadError when one of them has changed since it was read.
 */
export const decideWaits = async (
  { table }: Pick<Booking, 'table'>,
  child: WaitingChild,
  fate: Fate,
  at: Date,
): Promise<void> => {
  const { planning, waits } = child
  const [{ number }] = waits
  const submission = await findSubmission(table, planning.familyId, number)
  const request = submission?.requests.find((each) => each.number === number)
  if (submission === undefined || request === undefined) {
    throw new Error('An entry of a waiting list without its request')
  }
  const notice = noticeOf(child, request, fate)
  const offered =
    fate.kind === 'offered' ? waits.map((wait) => entryOf(planning, waitAfter(wait, fate))) : []
  await saveOutcome(table, {
    submissions: [
      {
        ...submission,
        version: submission.version + 1,
        requests: submission.requests.map((each) =>
          each === request
            ? waits.reduce((before, wait) => requestAfter(before, wait, fate), request)
            : each,
        ),
      },
    ],
    plannings: [planningAfter(child, fate, letterAfter(fate, request))],
    more: [
      ...offered.map(waitingWrite),
      ...(notice === undefined ? [] : [noticeWrite(notice, at)]),
    ],
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
  activity: LimitedActivity,
  child: WaitingChild,
  at: Date,
): Promise<void> => {
  const rule = activity.places.waiting
  if (rule.kind !== 'offered') return decideWaits({ table }, child, { kind: 'given' }, at)
  const [{ date }] = child.waits
  const until = new Date(
    Math.min(
      at.getTime() + rule.hours * 3_600_000,
      town.calendars.deadlineOf(activity, 'add', date).getTime(),
    ),
  )
  return decideWaits({ table }, child, { kind: 'offered', until }, at)
}
