import { parisDate } from '../../shared/kernel/paris.ts'
import { on, type Endpoint } from '../../shared/platform/http.ts'
import { addChild, editChild } from '../../shared/families/edit-child.ts'
import { addContact, editContact, removeContact } from '../../shared/families/edit-contact.ts'
import { editFamily } from '../../shared/families/edit-family.ts'
import { addGuardian, editGuardian } from '../../shared/families/edit-guardian.ts'
import type { Editing } from '../../shared/families/edit-item.ts'
import { staffEditor } from '../../shared/families/editor.ts'
import {
  addChildRoute,
  addContactRoute,
  addGuardianRoute,
  editChildRoute,
  editContactRoute,
  editFamilyRoute,
  editGuardianRoute,
  mergeFileRoute,
  openFileRoute,
  readFamilyFileRoute,
  removeContactRoute,
  setFileStateRoute,
} from '../../shared/families/file-routes.ts'
import { mergeFiles } from '../../shared/families/merge-files.ts'
import { openFile } from '../../shared/families/open-file.ts'
import { readFamilyFile, viewFile } from '../../shared/families/read-family.ts'
import { setFileState } from '../../shared/families/set-file-state.ts'
import {
  aboutPerson,
  viewChild,
  viewContact,
  viewFamily,
  viewGuardian,
} from '../../shared/families/view-file.ts'

/** What staff read and edit of the files of families: each route with the use case that answers it. */
export const staffEndpoints = (editing: () => Promise<Editing>): Endpoint[] => [
  on(readFamilyFileRoute, async (call) => readFamilyFile(await editing(), call)),
  on(openFileRoute, async (call) => {
    const held = await editing()
    const file = await openFile(held, call)
    return viewFile(held.town, file, { today: parisDate(call.now) })
  }),
  on(editFamilyRoute, async ({ actor, parameters, headers, body, now }) => {
    const { reason, ...written } = body
    const editor = staffEditor(actor, parameters.familyId, reason)
    const call = { editor, seen: headers['if-match'], written, now }
    const { item } = await editFamily(await editing(), call)
    return viewFamily(item)
  }),
  on(addGuardianRoute, async ({ actor, parameters, headers, body, now }) => {
    const { reason, ...written } = body
    const editor = staffEditor(actor, parameters.familyId, reason)
    const key = headers['idempotency-key']
    const { item, family } = await addGuardian(await editing(), { editor, key, written, now })
    return viewGuardian(family, item)
  }),
  on(editGuardianRoute, async ({ actor, parameters, headers, body, now }) => {
    const { reason, ...written } = body
    const editor = staffEditor(actor, parameters.familyId, reason)
    const call = { editor, seen: headers['if-match'], written, now }
    const { item, family } = await editGuardian(await editing(), parameters.guardianId, call)
    return viewGuardian(family, item)
  }),
  on(addChildRoute, async ({ actor, parameters, headers, body, now }) => {
    const held = await editing()
    const { reason, ...written } = body
    const editor = staffEditor(actor, parameters.familyId, reason)
    const key = headers['idempotency-key']
    const { item } = await addChild(held, { editor, key, written, now })
    return viewChild(held.town, item, parisDate(now))
  }),
  on(editChildRoute, async ({ actor, parameters, headers, body, now }) => {
    const held = await editing()
    const { reason, ...written } = body
    const editor = staffEditor(actor, parameters.familyId, reason)
    const call = { editor, seen: headers['if-match'], written, now }
    const { item } = await editChild(held, parameters.childId, call)
    return viewChild(held.town, item, parisDate(now))
  }),
  on(addContactRoute, async ({ actor, parameters, headers, body, now }) => {
    const { reason, ...written } = body
    const { table } = await editing()
    const editor = staffEditor(actor, parameters.familyId, reason)
    const key = headers['idempotency-key']
    return viewContact(await addContact(table, { editor, key, written, now }))
  }),
  on(editContactRoute, async ({ actor, parameters, headers, body, now }) => {
    const { reason, ...written } = body
    const { table } = await editing()
    const editor = staffEditor(actor, parameters.familyId, reason)
    const call = { editor, seen: headers['if-match'], written, now }
    return viewContact(await editContact(table, parameters.contactId, call))
  }),
  on(removeContactRoute, async ({ actor, parameters, query, headers, now }) => {
    const { familyId, contactId } = parameters
    const { table } = await editing()
    const editor = staffEditor(actor, familyId, query.reason)
    await removeContact(table, contactId, { editor, seen: headers['if-match'], now })
    return { contactId }
  }),
  on(setFileStateRoute, async ({ actor, parameters, headers, body, now }) => {
    const { reason, ...written } = body
    const { table } = await editing()
    const editor = staffEditor(actor, parameters.familyId, reason)
    return viewFamily(
      await setFileState(table, { editor, seen: headers['if-match'], written, now }),
    )
  }),
  on(mergeFileRoute, async ({ actor, parameters, headers, body, now }) => {
    const { reason, ...written } = body
    const { table } = await editing()
    const editor = staffEditor(actor, parameters.familyId, reason)
    const merged = await mergeFiles(table, { editor, seen: headers['if-match'], written, now })
    const { guardians, children, contacts } = merged.copied
    return {
      ...viewFamily(merged.family),
      copied: {
        guardians: guardians.map(aboutPerson),
        children: children.map(aboutPerson),
        contacts: contacts.map(({ name }) => name),
      },
    }
  }),
]
