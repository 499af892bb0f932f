import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import * as z from 'zod'
import { log } from './log.ts'
import { answeringSmoke, type Handler } from './smoke.ts'

/** The most messages of one call (a limit of SQS). */
const BATCH = 10

/**
 * Puts jobs into a queue.
 *
 * @param delay in seconds, up to 900: for how long nobody is shown them.
 * @throws when the queue takes some of them only: the caller puts all of them in again, so handling
 * a job twice must have one effect.
 */
export const sendJobs = async (
  client: SQSClient,
  queueUrl: string,
  jobs: readonly unknown[],
  delay = 0,
): Promise<void> => {
  for (let start = 0; start < jobs.length; start += BATCH) {
    const { Failed: failed } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: jobs.slice(start, start + BATCH).map((job, index) => ({
          Id: String(start + index),
          MessageBody: JSON.stringify(job),
          ...(delay === 0 ? {} : { DelaySeconds: delay }),
        })),
      }),
    )
    if (failed !== undefined && failed.length > 0) {
      throw new Error(`The queue refused ${String(failed.length)} jobs: ${failed[0]?.Code ?? ''}`)
    }
  }
}

/**
 * The handler of a queue worker: each message is a job of a schema, handled with the time at which it
 * was put into the queue, the same however often it is delivered. A job that fails goes back to
 * the queue alone, and after a few times to the dead-letter queue; a message that is no job at all
 * fails the same way, so that somebody looks at it.
 */
export const queueHandler = <Schema extends z.ZodType>(
  schema: Schema,
  handle: (job: z.output<Schema>, sentAt: Date) => Promise<void>,
): Handler<SQSEvent, SQSBatchResponse> =>
  answeringSmoke(async (event) => {
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = []
    for (const { messageId, body, attributes } of event.Records) {
      try {
        const job = z.parse<Schema>(schema, JSON.parse(body))
        await handle(job, new Date(Number(attributes.SentTimestamp)))
      } catch (error) {
        log.error('job failed', error, { messageId })
        batchItemFailures.push({ itemIdentifier: messageId })
      }
    }
    return { batchItemFailures }
  })
