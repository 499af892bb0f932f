import { ACCOUNT_LETTERS } from '../kernel/account-texts.ts'
import { paragraph, written, type Block } from '../messages/layout.ts'
import type { Letter } from '../platform/mailer.ts'
import { LINK_HOURS, type ChangeLetters } from './change-email.ts'
import type { AccountMail } from './model.ts'

/** In whose name, and to which portal, the letters about accounts lead. */
export interface LetterHead {
  readonly portalName: string
  /** Where people open the portal, without a slash at its end. */
  readonly portalUrl: string
}

const letter = (
  { portalName }: LetterHead,
  to: string,
  subject: string,
  blocks: readonly Block[],
): Letter => ({
  to,
  ...written(subject, [paragraph(ACCOUNT_LETTERS.greeting), ...blocks], portalName),
})

/** The letters of a change of e-mail. */
export const changeLetters = (head: LetterHead): ChangeLetters => ({
  confirm: ({ to, secret }) =>
    letter(head, to, ACCOUNT_LETTERS.confirmSubject, [
      paragraph(ACCOUNT_LETTERS.confirmIntroduction(LINK_HOURS)),
      {
        kind: 'link',
        text: ACCOUNT_LETTERS.confirmLink,
        url: `${head.portalUrl}/account/email?secret=${encodeURIComponent(secret)}`,
      },
      paragraph(ACCOUNT_LETTERS.confirmIgnore),
    ]),
  warn: ({ to, email }) =>
    letter(head, to, ACCOUNT_LETTERS.changeSubject, [
      paragraph(ACCOUNT_LETTERS.changeIntroduction(email)),
      paragraph(ACCOUNT_LETTERS.changeAlarm),
      { kind: 'link', text: ACCOUNT_LETTERS.portalLink, url: head.portalUrl },
    ]),
})

const WORDS = {
  'application-received': [ACCOUNT_LETTERS.receivedSubject, ACCOUNT_LETTERS.receivedIntroduction],
  'application-accepted': [ACCOUNT_LETTERS.acceptedSubject, ACCOUNT_LETTERS.acceptedIntroduction],
  'application-refused': [ACCOUNT_LETTERS.refusedSubject, ACCOUNT_LETTERS.refusedIntroduction],
  'email-moved': [ACCOUNT_LETTERS.movedSubject, ACCOUNT_LETTERS.movedIntroduction],
} as const

/** The letter of a mail that the stream sends. */
export const letterOf = (head: LetterHead, { to, content }: AccountMail): Letter => {
  const [subject, introduction] = WORDS[content.kind]
  const message = 'message' in content ? content.message : undefined
  return letter(head, to, subject, [
    paragraph(introduction),
    ...(message === undefined ? [] : [paragraph(message)]),
  ])
}
