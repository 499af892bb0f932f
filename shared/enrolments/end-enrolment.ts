import type * as z from 'zod'
import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { describeGroup } from '../catalogue/look-up.ts'
import { endedWrites } from '../families/change-enrolment.ts'
import { labelEnrolment } from '../families/label-enrolment.ts'
import type { Enrolment } from '../families/model.ts'
import { readFile, readSheets } from '../families/read-file.ts'
import { mayParent } from '../families/rights-rules.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { ENROLMENTS } from '../kernel/family-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Write } from '../platform/expressions.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { daysHeldAfter, planningTouch } from '../reservations/end-days.ts'
import { hasMoved } from '../reservations/begun-rules.ts'
import { loadHousehold, type Household } from '../reservations/load-household.ts'
import { releaseWrites } from './capacity.ts'
import { endNotice } from './notice.ts'
import { hasPlaceBeside } from './place-of-child.ts'
import type { endEnrolmentRoute } from './routes.ts'
import { endWrite, findEnd, takeTurn } from './store.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}
type Asked = Pick<Call<typeof endEnrolmentRoute>, 'parameters' | 'body' | 'actor' | 'now'>

/** How many booked days a refusal names. */
const DAYS_NAMED = 10

/** What is left of an enrolment: nothing where it is cancelled before it begins. */
const leftOf = (held: Enrolment, lastDay: Enrolment['until']): Enrolment | undefined =>
  lastDay < held.from ? undefined : { ...held, until: lastDay }

const checkEnd = (household: Household, held: Enrolment, lastDay: Enrolment['until']): void => {
  if (lastDay >= held.until) {
    const faults = [{ pointer: '/body/lastDay', detail: ENROLMENTS.lastDay }]
    throw new PortalError('period-out-of-range', { faults })
  }
  const days = daysHeldAfter(household, held, lastDay)
  if (days.length === 0) return
  const more = Math.max(0, days.length - DAYS_NAMED)
  throw new PortalError('days-booked', {
    detail: ENROLMENTS.booked(days.slice(0, DAYS_NAMED), more),
  })
}

/**
 * The enrolment that is to end, and the file that it is in, read under its turn; nothing if it is not
 * there.
 */
const loadHeld = async (
  { table }: Deps,
  { familyId, enrolmentId }: Asked['parameters'],
): Promise<{ household: Household; held: Enrolment; turn: Write } | undefined> => {
  const { file } = await readFile(table, familyId)
  const known = file.enrolments.find((each) => each.enrolmentId === enrolmentId)
  if (known === undefined) return undefined
  const turn = await takeTurn(table, known)
  const household = await loadHousehold(table, familyId, schoolYearOf(known.from))
  const held = household.file.enrolments.find((each) => each.enrolmentId === enrolmentId)
  if (held === undefined) throw new StaleReadError('enrolments')
  return { household, held, turn }
}

/** The write that tells the guardians of the child, if there are any. */
const noticeWrites = (
  { file }: Household,
  held: Enrolment,
  { ended, reason, now }: { ended: Enrolment | undefined; reason: string; now: Date },
): Write[] => {
  const child = file.children.find(({ childId }) => childId === held.childId)
  if (child === undefined) return []
  const guardians = file.guardians.filter(({ guardianId }) =>
    mayParent(child, guardianId, parisDate(now)),
  )
  if (guardians.length === 0) return []
  const about = { guardians, child: child.firstName, until: ended?.until, reason, now }
  return [endNotice(held, about)]
}

/** @returns what is left; nothing where it is cancelled. */
const end = async (deps: Deps, asked: Asked): Promise<Enrolment | undefined> => {
  const { table, town } = deps
  const { parameters, body, actor, now } = asked
  const loaded = await loadHeld(deps, parameters)
  // After the turn: of two ends at once, the later one knows of the earlier one.
  const earlier = await findEnd(table, parameters)
  if (earlier?.lastDay === body.lastDay && earlier.reason === body.reason) {
    return leftOf(earlier.before, body.lastDay)
  }
  if (loaded === undefined) throw new PortalError('unknown-enrolment')
  const { household, held, turn } = loaded
  checkEnd(household, held, body.lastDay)
  const left = leftOf(held, body.lastDay)
  const change = { at: now.toISOString(), by: actor.account, reason: body.reason }
  const crowd = { ...held, schoolYear: schoolYearOf(held.from) }
  const described = describeGroup(town.catalogue, held)
  const today = parisDate(now)
  // An earlier end or a change of group has given the place back; what is over holds none. One by which
  // the child still comes keeps it.
  const isHeld =
    earlier === undefined &&
    held.until >= today &&
    !hasMoved(household.file, held) &&
    !(await hasPlaceBeside(table, household.file, held, today))
  const released =
    described !== undefined && isHeld ? await releaseWrites(table, described.activity, crowd) : []
  const authorisations = await readSheets(table, held.familyId)
  const { done } = await table.transact([
    turn,
    ...endedWrites(
      { ...household.file, authorisations },
      held,
      left && { ...left, changed: change },
    ),
    endWrite({ ...parameters, ...body, at: change.at, by: change.by, before: held }),
    ...planningTouch(household, held),
    ...released,
    ...noticeWrites(household, held, { ended: left, reason: body.reason, now }),
  ])
  if (!done) throw new StaleReadError('enrolments')
  return left
}

/**
 * Ends an enrolment early, or cancels it before it begins, with a reason that its guardians are told.
 * Its place in the group is free for another child at once, and once only, however often its last day is
 * corrected; unless the child comes by another enrolment too. Refused while days after the last one are
 * booked, asked for, waited for or marked: staff cancel them first, under the rules that bill them.
 *
 * @throws PortalError `not-found`, `unknown-enrolment`, `period-out-of-range`, `days-booked` naming the
 * days, `concurrent-change`.
 */
export const endEnrolment = async (
  deps: Deps,
  asked: Asked,
): Promise<z.input<(typeof endEnrolmentRoute)['reply']>> => {
  const ended = await again(() => end(deps, asked))
  const { enrolmentId } = asked.parameters
  const described = ended && describeGroup(deps.town.catalogue, ended)
  return {
    enrolmentId,
    ...(ended === undefined || described === undefined
      ? {}
      : { enrolment: labelEnrolment(ended, described) }),
  }
}
