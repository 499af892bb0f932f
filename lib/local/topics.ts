import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Log } from './log.ts'
import { ACCOUNT, REGION, type Assembly } from './template.ts'

/** The ARN of a topic, by its name. */
export const topicArn = (name: string): string => `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`

/** What the runner reads of a subscription; who is told by e-mail is told nothing here. */
const subscriptionSchema = z.object({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string(),
  FilterPolicy: z.never().optional(),
})

/** Takes messages for topics, by their ARN. */
export interface Topics {
  readonly publish: (topicArn: string, message: unknown) => void
}

/**
 * The topics of the template. A message goes to each function that has subscribed, as SNS hands it over:
 * at least once, here always twice.
 *
 * @param hand gives an event to a function, which is tried again as its settings in the template say.
 */
export const openTopics = (
  assembly: Assembly,
  hand: (functionArn: string, event: unknown) => void,
  { now, log }: { readonly now: () => number; readonly log: Log },
): Topics => {
  const subscriptions = assembly
    .ofType('AWS::SNS::Subscription')
    .map((resource) => resource.read(subscriptionSchema))
    .filter(({ Protocol: protocol }) => protocol === 'lambda')
  return {
    publish: (topicArn, message) => {
      const Sns = {
        Type: 'Notification',
        MessageId: randomUUID(),
        TopicArn: topicArn,
        Subject: null,
        Message: JSON.stringify(message),
        Timestamp: new Date(now()).toISOString(),
        MessageAttributes: {},
      }
      const event = { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', Sns }] }
      const own = subscriptions.filter(({ TopicArn }) => TopicArn === topicArn)
      if (own.length === 0) log.warn('sns', `nobody has subscribed to ${topicArn}`)
      for (const { Endpoint } of [...own, ...own]) hand(Endpoint, event)
    },
  }
}
