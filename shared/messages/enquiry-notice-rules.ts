import type { EnquiryContent } from '../enquiries/notice-model.ts'
import { ENQUIRIES as WORDS } from '../kernel/enquiry-texts.ts'
import { paragraph, type Block } from './layout.ts'

/**
 * What a mail about an enquiry says between the greeting and the name of the town [guide 4].
 *
 * @param portalUrl where people open the portal, without a slash at its end.
 * @param hasAccount whether who wrote can read the answer on the portal.
 */
export const enquiryMessage = (
  portalUrl: string,
  content: EnquiryContent,
  hasAccount: boolean,
): { readonly subject: string; readonly blocks: readonly Block[] } => {
  const { number, service } = content
  const thread: Block = hasAccount
    ? { kind: 'link', text: WORDS.threadLink, url: `${portalUrl}/enquiries` }
    : paragraph(WORDS.writeAgain)
  switch (content.kind) {
    case 'enquiry-received':
      return {
        subject: WORDS.receivedSubject(number),
        blocks: [
          paragraph(WORDS.received(number, service)),
          paragraph(WORDS.about(content.subject)),
          thread,
        ],
      }
    case 'enquiry-answered':
      return {
        subject: WORDS.answeredSubject(number),
        blocks: [
          paragraph(WORDS.answered(number, service)),
          paragraph(WORDS.about(content.subject)),
          ...content.message.split(/\n+/).map(paragraph),
          thread,
        ],
      }
    case 'enquiry-waiting':
      return {
        subject: WORDS.waitingSubject(number, content.name),
        blocks: [
          paragraph(WORDS.waiting(number, content.name, service)),
          { kind: 'link', text: WORDS.inboxLink, url: `${portalUrl}/enquiries` },
        ],
      }
  }
}
