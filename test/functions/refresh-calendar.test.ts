import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { rowsOfAll, startOpenData, type OpenData } from '../../lib/local/open-data.ts'
import type { handler as Handler } from '../../functions/refresh-calendar/index.ts'
import { SEED } from '../../shared/school-calendar/seed.ts'
import {
  CALENDAR_CHANGED,
  CALENDAR_UNREADABLE,
  PUBLIC_HOLIDAYS_DIFFER,
} from '../../shared/school-calendar/names.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { RIGHTS } from '../support/rights.ts'
import { rightsUsed } from '../support/used-rights.ts'

const { table, tableName, endpoint } = await freshTable()
const queue = mockClient(SQSClient)
queue.on(SendMessageBatchCommand).resolves({})
const warned = vi.spyOn(console, 'warn').mockReturnValue()
vi.spyOn(console, 'info').mockReturnValue()

let data: OpenData
let handler: typeof Handler

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2025-08-04T04:00:09Z') })
  await openCesson(table)
  data = await startOpenData(SEED)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('CLOSING_QUEUE_URL', 'https://queue.example/1/closing')
  vi.stubEnv('SCHOOL_CALENDAR_URL', data.url)
  vi.stubEnv('PUBLIC_HOLIDAYS_URL', data.url)
  ;({ handler } = await import('../../functions/refresh-calendar/index.ts'))
})
afterAll(async () => {
  vi.useRealTimers()
  await data.stop()
})
beforeEach(() => {
  warned.mockClear()
})

const fire = () => handler({ scheduledTime: '2025-08-04T04:00:00Z' })

it('is silent while the ministry and the State say what the town says', async () => {
  await fire()
  expect(warned).not.toHaveBeenCalled()
  expect(data.asked.map(({ pathname }) => pathname)).toContain('/jours-feries/metropole/2026.json')
})

it('follows a summer that begins a week later, with the rights of its role, and says which days', async () => {
  const later = SEED.map(({ lastDay, ...year }) => ({
    ...year,
    lastDay: lastDay === '2026-07-03' ? ('2026-07-10' as const) : lastDay,
  }))
  data.publish(rowsOfAll(later))
  const used = await rightsUsed(fire)
  expect(RIGHTS['refresh-calendar']).toEqual(expect.arrayContaining(used))
  // What has them released: now, and once no function holds the earlier calendar.
  const jobs = queue
    .commandCalls(SendMessageBatchCommand)
    .flatMap(({ args: [{ input }] }) => input.Entries ?? [])
  expect(new Set(jobs.map(({ DelaySeconds: delay }) => delay))).toEqual(new Set([undefined, 120]))
  expect(jobs[0]?.MessageBody).toContain('"VACANCES","date":"2026-07-06"')
  expect(warned.mock.calls).toEqual([
    [
      {
        message: CALENDAR_CHANGED,
        schoolYear: '2025-2026',
        days: '2026-07-04 2026-07-05 2026-07-06 2026-07-07 2026-07-08 2026-07-09 2026-07-10',
      },
    ],
  ])
})

it('says that the data set refuses it, and that the State has other public holidays', async () => {
  const refusal = { status: 400, body: {} }
  data.disturb(refusal, { status: 200, body: { '2025-01-01': '1er janvier' } })
  await fire()
  const messages = warned.mock.calls.map(([line]: readonly unknown[]) => line)
  expect(messages).toMatchObject([
    { message: CALENDAR_UNREADABLE, why: '127.0.0.1 answers 400' },
    { message: PUBLIC_HOLIDAYS_DIFFER },
  ])
})
