import { aboutLabel, choiceLabel } from '../authorisations/labels.ts'
import { labelsOf } from '../catalogue/look-up.ts'
import { ERASURE_MAILS } from '../kernel/erasure-texts.ts'
import { AUTHORISATIONS, ENROLMENTS } from '../kernel/family-texts.ts'
import { fieldName, FILE_MAILS } from '../kernel/file-texts.ts'
import { MAILS } from '../kernel/mail-texts.ts'
import { parisDate, parisTime } from '../kernel/paris.ts'
import { momentLabel } from '../kernel/texts.ts'
import type { ActivityId, GroupId } from '../platform/schemas.ts'
import type { Request } from '../reservations/model.ts'
import { compose, daysByMonth, requestBlocks, type DatedUnits, type Sender } from './compose.ts'
import { paymentReminder, planAgreed } from './arrears-notice-rules.ts'
import { enquiryMessage } from './enquiry-notice-rules.ts'
import { debitAnnounced, debitMandate, debitRejected } from './debit-notice-rules.ts'
import { paragraph, type Block } from './layout.ts'
import { paymentReceived, paymentRefused } from './payment-notice-rules.ts'
import type { Mail } from './model.ts'
import type { Notice } from './notice-model.ts'
import { audienceOf } from './topics.ts'

/** What a notice says, whoever reads it: the blocks between the greeting and the name of the town. */
interface Message {
  readonly subject: string
  readonly blocks: readonly Block[]
}

type Content<Kind extends Notice['content']['kind']> = Extract<Notice['content'], { kind: Kind }>

/** `mardi 02/09/2025 à 18:00`, by the clocks of Paris. */
const moment = (instant: string): string => {
  const at = new Date(instant)
  return momentLabel(parisDate(at), parisTime(at))
}

const link = (text: string, url: string): Block => ({ kind: 'link', text, url })

const requestsLink = ({ portalUrl }: Sender): Block =>
  link(MAILS.requestsLink, `${portalUrl}/requests`)

/** Whose days they are, the unit where there is one only, and the days by month. */
const dayBlocks = (
  { catalogue }: Sender,
  {
    child,
    days,
    ...group
  }: {
    readonly child: string
    readonly activityId: ActivityId
    readonly groupId: GroupId
    readonly days: readonly { date: DatedUnits['date']; unitIds: DatedUnits['units'] }[]
  },
): Block[] => {
  const labels = labelsOf(catalogue, group)
  const [onlyUnit, ...otherUnits] = new Set(days.flatMap(({ unitIds }) => unitIds))
  const severalUnits = otherUnits.length > 0
  const unit = severalUnits || onlyUnit === undefined ? '' : ` (${labels.unit(onlyUnit)})`
  const dated = days.map(({ date, unitIds }) => ({ date, units: unitIds }))
  return [
    paragraph(`${MAILS.daysAbout({ child, ...labels })}${unit}`),
    { kind: 'list', items: daysByMonth(dated, severalUnits ? labels.unit : undefined) },
  ]
}

const messageBlock = (message: string): Block => paragraph(MAILS.serviceMessage(message))

/** The message of the service: once at the top when it is the same for all, else with each request. */
const decidedBlocks = (sender: Sender, requests: readonly Request[]): Block[] => {
  const [message, ...others] = new Set(requests.map(({ decision }) => decision?.message))
  if (others.length === 0) {
    return [
      ...(message === undefined ? [] : [messageBlock(message)]),
      ...requests.flatMap((request) => requestBlocks(sender, request)),
    ]
  }
  return requests.flatMap((request) => [
    ...requestBlocks(sender, request),
    ...(request.decision?.message === undefined ? [] : [messageBlock(request.decision.message)]),
  ])
}

const decided = (sender: Sender, { requests }: Content<'decided'>): Message => {
  const [first, ...others] = requests
  return {
    subject:
      first !== undefined && others.length === 0
        ? MAILS.decisionSubject(first)
        : MAILS.decisionsSubject(requests.map(({ number }) => number)),
    blocks: [
      paragraph(MAILS.decisionIntroduction(requests.length)),
      ...decidedBlocks(sender, requests),
      requestsLink(sender),
    ],
  }
}

const given = (sender: Sender, content: Content<'given'>): Message => ({
  subject: MAILS.givenSubject(content.child),
  blocks: [
    paragraph(MAILS.givenIntroduction(content.number)),
    ...dayBlocks(sender, content),
    requestsLink(sender),
  ],
})

const offered = (sender: Sender, content: Content<'offered'>): Message => {
  const until = moment(content.until)
  return {
    subject: MAILS.offeredSubject(content.child, until),
    blocks: [
      paragraph(MAILS.offeredIntroduction(content.number)),
      ...dayBlocks(sender, content),
      paragraph(MAILS.offeredUntil(until)),
      link(MAILS.offersLink, `${sender.portalUrl}/offers`),
    ],
  }
}

const offerOver = (sender: Sender, content: Content<'offer-over'>): Message => ({
  subject: MAILS.offerOverSubject(content.child),
  blocks: [
    paragraph(MAILS.offerOverIntroduction(content.number)),
    ...dayBlocks(sender, content),
    requestsLink(sender),
  ],
})

const waitOver = (sender: Sender, content: Content<'wait-over'>): Message => ({
  subject: MAILS.waitOverSubject(content.child),
  blocks: [
    paragraph(MAILS.waitOverIntroduction(content.number)),
    ...dayBlocks(sender, content),
    requestsLink(sender),
  ],
})

const closed = (sender: Sender, content: Content<'closed'>): Message => ({
  subject: MAILS.closedSubject(content.child, labelsOf(sender.catalogue, content).activity),
  blocks: [
    paragraph(MAILS.closedIntroduction(content.reason)),
    ...dayBlocks(sender, content),
    paragraph(MAILS.closedPrice),
    link(MAILS.planningLink, `${sender.portalUrl}/planning`),
  ],
})

const fileChecked = (
  { portalUrl }: Sender,
  { number, about, outcomes, message }: Content<'file-checked'>,
): Message => ({
  subject: FILE_MAILS.subject(number),
  blocks: [
    paragraph(FILE_MAILS.introduction(number, about)),
    {
      kind: 'list',
      items: outcomes.map(({ field, outcome }) => FILE_MAILS.line(fieldName(field), outcome)),
    },
    ...(message === undefined ? [] : [messageBlock(message)]),
    link(FILE_MAILS.link, `${portalUrl}/family`),
  ],
})

const erasureRefused = (
  { portalUrl }: Sender,
  { number, reason }: Content<'erasure-refused'>,
): Message => ({
  subject: ERASURE_MAILS.refusedSubject(number),
  blocks: [
    paragraph(ERASURE_MAILS.refusedIntroduction(number)),
    messageBlock(reason),
    paragraph(ERASURE_MAILS.refusedRights),
    link(ERASURE_MAILS.refusedLink, `${portalUrl}/family`),
  ],
})

const fileEnding = ({ portalUrl }: Sender, { until }: Content<'file-ending'>): Message => ({
  subject: ERASURE_MAILS.endingSubject(until),
  blocks: [
    paragraph(ERASURE_MAILS.endingIntroduction(until)),
    paragraph(ERASURE_MAILS.endingKeep),
    link(ERASURE_MAILS.endingLink, portalUrl),
  ],
})

const reminder = (sender: Sender, { monday, activities }: Content<'reminder'>): Message => ({
  subject: MAILS.reminderSubject(monday),
  blocks: [
    paragraph(MAILS.reminderIntroduction(monday)),
    {
      kind: 'list',
      items: activities.map((missing) => {
        const { activity, facility } = labelsOf(sender.catalogue, missing)
        const { child, until } = missing
        return MAILS.reminderLine({ child, activity, facility, until: moment(until) })
      }),
    },
    link(MAILS.bookLink, `${sender.portalUrl}/planning`),
    paragraph(MAILS.reminderStop),
    link(MAILS.preferencesLink, `${sender.portalUrl}/preferences`),
  ],
})

const news = ({ portalUrl }: Sender, { title, text, from, until }: Content<'news'>): Message => ({
  subject: MAILS.newsSubject(title),
  blocks: [
    paragraph(MAILS.newsIntroduction(from, until)),
    { kind: 'heading', text: title },
    ...text.split(/\n+/).map(paragraph),
    link(MAILS.newsLink, `${portalUrl}/news`),
    paragraph(MAILS.newsStop),
    link(MAILS.newsPreferencesLink, `${portalUrl}/preferences`),
  ],
})

/** What has been allowed or forbidden, and in which activities. */
const authorisationLine = (
  { catalogue }: Sender,
  change: Content<'authorised'>['changes'][number],
): string =>
  AUTHORISATIONS.mailLine({
    what: aboutLabel(change.about),
    choice: choiceLabel(change.allowed),
    activities: change.enrolments.map((each) => labelsOf(catalogue, each).activity),
  })

const authorised = (sender: Sender, { number, changes }: Content<'authorised'>): Message => ({
  subject: AUTHORISATIONS.mailSubject(number),
  blocks: [
    paragraph(AUTHORISATIONS.mailIntroduction(number)),
    ...[...new Set(changes.map(({ childId }) => childId))].flatMap((id): Block[] => {
      const own = changes.filter(({ childId }) => childId === id)
      return [
        { kind: 'heading', text: own[0]?.child ?? '' },
        { kind: 'list', items: own.map((change) => authorisationLine(sender, change)) },
      ]
    }),
    link(AUTHORISATIONS.mailLink, `${sender.portalUrl}/family/authorisations`),
  ],
})

const enrolment = (sender: Sender, content: Content<'enrolment'>): Message => {
  const { state, number, message, child } = content
  const labels = labelsOf(sender.catalogue, content)
  return {
    subject: ENROLMENTS.mail[state]({ child, activity: labels.activity }),
    blocks: [
      paragraph(ENROLMENTS.mailIntroduction[state](number)),
      paragraph(ENROLMENTS.mailPeriod({ ...content, ...labels })),
      ...(message === undefined ? [] : [messageBlock(message)]),
      link(ENROLMENTS.mailLink, `${sender.portalUrl}/family`),
    ],
  }
}

const enrolmentEnded = (sender: Sender, content: Content<'enrolment-ended'>): Message => {
  const { child, until, reason } = content
  const labels = labelsOf(sender.catalogue, content)
  const about =
    until === undefined
      ? ENROLMENTS.mailCancelled({ child, ...labels })
      : ENROLMENTS.mailPeriod({ ...content, until, ...labels })
  return {
    subject: ENROLMENTS.mail.ended({ child, activity: labels.activity }),
    blocks: [
      paragraph(ENROLMENTS.mailEnded),
      paragraph(about),
      messageBlock(reason),
      link(ENROLMENTS.mailLink, `${sender.portalUrl}/family`),
    ],
  }
}

const messageOf = (sender: Sender, content: Notice['content']): Message => {
  switch (content.kind) {
    case 'decided':
      return decided(sender, content)
    case 'given':
      return given(sender, content)
    case 'offered':
      return offered(sender, content)
    case 'offer-over':
      return offerOver(sender, content)
    case 'wait-over':
      return waitOver(sender, content)
    case 'closed':
      return closed(sender, content)
    case 'authorised':
      return authorised(sender, content)
    case 'enrolment':
      return enrolment(sender, content)
    case 'enrolment-ended':
      return enrolmentEnded(sender, content)
    case 'file-checked':
      return fileChecked(sender, content)
    case 'erasure-refused':
      return erasureRefused(sender, content)
    case 'file-ending':
      return fileEnding(sender, content)
    case 'reminder':
      return reminder(sender, content)
    case 'news':
      return news(sender, content)
    case 'payment-reminder':
      return paymentReminder(sender, content)
    case 'plan-agreed':
      return planAgreed(sender, content)
    case 'debit-announced':
      return debitAnnounced(sender, content)
    case 'debit-rejected':
      return debitRejected(sender, content)
    case 'debit-mandate':
      return debitMandate(sender, content)
    case 'payment-received':
      return paymentReceived(sender, content)
    case 'payment-refused':
      return paymentRefused(sender, content)
    case 'enquiry-received':
    case 'enquiry-answered':
    case 'enquiry-waiting':
      return enquiryMessage(sender.portalUrl, content, true)
  }
}

/**
 * The mails of a notice [guide 47, 48]: one to each recipient, none sees the other's address. Their
 * ids come from the notice's, so that the same notice makes the same mails.
 */
export const mailsOfNotice = (sender: Sender, notice: Notice): Mail[] => {
  const { subject, blocks } = messageOf(sender, notice.content)
  return notice.to.map(({ name, email }, place) =>
    compose(
      sender,
      {
        id: `NOTICE-${notice.noticeId}-${String(place)}`,
        familyId: notice.familyId,
        to: email,
        subject,
        ...audienceOf(notice.content.kind),
        // The service itself is told that somebody has written to it.
        isTowns: notice.content.kind === 'enquiry-waiting',
      },
      [paragraph(MAILS.greeting(name)), ...blocks],
    ),
  )
}
