import { beforeAll, describe, expect, it } from 'vitest'
import {
  activityIdSchema,
  groupIdSchema,
  requestNumberSchema,
} from '../../shared/platform/schemas.ts'
import { countPending } from '../../shared/reservations/count-pending.ts'
import { decideRequest } from '../../shared/reservations/decide-request.ts'
import { listPendingRequests } from '../../shared/reservations/list-pending-requests.ts'
import { submissionEntity } from '../../shared/reservations/store.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { cessonTown, GUIDE_MORNING, openCesson, TEST, ticked } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { memoryTable } from '../support/memory-table.ts'
import { expectCost, measure } from '../support/meter.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }
const DAY = 86_400_000
const MERCREDIS = activityIdSchema.parse('MERCREDIS')
const VACANCES = activityIdSchema.parse('VACANCES')

type Query = Parameters<typeof listPendingRequests>[1]['query']

/** Days after the first submission. */
const after = (days: number): Date => new Date(GUIDE_MORNING.getTime() + days * DAY)

const list = (query: Partial<Query>, now = after(20)) =>
  listPendingRequests(deps, { query: { limit: 200, ...query }, now })

/** The numbers of all that is found, page after page. */
const numbers = async (query: Partial<Query>, now?: Date): Promise<number[]> => {
  const found: number[] = []
  let place: string | undefined
  do {
    const { requests, next } = await list(
      { ...query, ...(place === undefined ? {} : { after: place }) },
      now,
    )
    found.push(...requests.map(({ number }) => number))
    place = next
  } while (place !== undefined)
  return found
}

/** Lucas twice, on the first day and ten days later; Manon after five days. */
const asked: number[] = []

beforeAll(async () => {
  await openCesson(table)
  const [dupont, test] = [await anotherFamily(table), await anotherFamily(table, TEST.familyId)]
  for (const [by, enrolment, dates, days] of [
    [dupont, 'lucas-mercredis-2025', ['2025-09-03', '2025-09-10'], 0],
    [test, 'manon-mercredis-2025', ['2025-09-03'], 5],
    [dupont, 'lucas-mercredis-2025', ['2025-09-17'], 10],
  ] as const) {
    const { number } = await submitWishes(deps, {
      by,
      wishes: [ticked(enrolment, Object.fromEntries(dates.map((date) => [date, ['JOURNEE']])))],
      idempotencyKey: `inbox-${String(days)}`,
      now: after(days),
    })
    asked.push(number)
  }
})

describe('the inbox of staff', () => {
  it('tells of each request whose it is, how old the child is, how many days and since when [guide 48]', async () => {
    const { requests } = await list({})
    expect(requests).toMatchObject([
      { number: asked[0], child: 'Lucas', age: 4, daysAdded: 2, daysRemoved: 0, daysWaited: 20 },
      { number: asked[1], child: 'Manon', age: 7, daysAdded: 1, daysRemoved: 0, daysWaited: 15 },
      { number: asked[2], child: 'Lucas', daysAdded: 1, daysRemoved: 0, daysWaited: 10 },
    ])
  })

  it('is sorted by activity, group and age [guide 48]', async () => {
    const { requests } = await list({})
    const [lucas, manon] = requests
    if (lucas?.age === undefined || manon?.age === undefined) throw new Error('No age')
    expect(lucas.age).not.toBe(manon.age)
    expect(lucas.groupId).not.toBe(manon.groupId)
    const ofLucas = [asked[0], asked[2]]
    expect(await numbers({ activity: MERCREDIS })).toEqual(asked)
    expect(await numbers({ activity: VACANCES })).toEqual([])
    expect(await numbers({ group: groupIdSchema.parse(lucas.groupId) })).toEqual(ofLucas)
    expect(await numbers({ minAge: lucas.age, maxAge: lucas.age })).toEqual(ofLucas)
    expect(await numbers({ minAge: Math.min(lucas.age, manon.age) })).toEqual(asked)
    expect(await numbers({ maxAge: Math.min(lucas.age, manon.age) - 1 })).toEqual([])
    expect(await numbers({ minAge: manon.age, maxAge: manon.age, limit: 1 })).toEqual([asked[1]])
    expect(await numbers({ group: groupIdSchema.parse(lucas.groupId), limit: 1 })).toEqual(ofLucas)
  })

  it('is narrowed to what has waited for more than some days', async () => {
    for (const [olderThanDays, found] of [
      [0, asked],
      [9, asked],
      [10, asked.slice(0, 2)],
      [15, asked.slice(0, 1)],
      [19, asked.slice(0, 1)],
      [20, []],
    ] as const) {
      for (const limit of [1, 2, 200]) {
        expect(await numbers({ olderThanDays, limit })).toEqual(found)
      }
    }
  })

  it('is at its end for a reader who has gone further than the days asked for', async () => {
    const { submittedAt, number } = (await list({})).requests[2] ?? {}
    const place = `${String(submittedAt)}_${String(number)}`
    expect(await list({ after: place, olderThanDays: 15 })).toEqual({ requests: [] })
  })

  it('shows a request that does not say the age whatever age is asked for', async () => {
    const [held] = submissionEntity.pick(
      await table.query({ partition: ['REQUESTS', 'pending'], index: true, limit: 1 }),
    )
    if (held === undefined) throw new Error('Nothing is pending')
    const requests = held.requests.map(({ age, ...request }) => {
      expect(age).toBeTypeOf('number')
      return request
    })
    await table.put(submissionEntity.toItem({ ...held, requests }))
    expect(await numbers({ maxAge: 0 })).toEqual([asked[0]])
    await table.put(submissionEntity.toItem(held))
    expect(await numbers({ maxAge: 0 })).toEqual([])
  })

  it('reads no more than a thousand submissions at once, and says where it is', async () => {
    const [held] = submissionEntity.pick(
      await table.query({ partition: ['REQUESTS', 'pending'], index: true, limit: 1 }),
    )
    const [request] = held?.requests ?? []
    if (held === undefined || request === undefined) throw new Error('Nothing is pending')
    const memory = memoryTable()
    for (let index = 1; index <= 1001; index += 1) {
      const number = requestNumberSchema.parse(index)
      const activityId = index === 1001 ? VACANCES : MERCREDIS
      const requests = [{ ...request, number, activityId }]
      await memory.put(submissionEntity.toItem({ ...held, number, requests }))
    }
    const read = (place: string | undefined) =>
      listPendingRequests(
        { ...deps, table: memory },
        { query: { limit: 5, activity: VACANCES, after: place }, now: after(1) },
      )
    const first = await read(undefined)
    expect(first).toEqual({ requests: [], next: `${held.submittedAt}_1000` })
    expect((await read(first.next)).requests.map(({ number }) => number)).toEqual([1001])
  })

  it('reads one part of the index, once for a page', async () => {
    const all = await measure([documents], () => list({ limit: 50 }))
    const filtered = await measure([documents], () => list({ limit: 50, activity: VACANCES }))
    expect(all.cost.calls).toEqual({ Query: 1 })
    expect(filtered.cost.calls).toEqual({ Query: 1 })
    expectCost('list the pending requests of an activity', filtered.cost)
  })
})

describe('the dashboard', () => {
  const count = (days: number) =>
    countPending({ table, catalogue: cessonTown.catalogue }, { days, now: after(20) })

  it('counts what awaits staff by activity, and what has waited too long [guide 48]', async () => {
    const activity = { activityId: MERCREDIS, activity: 'Centre de Loisirs Mercredis' }
    for (const [days, older] of [
      [7, 3],
      [10, 2],
      [20, 0],
    ] as const) {
      expect(await count(days)).toEqual({
        pending: 3,
        older,
        activities: [{ ...activity, pending: 3, older }],
      })
    }
  })

  it('costs one Query', async () => {
    const { cost } = await measure([documents], () => count(7))
    expect(cost.calls).toEqual({ Query: 1 })
    expectCost('count the pending requests', cost)
  })

  it('no longer counts what was decided', async () => {
    const { requests } = await list({})
    const last = requests[requests.length - 1]
    if (last === undefined) throw new Error('Nothing is pending')
    const { familyId, number } = submissionEntity.schema
      .pick({ familyId: true, number: true })
      .parse(last)
    await decideRequest(table, {
      familyId,
      number,
      outcome: 'refused',
      by: 'agent',
      now: after(20),
    })
    expect(await count(7)).toMatchObject({ pending: 2, older: 2 })
  })
})
