import { beforeEach, expect, it, vi } from 'vitest'
import { streamHandler, type Change } from '../../shared/platform/stream.ts'
import { streamEvent } from '../support/events.ts'

const logged = vi.spyOn(console, 'error')

beforeEach(() => {
  logged.mockReset().mockReturnValue()
})

const items = (...names: string[]) =>
  streamEvent(names.map((name) => ({ NewImage: { name: { S: name } } })))

/** A consumer that fails at some items, and the items that it was handed. */
const consumer = (...failing: string[]) => {
  const handed: unknown[] = []
  const handler = streamHandler(async ({ after }) => {
    handed.push(after?.['name'])
    await new Promise((resolve) => setTimeout(resolve, handed.length === 1 ? 5 : 0))
    if (failing.some((name) => name === after?.['name'])) throw new Error('no table')
  })
  return { handed, handler }
}

it('handles changes one after the other, in their order', async () => {
  const steps: string[] = []
  const handler = streamHandler(async ({ after }) => {
    steps.push(`begin ${String(after?.['name'])}`)
    await new Promise((resolve) => setTimeout(resolve, steps.length === 1 ? 10 : 0))
    steps.push(`end ${String(after?.['name'])}`)
  })
  expect(await handler(items('a', 'b'))).toEqual({ batchItemFailures: [] })
  expect(steps).toEqual(['begin a', 'end a', 'begin b', 'end b'])
})

it('stops at the first failure and says from where to deliver again', async () => {
  const { handed, handler } = consumer('b', 'c')
  expect(await handler(items('a', 'b', 'c'))).toEqual({
    batchItemFailures: [{ itemIdentifier: '101' }],
  })
  expect(handed).toEqual(['a', 'b'])
  expect(logged.mock.calls.flat()).toMatchObject([{ eventID: 'event-1', sequenceNumber: '101' }])
})

it('hands over the item before and after, and when it was written', async () => {
  const changes: Change[] = []
  const handler = streamHandler((change) => {
    changes.push(change)
    return Promise.resolve()
  })
  const [before, after] = [
    { version: { N: '1' } },
    { version: { N: '2' }, days: { L: [{ S: 'a' }] } },
  ]
  await handler(
    streamEvent([{ NewImage: after }, { OldImage: before, NewImage: after }, { OldImage: before }]),
  )
  expect(changes).toEqual([
    { before: undefined, after: { version: 2, days: ['a'] }, at: new Date('2025-07-15T08:41:00Z') },
    {
      before: { version: 1 },
      after: { version: 2, days: ['a'] },
      at: new Date('2025-07-15T08:41:01Z'),
    },
    { before: { version: 1 }, after: undefined, at: new Date('2025-07-15T08:41:02Z') },
  ])
})

it('fails a change that it cannot even read', async () => {
  const { handed, handler } = consumer()
  const broken = streamEvent([{ NewImage: { version: { N: '1e20' } } }])
  const { batchItemFailures } = await handler({
    Records: [...items('a').Records, ...broken.Records],
  })
  expect(handed).toEqual(['a'])
  expect(batchItemFailures).toHaveLength(1)
})
