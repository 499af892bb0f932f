import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import * as z from 'zod'
import { listen, type Served } from './listen.ts'
import { md5, type Queue } from './queues.ts'
import { ACCOUNT, REGION } from './template.ts'

/** The ARN of a queue, by its name. */
export const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`
/** The URL of a queue at the local endpoint. */
export const queueUrl = (endpoint: string, name: string): string => `${endpoint}/${ACCOUNT}/${name}`

class SqsError extends Error {
  override readonly name = 'SqsError'
}

const entry = z.object({
  MessageBody: z.string(),
  MessageAttributes: z.record(z.string(), z.unknown()).default({}),
  DelaySeconds: z.number().optional(),
})
const batch = z.object({
  Entries: z
    .array(entry.extend({ Id: z.string() }))
    .min(1)
    .max(10),
})
const receive = z.object({
  MaxNumberOfMessages: z.number().min(1).max(10).default(1),
  VisibilityTimeout: z.number().optional(),
})
const visibility = z.object({ ReceiptHandle: z.string(), VisibilityTimeout: z.number() })
const bodyLimit = 1_048_576

const send = (queue: Queue, sent: z.infer<typeof entry>): object => {
  if (Buffer.byteLength(sent.MessageBody) > bodyLimit) {
    throw new SqsError('InvalidParameterValue')
  }
  const delay = sent.DelaySeconds === undefined ? undefined : sent.DelaySeconds * 1000
  const MessageId = queue.send(sent.MessageBody, sent.MessageAttributes, delay)
  return { MessageId, MD5OfMessageBody: md5(sent.MessageBody) }
}

const actions: Record<string, (queue: Queue, input: unknown) => unknown> = {
  SendMessage: (queue, input) => send(queue, entry.parse(input)),
  SendMessageBatch: (queue, input) => ({
    Successful: batch.parse(input).Entries.map((one) => ({ Id: one.Id, ...send(queue, one) })),
    Failed: [],
  }),
  ReceiveMessage: (queue, input) => {
    const { MaxNumberOfMessages: most, VisibilityTimeout: hidden } = receive.parse(input)
    const messages = queue.receive(most)
    if (hidden !== undefined) {
      for (const { receipt } of messages) queue.hide(receipt, hidden * 1000)
    }
    return {
      Messages: messages.map((message) => ({
        MessageId: message.messageId,
        ReceiptHandle: message.receipt,
        Body: message.body,
        MD5OfBody: md5(message.body),
        Attributes: {
          SentTimestamp: String(message.sentAt),
          ApproximateReceiveCount: String(message.receives),
        },
        MessageAttributes: message.attributes,
      })),
    }
  },
  ChangeMessageVisibility: (queue, input) => {
    const { ReceiptHandle: receipt, VisibilityTimeout: seconds } = visibility.parse(input)
    queue.hide(receipt, seconds * 1000)
    return {}
  },
  ListQueueTags: ({ settings }) => ({ Tags: settings.tags ?? {} }),
  DeleteMessage: (queue, input) => {
    queue.remove(z.object({ ReceiptHandle: z.string() }).parse(input).ReceiptHandle)
    return {}
  },
  PurgeQueue: (queue) => {
    queue.purge()
    return {}
  },
  GetQueueAttributes: (queue) => {
    const { visible, hidden } = queue.count()
    return {
      Attributes: {
        QueueArn: queueArn(queue.name),
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: String(hidden),
      },
    }
  },
}

/** What is asked of all queues, or of those that have another as their dead-letter queue. */
const list = z.object({ QueueNamePrefix: z.string().default('') })
const listings: Record<
  string,
  (queues: readonly Queue[], input: unknown, asked: string) => readonly Queue[]
> = {
  ListQueues: (queues, input) => {
    const { QueueNamePrefix: prefix } = list.parse(input)
    return queues.filter(({ name }) => name.startsWith(prefix))
  },
  ListDeadLetterSourceQueues: (queues, _, asked) =>
    queues.filter(({ settings }) => settings.deadLetterArn === queueArn(asked)),
}

const addressed = z.object({ QueueUrl: z.string().optional(), QueueName: z.string().optional() })

/** Serves the queues to the SDK (JSON protocol); an operation it does not know is an error. */
export const startSqs = (queues: ReadonlyMap<string, Queue>): Promise<Served> => {
  const answer = (target: string, input: unknown, endpoint: string): unknown => {
    const { QueueUrl: url, QueueName: wanted } = addressed.parse(input)
    const asked = wanted ?? url?.split('/').at(-1) ?? ''
    const listed = listings[target]?.([...queues.values()], input, asked)
    if (listed !== undefined) {
      const urls = listed.map(({ name }) => queueUrl(endpoint, name))
      return { QueueUrls: urls, queueUrls: urls }
    }
    const queue = queues.get(asked)
    if (queue === undefined) throw new SqsError('QueueDoesNotExist')
    if (target === 'GetQueueUrl') return { QueueUrl: queueUrl(endpoint, queue.name) }
    const action = actions[target]
    if (action === undefined) throw new SqsError('UnsupportedOperation')
    return action(queue, input)
  }
  return listen(
    createServer((request, response) => {
      const target = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
      const reply = (status: number, body: unknown): void => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
        response.end(JSON.stringify(body))
      }
      text(request)
        .then((body) => answer(target, JSON.parse(body), `http://${request.headers.host ?? ''}`))
        .then(
          (result) => {
            reply(200, result)
          },
          (error: unknown) => {
            const code = error instanceof SqsError ? error.message : 'InvalidParameterValue'
            reply(400, {
              __type: `com.amazonaws.sqs#${code}`,
              message: `${target}: ${String(error)}`,
            })
          },
        )
    }),
  )
}
