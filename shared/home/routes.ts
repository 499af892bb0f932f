import * as z from 'zod'
import { enquiryReply } from '../enquiries/routes.ts'
import { attentionReply, childReply } from '../families/file-replies.ts'
import { defineRoute } from '../platform/route.ts'
import {
  centsSchema,
  familyIdSchema,
  instantSchema,
  isoDateSchema,
  regieIdSchema,
} from '../platform/schemas.ts'
import { menuReply, newsReply } from '../publications/routes.ts'
import { requestReply } from '../reservations/request-routes.ts'

/** What asks for something of the parent, the most pressing first. */
const attention = z.strictObject({
  kind: z.enum([
    'offer',
    'blocked',
    'overdue',
    'mail-problem',
    'document-refused',
    'enquiry-answered',
    ...attentionReply.shape.kind.options,
  ]),
  text: z.string(),
  /** The request, enquiry or field that it is about. */
  about: z.string().optional(),
})
export type HomeAttention = z.input<typeof attention>

const money = { due: centsSchema, overdue: centsSchema }

export const readHomeRoute = defineRoute({
  id: 'readHome',
  method: 'GET',
  path: '/home',
  function: 'home',
  access: ['guardian'],
  summary:
    'My first page in one call: last connection, family, last requests, news, balance, what needs attention, menu',
  status: 200,
  // Of requests and enquiries the first lines alone: the edge leaves out the rest.
  reply: z.strictObject({
    name: z.string(),
    lastSignIn: instantSchema.optional().describe('When I was here before'),
    family: z.strictObject({
      familyId: familyIdSchema,
      name: z.string(),
      children: z.array(
        childReply
          .pick({ childId: true, firstName: true, lastName: true, age: true, school: true })
          .extend({
            className: z.string().optional(),
            activities: z.array(
              z
                .strictObject({ activity: z.string(), until: isoDateSchema })
                .describe('In which it is enrolled today or later'),
            ),
          }),
      ),
    }),
    requests: z
      .array(requestReply.omit({ units: true, refusedDates: true }).strip())
      .describe('The last ones'),
    enquiries: z.array(enquiryReply.omit({ messages: true }).strip()).describe('The last ones'),
    news: z.array(newsReply),
    balance: z
      .strictObject({
        ...money,
        awaited: centsSchema,
        regies: z.array(z.strictObject({ regieId: regieIdSchema, regie: z.string(), ...money })),
      })
      .describe(
        'What is left to pay of invoices, what of it is overdue, what was paid and awaits its validation',
      ),
    attention: z.array(attention),
    menu: menuReply,
  }),
  errors: ['not-found'],
})
