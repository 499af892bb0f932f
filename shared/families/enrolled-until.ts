import { laterOf, type IsoDate } from '../kernel/dates.ts'
import type { Item } from '../platform/entity.ts'
import { childEntity, enrolmentEntity } from './store.ts'

/**
 * The last day on which a child is enrolled in anything, among all items of its family, or a later day.
 * Nothing for a child of two households, whose other file may enrol it for longer.
 */
export const enrolledUntil = (
  items: readonly Item[],
  childId: string,
  atLeast: IsoDate,
): IsoDate | undefined => {
  const child = childEntity.pick(items).find((each) => each.childId === childId)
  if (child?.otherHousehold !== undefined) return undefined
  return enrolmentEntity
    .pick(items)
    .filter((enrolment) => enrolment.childId === childId)
    .map(({ until }) => until)
    .reduce(laterOf, atLeast)
}
