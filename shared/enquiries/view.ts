import type * as z from 'zod'
import { ENQUIRY_STATES } from '../kernel/enquiry-texts.ts'
import type { Enquiry } from './model.ts'
import type { enquiryReply, StaffEnquiry } from './routes.ts'

/** An enquiry as who has written it reads it: the service answers, whoever wrote for it. */
export const viewEnquiry = (enquiry: Enquiry): z.input<typeof enquiryReply> => {
  const { number, serviceId, service, subject, state, messages } = enquiry
  return {
    ...{ number, serviceId, service, subject, state },
    stateLabel: ENQUIRY_STATES[state],
    messages: messages.map(({ at, from, text }) => ({ at, from, text })),
  }
}

/** An enquiry as staff read it, with who has written it. */
export const viewForStaff = (enquiry: Enquiry): StaffEnquiry => {
  const { writer, version } = enquiry
  const { kind, name, email } = writer
  return {
    ...viewEnquiry(enquiry),
    version,
    writer: {
      ...{ kind, name, email },
      ...(writer.kind === 'guardian'
        ? { familyId: writer.familyId }
        : { visitorId: writer.visitorId }),
    },
  }
}
