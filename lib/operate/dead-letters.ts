import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import * as z from 'zod'
import type { Functions } from './functions.ts'
import { DEAD_LETTERS_TAG, prefixOf } from './names.ts'
import { batchSchema, eventOf, readRecords, subjectOf, type Batch } from './stream-records.ts'
import { aboutTopicEvent, eventOfUndelivered } from './topic-messages.ts'

/** A queue in which work of a function waits for a person. */
export interface DeadLetters {
  readonly function: string
  readonly url: string
  readonly messages: number
}

/** What lies in such a queue: identifiers only, nothing that says anything about a person. */
export interface DeadLetter {
  readonly id: string
  readonly sentAt: Date
  /** What it is: a job of a queue, an event of the clock or a topic, or records of the table's stream. */
  readonly kind: 'job' | 'event' | 'records'
  /** Why it was given up, as AWS names it. */
  readonly reason: string
  /** Which families, months, days it is about. */
  readonly about: readonly string[]
}

/** What became of redriven messages; what was left names why, and is still in the queue. */
export interface Redriven {
  readonly done: number
  readonly left: readonly string[]
}

/** What the commands work with: of AWS, or of the portal on this machine. */
export interface DeadLetterParts {
  readonly sqs: SQSClient
  readonly streams: DynamoDBStreamsClient
  readonly functions: Functions
  readonly stage: string
}

/** For how long looked at messages are hidden from others, in seconds. */
const LOOK = 120
/** The most messages that are looked at. */
const MOST = 1000

const contextSchema = z.object({ functionArn: z.string(), condition: z.string() })
const recordsSchema = z.object({ requestContext: contextSchema, DDBStreamBatchInfo: batchSchema })
const eventSchema = z.object({ requestContext: contextSchema, requestPayload: z.unknown() })
const reportSchema = z.object({ batchItemFailures: z.array(z.unknown()) })

/** A message as what it is. */
type Letter =
  | { readonly kind: 'job'; readonly job: unknown }
  | {
      readonly kind: 'event'
      /** Nothing where a topic could not hand it over: the queue says whose it is. */
      readonly target: string | undefined
      readonly reason: string
      readonly event: unknown
    }
  | {
      readonly kind: 'records'
      readonly target: string
      readonly reason: string
      readonly batch: Batch
    }

const bodyOf = ({ Body: body = 'null' }: Message): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

/** @param source the queue whose messages come here; streams and schedules have none. */
const letterOf = (message: Message, source: string | undefined): Letter => {
  const body = bodyOf(message)
  if (source !== undefined) return { kind: 'job', job: body }
  const records = recordsSchema.safeParse(body)
  if (records.success) {
    const { requestContext: context, DDBStreamBatchInfo: batch } = records.data
    return { kind: 'records', target: context.functionArn, reason: context.condition, batch }
  }
  const failed = eventSchema.safeParse(body)
  if (failed.success) {
    const { requestContext: context, requestPayload: event } = failed.data
    return { kind: 'event', target: context.functionArn, reason: context.condition, event }
  }
  const undelivered = eventOfUndelivered(body)
  if (undelivered !== undefined) {
    return { kind: 'event', target: undefined, reason: 'NotDelivered', event: undelivered }
  }
  // The scheduler could not hand its event over: the message is the event.
  const attribute = (name: string): string => message.MessageAttributes?.[name]?.StringValue ?? ''
  return {
    kind: 'event',
    target: attribute('TARGET_ARN'),
    reason: attribute('ERROR_CODE'),
    event: body,
  }
}

/** The fields that identify; every other may say something about a person. */
const IDENTIFIES =
  /Ids?$|^(?:id|ids|month|date|day|from|until|number|numbers|page|slice|scheduledTime|due)$/

/** Fields with their values, of those that identify only. */
const identifiersIn = (value: unknown, name = ''): string[] => {
  if (Array.isArray(value)) return value.flatMap((each) => identifiersIn(each, name))
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, each]) => identifiersIn(each, key))
  }
  const isText = typeof value === 'string' || typeof value === 'number'
  return isText && IDENTIFIES.test(name) ? [`${name} ${String(value)}`] : []
}

/** Every dead-letter queue of a stage, by the names of their functions. */
export const listDeadLetters = async ({ sqs, stage }: DeadLetterParts): Promise<DeadLetters[]> => {
  const found: DeadLetters[] = []
  let next: string | undefined
  do {
    const page = await sqs.send(
      new ListQueuesCommand({
        QueueNamePrefix: prefixOf(stage),
        MaxResults: 1000,
        ...(next === undefined ? {} : { NextToken: next }),
      }),
    )
    for (const url of page.QueueUrls ?? []) {
      const { Tags: tags } = await sqs.send(new ListQueueTagsCommand({ QueueUrl: url }))
      const name = tags?.[DEAD_LETTERS_TAG]
      if (name === undefined) continue
      const { Attributes: attributes } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: ['ApproximateNumberOfMessages'],
        }),
      )
      const messages = Number(attributes?.ApproximateNumberOfMessages)
      found.push({ function: name, url, messages })
    }
    next = page.NextToken
  } while (next !== undefined)
  return found.toSorted((a, b) => (a.function < b.function ? -1 : 1))
}

const sourceOf = async (sqs: SQSClient, url: string): Promise<string | undefined> => {
  const { queueUrls } = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: url }))
  return queueUrls?.[0]
}

/** Looks at messages and lets `work` say which are done; the others are shown again to everybody. */
const lookAt = async (
  sqs: SQSClient,
  url: string,
  most: number,
  work: (message: Message) => Promise<boolean>,
): Promise<void> => {
  const kept: Message[] = []
  const known = new Set<string | undefined>()
  for (let seen = 0; seen < most;) {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: Math.min(10, most - seen),
        VisibilityTimeout: LOOK,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    )
    // What comes a second time was kept, and is shown again already: all was looked at.
    const fresh = messages.filter(({ MessageId }) => !known.has(MessageId))
    if (fresh.length === 0) break
    seen += fresh.length
    for (const message of fresh) {
      known.add(message.MessageId)
      const { ReceiptHandle } = message
      if (await work(message)) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))
      } else kept.push(message)
    }
  }
  for (const { ReceiptHandle } of kept) {
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }),
    )
  }
}

/** What a batch of records is about; that it is lost, once the stream has forgotten it. */
const aboutRecords = async (
  { streams, functions }: DeadLetterParts,
  { target, batch }: Extract<Letter, { kind: 'records' }>,
): Promise<string[]> => {
  const patterns = await functions.patterns(target, batch.streamArn)
  const records = await readRecords(streams, batch, patterns)
  return records === undefined ? [forgotten(batch)] : [...new Set(records.map(subjectOf))]
}

/** What a job or an event is about. */
const aboutWork = (letter: Extract<Letter, { kind: 'job' | 'event' }>): string[] => {
  if (letter.kind === 'job') return identifiersIn(letter.job)
  return aboutTopicEvent(letter.event) ?? identifiersIn(letter.event)
}

const forgotten = (batch: Batch): string =>
  `${String(batch.batchSize)} records of ${batch.approximateArrivalOfFirstRecord} to ` +
  `${batch.approximateArrivalOfLastRecord}, which the stream has forgotten: edit again what was edited then`

/** What lies in a queue, the oldest first: at most a thousand messages. */
export const showDeadLetters = async (
  parts: DeadLetterParts,
  { url }: DeadLetters,
): Promise<DeadLetter[]> => {
  const source = await sourceOf(parts.sqs, url)
  const shown: DeadLetter[] = []
  await lookAt(parts.sqs, url, MOST, async (message) => {
    const letter = letterOf(message, source)
    const about = letter.kind === 'records' ? await aboutRecords(parts, letter) : aboutWork(letter)
    shown.push({
      id: message.MessageId ?? '',
      sentAt: new Date(Number(message.Attributes?.SentTimestamp)),
      kind: letter.kind,
      reason: letter.kind === 'job' ? 'MaxReceives' : letter.reason,
      about,
    })
    return false
  })
  return shown.toSorted((a, b) => a.sentAt.getTime() - b.sentAt.getTime())
}

/** Why a message could not be handed over again; nothing when it was. */
const redriveOne = async (
  { sqs, streams, functions }: DeadLetterParts,
  queue: DeadLetters,
  message: Message,
  source: string | undefined,
): Promise<string | undefined> => {
  const letter = letterOf(message, source)
  if (letter.kind === 'job') {
    const { Body: MessageBody = '', MessageAttributes } = message
    await sqs.send(new SendMessageCommand({ QueueUrl: source, MessageBody, MessageAttributes }))
    return undefined
  }
  const target = letter.target ?? (await functions.named(queue.function))
  if (target === undefined) return `there is no function ${queue.function}`
  if (target === '') return 'it does not say of which function it is: invoke that by hand'
  if (letter.kind === 'event') {
    await functions.send(target, letter.event)
    return undefined
  }
  const { batch } = letter
  const patterns = await functions.patterns(target, batch.streamArn)
  const records = await readRecords(streams, batch, patterns)
  if (records === undefined) return forgotten(batch)
  const outcome = await functions.invoke(target, eventOf(batch, records))
  if (!outcome.ok) return `the function failed again: ${outcome.error.split(':')[0] ?? ''}`
  const report = reportSchema.safeParse(outcome.payload)
  const failed = !report.success || report.data.batchItemFailures.length > 0
  return failed ? 'the function failed again: see its log' : undefined
}

/**
 * Hands the work in a queue over once more: jobs go back to their queue, events of the clock and of topics to
 * their function, records of the stream are read again and shown to theirs. What is handed over is deleted
 * here; cut off between the two, the same work comes twice, which has one effect.
 *
 * @param most so many messages only.
 */
export const redriveDeadLetters = async (
  parts: DeadLetterParts,
  queue: DeadLetters,
  most = MOST,
): Promise<Redriven> => {
  const { url } = queue
  const source = await sourceOf(parts.sqs, url)
  let done = 0
  const left: string[] = []
  await lookAt(parts.sqs, url, most, async (message) => {
    const reason = await redriveOne(parts, queue, message, source)
    if (reason === undefined) done += 1
    else left.push(reason)
    return reason === undefined
  })
  return { done, left }
}

/** Deletes one message whose work was done otherwise; false when it is not there. */
export const dropDeadLetter = async (
  { sqs }: DeadLetterParts,
  { url }: DeadLetters,
  id: string,
): Promise<boolean> => {
  let dropped = false
  await lookAt(sqs, url, MOST, (message) => {
    const isIt = message.MessageId === id
    dropped ||= isIt
    return Promise.resolve(isIt)
  })
  return dropped
}
