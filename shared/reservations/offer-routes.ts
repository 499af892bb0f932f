import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import {
  activityIdSchema,
  childIdSchema,
  instantSchema,
  isoDateSchema,
  numberInTextSchema,
  requestNumberSchema,
  unitIdSchema,
} from '../platform/schemas.ts'

const offerReply = z.strictObject({
  number: requestNumberSchema,
  childId: childIdSchema,
  child: z.string(),
  activityId: activityIdSchema,
  activity: z.string(),
  facility: z.string(),
  date: isoDateSchema,
  units: z.array(z.strictObject({ unitId: unitIdSchema, name: z.string() })),
  until: instantSchema.describe('Until when the places are kept for the answer'),
})

export const listOffersRoute = defineRoute({
  id: 'listOffers',
  method: 'GET',
  path: '/offers',
  function: 'family',
  access: ['guardian'],
  summary: 'The places from waiting lists that are offered to my children',
  status: 200,
  reply: z.strictObject({ offers: z.array(offerReply) }),
  errors: ['not-found'],
})

export const answerOfferRoute = defineRoute({
  id: 'answerOffer',
  method: 'POST',
  path: '/offers/{number}/answer',
  function: 'family',
  access: ['guardian'],
  summary: 'Take or decline places that are offered; declined ones go to the next child who waits',
  parameters: z.strictObject({ number: numberInTextSchema }),
  body: z.strictObject({
    date: isoDateSchema,
    /** The first of the units that are offered together. */
    unitId: unitIdSchema,
    accepted: z.boolean(),
  }),
  status: 200,
  reply: z.strictObject({ accepted: z.boolean() }),
  errors: ['not-found', 'offer-over', 'file-inactive', 'debts-overdue', 'concurrent-change'],
})
