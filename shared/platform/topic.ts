import type { SNSEvent } from 'aws-lambda'
import { answeringSmoke, type Handler } from './smoke.ts'

/**
 * The handler of a function that a topic calls: each message, parsed from JSON. A message that fails
 * fails the call; Lambda then tries it again, and after that it waits in a dead-letter queue. Messages
 * may come twice and in any order.
 */
export const topicHandler = (
  handle: (message: unknown) => Promise<void>,
): Handler<SNSEvent, void> =>
  answeringSmoke(async (event: SNSEvent): Promise<void> => {
    for (const { Sns: message } of event.Records) await handle(JSON.parse(message.Message))
  })
