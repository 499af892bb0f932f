import type { Write } from '../platform/expressions.ts'
import { familyPartition } from '../platform/keys.ts'
import type { Table } from '../platform/table.ts'
import { withCard } from './card.ts'
import type { WholeFile } from './model.ts'
import {
  authorisationSheetEntity,
  childEntity,
  contactEntity,
  enrolmentCardEntity,
  enrolmentEntity,
  familyEntity,
  guardianEntity,
  meansEntity,
  wholeFileAmong,
} from './store.ts'

const putCards = (table: Table, file: WholeFile): Promise<unknown> =>
  Promise.all(
    file.enrolments.map((enrolment) =>
      table.put(enrolmentCardEntity.toItem(withCard(file, enrolment))),
    ),
  )

/**
 * Opens a family file, all of it or nothing; a family that exists is left as it is.
 *
 * The cards of the children are put before the file, each by itself, as a transaction has no room
 * for both. A crash in between leaves cards without a file, which the same call overwrites. Until
 * then nothing is booked for them: only the list of all who are enrolled in an activity shows them,
 * neither who comes on a day nor a headcount does. Of two calls at once that bring different files
 * of one number, the one that is refused puts the cards of the file that stands.
 *
 * @param more what is written with the file or not at all.
 * @returns whether the file is new.
 */
export const createFamily = async (
  table: Table,
  file: WholeFile,
  more: readonly Write[] = [],
): Promise<boolean> => {
  const { familyId } = file.family
  if ((await table.get(familyEntity.keyOf({ familyId }))) !== undefined) return false

  await putCards(table, file)
  const put = (item: ReturnType<typeof familyEntity.toItem>): Write => ({ kind: 'put', item })
  const { done } = await table.transact([
    { kind: 'put', item: familyEntity.toItem(file.family), when: { kind: 'absent' } },
    ...file.guardians.map((guardian) => put(guardianEntity.toItem(guardian))),
    ...file.children.map((child) => put(childEntity.toItem(child))),
    ...file.contacts.map((contact) => put(contactEntity.toItem(contact))),
    ...file.authorisations.map((sheet) => put(authorisationSheetEntity.toItem(sheet))),
    ...file.enrolments.map((enrolment) => put(enrolmentEntity.toItem(enrolment))),
    ...file.means.map((means) => put(meansEntity.toItem(means))),
    ...more,
  ])
  if (done) return true

  const items = await table.query({ partition: familyPartition(familyId), from: ['FILE'] })
  const standing = wholeFileAmong(items)
  if (standing !== undefined) await putCards(table, standing)
  return false
}
