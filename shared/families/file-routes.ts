import * as z from 'zod'
import { idempotencyHeaders } from '../requests/model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  childIdSchema,
  contactIdSchema,
  familyIdSchema,
  guardianIdSchema,
} from '../platform/schemas.ts'
import { editHeaders } from './edit-routes.ts'
import {
  contactInputSchema,
  familyInputSchema,
  guardianInputSchema,
  staffChildInputSchema,
} from './file-inputs.ts'
import { childReply, contactReply, familyReply, fileReply, guardianReply } from './file-replies.ts'
import { MOST } from './file-rules.ts'
import { legalHoldSchema, reasonSchema, shownMeansSchema } from './model.ts'

/** Those who keep the files of families. */
const ACCESS = ['agent', 'administrator'] as const

const ofFamily = z.strictObject({ familyId: familyIdSchema })
const ofGuardian = ofFamily.extend({ guardianId: guardianIdSchema })
const ofChild = ofFamily.extend({ childId: childIdSchema })
const ofContact = ofFamily.extend({ contactId: contactIdSchema })

/** Staff say why they write in the place of the family. */
const why = { reason: reasonSchema }

const newGuardian = guardianInputSchema.extend({ email: z.email().max(128) })

const EDIT_ERRORS = ['not-found', 'changed-meanwhile', 'concurrent-change'] as const
const ADD_ERRORS = [
  'not-found',
  'file-full',
  'idempotency-key-reused',
  'concurrent-change',
] as const

export const readFamilyFileRoute = defineRoute({
  id: 'readFamilyFile',
  method: 'GET',
  path: '/families/{familyId}',
  function: 'files',
  access: ['agent', 'accountant', 'administrator'],
  summary: 'The file of a family; its means for those who price and bill',
  parameters: ofFamily,
  status: 200,
  versioned: true,
  reply: fileReply.extend({
    means: z.array(shownMeansSchema.strict()).optional(),
    /** Why nothing of it may be deleted; the family is not shown it. */
    legalHold: legalHoldSchema.optional(),
  }),
  errors: ['not-found'],
})

export const openFileRoute = defineRoute({
  id: 'openFile',
  method: 'POST',
  path: '/families',
  function: 'files',
  access: ACCESS,
  summary: 'Open the file of a family under the next number; its guardians are invited apart',
  headers: idempotencyHeaders,
  body: familyInputSchema.omit({ allowance: true }).extend({
    ...why,
    guardians: z.array(newGuardian).min(1).max(MOST.guardians),
    children: z.array(staffChildInputSchema).max(MOST.children).default([]),
    contacts: z.array(contactInputSchema).max(MOST.contacts).default([]),
  }),
  status: 201,
  versioned: true,
  reply: fileReply,
  errors: ['idempotency-key-reused', 'concurrent-change'],
})

export const editFamilyRoute = defineRoute({
  id: 'editFamily',
  method: 'PUT',
  path: '/families/{familyId}',
  function: 'files',
  access: ACCESS,
  summary: 'Write what a family is to be',
  parameters: ofFamily,
  headers: editHeaders,
  body: familyInputSchema.extend(why),
  status: 200,
  versioned: true,
  reply: familyReply,
  errors: EDIT_ERRORS,
})

export const addGuardianRoute = defineRoute({
  id: 'addGuardian',
  method: 'POST',
  path: '/families/{familyId}/guardians',
  function: 'files',
  access: ACCESS,
  summary: 'Add a guardian to a family; they are invited apart',
  parameters: ofFamily,
  headers: idempotencyHeaders,
  body: newGuardian.extend(why),
  status: 201,
  versioned: true,
  reply: guardianReply,
  errors: ADD_ERRORS,
})

export const editGuardianRoute = defineRoute({
  id: 'editGuardian',
  method: 'PUT',
  path: '/families/{familyId}/guardians/{guardianId}',
  function: 'files',
  access: ACCESS,
  summary: 'Write what the town knows of a guardian; the e-mail address is that of the account',
  parameters: ofGuardian,
  headers: editHeaders,
  body: guardianInputSchema.extend(why),
  status: 200,
  versioned: true,
  reply: guardianReply,
  errors: EDIT_ERRORS,
})

export const addChildRoute = defineRoute({
  id: 'addChild',
  method: 'POST',
  path: '/families/{familyId}/children',
  function: 'files',
  access: ACCESS,
  summary: 'Add a child to a family; its category is that of the commune unless named',
  parameters: ofFamily,
  headers: idempotencyHeaders,
  body: staffChildInputSchema.extend(why),
  status: 201,
  versioned: true,
  reply: childReply,
  errors: ADD_ERRORS,
})

export const editChildRoute = defineRoute({
  id: 'editChild',
  method: 'PUT',
  path: '/families/{familyId}/children/{childId}',
  function: 'files',
  access: ACCESS,
  summary: 'Write what the town knows of a child, and its category of the price lists',
  parameters: ofChild,
  headers: editHeaders,
  body: staffChildInputSchema.extend(why),
  status: 200,
  versioned: true,
  reply: childReply,
  errors: EDIT_ERRORS,
})

export const addContactRoute = defineRoute({
  id: 'addContact',
  method: 'POST',
  path: '/families/{familyId}/contacts',
  function: 'files',
  access: ACCESS,
  summary: 'Add a contact to a family',
  parameters: ofFamily,
  headers: idempotencyHeaders,
  body: contactInputSchema.extend(why),
  status: 201,
  versioned: true,
  reply: contactReply,
  errors: ADD_ERRORS,
})

export const editContactRoute = defineRoute({
  id: 'editContact',
  method: 'PUT',
  path: '/families/{familyId}/contacts/{contactId}',
  function: 'files',
  access: ACCESS,
  summary: 'Write what the town knows of a contact of a family',
  parameters: ofContact,
  headers: editHeaders,
  body: contactInputSchema.extend(why),
  status: 200,
  versioned: true,
  reply: contactReply,
  errors: EDIT_ERRORS,
})

export const removeContactRoute = defineRoute({
  id: 'removeContact',
  method: 'DELETE',
  path: '/families/{familyId}/contacts/{contactId}',
  function: 'files',
  access: ACCESS,
  summary: 'Remove a contact of a family',
  parameters: ofContact,
  headers: editHeaders,
  query: z.strictObject(why),
  status: 200,
  reply: z.strictObject({ contactId: contactIdSchema }),
  errors: EDIT_ERRORS,
})

export const setFileStateRoute = defineRoute({
  id: 'setFileState',
  method: 'PUT',
  path: '/families/{familyId}/state',
  function: 'files',
  access: ACCESS,
  summary:
    'Set a file aside, so that the family books nothing more but sees and pays, or take it up again',
  parameters: ofFamily,
  headers: editHeaders,
  body: z.strictObject({ active: z.boolean(), ...why }),
  status: 200,
  versioned: true,
  reply: familyReply,
  errors: [...EDIT_ERRORS, 'merge-refused'],
})

export const mergeFileRoute = defineRoute({
  id: 'mergeFile',
  method: 'POST',
  path: '/families/{familyId}/merge',
  function: 'files',
  access: ACCESS,
  summary:
    'Merge a file that is a duplicate into another: whom that one lacks is copied, the duplicate is set aside',
  parameters: ofFamily,
  headers: editHeaders,
  body: z.strictObject({ into: familyIdSchema, ...why }),
  status: 200,
  versioned: true,
  reply: familyReply.extend({
    /** What the other file lacked. */
    copied: z.strictObject({
      guardians: z.array(z.string()),
      children: z.array(z.string()),
      contacts: z.array(z.string()),
    }),
  }),
  errors: [...EDIT_ERRORS, 'merge-refused'],
})
