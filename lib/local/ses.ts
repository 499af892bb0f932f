import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import * as z from 'zod'
import { listen, type Served } from './listen.ts'
import type { Assembly } from './template.ts'

/** Which reports of a configuration set go to which topic. */
const destinationSchema = z.object({
  ConfigurationSetName: z.string(),
  EventDestination: z.object({
    Enabled: z.boolean().default(true),
    MatchingEventTypes: z.array(z.string()),
    SnsDestination: z.object({ TopicARN: z.string() }).optional(),
  }),
})

/** What the double reads of a call that sends a mail. */
interface Sending {
  readonly configurationSet: string
  readonly recipients: readonly string[]
  readonly tags: Readonly<Record<string, readonly string[]>>
  readonly messageId: string
  readonly at: string
}

/** Recipients that act as those of SES's simulator, by the part before the `@`: `bounce+1@…` too. */
const ACTORS = /^(bounce|complaint|transient)(?:[+.-][^@]*)?@/

const numbered = (form: URLSearchParams, prefix: string, suffix = ''): string[] => {
  const values: string[] = []
  for (let number = 1; ; number += 1) {
    const value = form.get(`${prefix}${String(number)}${suffix}`)
    if (value === null) return values
    values.push(value)
  }
}

const sendingOf = (form: URLSearchParams, answer: string, now: number): Sending => {
  const names = numbered(form, 'Tags.member.', '.Name')
  const values = numbered(form, 'Tags.member.', '.Value')
  return {
    configurationSet: form.get('ConfigurationSetName') ?? '',
    recipients: [
      ...numbered(form, 'Destination.ToAddresses.member.'),
      ...numbered(form, 'Destinations.member.'),
    ],
    tags: Object.fromEntries(names.map((name, place) => [name, [values[place] ?? '']])),
    messageId: /<MessageId>([^<]*)</.exec(answer)?.[1] ?? '',
    at: new Date(now).toISOString(),
  }
}

const mailOf = ({ configurationSet, recipients, tags, messageId, at }: Sending): object => ({
  timestamp: at,
  messageId,
  destination: recipients,
  tags: { 'ses:configuration-set': [configurationSet], ...tags },
})

/** What SES would report of a mail to a recipient who acts, the last report first: it keeps no order. */
const reportsOf = (sending: Sending, emailAddress: string): { eventType: string }[] => {
  const actor = ACTORS.exec(emailAddress.toLowerCase())?.[1]
  const mail = mailOf(sending)
  const about = { feedbackId: `${sending.messageId}-${emailAddress}`, timestamp: sending.at }
  switch (actor) {
    case 'complaint': {
      const complaint = { ...about, complainedRecipients: [{ emailAddress }] }
      return [
        { eventType: 'Complaint', ...{ complaint, mail } },
        { eventType: 'Delivery', ...{ delivery: { recipients: [emailAddress] }, mail } },
      ]
    }
    case 'bounce':
    case 'transient': {
      const [bounceType, bounceSubType] =
        actor === 'bounce' ? ['Permanent', 'General'] : ['Transient', 'MailboxFull']
      const bounce = { ...about, bounceType, bounceSubType, bouncedRecipients: [{ emailAddress }] }
      return [
        { eventType: 'Bounce', ...{ bounce, mail } },
        { eventType: 'DeliveryDelay', ...{ deliveryDelay: { delayType: 'MailboxFull' }, mail } },
      ]
    }
    default:
      return []
  }
}

/** Where the double sends mails on, and whom it tells how they fared. */
interface Surroundings {
  readonly mailboxUrl: string
  readonly now: () => number
  readonly publish: (topicArn: string, message: unknown) => void
}

/** `BOUNCE` of the event `Bounce`, as the template says, in capitals and without underscores. */
const plain = (type: string): string => type.replaceAll('_', '').toUpperCase()

/**
 * A double of SES in front of the mailbox: every mail arrives there, and recipients named `bounce`,
 * `complaint` and `transient` make it report as the event destinations of the template ask.
 */
export const startSes = (
  assembly: Assembly,
  { mailboxUrl, now, publish }: Surroundings,
): Promise<Served> => {
  const destinations = assembly
    .ofType('AWS::SES::ConfigurationSetEventDestination')
    .map((resource) => resource.read(destinationSchema))
  const report = (sending: Sending, event: { eventType: string }): void => {
    for (const { ConfigurationSetName: name, EventDestination: to } of destinations) {
      const asks = to.MatchingEventTypes.map(plain).includes(plain(event.eventType))
      if (name !== sending.configurationSet || !to.Enabled || !asks) continue
      if (to.SnsDestination !== undefined) publish(to.SnsDestination.TopicARN, event)
    }
  }
  return listen(
    createServer((request, response) => {
      const forward = async (): Promise<void> => {
        const body = await text(request)
        const answer = await fetch(`${mailboxUrl}${request.url ?? '/'}`, {
          method: request.method ?? 'GET',
          headers: {
            'content-type': request.headers['content-type'] ?? '',
            authorization: request.headers.authorization ?? '',
          },
          ...(body === '' ? {} : { body }),
        })
        const answered = await answer.text()
        if (answer.ok) {
          const sending = sendingOf(new URLSearchParams(body), answered, now())
          for (const recipient of sending.recipients) {
            for (const event of reportsOf(sending, recipient)) report(sending, event)
          }
        }
        response.writeHead(answer.status, { 'content-type': 'text/xml' })
        response.end(answered)
      }
      forward().catch((error: unknown) => {
        response.writeHead(502, { 'content-type': 'text/plain' })
        response.end(String(error))
      })
    }),
  )
}
