import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Write } from '../platform/expressions.ts'
import { again } from '../platform/retry.ts'
import { contactIdSchema, type ContactId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { EditCall } from './edit-family.ts'
import { idOf } from './edit-guardian.ts'
import { addItem, refuseFaults, refuseStale, saveEdit } from './edit-item.ts'
import { changedBy, openForEdit, type Editor } from './editor.ts'
import type { ContactInput } from './file-inputs.ts'
import { faultsOfWords, MOST } from './file-rules.ts'
import type { Contact, FamilyFile } from './model.ts'
import { readSheets } from './read-file.ts'
import { mayParent } from './rights-rules.ts'
import { sheetWrite } from './sheet-write.ts'
import { contactEntity, removedContactEntity } from './store.ts'
import { versionOf } from './view-file.ts'

const refuseFaulty = ({ relation }: ContactInput): void =>
  refuseFaults(faultsOfWords('relation', relation))

/**
 * The file whose contacts somebody edits: a contact is of all children of the file, and may come to
 * collect each of them, so that a guardian edits none without authority over every child.
 *
 * @throws PortalError `not-found`, also for a guardian whose authority over a child is withdrawn;
 * `file-inactive`.
 */
const openContacts = async (
  table: Table,
  editor: Editor,
  now: Date,
): Promise<{ readonly file: FamilyFile }> => {
  const { file, guardian } = await openForEdit(table, editor)
  const today = parisDate(now)
  if (guardian && !file.children.every((each) => mayParent(each, guardian.guardianId, today))) {
    throw new PortalError('not-found')
  }
  return { file }
}

/** The writes that leave a contact no right to collect any child of the file. One Query. */
const withdrawCollecting = async (
  table: Table,
  contactId: ContactId,
  { editor, now }: { readonly editor: Editor; readonly now: Date },
): Promise<Write[]> =>
  (await readSheets(table, editor.familyId)).flatMap((sheet) => {
    const authorisations = sheet.authorisations.filter(
      ({ about }) => about.kind !== 'collect' || about.contactId !== contactId,
    )
    if (authorisations.length === sheet.authorisations.length) return []
    const version = versionOf(sheet) + 1
    return [sheetWrite({ ...sheet, authorisations, version, changed: changedBy(editor, now) })]
  })

/**
 * Writes what a contact is to be. Another name is another person, who may collect no child until the
 * guardians say so. One Query and one write, for another name one Query more.
 *
 * @throws PortalError `not-found`, also for a guardian without authority over every child of the file;
 * `file-inactive`, `changed-meanwhile`, `concurrent-change`,
 * `invalid-request`.
 */
export const editContact = (
  table: Table,
  contactId: ContactId,
  { editor, seen, written, now }: EditCall<ContactInput>,
): Promise<Contact> =>
  again(async () => {
    const { file } = await openContacts(table, editor, now)
    const held = file.contacts.find((each) => each.contactId === contactId)
    if (held === undefined) throw new PortalError('not-found')
    refuseFaulty(written)
    const wanted = { ...held, ...written }
    if (wanted.name === held.name) {
      return saveEdit(table, { entity: contactEntity, held, wanted, seen, editor, now })
    }
    refuseStale(held, seen)
    const item = { ...wanted, version: seen + 1, changed: changedBy(editor, now) }
    const { done } = await table.transact([
      { kind: 'put', item: contactEntity.toItem(item), when: { kind: 'version', version: seen } },
      ...(await withdrawCollecting(table, contactId, { editor, now })),
    ])
    if (!done) throw new StaleReadError('file')
    return item
  })

/**
 * Puts a contact into a file; what they may do is said by the authorisations. One Query and one write.
 *
 * @param key the key of the call: the same again adds nobody.
 * @throws PortalError `not-found`, `file-inactive`, `file-full`, `idempotency-key-reused`,
 * `concurrent-change`, `invalid-request`.
 */
export const addContact = (
  table: Table,
  { editor, key, written, now }: Omit<EditCall<ContactInput>, 'seen'> & { readonly key: string },
): Promise<Contact> =>
  again(async () => {
    const { file } = await openContacts(table, editor, now)
    refuseFaulty(written)
    const contactId = contactIdSchema.parse(idOf('contact', editor, key))
    return addItem(table, {
      entity: contactEntity,
      held: file.contacts.find((each) => each.contactId === contactId),
      wanted: { familyId: editor.familyId, contactId, ...written },
      others: file.contacts.filter((each) => each.contactId !== contactId),
      most: MOST.contacts,
      editor,
      now,
    })
  })

/** How long the place of a removed contact stays marked, in seconds: 60 days. */
const MARK_LIFETIME = 60 * 86_400

/**
 * Removes a contact. A mark of who removed it takes its place for a while: the trail follows the
 * stream, and an item that is deleted says nothing there of who deleted it. With the contact goes what
 * it may collect. Two Queries and one transaction; one read more when there is no such contact.
 *
 * @throws PortalError `not-found`, `file-inactive`, `changed-meanwhile`, `concurrent-change`.
 */
export const removeContact = (
  table: Table,
  contactId: ContactId,
  { editor, seen, now }: { readonly editor: Editor; readonly seen: number; readonly now: Date },
): Promise<void> =>
  again(async () => {
    const { file } = await openContacts(table, editor, now)
    const { familyId } = editor
    const held = file.contacts.find((each) => each.contactId === contactId)
    if (held === undefined) return refuseUnlessRemoved(table, { familyId, contactId })
    refuseStale(held, seen)
    const version = versionOf(held)
    const mark = removedContactEntity.toItem({
      familyId,
      contactId,
      version: version + 1,
      changed: changedBy(editor, now),
      expiresAt: Math.floor(now.getTime() / 1000) + MARK_LIFETIME,
    })
    const { done } = await table.transact([
      { kind: 'put', item: mark, when: { kind: 'version', version } },
      ...(await withdrawCollecting(table, contactId, { editor, now })),
    ])
    if (!done) throw new StaleReadError('file')
  })

/** What was removed a while ago is removed: the same call again is done. */
const refuseUnlessRemoved = async (
  table: Table,
  address: { readonly familyId: Editor['familyId']; readonly contactId: ContactId },
): Promise<void> => {
  const item = await table.get(removedContactEntity.keyOf(address))
  if (item === undefined) throw new PortalError('not-found')
}
