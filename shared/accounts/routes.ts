import * as z from 'zod'
import { reasonSchema } from '../families/model.ts'
import { standingSchema } from '../mail-health/model.ts'
import { defineRoute, ROLES } from '../platform/route.ts'
import {
  categoryIdSchema,
  emailSchema,
  facilityIdSchema,
  familyIdSchema,
  guardianIdSchema,
  ifMatchSchema,
  instantSchema,
  versionSchema,
} from '../platform/schemas.ts'
import { familyLabelSchema } from '../search/model.ts'
import { GREATEST_LENGTH } from './password-rules.ts'
import {
  accountIdSchema,
  applicationCursorSchema,
  applicationIdSchema,
  applicationSchema,
  staffNameSchema,
  staffRoleSchema,
  typedApplicationSchema,
  type StaffRole,
} from './model.ts'

const ADMINISTRATORS = ['administrator'] as const
const OFFICE = ['agent', 'administrator'] as const

/** The roles of a member of staff among those of an account. */
export const staffRoles = (roles: readonly string[]): StaffRole[] =>
  staffRoleSchema.options.filter((role) => roles.includes(role))

export const readAccountRoute = defineRoute({
  id: 'readAccount',
  method: 'GET',
  path: '/account',
  function: 'sessions',
  access: ROLES,
  summary: 'My account: my user name, my e-mail, when I was here before',
  status: 200,
  reply: z.strictObject({
    account: accountIdSchema,
    userName: z.string(),
    email: z.string(),
    roles: z.array(z.enum(ROLES)),
    name: z.string().optional(),
    facilities: z.array(facilityIdSchema).optional(),
    lastSignIn: instantSchema.optional().describe('The sign-in before the last one'),
    mailProblem: standingSchema.optional().describe('When mails to my address do not arrive'),
  }),
  errors: ['not-found'],
})

export const changeEmailRoute = defineRoute({
  id: 'changeEmail',
  method: 'PUT',
  path: '/account/email',
  function: 'accounts',
  access: ROLES,
  summary: 'Ask for another e-mail to sign in by; it counts once its link has been opened',
  body: z.strictObject({ email: emailSchema, password: z.string().min(1).max(GREATEST_LENGTH) }),
  status: 202,
  reply: z.strictObject({
    email: z.string().describe('Where the link was sent'),
    hours: z.int().positive().describe('For how long the link serves'),
  }),
  errors: ['bad-credentials', 'too-many-attempts', 'not-found'],
})

export const confirmEmailRoute = defineRoute({
  id: 'confirmEmail',
  method: 'POST',
  path: '/account/email/confirmations',
  function: 'accounts',
  access: 'public',
  summary: 'Confirm another e-mail by the secret of its link',
  body: z.strictObject({
    secret: z
      .string()
      .regex(/^[\w-]{1,64}\.[\w-]{20,80}$/)
      .meta({ examples: ['5f0c1b7e.b3BlbiBzZXNhbWUgb3BlbiBzZXNh'] }),
  }),
  status: 201,
  reply: z.strictObject({ email: z.string(), userName: z.string() }),
  errors: ['not-found', 'email-in-use', 'concurrent-change'],
})

export const inviteGuardianRoute = defineRoute({
  id: 'inviteGuardian',
  method: 'POST',
  path: '/families/{familyId}/guardians/{guardianId}/invitation',
  function: 'accounts',
  access: OFFICE,
  summary:
    'Invite a parent by e-mail to choose a password, or again; an account of a file that was set aside moves here',
  parameters: z.strictObject({ familyId: familyIdSchema, guardianId: guardianIdSchema }),
  body: z.strictObject({
    email: emailSchema.optional().describe('Their e-mail from now on, where the file has another'),
    reason: reasonSchema
      .optional()
      .describe('Why; needed where it takes the place of an e-mail that somebody signs in by'),
  }),
  status: 201,
  reply: z.strictObject({
    email: z.string(),
    userName: z.string(),
    state: z.enum(['invited', 'active']).describe('`active`: they have chosen their password'),
  }),
  errors: ['not-found', 'email-in-use', 'file-inactive', 'concurrent-change'],
})

const rights = {
  name: staffNameSchema,
  roles: z.array(staffRoleSchema).min(1).max(4),
  facilities: z
    .array(facilityIdSchema)
    .max(50)
    .default([])
    .describe('To which staff of a site are limited'),
}

const staffReply = z.strictObject({
  account: accountIdSchema,
  userName: z.string(),
  email: z.string(),
  name: z.string(),
  roles: z.array(staffRoleSchema),
  facilities: z.array(facilityIdSchema),
  active: z.boolean(),
  lastSignIn: instantSchema.optional(),
  version: versionSchema,
})

export const createStaffRoute = defineRoute({
  id: 'createStaff',
  method: 'POST',
  path: '/staff',
  function: 'accounts',
  access: ADMINISTRATORS,
  summary: 'Give a member of staff an account; the first password is mailed',
  body: z.strictObject({ email: emailSchema, ...rights }),
  status: 201,
  reply: staffReply,
  versioned: true,
  errors: ['email-in-use'],
})

export const listStaffRoute = defineRoute({
  id: 'listStaff',
  method: 'GET',
  path: '/staff',
  function: 'accounts',
  access: ADMINISTRATORS,
  summary: 'Who works for the town, and what each of them may do',
  status: 200,
  reply: z.strictObject({ staff: z.array(staffReply) }),
  errors: [],
})

export const setStaffRoute = defineRoute({
  id: 'setStaff',
  method: 'PUT',
  path: '/staff/{account}',
  function: 'accounts',
  access: ADMINISTRATORS,
  summary: 'Change what a member of staff may do, or whether they may sign in',
  parameters: z.strictObject({ account: accountIdSchema }),
  headers: z.object({ 'if-match': ifMatchSchema }),
  body: z.strictObject({ ...rights, active: z.boolean() }),
  status: 200,
  reply: staffReply,
  versioned: true,
  errors: ['not-found', 'own-account', 'changed-meanwhile'],
})

export const resetSecondFactorRoute = defineRoute({
  id: 'resetSecondFactor',
  method: 'DELETE',
  path: '/staff/{account}/second-factor',
  function: 'accounts',
  access: ADMINISTRATORS,
  summary:
    'Take away the second factor that a member of staff has lost; the next sign-in sets up another',
  parameters: z.strictObject({ account: accountIdSchema }),
  headers: z.object({ 'if-match': ifMatchSchema }),
  status: 200,
  reply: staffReply,
  versioned: true,
  errors: ['not-found', 'own-account', 'changed-meanwhile'],
})

export const requestAccountRoute = defineRoute({
  id: 'requestAccount',
  method: 'POST',
  path: '/account-requests',
  function: 'accounts',
  access: 'public',
  summary: 'Ask for an account, as a parent whom the town does not know yet',
  body: typedApplicationSchema.extend({
    acceptsTerms: z.literal(true).describe('That the person agrees to the terms of the portal'),
  }),
  status: 202,
  reply: z.strictObject({ received: z.literal(true) }),
  errors: ['concurrent-change'],
})

/** The most applications that one call lists: the duplicates of each are searched for. */
const MOST_LISTED = 20

/** A file that may be that of the person who asks, and what they have in common. */
const duplicateSchema = z.strictObject({
  familyId: familyIdSchema,
  ...familyLabelSchema.shape,
  because: z.array(z.enum(['email', 'phone', 'name-and-birth-date', 'name'])),
})

export const listAccountRequestsRoute = defineRoute({
  id: 'listAccountRequests',
  method: 'GET',
  path: '/account-requests',
  function: 'accounts',
  access: OFFICE,
  summary: 'Who asks for an account, the oldest first, with the files that may be theirs already',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(MOST_LISTED).default(MOST_LISTED),
    after: applicationCursorSchema.optional().describe('`next` of the page before'),
  }),
  status: 200,
  reply: z.strictObject({
    requests: z.array(
      z.strictObject({
        requestId: applicationIdSchema,
        submittedAt: instantSchema,
        application: applicationSchema,
        duplicates: z.array(duplicateSchema),
      }),
    ),
    next: applicationCursorSchema.optional().describe('Where more wait: `after` of the next page'),
  }),
  errors: [],
})

const message = reasonSchema.optional().describe('A sentence of the service, for the mail')

export const decideAccountRequestRoute = defineRoute({
  id: 'decideAccountRequest',
  method: 'POST',
  path: '/account-requests/{requestId}/decision',
  function: 'accounts',
  access: OFFICE,
  summary: 'Open a file and an account for who asks, or join them to a file, or refuse',
  parameters: z.strictObject({ requestId: applicationIdSchema }),
  body: z.discriminatedUnion('decision', [
    z.strictObject({
      decision: z.literal('open'),
      children: z
        .array(z.strictObject({ schoolId: facilityIdSchema, category: categoryIdSchema }))
        .max(12)
        .describe('The school and the category of each child of the request, in its order'),
      message,
    }),
    z.strictObject({ decision: z.literal('join'), familyId: familyIdSchema, message }),
    z.strictObject({
      decision: z.literal('refuse'),
      message: reasonSchema,
      notify: z.boolean().default(true).describe('`false`: no mail, where nobody really asked'),
    }),
  ]),
  status: 200,
  reply: z.strictObject({
    requestId: applicationIdSchema,
    state: z.enum(['accepted', 'refused']),
    familyId: familyIdSchema.optional(),
    guardianId: guardianIdSchema.optional(),
  }),
  errors: ['not-found', 'already-decided', 'email-in-use', 'file-inactive', 'concurrent-change'],
})
