import { isSameEmail } from '../kernel/email.ts'
import { PortalError } from '../kernel/errors.ts'
import { FILE_FAULTS } from '../kernel/file-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import { hashOf } from '../platform/hash.ts'
import { again } from '../platform/retry.ts'
import { guardianIdSchema, type GuardianId } from '../platform/schemas.ts'
import type { EditCall } from './edit-family.ts'
import { addItem, editChecked, refuseFaults, type EditOutcome, type Editing } from './edit-item.ts'
import { openForEdit, writerOf, type Editor } from './editor.ts'
import { guardianInputSchema, type GuardianInput } from './file-inputs.ts'
import { faultsOfFields, faultsOfGuardian, MOST, rewritten } from './file-rules.ts'
import { guardianSchema, type Family, type Guardian } from './model.ts'
import { guardianEntity } from './store.ts'
import { aboutPerson } from './view-file.ts'

const FIELDS = Object.keys(guardianInputSchema.shape)

const refuseFaulty = (
  { town }: Editing,
  written: GuardianInput,
  { editor, now }: { readonly editor: Editor; readonly now: Date },
): void => {
  refuseFaults([
    ...faultsOfFields('guardian', town.catalogue.town.files, written, writerOf(editor)),
    ...faultsOfGuardian(written, parisDate(now)),
  ])
}

/** The id of what a call adds to a file: the same call makes the same. */
export const idOf = (kind: string, { familyId }: Editor, key: string): string =>
  hashOf([kind, familyId, key]).slice(0, 16)

/** A guardian, and the family whose address may be theirs. */
export type GuardianOutcome = EditOutcome<Guardian> & { readonly family: Family }

/**
 * Writes what a guardian is to be [guide 14]: parents write of themselves alone. One Query and one
 * write, and two more writes where the town checks some of it first.
 *
 * @throws PortalError `not-found`, also for another guardian of the same family; `file-inactive`,
 * `changed-meanwhile`, `concurrent-change`, `invalid-request`.
 */
export const editGuardian = (
  editing: Editing,
  guardianId: GuardianId,
  { editor, seen, written, attachmentIds = [], now }: EditCall<GuardianInput>,
): Promise<GuardianOutcome> =>
  again(async () => {
    const { file, guardian } = await openForEdit(editing.table, editor)
    const held = file.guardians.find((each) => each.guardianId === guardianId)
    const isOneself = guardian === undefined || guardian.guardianId === guardianId
    if (held === undefined || !isOneself) throw new PortalError('not-found')
    refuseFaulty(editing, written, { editor, now })
    const outcome = await editChecked(
      editing,
      {
        entity: guardianEntity,
        held,
        wanted: rewritten(guardianSchema, held, FIELDS, written),
        seen,
        editor,
        now,
      },
      {
        section: 'guardian',
        id: guardianId,
        about: aboutPerson(held),
        file,
        guardian,
        attachmentIds,
      },
    )
    return { ...outcome, family: file.family }
  })

/**
 * Puts a guardian into a file; an account is given apart. One Query and one write.
 *
 * @param key the key of the call: the same again adds nobody.
 * @throws PortalError `not-found`, `file-full`, `idempotency-key-reused`, `concurrent-change`;
 * `invalid-request`, also for an e-mail address that is another guardian's of the file.
 */
export const addGuardian = (
  editing: Editing,
  {
    editor,
    key,
    written: { email, ...written },
    now,
  }: Omit<EditCall<GuardianInput & { readonly email: string }>, 'seen'> & { readonly key: string },
): Promise<GuardianOutcome> =>
  again(async () => {
    const { file } = await openForEdit(editing.table, editor)
    refuseFaulty(editing, written, { editor, now })
    const guardianId = guardianIdSchema.parse(idOf('guardian', editor, key))
    const others = file.guardians.filter((each) => each.guardianId !== guardianId)
    if (others.some((other) => isSameEmail(other.email, email))) {
      refuseFaults([{ pointer: '/body/email', detail: FILE_FAULTS.emailTwice }])
    }
    const item = await addItem(editing.table, {
      entity: guardianEntity,
      held: file.guardians.find((each) => each.guardianId === guardianId),
      wanted: { familyId: editor.familyId, guardianId, email, ...written },
      others,
      most: MOST.guardians,
      editor,
      now,
    })
    return { item, family: file.family }
  })
