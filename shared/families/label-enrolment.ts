import * as z from 'zod'
import type { describeGroup } from '../catalogue/look-up.ts'
import { activityIdSchema, enrolmentIdSchema, isoDateSchema } from '../platform/schemas.ts'
import type { Enrolment } from './model.ts'

/** What every reply that shows an enrolment says of it. */
export const enrolmentLabelsReply = z.strictObject({
  enrolmentId: enrolmentIdSchema,
  activityId: activityIdSchema,
  activity: z.string(),
  facility: z.string(),
  group: z.string(),
  from: isoDateSchema,
  until: isoDateSchema,
})

/** An enrolment by the names that people read, as every page that shows one begins. */
export const labelEnrolment = (
  { enrolmentId, from, until }: Enrolment,
  { activity, group, facility }: NonNullable<ReturnType<typeof describeGroup>>,
): z.input<typeof enrolmentLabelsReply> => ({
  enrolmentId,
  activityId: activity.id,
  activity: activity.name,
  facility,
  group,
  from,
  until,
})
