import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity, Unit } from '../catalogue/model.ts'
import type { Card } from '../families/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { GroupId } from '../platform/schemas.ts'
import { letterOn } from '../reservations/lines.ts'
import type { Register } from '../reservations/load-register.ts'
import { LETTERS } from '../reservations/model.ts'
import type { Entry, Sheet } from './model.ts'
import { childKey, entryOf, type ChildAddress } from './rules.ts'

/** The letters of a child who is to come, or came. */
const COMES: ReadonlySet<string> = new Set([
  LETTERS.accepted,
  LETTERS.late,
  LETTERS.cancelling,
  LETTERS.unbooked,
])

/** The letters of a child who had booked and is not there. */
const AWAY: ReadonlySet<string> = new Set([LETTERS.absent, LETTERS.excused])

/** Whether a child is to be fed and cared for. */
export const comes = (letter: string): boolean => COMES.has(letter)

/** Whether a child who had booked stays away. */
export const isAway = (letter: string): boolean => AWAY.has(letter)

/** A child at a unit on a day. */
export interface UnitOfDay {
  readonly unit: Unit
  readonly letter: string
  readonly entry: Entry | undefined
}

/** A child of a group on a day, with the units that it has or was marked at. */
export interface ChildOfDay extends ChildAddress {
  readonly card: Card | undefined
  readonly groupId: GroupId | undefined
  readonly units: readonly UnitOfDay[]
}

/** A name as it is sorted: without accents and capitals. */
const sortable = (name: string): string =>
  name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()

const byName = (a: ChildOfDay, b: ChildOfDay): number => {
  const [one, other] = [a, b].map(({ card, familyId, childId }) =>
    sortable(`${card?.lastName ?? ''} ${card?.firstName ?? ''} ${childKey({ familyId, childId })}`),
  )
  return (one ?? '') < (other ?? '') ? -1 : 1
}

/**
 * Who is on the list of an activity on a day, by name: the children enrolled that day, those with a
 * letter in their planning without being enrolled, and those whom a register has marked. On a day
 * without the activity nobody is expected, whatever was booked before it was closed.
 *
 * @param sheets the registers of the day by group; without them the plannings alone speak.
 */
export const rollOf = (
  { calendars }: TownCatalogue,
  {
    activity,
    date,
    register,
    sheets = [],
  }: {
    activity: Activity
    date: IsoDate
    register: Register
    sheets?: readonly Pick<Sheet, 'groupId' | 'entries' | 'guests'>[]
  },
): ChildOfDay[] => {
  const isOpen = calendars.stateOf(activity, date) === 'open'
  const plannings = new Map(register.plannings.map((planning) => [childKey(planning), planning]))
  const entries = sheets.flatMap((sheet) => sheet.entries)
  const entriesOf = Map.groupBy(entries, childKey)
  const cards = new Map(
    [...sheets.flatMap(({ guests }) => guests), ...register.enrolments].map((each) => [
      childKey(each),
      each.card,
    ]),
  )
  const groups = new Map<string, GroupId>()
  const children = new Map<string, ChildAddress>()
  for (const child of [...register.plannings, ...entries]) children.set(childKey(child), child)
  for (const enrolment of register.enrolments) {
    if (date < enrolment.from || date > enrolment.until) continue
    children.set(childKey(enrolment), enrolment)
    groups.set(childKey(enrolment), enrolment.groupId)
  }
  // Whoever was marked with another group was with that group.
  for (const { groupId, entries: marked } of sheets) {
    for (const entry of marked) groups.set(childKey(entry), groupId)
  }
  return [...children]
    .map(([key, { familyId, childId }]) => ({
      familyId,
      childId,
      card: cards.get(key),
      groupId: groups.get(key),
      units: activity.units.flatMap((unit) => {
        const letter = isOpen ? letterOn(plannings.get(key), unit.id, date) : LETTERS.nothing
        const entry = entryOf(entriesOf.get(key) ?? [], { familyId, childId, unitId: unit.id })
        const shown = comes(letter) || isAway(letter) || entry !== undefined
        return shown ? [{ unit, letter, entry }] : []
      }),
    }))
    .toSorted(byName)
}
