import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { FamilyFile } from '../families/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { mondaysBetween } from '../places/rules.ts'
import type { ActivityId, GroupId } from '../platform/schemas.ts'
import { limitedActivityOf } from './claims.ts'
import type { Intent, Receipt } from './model.ts'
import { yearInForce } from './plan-household.ts'
import { periodOf } from './wishes.ts'

/** A group with counted places, and the weeks of it that wishes are about, in order. */
export interface GroupWeeks {
  readonly activityId: ActivityId
  readonly groupId: GroupId
  readonly mondays: readonly IsoDate[]
}

/** The groups with counted places that wishes are about. */
export const groupsOf = (
  town: TownCatalogue,
  { enrolments }: Pick<FamilyFile, 'enrolments'>,
  { wishes, at }: Pick<Intent, 'wishes' | 'at'>,
): GroupWeeks[] => {
  const year = yearInForce(town, new Date(at), wishes)
  const groups = new Map<string, GroupWeeks>()
  for (const wish of wishes) {
    const enrolment = enrolments.find(({ enrolmentId }) => enrolmentId === wish.enrolmentId)
    if (enrolment === undefined || limitedActivityOf(town, enrolment) === undefined) continue
    const { activityId, groupId } = enrolment
    const period = periodOf(wish, year)
    const key = `${activityId} ${groupId}`
    const known = groups.get(key)?.mondays ?? []
    const mondays = [...new Set([...known, ...mondaysBetween(period.from, period.to)])].toSorted()
    groups.set(key, { activityId, groupId, mondays })
  }
  return [...groups.values()]
}

/**
 * The weeks in which what a receipt stands for may have claimed places. While it is open nobody
 * gives back what children hold in them; when it closes, the stream looks through all of them.
 */
export const weeksOfReceipt = (
  town: TownCatalogue,
  file: Pick<FamilyFile, 'enrolments'>,
  { intent, excess = [] }: Pick<Receipt, 'intent' | 'excess'>,
): NonNullable<Receipt['excess']> =>
  intent === undefined
    ? excess
    : groupsOf(town, file, intent).flatMap(({ activityId, groupId, mondays }) => {
        const children = file.enrolments
          .filter((each) => each.activityId === activityId && each.groupId === groupId)
          .map(({ childId }) => childId)
        return [...new Set(children)].flatMap((childId) =>
          mondays.map((monday) => ({ childId, activityId, groupId, monday })),
        )
      })
