import type { Service } from '../catalogue/information-model.ts'
import { noticeWrite } from '../messages/notices.ts'
import type { Write } from '../platform/expressions.ts'
import type { Enquiry, Writer } from './model.ts'
import type { EnquiryContent } from './notice-model.ts'
import { visitorMailWrite } from './store.ts'

/** The writes that have mails sent of what has become of an enquiry, one for each addressee. */
const mailWrites = (
  { writer, number, messages }: Enquiry,
  mails: readonly { to: { name: string; email: string }; content: EnquiryContent }[],
  now: Date,
): Write[] =>
  mails.map(({ to, content }) => {
    const id = `${content.kind}-${String(number)}-${String(messages.length)}`
    return writer.kind === 'guardian'
      ? noticeWrite({ familyId: writer.familyId, noticeId: id, to: [to], content }, now)
      : visitorMailWrite({ mailId: id, to: to.email, content }, now)
  })

/**
 * That it has arrived: to the service, which reads it on the portal, and to a guardian who has written.
 * Not to a visitor, whose address anybody may have typed: nobody can have a stranger mailed.
 */
export const tellArrival = (
  enquiry: Enquiry,
  { name: service, email }: Pick<Service, 'name' | 'email'>,
  now: Date,
): Write[] => {
  const { number, subject, writer } = enquiry
  return mailWrites(
    enquiry,
    [
      ...(writer.kind === 'guardian'
        ? [{ to: writer, content: { kind: 'enquiry-received' as const, number, service, subject } }]
        : []),
      {
        to: { name: service, email },
        content: { kind: 'enquiry-waiting' as const, number, service, name: writer.name },
      },
    ],
    now,
  )
}

/**
 * What the service has answered, to who has written.
 *
 * @param writer as they are known now; nobody is told when they are gone.
 */
export const tellAnswer = (
  enquiry: Enquiry,
  writer: Writer | undefined,
  { message, now }: { readonly message: string; readonly now: Date },
): Write[] => {
  if (writer === undefined) return []
  const { number, service, subject } = enquiry
  const content = { kind: 'enquiry-answered' as const, number, service, subject, message }
  return mailWrites(enquiry, [{ to: writer, content }], now)
}
