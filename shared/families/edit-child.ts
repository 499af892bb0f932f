import { PortalError } from '../kernel/errors.ts'
import { FILE_FAULTS } from '../kernel/file-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import { again } from '../platform/retry.ts'
import { childIdSchema, type CategoryId, type ChildId } from '../platform/schemas.ts'
import { categoryOf } from '../tariffs/commune.ts'
import type { EditCall } from './edit-family.ts'
import { idOf } from './edit-guardian.ts'
import { addItem, editChecked, refuseFaults, type EditOutcome, type Editing } from './edit-item.ts'
import { openForEdit, writerOf, type Editor } from './editor.ts'
import { childInputSchema, type ChildInput } from './file-inputs.ts'
import { faultsOfChild, faultsOfFields, MOST, rewritten } from './file-rules.ts'
import { sameChild } from './merge-rules.ts'
import { childSchema, type Child } from './model.ts'
import { childOf } from './rights-rules.ts'
import { childEntity } from './store.ts'
import { aboutPerson } from './view-file.ts'

/** What somebody writes of a child; the category is for staff. */
export type WrittenChild = ChildInput & { readonly category?: CategoryId | undefined }

const FIELDS = Object.keys(childInputSchema.shape)

const refuseFaulty = (
  { town }: Editing,
  written: WrittenChild,
  { editor, now }: { readonly editor: Editor; readonly now: Date },
): void => {
  const { catalogue } = town
  refuseFaults([
    ...faultsOfFields('child', catalogue.town.files, written, writerOf(editor)),
    ...faultsOfChild(written, catalogue, parisDate(now)),
  ])
}

/**
 * Writes what a child is to be [guide 15]; the category of the price lists stays unless staff name
 * one. One Query and one write, and two more writes where the town checks some of it first.
 *
 * @throws PortalError `not-found`, also for a child over whom the guardian has no authority any more;
 * `file-inactive`, `changed-meanwhile`, `concurrent-change`, `invalid-request`.
 */
export const editChild = (
  editing: Editing,
  childId: ChildId,
  { editor, seen, written, attachmentIds = [], now }: EditCall<WrittenChild>,
): Promise<EditOutcome<Child>> =>
  again(async () => {
    const { file, guardian } = await openForEdit(editing.table, editor)
    const held =
      guardian === undefined
        ? file.children.find((each) => each.childId === childId)
        : childOf(file, guardian.guardianId, { childId, today: parisDate(now) })
    if (held === undefined) throw new PortalError('not-found')
    refuseFaulty(editing, written, { editor, now })
    const { category = held.category, ...fields } = written
    return editChecked(
      editing,
      {
        entity: childEntity,
        held,
        wanted: rewritten(childSchema, held, FIELDS, { ...fields, category }),
        seen,
        editor,
        now,
      },
      { section: 'child', id: childId, about: aboutPerson(held), file, guardian, attachmentIds },
    )
  })

/**
 * Puts a child into a file. Its category is that of the commune where the family lives, unless staff
 * name another. A guardian adds no child that the file has, also one over whom they have no authority
 * any more: a copy would give them back what a judgment took. One Query and one write.
 *
 * @param key the key of the call: the same again adds no second child.
 * @throws PortalError `not-found`, `file-inactive`, `file-full`, `idempotency-key-reused`,
 * `concurrent-change`, `invalid-request`.
 */
export const addChild = (
  editing: Editing,
  { editor, key, written, now }: Omit<EditCall<WrittenChild>, 'seen'> & { readonly key: string },
): Promise<EditOutcome<Child>> =>
  again(async () => {
    const { file, guardian } = await openForEdit(editing.table, editor)
    refuseFaulty(editing, written, { editor, now })
    const childId = childIdSchema.parse(idOf('child', editor, key))
    const others = file.children.filter((each) => each.childId !== childId)
    if (guardian !== undefined && others.some((each) => sameChild(each, written))) {
      refuseFaults([{ pointer: '/body/firstName', detail: FILE_FAULTS.childTwice }])
    }
    const { catalogue } = editing.town
    const local = categoryOf(catalogue, file.family.address.town) ?? catalogue.categories[0]
    const wanted = childSchema.parse({
      familyId: editor.familyId,
      childId,
      category: local?.id,
      ...written,
    })
    const item = await addItem(editing.table, {
      entity: childEntity,
      held: file.children.find((each) => each.childId === childId),
      wanted,
      others,
      most: MOST.children,
      editor,
      now,
    })
    return { item }
  })
