import * as z from 'zod'
import { idempotencyHeaders } from '../requests/model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  childIdSchema,
  contactIdSchema,
  guardianIdSchema,
  ifMatchSchema,
} from '../platform/schemas.ts'
import {
  attachmentIdsSchema,
  childInputSchema,
  contactInputSchema,
  familyInputSchema,
  guardianInputSchema,
} from './file-inputs.ts'
import { changeNote, childReply, contactReply, familyReply, guardianReply } from './file-replies.ts'

/** What a parent edits is at the version that they have read. */
export const editHeaders = z.object({ 'if-match': ifMatchSchema })

/** Some of what was written may await staff. */
export const withChange = { change: changeNote.optional() }

const EDIT_ERRORS = [
  'not-found',
  'file-inactive',
  'changed-meanwhile',
  'concurrent-change',
] as const

const ADD_ERRORS = [
  'not-found',
  'file-inactive',
  'file-full',
  'idempotency-key-reused',
  'concurrent-change',
] as const

const proof = { attachmentIds: attachmentIdsSchema }

export const editMyFamilyRoute = defineRoute({
  id: 'editMyFamily',
  method: 'PUT',
  path: '/family',
  function: 'files',
  access: ['guardian'],
  summary:
    'Write what my family is to be; what the town checks becomes a numbered request, all else counts at once',
  headers: editHeaders,
  body: familyInputSchema.extend(proof),
  status: 200,
  versioned: true,
  reply: familyReply.extend(withChange),
  errors: EDIT_ERRORS,
})

export const editMyselfRoute = defineRoute({
  id: 'editMyself',
  method: 'PUT',
  path: '/family/guardians/{guardianId}',
  function: 'files',
  access: ['guardian'],
  summary: 'Write what the portal knows of me',
  parameters: z.strictObject({ guardianId: guardianIdSchema }),
  headers: editHeaders,
  body: guardianInputSchema.extend(proof),
  status: 200,
  versioned: true,
  reply: guardianReply.extend(withChange),
  errors: EDIT_ERRORS,
})

export const addMyChildRoute = defineRoute({
  id: 'addMyChild',
  method: 'POST',
  path: '/family/children',
  function: 'files',
  access: ['guardian'],
  summary: 'Add a child to my family',
  headers: idempotencyHeaders,
  body: childInputSchema,
  status: 201,
  versioned: true,
  reply: childReply,
  errors: ADD_ERRORS,
})

export const editMyChildRoute = defineRoute({
  id: 'editMyChild',
  method: 'PUT',
  path: '/family/children/{childId}',
  function: 'files',
  access: ['guardian'],
  summary: 'Write what the portal knows of my child',
  parameters: z.strictObject({ childId: childIdSchema }),
  headers: editHeaders,
  body: childInputSchema.extend(proof),
  status: 200,
  versioned: true,
  reply: childReply.extend(withChange),
  errors: EDIT_ERRORS,
})

export const addMyContactRoute = defineRoute({
  id: 'addMyContact',
  method: 'POST',
  path: '/family/contacts',
  function: 'files',
  access: ['guardian'],
  summary: 'Add somebody to be called, or to collect the children',
  headers: idempotencyHeaders,
  body: contactInputSchema,
  status: 201,
  versioned: true,
  reply: contactReply,
  errors: ADD_ERRORS,
})

export const editMyContactRoute = defineRoute({
  id: 'editMyContact',
  method: 'PUT',
  path: '/family/contacts/{contactId}',
  function: 'files',
  access: ['guardian'],
  summary: 'Write what the portal knows of a contact of my family',
  parameters: z.strictObject({ contactId: contactIdSchema }),
  headers: editHeaders,
  body: contactInputSchema,
  status: 200,
  versioned: true,
  reply: contactReply,
  errors: EDIT_ERRORS,
})

export const removeMyContactRoute = defineRoute({
  id: 'removeMyContact',
  method: 'DELETE',
  path: '/family/contacts/{contactId}',
  function: 'files',
  access: ['guardian'],
  summary: 'Remove a contact of my family',
  parameters: z.strictObject({ contactId: contactIdSchema }),
  headers: editHeaders,
  status: 200,
  reply: z.strictObject({ contactId: contactIdSchema }),
  errors: EDIT_ERRORS,
})
