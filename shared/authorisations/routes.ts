import * as z from 'zod'
import { enrolmentLabelsReply } from '../families/label-enrolment.ts'
import { AUTHORISATION_KINDS } from '../families/model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  childIdSchema,
  contactIdSchema,
  enrolmentIdSchema,
  instantSchema,
  isoDateSchema,
  numberInTextSchema,
  phoneSchema,
  requestNumberSchema,
  versionSchema,
} from '../platform/schemas.ts'
import { idempotencyHeaders } from '../requests/model.ts'
import { formSchema } from './model.ts'

/** A choice as the list shows it: `allowed` is absent while nobody has decided. */
const choiceReply = {
  label: z.string(),
  allowed: z.boolean().optional(),
  /** ✓ or ✗ [guide 55]. */
  sign: z.string(),
  choice: z.string(),
  since: isoDateSchema.optional(),
}

export const readAuthorisationsRoute = defineRoute({
  id: 'readAuthorisations',
  method: 'GET',
  path: '/family/authorisations',
  function: 'enrolments',
  access: ['guardian'],
  summary: 'What I allow and forbid for each of my children, by enrolment',
  status: 200,
  reply: z.strictObject({
    children: z.array(
      z.strictObject({
        childId: childIdSchema,
        firstName: z.string(),
        /** To be sent back with the form. */
        version: versionSchema,
        enrolments: z.array(
          enrolmentLabelsReply.extend({
            decisions: z.array(
              z.strictObject({ kind: z.enum(AUTHORISATION_KINDS), ...choiceReply }),
            ),
            contacts: z.array(
              z.strictObject({
                contactId: contactIdSchema,
                name: z.string(),
                relation: z.string(),
                phone: phoneSchema,
                ...choiceReply,
              }),
            ),
          }),
        ),
      }),
    ),
  }),
  errors: ['not-found'],
})

export const changeReply = z.strictObject({
  childId: childIdSchema,
  child: z.string(),
  kind: z.enum([...AUTHORISATION_KINDS, 'collect']),
  label: z.string(),
  contactId: contactIdSchema.optional(),
  /** What it was before; absent when nobody had decided yet. */
  before: z.boolean().optional(),
  allowed: z.boolean(),
  choice: z.string(),
  enrolments: z.array(
    z.strictObject({ enrolmentId: enrolmentIdSchema, activity: z.string(), facility: z.string() }),
  ),
})

export const authorisationRequestReply = z.strictObject({
  number: requestNumberSchema,
  submittedAt: instantSchema,
  /** The guardian who has decided. */
  by: z.string(),
  state: z.literal('accepted'),
  stateLabel: z.string(),
  changes: z.array(changeReply),
})

const REFUSALS = [
  'not-found',
  'file-inactive',
  'unknown-enrolment',
  'changed-meanwhile',
  'request-too-large',
] as const

export const previewAuthorisationsRoute = defineRoute({
  id: 'previewAuthorisations',
  method: 'POST',
  path: '/family/authorisations/preview',
  function: 'enrolments',
  access: ['guardian'],
  summary: 'What a form of authorisations would change; nothing is stored',
  body: formSchema,
  status: 200,
  reply: z.strictObject({ changes: z.array(changeReply) }),
  errors: REFUSALS,
})

export const submitAuthorisationsRoute = defineRoute({
  id: 'submitAuthorisations',
  method: 'POST',
  path: '/family/authorisations',
  function: 'enrolments',
  access: ['guardian'],
  summary: 'Allow or forbid for my children and their contacts, as one numbered request',
  headers: idempotencyHeaders,
  body: formSchema,
  status: 201,
  reply: authorisationRequestReply,
  errors: [...REFUSALS, 'nothing-to-change', 'idempotency-key-reused', 'concurrent-change'],
})

export const listAuthorisationRequestsRoute = defineRoute({
  id: 'listAuthorisationRequests',
  method: 'GET',
  path: '/family/authorisation-requests',
  function: 'enrolments',
  access: ['guardian'],
  summary: 'My requests about authorisations, newest first: what each changed, when and by whom',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(20),
    before: numberInTextSchema.optional(),
  }),
  status: 200,
  reply: z.strictObject({
    requests: z.array(authorisationRequestReply),
    /** Pass as `before` to read on; absent at the end. */
    next: z.int().optional(),
  }),
  errors: ['not-found'],
})
