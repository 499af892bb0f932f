import type { Enrolment, FamilyFile } from '../families/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { Table } from '../platform/table.ts'
import { sharersOf } from './child-places.ts'
import { findEnd } from './store.ts'

/** Whether an enrolment was ended early, and has given its place back then. One read. */
export const hasEndedEarly = async (table: Table, enrolment: Enrolment): Promise<boolean> =>
  (await findEnd(table, enrolment)) !== undefined

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
  const ended = await Promise.all(
    sharersOf(file, enrolment, today).map((each) => hasEndedEarly(table, each)),
  )
  return ended.includes(false)
}
