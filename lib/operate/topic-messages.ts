import * as z from 'zod'
import { TAGS } from '../../shared/mail-health/names.ts'

/** A message of a topic as SNS puts it into the dead-letter queue of a subscription. */
const undeliveredSchema = z.object({
  Type: z.literal('Notification'),
  MessageId: z.string(),
  TopicArn: z.string(),
  Subject: z.string().nullable().default(null),
  Message: z.string(),
  Timestamp: z.string(),
  SignatureVersion: z.string().optional(),
  Signature: z.string().optional(),
  SigningCertURL: z.string().optional(),
  UnsubscribeURL: z.string().optional(),
  MessageAttributes: z.record(z.string(), z.unknown()).default({}),
})

/** The same as a function is shown it. */
const shownSchema = z.object({
  Records: z
    .array(z.object({ EventSource: z.literal('aws:sns'), Sns: z.object({ Message: z.string() }) }))
    .min(1),
})

/**
 * The event by which SNS would have called the function; nothing where the body is no message of a topic.
 * Two of its fields are called otherwise in events than in queues.
 */
export const eventOfUndelivered = (body: unknown): unknown => {
  const { data } = undeliveredSchema.safeParse(body)
  if (data === undefined) return undefined
  const { SigningCertURL: SigningCertUrl, UnsubscribeURL: UnsubscribeUrl, ...Sns } = data
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        Sns: { ...Sns, SigningCertUrl, UnsubscribeUrl },
      },
    ],
  }
}

const reportSchema = z.object({
  eventType: z.string(),
  mail: z.object({
    timestamp: z.string(),
    tags: z.record(z.string(), z.array(z.string())).default({}),
  }),
})

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * What reports of the mail service in an event are about: what kind they are, and whose mail it was; never
 * an address. Nothing where the event is of no topic.
 */
export const aboutTopicEvent = (event: unknown): string[] | undefined =>
  shownSchema.safeParse(event).data?.Records.map(({ Sns }) => {
    const { data } = reportSchema.safeParse(parsed(Sns.Message))
    if (data === undefined) return 'a message that is no report of a mail'
    const { eventType, mail } = data
    const whose = [TAGS.family, TAGS.mail].flatMap((tag) =>
      (mail.tags[tag] ?? []).map((value) => `${tag} ${value}`),
    )
    return [eventType, `of ${mail.timestamp}`, ...whose].join(' ')
  })
