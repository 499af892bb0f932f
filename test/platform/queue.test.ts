import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { queueHandler, sendJobs } from '../../shared/platform/queue.ts'
import { sqsEvent } from '../support/events.ts'

describe('sending jobs', () => {
  const client = new SQSClient({})
  const sqs = mockClient(client)
  const QUEUE = 'https://sqs.eu-west-3.amazonaws.com/123456789012/billing'
  const jobs = Array.from({ length: 23 }, (_, slice) => ({ slice }))

  afterEach(() => {
    sqs.reset()
  })

  const batches = () =>
    sqs
      .commandCalls(SendMessageBatchCommand)
      .map(({ args: [{ input }] }) => ({ url: input.QueueUrl, entries: input.Entries ?? [] }))

  it('puts every job in once, ten at a time', async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] })
    await sendJobs(client, QUEUE, jobs)
    expect(batches().map(({ entries }) => entries.length)).toEqual([10, 10, 3])
    expect(new Set(batches().map(({ url }) => url))).toEqual(new Set([QUEUE]))
    const sent = batches().flatMap(({ entries }) => entries)
    expect(sent.map(({ MessageBody }) => z.unknown().parse(JSON.parse(MessageBody ?? '')))).toEqual(
      jobs,
    )
    for (const { entries } of batches()) {
      expect(new Set(entries.map(({ Id }) => Id)).size).toBe(entries.length)
    }
  })

  it('calls nobody when there is nothing to do', async () => {
    await sendJobs(client, QUEUE, [])
    expect(batches()).toEqual([])
  })

  it('fails when the queue takes some of them only, so that all are put in again', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Successful: [], Failed: [] })
      .resolvesOnce({
        Successful: [],
        Failed: [{ Id: '10', Code: 'InternalError', SenderFault: false }],
      })
    await expect(sendJobs(client, QUEUE, jobs)).rejects.toThrow(
      'The queue refused 1 jobs: InternalError',
    )
    expect(batches()).toHaveLength(2)
  })

  it('fails when the queue does not answer', async () => {
    sqs.on(SendMessageBatchCommand).rejects(new Error('no queue'))
    await expect(sendJobs(client, QUEUE, jobs)).rejects.toThrow('no queue')
  })
})

describe('working on jobs', () => {
  const logged = vi.spyOn(console, 'error')
  beforeEach(() => {
    logged.mockReset().mockReturnValue()
  })

  const schema = z.strictObject({ slice: z.int() })
  const work = async (bodies: readonly string[], failing: readonly number[] = []) => {
    const done: number[] = []
    const handler = queueHandler(schema, ({ slice }) => {
      if (failing.includes(slice)) return Promise.reject(new Error('no table'))
      done.push(slice)
      return Promise.resolve()
    })
    const { batchItemFailures } = await handler(sqsEvent(bodies))
    return { done, failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) }
  }
  const bodies = [0, 1, 2, 3].map((slice) => JSON.stringify({ slice }))

  it('does them all', async () => {
    expect(await work(bodies)).toEqual({ done: [0, 1, 2, 3], failed: [] })
  })

  it('gives back the failed ones alone, and goes on with the others', async () => {
    expect(await work(bodies, [1, 3])).toEqual({
      done: [0, 2],
      failed: ['message-1', 'message-3'],
    })
    expect(logged.mock.calls.flat()).toMatchObject([
      { messageId: 'message-1' },
      { messageId: 'message-3' },
    ])
  })

  it.each([
    ['no JSON', '{'],
    ['no job', '{"month":"2025-09"}'],
    ['more than a job', '{"slice":1,"price":1}'],
  ])('fails a message that is %s, so that somebody looks at it', async (_, body) => {
    expect(await work([body, '{"slice":7}'])).toEqual({ done: [7], failed: ['message-0'] })
  })
})
