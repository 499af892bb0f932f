import * as z from 'zod'
import type { Function, Outcome } from './functions.ts'
import type { Log } from './log.ts'
import { consume, md5, type Consumer, type Message, type Queue, type Verdict } from './queues.ts'
import { queueArn } from './sqs.ts'
import { ACCOUNT, REGION } from './template.ts'

/** The settings of a queue's event source mapping in the template. */
export const queueMappingSchema = z.object({
  BatchSize: z.number().default(10),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
  FilterCriteria: z.never().optional(),
})
const reportSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullish()

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
