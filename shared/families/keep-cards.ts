import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { withCard } from './card.ts'
import type { WholeFile, ListedEnrolment } from './model.ts'
import { enrolmentCardEntity } from './store.ts'

/** The cards that a file asks for. A child that is gone leaves none, even before its enrolments. */
const cardsOf = (file: WholeFile): ListedEnrolment[] => {
  const children = new Set(file.children.map(({ childId }) => childId))
  return file.enrolments
    .filter(({ childId }) => children.has(childId))
    .map((enrolment) => enrolmentCardEntity.schema.parse(withCard(file, enrolment)))
}

/**
 * Makes the cards of a family's enrolments what its file says, for the registers: writes those that
 * changed and deletes those whose enrolment is gone, all of them when the file is. One write for each.
 *
 * @param held the cards that there are.
 */
export const keepCards = async (
  table: Table,
  {
    familyId,
    file,
    held,
  }: {
    readonly familyId: FamilyId
    readonly file: WholeFile | undefined
    readonly held: readonly ListedEnrolment[]
  },
): Promise<void> => {
  // Both sides in the order of the schema, so that equal cards are equal text.
  const texts = new Map(held.map((card) => [card.enrolmentId, JSON.stringify(card)]))
  const wanted = file === undefined ? [] : cardsOf(file)
  const enrolments = new Set(wanted.map(({ enrolmentId }) => enrolmentId))
  await Promise.all([
    ...wanted
      .filter((card) => texts.get(card.enrolmentId) !== JSON.stringify(card))
      .map((card) => table.put(enrolmentCardEntity.toItem(card))),
    ...held
      .filter(({ enrolmentId }) => !enrolments.has(enrolmentId))
      .map(({ enrolmentId }) => table.delete(enrolmentCardEntity.keyOf({ familyId, enrolmentId }))),
  ])
}
