import type { ChildId, FamilyId, UnitId } from '../platform/schemas.ts'
import { LETTERS } from '../reservations/model.ts'
import { isOnWaitingList } from '../reservations/rules.ts'
import type { Entry, Mark, Presence } from './model.ts'

/** Whom a mark is about. */
export interface ChildAddress {
  readonly familyId: FamilyId
  readonly childId: ChildId
}

/** A child among all of the town: its id alone is its family's. */
export const childKey = ({ familyId, childId }: ChildAddress): string => `${familyId}/${childId}`

/** A mark of one unit. */
export type UnitMark = Omit<Mark, 'unitIds'> & { readonly unitId: UnitId }

const entryKey = (mark: ChildAddress & { readonly unitId: UnitId }): string =>
  `${childKey(mark)}/${mark.unitId}`

/**
 * Where a mark stands in time. Two devices may note in the same instant: then the ids decide, and
 * last the content, so that all who have seen the same marks agree.
 */
const orderOf = (mark: Omit<UnitMark, keyof ChildAddress | 'unitId'>): string =>
  [
    new Date(mark.markedAt).toISOString(),
    mark.markId,
    mark.state,
    mark.arrivedAt ?? '-',
    mark.leftAt ?? '-',
  ].join(' ')

/**
 * The marks that are newer than what a sheet holds, one for each child and unit: the last by the
 * time of marking stands, whenever it arrives, and a mark that comes again changes nothing. A unit
 * has a mark of its own, since a child may be there in the morning and not in the evening.
 */
export const newerMarks = (entries: readonly Entry[], marks: readonly Mark[]): UnitMark[] => {
  const standing = new Map(entries.map((entry) => [entryKey(entry), orderOf(entry)]))
  const newer = new Map<string, UnitMark>()
  for (const { unitIds, ...mark } of marks) {
    for (const unitId of unitIds) {
      const unitMark = { ...mark, unitId }
      const key = entryKey(unitMark)
      const order = orderOf(unitMark)
      if (order <= (standing.get(key) ?? '')) continue
      standing.set(key, order)
      newer.set(key, unitMark)
    }
  }
  return [...newer.values()]
}

/** The entries of a sheet with some of them replaced or added, in the order of their keys. */
export const withEntries = (entries: readonly Entry[], changed: readonly Entry[]): Entry[] => {
  const byKey = new Map([...entries, ...changed].map((entry) => [entryKey(entry), entry]))
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
}

/** The entry of a child at a unit. */
export const entryOf = (
  entries: readonly Entry[],
  address: ChildAddress & { readonly unitId: UnitId },
): Entry | undefined => entries.find((entry) => entryKey(entry) === entryKey(address))

/** An entry as it is shown: what the planning said before is nobody's business. */
export const viewMark = ({
  state,
  arrivedAt,
  leftAt,
  markedAt,
  markId,
}: Entry): Omit<UnitMark, keyof ChildAddress | 'unitId'> => ({
  state,
  arrivedAt,
  leftAt,
  markedAt,
  markId,
})

const minutesOfDay = (hour: string): number => {
  const [hours = 0, minutes = 0] = hour.split(':').map(Number)
  return hours * 60 + minutes
}

/**
 * How many minutes a child was there, by the clocks of Paris; nothing for one who was not, or of whom
 * arrival or departure was not noted.
 */
export const minutesThere = ({
  state,
  arrivedAt,
  leftAt,
}: Pick<Mark, 'state' | 'arrivedAt' | 'leftAt'>): number | undefined =>
  state === 'present' && arrivedAt !== undefined && leftAt !== undefined
    ? minutesOfDay(leftAt) - minutesOfDay(arrivedAt)
    : undefined

const BOOKED: ReadonlySet<string> = new Set([
  LETTERS.accepted,
  LETTERS.late,
  LETTERS.cancelling,
  LETTERS.absent,
  LETTERS.excused,
])

const afterPresence = (letter: string): string => {
  if (letter === LETTERS.late) return letter
  return BOOKED.has(letter) ? LETTERS.accepted : LETTERS.unbooked
}

/**
 * What the planning says of a day once a child was there or not [guide 50]: presence without a
 * booking is owed, so is absence from one unless it is excused. A day added late stays one that was
 * added late: it is owed at the late price, whether the child came or not. What a certificate has
 * excused stays so when the child was absent.
 */
export const letterAfter = (letter: string, state: Presence): string => {
  if (state === 'present') return afterPresence(letter)
  if (letter === LETTERS.unbooked) return LETTERS.nothing
  if (!BOOKED.has(letter)) return letter
  if (state === 'excused' || letter === LETTERS.excused) return LETTERS.excused
  return letter === LETTERS.late ? letter : LETTERS.absent
}

/**
 * What a newer mark makes of a day. A correction goes back to what was booked before the first mark,
 * unless somebody else has changed the planning since: then it starts from there. A place on a
 * waiting list, or one that is offered, is given up by a presence and does not come back.
 *
 * @param letter what the planning says now.
 * @param earlier the mark that stood until now.
 */
export const settleMark = (
  letter: string,
  earlier: Pick<Entry, 'booked' | 'state'> | undefined,
  state: Presence,
): { booked: string; letter: string } => {
  const ours = earlier !== undefined && letter === letterAfter(earlier.booked, earlier.state)
  const before = ours ? earlier.booked : letter
  return {
    booked: isOnWaitingList(before) ? LETTERS.nothing : before,
    letter: letterAfter(before, state),
  }
}
