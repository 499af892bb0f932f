import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Portal } from '../../../lib/local/portal.ts'
import { makeSystem, until, type Entry, type System } from './fixture.ts'
import { matching } from '../../support/matching.ts'

/** Matchers without the `any` of their types. */
const containing = (part: object): unknown => expect.objectContaining(part)
const including = (parts: unknown[]): unknown => expect.arrayContaining(parts)
const aNumber: unknown = expect.any(Number)

let system: System
let portal: Portal
let table: DynamoDBClient
let sqs: SQSClient

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
const connect = (): void => {
  const { AWS_ENDPOINT_URL_DYNAMODB: engine = '', AWS_ENDPOINT_URL_SQS: queues = '' } =
    portal.variables
  table = new DynamoDBClient({ region: 'eu-west-3', endpoint: engine, credentials })
  sqs = new SQSClient({ region: 'eu-west-3', endpoint: queues, credentials })
}
beforeAll(() => {
  system = makeSystem()
})
beforeEach(async () => {
  system.forget()
  portal = await system.start({ fresh: true })
  connect()
})
afterEach(() => portal.stop())
afterAll(() => system.remove())

const restart = async (): Promise<void> => {
  await portal.stop()
  portal = await system.start()
  connect()
}
interface Work {
  readonly fail?: number
  readonly how?: string
  readonly delay?: number
}
const put = async (pk: string, work: Work = {}, entity = 'Invoice'): Promise<void> => {
  const Item = {
    pk: { S: pk },
    entity: { S: entity },
    work: { S: JSON.stringify(work) },
    bytes: { B: new Uint8Array([1, 2, 3]) },
  }
  await table.send(new PutItemCommand({ TableName: portal.variables['TABLE_NAME'], Item }))
}
const named = (name: string, key: string): readonly unknown[] =>
  system
    .record()
    .filter((entry: Entry) => entry.name.includes(name) && key in entry)
    .map((entry) => entry[key])
const queue = async (name: string): Promise<string> => {
  const found = await sqs.send(new GetQueueUrlCommand({ QueueName: name }))
  return found.QueueUrl ?? ''
}
const messagesOf = async (name: string): Promise<unknown[]> => {
  const { Messages: messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: await queue(name), MaxNumberOfMessages: 10 }),
  )
  return (messages ?? []).map(({ Body: body }) => z.unknown().parse(JSON.parse(body ?? 'null')))
}
const send = async (key: string, work: Work = {}): Promise<void> => {
  const MessageBody = JSON.stringify({ key, ...work })
  await sqs.send(new SendMessageCommand({ QueueUrl: await queue('Jobs'), MessageBody }))
}

describe('the stream', () => {
  it('shows the function new items in their order, in the form of AWS', async () => {
    for (const key of ['a', 'b', 'c']) await put(key)
    expect(await portal.settle(120_000)).toBe(true)
    expect(named('Follow', 'done')).toEqual(['a', 'b', 'c'])
    expect(named('Follow', 'record')[0]).toMatchObject({
      eventID: matching(/./),
      eventName: 'INSERT',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-3',
      eventSourceARN: matching(/^arn:aws:dynamodb:eu-west-3:.*:table\/.+\/stream\//),
      dynamodb: {
        Keys: { pk: { S: 'a' } },
        NewImage: { pk: { S: 'a' }, entity: { S: 'Invoice' }, bytes: { B: 'AQID' } },
        StreamViewType: 'NEW_AND_OLD_IMAGES',
        ApproximateCreationDateTime: aNumber,
      },
    })
  })

  it('keeps from the function what its filter does not name', async () => {
    await put('a', {}, 'Family')
    await put('b', {}, 'Submission')
    await portal.settle(120_000)
    expect(named('Follow', 'done')).toEqual(['b'])
    await restart()
    await portal.settle(120_000)
    expect(named('Follow', 'done')).toEqual(['b'])
  })

  it('gives the time of the portal clock at the write', async () => {
    portal.moveTo(Date.parse('2030-01-01T00:00:00Z'))
    await put('a')
    await portal.settle(120_000)
    const [record] = named('Follow', 'record')
    const { ApproximateCreationDateTime: created } = z
      .object({ dynamodb: z.object({ ApproximateCreationDateTime: z.number() }) })
      .parse(record).dynamodb
    expect(Math.abs(created - Date.parse('2030-01-01T00:00:00Z') / 1000)).toBeLessThan(5)
  })

  it('goes back to the first record that was reported, and replays all after it', async () => {
    await put('slow', { delay: 300 })
    await until(() => named('Follow', 'tried').includes('slow'))
    await put('a')
    await put('b', { fail: 1 })
    await put('c')
    await portal.settle(120_000)
    expect(named('Follow', 'batch')).toEqual([['slow'], ['a', 'b', 'c'], ['b', 'c']])
    expect(named('Follow', 'done')).toEqual(['slow', 'a', 'b', 'c'])
  })

  it.each(['throw', 'exit', 'hang'])(
    'isolates a record at which the function does: %s',
    async (how) => {
      await put('slow', { delay: 300 })
      await until(() => named('Follow', 'tried').includes('slow'))
      for (const key of ['a', 'b']) await put(key)
      await put('poison', { fail: 99, how })
      for (const key of ['c', 'd']) await put(key)
      await portal.settle(120_000)
      const done = named('Follow', 'done')
      expect(new Set(done)).toEqual(new Set(['slow', 'a', 'b', 'c', 'd']))
      expect(done.slice(-2)).toEqual(['c', 'd'])
      // Alone it had its first try and the two retries of the template.
      expect(named('Follow', 'batch').filter((batch) => String(batch) === 'poison')).toHaveLength(3)
      expect(await messagesOf('PutAside')).toEqual([
        containing({
          version: '1.0',
          requestContext: containing({
            condition: 'RetryAttemptsExhausted',
            approximateInvokeCount: 3,
          }),
          DDBStreamBatchInfo: containing({
            batchSize: 1,
            startSequenceNumber: '4',
            endSequenceNumber: '4',
          }),
        }),
      ])
    },
    30_000,
  )

  it('goes on after a restart where it was, and repeats what was not finished', async () => {
    await put('a')
    await portal.settle(120_000)
    await put('b', { delay: 600 })
    await until(() => named('Follow', 'tried').includes('b'))
    await restart()
    await put('c')
    await portal.settle(120_000)
    expect(named('Follow', 'batch')).toEqual([['a'], ['b'], including(['b'])])
    expect(named('Follow', 'done')).toEqual(['a', 'b', 'c'])
  })
})

describe('a queue', () => {
  it('feeds the function with events in the form of AWS', async () => {
    await send('a')
    await portal.settle(120_000)
    const [message] = named('Work', 'sqs')
    expect(message).toMatchObject({
      body: '{"key":"a"}',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-3:000000000000:Jobs',
      awsRegion: 'eu-west-3',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: matching(/^\d{13}$/),
      },
    })
    const { Attributes: attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: await queue('Jobs'), AttributeNames: ['All'] }),
    )
    expect(attributes?.ApproximateNumberOfMessages).toBe('0')
  })

  it('gives batches of at most the size of the template, two at a time', async () => {
    const Entries = Array.from({ length: 10 }, (_, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify({ key: `k${index}`, delay: 100 }),
    }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: await queue('Jobs'), Entries }))
    await portal.settle(120_000)
    const sizes = named('Work', 'batch').map((batch) => z.array(z.string()).parse(batch).length)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5)
    // A queue delivers at least once: on a slow machine a message is seen again before it is done.
    expect(new Set(named('Work', 'done')).size).toBe(10)
  })

  it('hides a message for its delay, unless there is nothing else to wait for', async () => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: await queue('Jobs'),
        MessageBody: JSON.stringify({ key: 'late' }),
        DelaySeconds: 900,
      }),
    )
    await send('soon')
    await until(() => named('Work', 'done').length === 1)
    expect(named('Work', 'batch')).toEqual([['soon']])
    expect(await portal.settle(120_000)).toBe(true)
    expect(named('Work', 'batch')).toEqual([['soon'], ['late']])
  })

  it('sees only the failed message again, after its visibility time', async () => {
    const Entries = ['a', 'b'].map((key) => ({
      Id: key,
      MessageBody: JSON.stringify({ key, fail: key === 'b' ? 1 : 0 }),
    }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: await queue('Jobs'), Entries }))
    await until(() => named('Work', 'done').length === 2)
    expect(named('Work', 'batch')).toEqual([['a', 'b'], ['b']])
  })

  it('puts a message that keeps failing aside after the tries of the template', async () => {
    await send('poison', { fail: 99, how: 'throw' })
    await until(async () => (await messagesOf('Dead')).length === 1)
    expect(named('Work', 'tried')).toHaveLength(3)
  })

  it('keeps its messages over a restart, and gives those in work again at once', async () => {
    await send('a', { delay: 1000 })
    await until(() => named('Work', 'tried').length === 1)
    await restart()
    await until(() => named('Work', 'done').length === 1)
    expect(named('Work', 'tried')).toHaveLength(2)
    expect(named('Work', 'sqs')[1]).toMatchObject({ attributes: { ApproximateReceiveCount: '2' } })
  })

  it('refuses a call for a queue that is not there', async () => {
    await expect(queue('Nowhere')).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
  })
})

describe('a schedule', () => {
  const startAt = async (time: string): Promise<void> => {
    await portal.stop()
    portal = await system.start({ fresh: true, now: Date.parse(time) })
    connect()
    expect(named('Monthly', 'scheduled')).toEqual([])
  }
  const october = '2030-10-01T04:00:00Z'

  it('does not fire for times before the first start', async () => {
    await portal.settle(1000)
    expect(named('Monthly', 'scheduled')).toEqual([])
  })

  it('fires once for each due time that the clock is moved over, in order', async () => {
    await startAt('2030-07-15T08:00:00Z')
    const fired = portal.moveTo(Date.parse('2030-10-01T04:01:00Z'))
    expect(fired?.filter(({ schedule }) => schedule.includes('Monthly'))).toHaveLength(3)
    await portal.settle(120_000)
    const times = named('Monthly', 'scheduled').map(
      (event) => z.object({ scheduledTime: z.string() }).parse(event).scheduledTime,
    )
    // Six in the morning of Paris is four in UTC in summer.
    expect(times.toSorted()).toEqual(['2030-08-01T04:00:00Z', '2030-09-01T04:00:00Z', october])
  })

  it('moves forwards only', () => {
    expect(portal.moveTo(portal.now() - 1000)).toBeUndefined()
  })

  it('keeps the clock over a restart, and fires what was due while nothing ran', async () => {
    await startAt('2030-09-15T08:00:00Z')
    await portal.stop()
    portal = await system.start({ now: Date.parse('2030-10-01T04:01:00Z') })
    await portal.settle(120_000)
    expect(named('Monthly', 'done')).toEqual([october])
    await restart()
    await portal.settle(120_000)
    expect(named('Monthly', 'done')).toEqual([october])
    expect(portal.now()).toBeGreaterThan(Date.parse(october))
  })

  it('tries a failing function again, then puts the event aside', async () => {
    await startAt('2030-01-02T05:59:00Z')
    portal.moveTo(Date.parse('2030-01-02T06:00:01Z'))
    await until(async () => (await messagesOf('Missed')).length === 1)
    expect(named('Failing', 'tried')).toEqual(['2030-01-02T06:00:00Z', '2030-01-02T06:00:00Z'])
  })
})
