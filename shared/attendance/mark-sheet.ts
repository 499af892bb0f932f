import type * as z from 'zod'
import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity } from '../catalogue/model.ts'
import { readCard } from '../families/card.ts'
import { PortalError, type Fault } from '../kernel/errors.ts'
import { DETAILS } from '../kernel/texts.ts'
import type { Write } from '../platform/expressions.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { letterOn } from '../reservations/lines.ts'
import { loadRegister, type Register } from '../reservations/load-register.ts'
import { loadPlanning, minutesOn, writesOfDays, type MarkedDay } from '../reservations/mark-days.ts'
import type { Planning } from '../reservations/model.ts'
import { checkDay, checkMarks, checkSize } from './check-marks.ts'
import { openActivity, type OpenActivity } from './find-activity.ts'
import type { Entry, Mark, Sheet, SheetAddress } from './model.ts'
import type { markSheetRoute } from './routes.ts'
import {
  childKey,
  entryOf,
  minutesThere,
  newerMarks,
  settleMark,
  viewMark,
  withEntries,
  type UnitMark,
} from './rules.ts'
import { findSheet, saveSheet } from './store.ts'

/** The most children whose plannings change at once: a transaction has room for no more writes. */
const MOST_CHANGED = 40

/**
 * The cards of the marked children who are in no list of the activity, with those known before. Staff
 * of a site bring nobody in: they would read the card of any child by marking it.
 */
const guestsOf = async (
  table: Table,
  { enrolments }: Register,
  {
    known,
    marks,
    by: { activity, isLimited },
  }: { known: Sheet['guests']; marks: readonly Mark[]; by: OpenActivity },
): Promise<Sheet['guests']> => {
  const theirs = isLimited
    ? enrolments.filter(({ groupId }) => activity.groups.some(({ id }) => id === groupId))
    : enrolments
  const listed = new Set([...theirs, ...known].map(childKey))
  const guests = [...known]
  const faults: Fault[] = []
  for (const [index, { familyId, childId }] of marks.entries()) {
    const key = childKey({ familyId, childId })
    if (listed.has(key)) continue
    const card = isLimited ? undefined : await readCard(table, { familyId, childId })
    if (card === undefined) {
      const pointer = `/body/marks/${String(index)}/childId`
      faults.push({ pointer, detail: DETAILS.unknownChild })
      continue
    }
    listed.add(key)
    guests.push({ familyId, childId, card })
  }
  if (faults.length > 0) throw new PortalError('invalid-request', { faults: faults.slice(0, 20) })
  return guests
}

/** Where marks are noted. */
interface Noting {
  readonly activity: Activity
  readonly date: SheetAddress['date']
  /** Those of the sheet as it was read. */
  readonly entries: readonly Entry[]
}

/** What newer marks of one child come to: entries of the sheet, days of the planning. */
const settleChild = (
  planning: Planning | undefined,
  marks: readonly UnitMark[],
  { activity, date, entries }: Noting,
): { entry: Entry; day: MarkedDay; isChange: boolean }[] =>
  marks.map((mark) => {
    const { unitId } = mark
    const before = letterOn(planning, unitId, date)
    const { booked, letter } = settleMark(before, entryOf(entries, mark), mark.state)
    const isByTime = activity.units.some(({ id, byTime }) => id === unitId && byTime === true)
    const minutes = isByTime ? minutesThere(mark) : undefined
    const isChange = before !== letter || minutesOn(planning, unitId, date) !== minutes
    return { entry: { ...mark, booked }, day: { unitId, date, letter, minutes }, isChange }
  })

/**
 * The marks of a child who changes its planning, from the planning as it is now: the index may not
 * know it yet.
 */
const noteChange = async (
  table: Table,
  [first, ...others]: readonly [UnitMark, ...UnitMark[]],
  noting: Noting,
): Promise<{ entries: Entry[]; writes: Write[] }> => {
  const { familyId, childId } = first
  const { activity, date } = noting
  const of = { familyId, childId, activityId: activity.id, schoolYear: schoolYearOf(date) }
  const planning = await loadPlanning(table, of)
  const settled = settleChild(planning, [first, ...others], noting)
  return {
    entries: settled.map(({ entry }) => entry),
    writes: writesOfDays(
      of,
      planning,
      settled.map(({ day }) => day),
    ),
  }
}

/**
 * Notes marks up to the first forty children whose plannings change, in one write or transaction.
 *
 * @returns the sheet as it is then, and the marks that are left.
 */
const noteMarks = async (
  table: Table,
  address: SheetAddress,
  { by, marks }: { by: OpenActivity; marks: readonly Mark[] },
): Promise<{ entries: readonly Entry[]; left: readonly Mark[] }> => {
  const { date } = address
  const { activity } = by
  const [held, register] = await Promise.all([
    findSheet(table, address),
    loadRegister(table, activity.id, schoolYearOf(date)),
  ])
  const { entries } = held
  const plannings = new Map(register.plannings.map((planning) => [childKey(planning), planning]))
  const byChild = Map.groupBy(newerMarks(entries, marks), childKey)
  if (byChild.size === 0) return { entries, left: [] }

  const guests = await guestsOf(table, register, { known: held.guests, marks, by })
  const noting = { activity, date, entries }
  const settled: Entry[] = []
  const changing: [UnitMark, ...UnitMark[]][] = []
  for (const [key, [first, ...others]] of byChild) {
    if (first === undefined) continue
    const own = settleChild(plannings.get(key), [first, ...others], noting)
    if (own.some(({ isChange }) => isChange)) changing.push([first, ...others])
    else settled.push(...own.map(({ entry }) => entry))
  }
  const noted = await Promise.all(
    changing.slice(0, MOST_CHANGED).map((own) => noteChange(table, own, noting)),
  )
  const sheet: Sheet = {
    ...address,
    version: held.version + 1,
    entries: withEntries(entries, [...settled, ...noted.flatMap((each) => each.entries)]),
    guests,
  }
  checkSize(sheet)
  await saveSheet(
    table,
    sheet,
    noted.flatMap(({ writes }) => writes),
  )
  const late = new Set(changing.slice(MOST_CHANGED).map(([first]) => childKey(first)))
  return { entries: sheet.entries, left: marks.filter((mark) => late.has(childKey(mark))) }
}

/**
 * Takes the marks of a group's register, a whole sheet or some of it, whenever they arrive: the same
 * marks again, or older ones, change nothing. Sheet and plannings change in one transaction, so that
 * no crash lies between them: an absence becomes owed, a presence without a booking becomes owed
 * [guide 50], a correction gives back what was booked; of a unit billed by time the minutes between
 * arrival and departure stand in the planning. A month that is invoiced changes as any other: the
 * next invoice corrects it. Of more than forty children whose plannings
 * change, the others follow in transactions of their own; the same call finishes what a crash left.
 *
 * Whose planning changes is judged by the index, so that a canteen costs no read for each child who
 * came as booked. The index follows the plannings by some tenths of a second: of a child whose booking
 * changed in just that time the mark may be noted and the planning left as it is, a presence without
 * a booking not being owed then. The sheet shows it, and the next mark of the child settles it.
 *
 * @throws PortalError `not-found`, `period-out-of-range`, `invalid-request` naming each field,
 * `concurrent-change`.
 */
export const markSheet = async (
  deps: { table: Table; town: TownCatalogue },
  {
    parameters,
    body,
    actor,
    now,
  }: Pick<Call<typeof markSheetRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<z.input<(typeof markSheetRoute)['reply']>> => {
  const { table, town } = deps
  const { activityId, groupId, date } = parameters
  const by = await openActivity(deps, actor, parameters)
  const { activity } = by
  checkDay(town, { activity, date, now })
  checkMarks(activity, body.marks, now)

  let left: readonly Mark[] = body.marks
  let entries: readonly Entry[] = []
  do {
    const marks = left
    ;({ entries, left } = await again(() => noteMarks(table, parameters, { by, marks })))
  } while (left.length > 0)
  return {
    activityId,
    groupId,
    date,
    marks: entries.map((entry) => ({
      familyId: entry.familyId,
      childId: entry.childId,
      unitId: entry.unitId,
      ...viewMark(entry),
    })),
  }
}
