import type { ChildId, EnrolmentId, FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type {
  Authorisation,
  AuthorisationSheet,
  Card,
  Child,
  Enrolment,
  FamilyFile,
  ListedEnrolment,
  WholeFile,
} from './model.ts'
import { mayParent } from './rights-rules.ts'
import { loadFile } from './store.ts'

/** Whether a sheet allows something in an enrolment: what nobody has decided is forbidden. */
const isAllowed = (
  sheet: AuthorisationSheet | undefined,
  enrolmentId: EnrolmentId,
  asked: Authorisation['about'],
): boolean =>
  sheet?.authorisations.some(
    ({ about, allowed, enrolmentId: of }) =>
      allowed &&
      of === enrolmentId &&
      (asked.kind === 'collect'
        ? about.kind === 'collect' && about.contactId === asked.contactId
        : about.kind === asked.kind),
  ) ?? false

/**
 * The card of a child: what the registers show of it, with what is allowed: nothing unless told. A
 * guardian without authority over the child is neither called nor given it: not from the day on which
 * staff write so, even where that counts only later, since no card is written anew by the calendar.
 */
const cardOf = (
  { guardians, contacts }: FamilyFile,
  child: Child,
  allows: (about: Authorisation['about']) => boolean = () => false,
): Card => ({
  firstName: child.firstName,
  lastName: child.lastName,
  birthDate: child.birthDate,
  diets: child.diets ?? [],
  allergy: child.allergy ?? false,
  leavesAlone: allows({ kind: 'leave-alone' }),
  guardians: guardians
    .filter(({ guardianId }) => mayParent(child, guardianId))
    .map(({ title, firstName, lastName, phone }) => ({
      name: `${title} ${firstName} ${lastName}`,
      ...(phone === undefined ? {} : { phone }),
    })),
  contacts: contacts.map(({ contactId, name, relation, phone }) => ({
    name,
    relation,
    phone,
    mayCollect: allows({ kind: 'collect', contactId }),
  })),
})

/** An enrolment of a family file with the card of its child, as the registers list it. */
export const withCard = (file: WholeFile, enrolment: Enrolment): ListedEnrolment => {
  const child = file.children.find(({ childId }) => childId === enrolment.childId)
  if (child === undefined) throw new Error('An enrolment of a child that the file lacks')
  const sheet = file.authorisations.find(({ childId }) => childId === child.childId)
  const allows = (asked: Authorisation['about']): boolean =>
    isAllowed(sheet, enrolment.enrolmentId, asked)
  return { ...enrolment, card: cardOf(file, child, allows) }
}

/** The card of a child who is in no register, and thus allowed nothing; nothing of an unknown child. */
export const readCard = async (
  table: Table,
  { familyId, childId }: { readonly familyId: FamilyId; readonly childId: ChildId },
): Promise<Card | undefined> => {
  const file = await loadFile(table, familyId)
  const child = file?.children.find((each) => each.childId === childId)
  return file && child && cardOf(file, child)
}
