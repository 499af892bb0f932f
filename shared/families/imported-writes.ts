import type { Item } from '../platform/entity.ts'
import type { Condition, Write } from '../platform/expressions.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { enrolmentWrites } from './change-enrolment.ts'
import type { EditedValue } from './edit-item.ts'
import { meansWrite } from './means-write.ts'
import type { Brought, Change, FamilyFile, Means, WholeFile } from './model.ts'
import { readSheets } from './read-file.ts'
import { childEntity, familyEntity, guardianEntity, loadFile } from './store.ts'
import { versionOf } from './view-file.ts'

/** A family file as it stands, with its authorisations; nothing if there is none. Two Queries. */
export const findFile = async (
  table: Table,
  familyId: FamilyId,
): Promise<WholeFile | undefined> => {
  const file = await loadFile(table, familyId)
  return file && { ...file, authorisations: await readSheets(table, familyId) }
}

const ABSENT = { kind: 'absent' } as const

/** The write of an item that is new, or under its next version if it is still what was read. */
const editedWrite = <Value extends EditedValue>(
  toItem: (value: Value) => Item,
  held: Value | undefined,
  wanted: Value,
  changed: Change,
): Write => {
  if (held === undefined) return { kind: 'put', item: toItem(wanted), when: ABSENT }
  const version = versionOf(held)
  const item = toItem({ ...wanted, version: version + 1, changed })
  return { kind: 'put', item, when: { kind: 'version', version } }
}

/** Means are noted anew as a whole: the instant tells the ones from the others. */
const asNoted = ({ notedAt }: Means): Condition => ({
  kind: 'equal',
  attribute: 'notedAt',
  value: notedAt,
})

/**
 * The writes of what an import brings of a family file: new items as if they had come with the town's
 * file, changed ones under their next version and with who changed them. The register of an activity gets
 * the cards of its enrolments with them.
 *
 * What has changed since it was read is not overwritten: a changed enrolment only goes with the turn that
 * keeps others from it (`enrolments/bring-enrolments.ts`).
 *
 * @param held the file as it was read; nothing where it is new.
 * @param after the file with what is brought in it.
 */
export const importedWrites = (
  held: FamilyFile | undefined,
  { family, guardians, children, enrolments, means }: Brought,
  after: WholeFile,
  changed: Change,
): Write[] => [
  ...(family === undefined
    ? []
    : [editedWrite(familyEntity.toItem, held?.family, family, changed)]),
  ...guardians.map((guardian) => {
    const before = held?.guardians.find(({ guardianId }) => guardianId === guardian.guardianId)
    return editedWrite(guardianEntity.toItem, before, guardian, changed)
  }),
  ...children.map((child) => {
    const before = held?.children.find(({ childId }) => childId === child.childId)
    return editedWrite(childEntity.toItem, before, child, changed)
  }),
  ...enrolments.flatMap((enrolment) => {
    const { enrolmentId } = enrolment
    const isHeld = held?.enrolments.some((each) => each.enrolmentId === enrolmentId) === true
    return enrolmentWrites(after, [enrolment], isHeld ? undefined : ABSENT)
  }),
  ...means.map((each): Write => {
    const before = held?.means.find(({ from }) => from === each.from)
    return meansWrite(each, before === undefined ? ABSENT : asNoted(before))
  }),
]
