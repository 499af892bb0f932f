import * as z from 'zod'
import { familyIdSchema } from '../platform/schemas.ts'
import type { News, Use } from './model.ts'
import { TAGS, TOWN } from './names.ts'

/** An instant as SES writes it, with or without milliseconds, in the form in which instants compare. */
const sesInstant = z.iso.datetime({ offset: true }).transform((at) => new Date(at).toISOString())

const recipients = z.array(z.looseObject({ emailAddress: z.string().min(3).max(320) }))

const mail = z.looseObject({
  timestamp: sesInstant,
  tags: z.record(z.string(), z.array(z.string())).default({}),
})

/**
 * What SES reports (notification contents of its documentation), as far as the portal asks for it: there
 * may always be more fields. A configuration set says `eventType`, an identity `notificationType`.
 */
const typed = z.union([
  z.looseObject({ eventType: z.string() }),
  z.looseObject({ notificationType: z.string() }).transform(({ notificationType, ...rest }) => ({
    ...rest,
    eventType: notificationType,
  })),
])

const bounceSchema = z.object({
  mail,
  bounce: z.looseObject({
    bounceType: z.string(),
    bounceSubType: z.string().default(''),
    bouncedRecipients: recipients,
    feedbackId: z.string().min(1).max(256),
  }),
})

const complaintSchema = z.object({
  mail,
  complaint: z.looseObject({
    complaintFeedbackType: z.string().nullish(),
    complainedRecipients: recipients,
    feedbackId: z.string().min(1).max(256),
  }),
})

/** What a report says: of which addresses, and of whose mail. */
export interface Feedback {
  readonly emails: readonly string[]
  readonly news: Extract<News, { kind: 'bounce' | 'transient' | 'complaint' }>
  readonly use: Use
  /** The id of the mail in the portal, if it says so. */
  readonly mailId: string | undefined
}

/** What is wrong with a message that another message to the same address would not have. */
const OF_THE_MESSAGE = new Set(['MessageTooLarge', 'ContentRejected', 'AttachmentRejected'])

const useOf = (tags: z.infer<typeof mail>['tags']): Use => ({
  families: (tags[TAGS.family] ?? []).flatMap((id) => familyIdSchema.safeParse(id).data ?? []),
  isTowns: tags[TAGS.audience]?.includes(TOWN) ?? false,
})

const addresses = (named: z.infer<typeof recipients>): string[] =>
  named.map(({ emailAddress }) => bare(emailAddress))

/** The address alone, where a name stands before it. */
const bare = (address: string): string => /<([^<>]+)>\s*$/.exec(address)?.[1] ?? address

const bounceOf = (event: unknown): Feedback | undefined => {
  const { mail: sent, bounce } = bounceSchema.parse(event)
  const isPermanent = bounce.bounceType === 'Permanent'
  if (!isPermanent && OF_THE_MESSAGE.has(bounce.bounceSubType)) return undefined
  return {
    emails: addresses(bounce.bouncedRecipients),
    news: {
      kind: isPermanent ? 'bounce' : 'transient',
      report: { at: sent.timestamp, feedbackId: bounce.feedbackId },
    },
    use: useOf(sent.tags),
    mailId: sent.tags[TAGS.mail]?.[0],
  }
}

const complaintOf = (event: unknown): Feedback | undefined => {
  const { mail: sent, complaint } = complaintSchema.parse(event)
  // Somebody has taken the mail out of the spam.
  if (complaint.complaintFeedbackType === 'not-spam') return undefined
  return {
    emails: addresses(complaint.complainedRecipients),
    news: {
      kind: 'complaint',
      report: { at: sent.timestamp, feedbackId: complaint.feedbackId },
    },
    use: useOf(sent.tags),
    mailId: undefined,
  }
}

/**
 * What kind of report it is, in the words of SES: `Bounce`, `DeliveryDelay`.
 *
 * @throws when it is no report at all.
 */
export const kindOfReport = (message: unknown): string => typed.parse(message).eventType

/**
 * What a report of the mail service comes to. Nothing for what says nothing of an address: deliveries (a
 * bounce may still follow), delays, and whatever SES may add.
 *
 * @throws when it is no report at all, or a bounce or complaint that cannot be read: somebody must look.
 */
export const feedbackOf = (message: unknown): Feedback | undefined => {
  switch (kindOfReport(message)) {
    case 'Bounce':
      return bounceOf(message)
    case 'Complaint':
      return complaintOf(message)
    default:
      return undefined
  }
}
