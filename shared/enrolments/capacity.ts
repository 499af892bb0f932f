import type { EnrolmentRules } from '../catalogue/enrolment-model.ts'
import type { Activity } from '../catalogue/model.ts'
import { listEnrolled } from '../families/list-enrolled.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { ENROLMENTS } from '../kernel/family-texts.ts'
import type { Write } from '../platform/expressions.ts'
import { SEQUENCES, type Key } from '../platform/keys.ts'
import type { ActivityId, GroupId, SchoolYearId } from '../platform/schemas.ts'
import { counterValue, type Table } from '../platform/table.ts'
import { countChildren } from './child-place-rules.ts'

/** The children of a group in a school year: what its capacity is about. */
export interface Crowd {
  readonly activityId: ActivityId
  readonly groupId: GroupId
  readonly schoolYear: SchoolYearId
}

/** How many children a crowd has, and whether it is counted already. */
interface Count {
  readonly taken: number
  readonly isCounted: boolean
}

const counterOf = ({ activityId, groupId, schoolYear }: Crowd): Key => ({
  partition: SEQUENCES,
  sort: ['ENROLLED', activityId, schoolYear, groupId],
})

/** How many children a group takes in a school year; nothing where all who come are taken. */
export const capacityOf = (
  { enrolment }: { readonly enrolment?: EnrolmentRules | undefined },
  group: GroupId,
): number | undefined => enrolment?.groups.find(({ groupId }) => groupId === group)?.capacity

/**
 * The children of a group as the register has them: for a group whose capacity was never counted
 * yet, since all its children came with the town's file or were moved there.
 */
const countRegister = async (table: Table, crowd: Crowd, today: IsoDate): Promise<number> => {
  const { enrolments } = await listEnrolled(table, crowd.activityId, crowd.schoolYear)
  // Who has ended early is counted until then: the next night's count looks for that.
  return countChildren(enrolments, crowd.groupId, () => false, today)
}

/** How many children a group has by its count; nothing while it is not counted. */
export const findCount = async (table: Table, crowd: Crowd): Promise<number | undefined> => {
  const item = await table.get(counterOf(crowd))
  return item && counterValue(item)
}

/** How many children a group has in a school year: one read, and a Query until it is counted. */
export const countOf = async (table: Table, crowd: Crowd, today: IsoDate): Promise<Count> => {
  const taken = await findCount(table, crowd)
  if (taken !== undefined) return { taken, isCounted: true }
  return { taken: await countRegister(table, crowd, today), isCounted: false }
}

/**
 * The same, counted from now on: for who takes many places, so that a request at the same moment is not
 * missed. One write where it was not counted.
 *
 * @throws StaleReadError when somebody else has begun to count.
 */
export const beginCount = async (table: Table, crowd: Crowd, today: IsoDate): Promise<Count> => {
  const count = await countOf(table, crowd, today)
  if (count.isCounted) return count
  const { done } = await table.transact([countWrite(crowd, count, 0)])
  if (!done) throw new StaleReadError('enrolments')
  return { ...count, isCounted: true }
}

/**
 * Sets the count of a group right.
 *
 * @param from the count as it was read, before the children were.
 * @returns false when somebody has moved it meanwhile: it stays as it is then.
 */
export const correctCount = async (
  table: Table,
  crowd: Crowd,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<boolean> => {
  const count = { taken: from, isCounted: true }
  const { done } = await table.transact([countWrite(crowd, count, to - from)])
  return done
}

/** The write that counts some children more or less, refused when the count has changed. */
const countWrite = (crowd: Crowd, { taken, isCounted }: Count, by: number): Write => ({
  kind: 'move-counter',
  key: counterOf(crowd),
  from: isCounted ? taken : 0,
  to: Math.max(0, taken + by),
})

/**
 * The write that gives back the place of a child that leaves a group, or of some; none where places are
 * not counted, or not yet.
 */
export const releaseWrites = async (
  table: Table,
  activity: Pick<Activity, 'enrolment'>,
  crowd: Crowd,
  children = 1,
): Promise<Write[]> => {
  if (capacityOf(activity, crowd.groupId) === undefined) return []
  const taken = await findCount(table, crowd)
  return taken === undefined ? [] : [countWrite(crowd, { taken, isCounted: true }, -children)]
}

/**
 * The writes that take places in a group, one unless told; none where all who come are taken.
 *
 * @param group its name, for the refusal.
 * @throws PortalError `group-full`.
 */
export const claimWrites = async (
  table: Table,
  activity: Pick<Activity, 'enrolment'>,
  {
    crowd,
    group,
    today,
    children = 1,
  }: {
    readonly crowd: Crowd
    readonly group: string
    readonly today: IsoDate
    readonly children?: number
  },
): Promise<Write[]> => {
  const capacity = capacityOf(activity, crowd.groupId)
  if (capacity === undefined) return []
  const count = await countOf(table, crowd, today)
  if (count.taken + children > capacity) {
    throw new PortalError('group-full', { detail: ENROLMENTS.full(group) })
  }
  return [countWrite(crowd, count, children)]
}
