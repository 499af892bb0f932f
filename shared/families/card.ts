import type { ChildId, FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Card, Child, Enrolment, FamilyFile, ListedEnrolment } from './model.ts'
import { loadFile } from './store.ts'

/** The card of a child: what the registers show of it. */
export const cardOf = ({ guardians }: Pick<FamilyFile, 'guardians'>, child: Child): Card => ({
  firstName: child.firstName,
  lastName: child.lastName,
  birthDate: child.birthDate,
  diets: child.diets ?? [],
  allergy: child.allergy ?? false,
  leavesAlone: child.leavesAlone ?? false,
  guardians: guardians.map(({ title, firstName, lastName, phone }) => ({
    name: `${title} ${firstName} ${lastName}`,
    ...(phone === undefined ? {} : { phone }),
  })),
  contacts: child.contacts ?? [],
})

/** An enrolment of a family file with the card of its child, as the registers list it. */
export const withCard = (file: FamilyFile, enrolment: Enrolment): ListedEnrolment => {
  const child = file.children.find(({ childId }) => childId === enrolment.childId)
  if (child === undefined) throw new Error('An enrolment of a child that the file lacks')
  return { ...enrolment, card: cardOf(file, child) }
}

/** The card of a child who is not in a register; nothing when the town knows no such child. */
export const readCard = async (
  table: Table,
  { familyId, childId }: { readonly familyId: FamilyId; readonly childId: ChildId },
): Promise<Card | undefined> => {
  const file = await loadFile(table, familyId)
  const child = file?.children.find((each) => each.childId === childId)
  return file && child && cardOf(file, child)
}
