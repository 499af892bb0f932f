import { parisDate } from '../../shared/kernel/paris.ts'
import { on, type Endpoint } from '../../shared/platform/http.ts'
import { addChild, editChild } from '../../shared/families/edit-child.ts'
import { addContact, editContact, removeContact } from '../../shared/families/edit-contact.ts'
import { editFamily } from '../../shared/families/edit-family.ts'
import { editGuardian } from '../../shared/families/edit-guardian.ts'
import type { Editing } from '../../shared/families/edit-item.ts'
import {
  addMyChildRoute,
  addMyContactRoute,
  editMyChildRoute,
  editMyContactRoute,
  editMyFamilyRoute,
  editMyselfRoute,
  removeMyContactRoute,
} from '../../shared/families/edit-routes.ts'
import { parentEditor } from '../../shared/families/editor.ts'
import {
  viewChangeNote,
  viewChild,
  viewContact,
  viewFamily,
  viewGuardian,
} from '../../shared/families/view-file.ts'

/** What parents edit of their own file: each route with the use case that answers it. */
export const parentEndpoints = (editing: () => Promise<Editing>): Endpoint[] => [
  on(editMyFamilyRoute, async ({ actor, headers, body, now }) => {
    const { attachmentIds, ...written } = body
    const editor = parentEditor(actor)
    const call = { editor, seen: headers['if-match'], written, attachmentIds, now }
    const { item, change } = await editFamily(await editing(), call)
    return { ...viewFamily(item), ...viewChangeNote(change) }
  }),
  on(editMyselfRoute, async ({ actor, parameters, headers, body, now }) => {
    const { attachmentIds, ...written } = body
    const editor = parentEditor(actor)
    const call = { editor, seen: headers['if-match'], written, attachmentIds, now }
    const { item, family, change } = await editGuardian(
      await editing(),
      parameters.guardianId,
      call,
    )
    return { ...viewGuardian(family, item, item), ...viewChangeNote(change) }
  }),
  on(addMyChildRoute, async ({ actor, headers, body: written, now }) => {
    const held = await editing()
    const key = headers['idempotency-key']
    const { item } = await addChild(held, { editor: parentEditor(actor), key, written, now })
    return viewChild(held.town, item, parisDate(now))
  }),
  on(editMyChildRoute, async ({ actor, parameters, headers, body, now }) => {
    const held = await editing()
    const { attachmentIds, ...written } = body
    const editor = parentEditor(actor)
    const call = { editor, seen: headers['if-match'], written, attachmentIds, now }
    const { item, change } = await editChild(held, parameters.childId, call)
    return { ...viewChild(held.town, item, parisDate(now)), ...viewChangeNote(change) }
  }),
  on(addMyContactRoute, async ({ actor, headers, body: written, now }) => {
    const { table } = await editing()
    const key = headers['idempotency-key']
    return viewContact(await addContact(table, { editor: parentEditor(actor), key, written, now }))
  }),
  on(editMyContactRoute, async ({ actor, parameters, headers, body: written, now }) => {
    const { table } = await editing()
    const call = { editor: parentEditor(actor), seen: headers['if-match'], written, now }
    return viewContact(await editContact(table, parameters.contactId, call))
  }),
  on(removeMyContactRoute, async ({ actor, parameters: { contactId }, headers, now }) => {
    const { table } = await editing()
    const call = { editor: parentEditor(actor), seen: headers['if-match'], now }
    await removeContact(table, contactId, call)
    return { contactId }
  }),
]
