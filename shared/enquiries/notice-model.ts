import * as z from 'zod'
import { requestNumberSchema } from '../platform/schemas.ts'

const about = {
  number: requestNumberSchema,
  /** The name of the service. */
  service: z.string(),
}

/** What is told by mail of what somebody writes to a service: to who writes, and to the service. */
export const enquiryContents = [
  /** It has arrived. */
  z.object({ kind: z.literal('enquiry-received'), ...about, subject: z.string() }),
  /** The service has answered. */
  z.object({
    kind: z.literal('enquiry-answered'),
    ...about,
    subject: z.string(),
    message: z.string(),
  }),
  /** To the service: somebody awaits its answer. No more of them than the name. */
  z.object({ kind: z.literal('enquiry-waiting'), ...about, name: z.string() }),
] as const

export type EnquiryContent = z.infer<(typeof enquiryContents)[number]>
