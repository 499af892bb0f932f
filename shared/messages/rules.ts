import type { Invoice } from '../billing/model.ts'
import { labelsOf, type ActivityLabels } from '../catalogue/look-up.ts'
import type { Catalogue } from '../catalogue/model.ts'
import { dayOfMonth, monthOf } from '../kernel/dates.ts'
import { euros } from '../kernel/money.ts'
import { MAILS, monthLabel, REQUEST_STATES, shortDate } from '../kernel/texts.ts'
import { CHANGES, type Request, type Submission } from '../reservations/model.ts'
import { datedUnits } from '../reservations/view.ts'
import { htmlPage, plainText, type Block } from './layout.ts'
import type { Mail } from './model.ts'

/** What mails need to know beside the event. */
export interface Sender {
  readonly catalogue: Catalogue
  /** Where families open the portal, without a slash at its end. */
  readonly portalUrl: string
}

const daysByMonth = (
  request: Request,
  letter: '+' | '-',
  unitName: ActivityLabels['unit'],
): string[] => {
  const days = datedUnits(request, letter)
  const severalUnits = request.units.length > 1
  return [...new Set(days.map(({ date }) => monthOf(date)))].map((month) => {
    const labels = days
      .filter(({ date }) => monthOf(date) === month)
      .map(({ date, units }) => {
        const day = String(dayOfMonth(date))
        return severalUnits ? `${day} (${units.map(unitName).join(', ')})` : day
      })
    return `${monthLabel(month)} : ${labels.join(', ')}`
  })
}

/** A request as its mail shows it: once decided, by the days that were decided. */
const shownIn = (request: Request): Request =>
  request.decision === undefined ? request : { ...request, units: request.decision.units }

const requestBlocks = ({ catalogue }: Sender, asked: Request): Block[] => {
  const request = shownIn(asked)
  const labels = labelsOf(catalogue, request)
  const added = daysByMonth(request, CHANGES.added, labels.unit)
  const removed = daysByMonth(request, CHANGES.removed, labels.unit)
  const [onlyUnit] = request.units
  const unit =
    request.units.length === 1 && onlyUnit !== undefined ? ` (${labels.unit(onlyUnit.unitId)})` : ''
  const message = request.decision?.message
  return [
    { kind: 'heading', text: MAILS.requestTitle(request.number) },
    {
      kind: 'paragraph',
      text: `${MAILS.requestAbout({ ...request, ...labels })}${unit} — ${REQUEST_STATES[request.state]}`,
    },
    ...(message === undefined
      ? []
      : [{ kind: 'paragraph' as const, text: MAILS.serviceMessage(message) }]),
    ...(added.length === 0
      ? []
      : [
          { kind: 'paragraph' as const, text: MAILS.addedDays[request.state] },
          { kind: 'list' as const, items: added },
        ]),
    ...(removed.length === 0
      ? []
      : [
          { kind: 'paragraph' as const, text: MAILS.removedDays[request.state] },
          { kind: 'list' as const, items: removed },
        ]),
  ]
}

const compose = (
  event: Pick<Mail, 'id' | 'familyId' | 'to' | 'subject'>,
  blocks: readonly Block[],
): Mail => ({ ...event, text: plainText(blocks), html: htmlPage(event.subject, blocks) })

const signed = ({ catalogue }: Sender, blocks: readonly Block[]): Block[] => [
  ...blocks,
  { kind: 'paragraph', text: catalogue.town.portalName },
]

const confirmation = (sender: Sender, submission: Submission): Mail =>
  compose(
    {
      id: `SUBMISSION-${String(submission.number)}-FAMILY`,
      familyId: submission.familyId,
      to: submission.by.email,
      subject: MAILS.confirmationSubject(submission.requests.length),
    },
    signed(sender, [
      { kind: 'paragraph', text: MAILS.greeting(submission.by.name) },
      { kind: 'paragraph', text: MAILS.confirmationIntroduction },
      ...submission.requests.flatMap((request) => requestBlocks(sender, request)),
      { kind: 'link', text: MAILS.requestsLink, url: `${sender.portalUrl}/requests` },
    ]),
  )

/** The service hears of what awaits it: numbers and days, no more of the family than its name. */
const awaitingDecision = (
  sender: Sender,
  submission: Submission,
  { service, place }: { service: string; place: number },
): Mail => {
  const pending = submission.requests.filter(({ state }) => state === 'pending')
  return compose(
    {
      id: `SUBMISSION-${String(submission.number)}-SERVICE-${String(place)}`,
      familyId: submission.familyId,
      to: service,
      subject: MAILS.pendingSubject(pending.length, submission.familyName),
    },
    signed(sender, [
      { kind: 'paragraph', text: MAILS.pendingIntroduction(submission.familyName) },
      ...pending.flatMap((request) => requestBlocks(sender, request)),
      { kind: 'link', text: MAILS.pendingLink, url: `${sender.portalUrl}/pending-requests` },
    ]),
  )
}

const decision = (sender: Sender, submission: Submission, request: Request): Mail =>
  compose(
    {
      id: `REQUEST-${String(request.number)}-DECISION`,
      familyId: submission.familyId,
      to: submission.by.email,
      subject: MAILS.decisionSubject(request),
    },
    signed(sender, [
      { kind: 'paragraph', text: MAILS.greeting(submission.by.name) },
      { kind: 'paragraph', text: MAILS.decisionIntroduction },
      ...requestBlocks(sender, request),
      { kind: 'link', text: MAILS.requestsLink, url: `${sender.portalUrl}/requests` },
    ]),
  )

/**
 * The mails that a change of a submission asks for [guide 47]: one confirmation when it is new, one
 * to each service whose decision it awaits, one for each request that staff have decided
 * since. Anything else asks for none.
 *
 * @param before the submission as it was; nothing when it is new.
 */
export const mailsOfSubmission = (
  sender: Sender,
  before: Submission | undefined,
  after: Submission,
): Mail[] => {
  if (before === undefined) {
    return [
      confirmation(sender, after),
      ...after.serviceEmails.map((service, place) =>
        awaitingDecision(sender, after, { service, place }),
      ),
    ]
  }
  return after.requests
    .filter((request, index) => {
      const was = before.requests[index]
      return request.decision !== undefined && was?.decision === undefined
    })
    .map((request) => decision(sender, after, request))
}

/** The mails that bring a family its invoice: one to each guardian, none sees the other's address. */
export const mailsOfInvoice = (sender: Sender, invoice: Invoice): Mail[] => {
  const month = monthLabel(invoice.month)
  const blocks = signed(sender, [
    { kind: 'paragraph', text: MAILS.greeting(MAILS.family(invoice.payer.name)) },
    { kind: 'paragraph', text: MAILS.invoiceIntroduction(month, invoice.number) },
    {
      kind: 'table',
      head: MAILS.invoiceColumns,
      rows: invoice.lines.map(({ child, activity, unit, quantity, unitPrice, amount }) => [
        child,
        `${activity} — ${unit}`,
        String(quantity),
        euros(unitPrice),
        euros(amount),
      ]),
    },
    { kind: 'paragraph', text: MAILS.invoiceTotal(euros(invoice.total), shortDate(invoice.dueOn)) },
    { kind: 'link', text: MAILS.ledgerLink, url: `${sender.portalUrl}/ledger` },
  ])
  return invoice.payer.emails.map((email, place) =>
    compose(
      {
        id: `INVOICE-${invoice.number}-${String(place)}`,
        familyId: invoice.familyId,
        to: email,
        subject: MAILS.invoiceSubject(month),
      },
      blocks,
    ),
  )
}
