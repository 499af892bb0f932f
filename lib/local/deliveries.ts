import * as z from 'zod'
import type { PortalClock } from './clock.ts'
import type { Function, Outcome } from './functions.ts'
import type { Log } from './log.ts'
import {
  consume,
  md5,
  openQueue,
  type Consumer,
  type Message,
  type Queue,
  type Verdict,
} from './queues.ts'
import { queueArn } from './sqs.ts'
import type { State } from './state.ts'
import { ACCOUNT, REGION } from './template.ts'

/** The settings of a queue's event source mapping in the template. */
export const queueMappingSchema = z.object({
  BatchSize: z.number().default(10),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
  FilterCriteria: z.never().optional(),
})
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
const reportSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullish()

/** The ARN of a function, by its name. */
export const functionArn = (name: string): string =>
  `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`

const parseJson = (text: string): unknown => JSON.parse(text)
const DONE: Verdict = { done: true }
/** No `retryAfter`: the message comes back when its visibility ends. */
const FAILED: Verdict = { done: false, failure: 'the function failed' }

const failedIds = (
  messages: readonly Message[],
  outcome: Outcome,
  partial: boolean,
): Set<string> => {
  const all = new Set(messages.map(({ messageId }) => messageId))
  if (!outcome.ok) return all
  if (!partial) return new Set()
  const report = reportSchema.safeParse(JSON.parse(outcome.payload ?? 'null'))
  if (!report.success) return all
  const failures = report.data?.batchItemFailures ?? []
  const named = failures.map(({ itemIdentifier: id }) => id)
  // An identifier that is not in the batch fails all of it.
  return named.every((id) => all.has(id)) ? new Set(named) : all
}

/** Feeds a function from a queue: batches, partial failures, a limit of concurrent batches. */
export const startQueueMapping = (
  queue: Queue,
  settings: z.infer<typeof queueMappingSchema>,
  target: Function,
  log: Log,
): Consumer => {
  const partial = settings.FunctionResponseTypes.includes('ReportBatchItemFailures')
  const concurrency = settings.ScalingConfig?.MaximumConcurrency ?? 5
  return consume(
    queue,
    { batchSize: settings.BatchSize, concurrency },
    async (messages) => {
      const outcome = await target.invoke({
        Records: messages.map((message) => ({
          messageId: message.messageId,
          receiptHandle: message.receipt,
          body: message.body,
          attributes: {
            ApproximateReceiveCount: String(message.receives),
            SentTimestamp: String(message.sentAt),
            SenderId: ACCOUNT,
            ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
          },
          messageAttributes: message.attributes,
          md5OfBody: md5(message.body),
          eventSource: 'aws:sqs',
          eventSourceARN: queueArn(queue.name),
          awsRegion: REGION,
        })),
      })
      const failed = failedIds(messages, outcome, partial)
      return new Map(
        messages.map((message) => [message, failed.has(message.messageId) ? FAILED : DONE]),
      )
    },
    log,
  )
}

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
        verdicts.set(message, outcome.ok ? DONE : { done: false, failure, retryAfter })
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
