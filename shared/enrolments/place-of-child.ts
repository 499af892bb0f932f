import type { Enrolment, FamilyFile } from '../families/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { forEachAtOnce } from '../platform/at-once.ts'
import type { Table } from '../platform/table.ts'
import { sharersOf } from './child-place-rules.ts'
import { findEnd } from './store.ts'

/** So many reads at a time. */
const AT_ONCE = 25

/** Which of some enrolments were ended early, and have given their places back then. One read for each. */
export const endedAmong = async <Address extends Pick<Enrolment, 'familyId' | 'enrolmentId'>>(
  table: Table,
  enrolments: readonly Address[],
): Promise<Address[]> => {
  const ended = await forEachAtOnce(enrolments, AT_ONCE, async (each) =>
    (await findEnd(table, each)) === undefined ? [] : [each],
  )
  return ended.flat()
}

/**
 * Whether a child has its place in a group by another enrolment than the one that takes or leaves it. One
 * read for each that it might be: none for most.
 */
export const hasPlaceBeside = async (
  table: Table,
  file: Pick<FamilyFile, 'enrolments'>,
  enrolment: Enrolment,
  today: IsoDate,
): Promise<boolean> => {
  const sharers = sharersOf(file, enrolment, today)
  return (await endedAmong(table, sharers)).length < sharers.length
}
