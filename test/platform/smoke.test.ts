import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { httpHandler } from '../../shared/platform/http.ts'
import { queueHandler } from '../../shared/platform/queue.ts'
import { scheduleHandler } from '../../shared/platform/schedule.ts'
import { answeringSmoke, isSmoke } from '../../shared/platform/smoke.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import { freshTable } from '../support/engine.ts'
import { httpEvent } from '../support/events.ts'

const { tableName, endpoint } = await freshTable()

beforeEach(() => {
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'the-function')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const work = vi.fn(() => Promise.resolve())
const asked = httpHandler()
const handlers: Readonly<Record<string, (event: { smoke: true }) => Promise<unknown>>> = {
  queue: queueHandler(z.unknown(), work),
  stream: streamHandler(work),
  schedule: scheduleHandler(work),
  other: answeringSmoke(work),
  // The handler of routes takes what Lambda hands it, whatever its type says.
  http: async (event) => z.unknown().parse(await Reflect.apply(asked, undefined, [event, {}])),
}

describe.each(Object.entries(handlers))('the handler of kind %s', (_, handler) => {
  it('answers the smoke event by its name, without any work', async () => {
    expect(await handler({ smoke: true })).toEqual({ function: 'the-function', ok: true })
    expect(work).not.toHaveBeenCalled()
  })

  it('fails where the table cannot be read', async () => {
    vi.stubEnv('TABLE_NAME', 'no-such-table')
    await expect(handler({ smoke: true })).rejects.toThrow(/resource not found|non-existent/i)
  })
})

it.each([
  ['nothing', undefined],
  ['what says more', { smoke: true, scheduledTime: '2025-10-01T04:00:00Z' }],
  ['what is almost it', { smoke: 'true' }],
  ['a batch', { Records: [] }],
  ['a call with it in its body', httpEvent('$default', { body: { smoke: true } })],
])('takes for the smoke event nothing else: %s', (_, event) => {
  expect(isSmoke(event)).toBe(false)
})
