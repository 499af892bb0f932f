import type { Write } from '../platform/expressions.ts'
import type { Table } from '../platform/table.ts'
import { cardOf } from './card.ts'
import type { FamilyFile, ListedEnrolment } from './model.ts'
import { childEntity, familyEntity, guardianEntity, listedEnrolmentEntity } from './store.ts'

const listed = (file: FamilyFile): ListedEnrolment[] => {
  const cards = new Map(file.children.map((child) => [child.childId, cardOf(file, child)]))
  return file.enrolments.map((enrolment) => {
    const card = cards.get(enrolment.childId)
    if (card === undefined) throw new Error('An enrolment of a child that the file lacks')
    return { ...enrolment, card }
  })
}

/**
 * Opens a family file, all of it or nothing; a family that exists is left as it is. Each enrolment
 * bears the card of its child.
 *
 * @returns whether the file is new.
 */
export const createFamily = async (table: Table, file: FamilyFile): Promise<boolean> => {
  const put = (item: ReturnType<typeof familyEntity.toItem>): Write => ({ kind: 'put', item })
  const outcome = await table.transact([
    { kind: 'put', item: familyEntity.toItem(file.family), when: { kind: 'absent' } },
    ...file.guardians.map((guardian) => put(guardianEntity.toItem(guardian))),
    ...file.children.map((child) => put(childEntity.toItem(child))),
    ...listed(file).map((enrolment) => put(listedEnrolmentEntity.toItem(enrolment))),
  ])
  return outcome.done
}
