import { MAILS } from '../kernel/mail-texts.ts'
import type { Submission } from '../reservations/model.ts'
import { compose, requestBlocks, type Sender } from './compose.ts'
import { paragraph } from './layout.ts'
import type { Mail } from './model.ts'

const confirmation = (sender: Sender, submission: Submission): Mail =>
  compose(
    sender,
    {
      id: `SUBMISSION-${String(submission.number)}-FAMILY`,
      familyId: submission.familyId,
      to: submission.by.email,
      subject: MAILS.confirmationSubject(submission.requests.length),
    },
    [
      paragraph(MAILS.greeting(submission.by.name)),
      paragraph(MAILS.confirmationIntroduction),
      ...(submission.onBehalf === undefined
        ? []
        : [paragraph(MAILS.onBehalf(submission.onBehalf.reason))]),
      ...submission.requests.flatMap((request) => requestBlocks(sender, request)),
      { kind: 'link', text: MAILS.requestsLink, url: `${sender.portalUrl}/requests` },
    ],
  )

/** The service hears of what awaits it: numbers and days, no more of the family than its name. */
const awaitingDecision = (
  sender: Sender,
  submission: Submission,
  { service, place }: { service: string; place: number },
): Mail => {
  const pending = submission.requests.filter(({ state }) => state === 'pending')
  return compose(
    sender,
    {
      id: `SUBMISSION-${String(submission.number)}-SERVICE-${String(place)}`,
      familyId: submission.familyId,
      to: service,
      isTowns: true,
      subject: MAILS.pendingSubject(pending.length, submission.familyName),
    },
    [
      paragraph(MAILS.pendingIntroduction(submission.familyName)),
      ...pending.flatMap((request) => requestBlocks(sender, request)),
      { kind: 'link', text: MAILS.pendingLink, url: `${sender.portalUrl}/pending-requests` },
    ],
  )
}

/**
 * The mails that a new submission asks for [guide 47]: one confirmation, and one to each service
 * whose decision it awaits. What becomes of it later is told by notices.
 */
export const mailsOfSubmission = (sender: Sender, submission: Submission): Mail[] => [
  confirmation(sender, submission),
  ...submission.serviceEmails.map((service, place) =>
    awaitingDecision(sender, submission, { service, place }),
  ),
]
