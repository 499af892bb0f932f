import { labelsOf } from '../catalogue/look-up.ts'
import { MAILS } from '../kernel/mail-texts.ts'
import { parisDate, parisTime } from '../kernel/paris.ts'
import { momentLabel } from '../kernel/texts.ts'
import type { ActivityId, GroupId } from '../platform/schemas.ts'
import type { Request } from '../reservations/model.ts'
import {
  compose,
  daysByMonth,
  paragraph,
  requestBlocks,
  type DatedUnits,
  type Sender,
} from './compose.ts'
import type { Block } from './layout.ts'
import type { Mail } from './model.ts'
import type { Notice } from './notice-model.ts'

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
    case 'reminder':
      return reminder(sender, content)
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
      },
      [paragraph(MAILS.greeting(name)), ...blocks],
    ),
  )
}
