import * as z from 'zod'
import type { PortalClock } from './clock.ts'
import { functionArn, type Function } from './functions.ts'
import type { Log } from './log.ts'
import { consume, openQueue, type Consumer, type Message, type Verdict } from './queues.ts'
import type { State } from './state.ts'

/** How a function's asynchronous events are tried again, and where they go then. */
export const asyncSchema = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.number().default(2),
  DestinationConfig: z
    .object({
      OnFailure: z.object({ Destination: z.string() }).optional(),
      OnSuccess: z.never().optional(),
    })
    .optional(),
})

const parseJson = (text: string): unknown => JSON.parse(text)

/** Takes events for a function that nobody waits for, keeps them, and tries them again. */
export interface AsyncInvoker extends Consumer {
  readonly send: (event: unknown) => void
}

const PREFIX = 'async:'
/** Lambda waits one minute before the first retry of an asynchronous event, two before the next. */
export const ASYNC_RETRY_MILLISECONDS = 60_000

/** The asynchronous side of a function, by its settings in the template or Lambda's defaults. */
export const startAsync = (
  target: Function,
  settings: z.infer<typeof asyncSchema> | undefined,
  discard: (destinationArn: string, body: string) => void,
  services: { readonly state: State; readonly clock: PortalClock; readonly log: Log },
  retryMilliseconds = ASYNC_RETRY_MILLISECONDS,
): AsyncInvoker => {
  const { state, clock, log } = services
  const queue = openQueue(state, clock, {
    name: `${PREFIX}${target.name}`,
    visibility: 3_600_000,
    delay: 0,
    maxReceives: (settings?.MaximumRetryAttempts ?? 2) + 1,
    bury: (message, failure) => {
      const destination = settings?.DestinationConfig?.OnFailure?.Destination
      log.warn(
        target.name,
        `gave up an event after ${String(message.receives)} tries: ${message.body}`,
      )
      if (destination === undefined) return
      const body = {
        version: '1.0',
        timestamp: new Date(clock.now()).toISOString(),
        requestContext: {
          requestId: message.messageId,
          functionArn: `${functionArn(target.name)}:$LATEST`,
          condition: 'RetriesExhausted',
          approximateInvokeCount: message.receives,
        },
        requestPayload: parseJson(message.body),
        responseContext: {
          statusCode: 200,
          executedVersion: '$LATEST',
          functionError: 'Unhandled',
        },
        responsePayload: { errorMessage: failure },
      }
      discard(destination, JSON.stringify(body))
    },
  })
  const consumer = consume(
    queue,
    { batchSize: 1, concurrency: 4 },
    async (messages) => {
      const verdicts = new Map<Message, Verdict>()
      for (const message of messages) {
        const outcome = await target.invoke(JSON.parse(message.body))
        const failure = outcome.ok ? '' : `${outcome.errorType}: ${outcome.errorMessage}`
        const retryAfter =
          message.receives < queue.settings.maxReceives ? message.receives * retryMilliseconds : 0
        verdicts.set(message, outcome.ok ? { done: true } : { done: false, failure, retryAfter })
      }
      return verdicts
    },
    log,
  )
  return {
    ...consumer,
    send: (event) => {
      queue.send(JSON.stringify(event))
    },
  }
}
