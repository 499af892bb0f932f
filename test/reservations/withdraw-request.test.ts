import { beforeAll, describe, expect, it } from 'vitest'
import { familyPartition } from '../../shared/platform/keys.ts'
import { guardianIdSchema } from '../../shared/platform/schemas.ts'
import { decideRequest } from '../../shared/reservations/decide-request.ts'
import { listPendingRequests } from '../../shared/reservations/list-pending-requests.ts'
import type { Submission, Wish } from '../../shared/reservations/model.ts'
import { readPlanning } from '../../shared/reservations/read-planning.ts'
import { readRequest } from '../../shared/reservations/read-request.ts'
import { withdrawRequest } from '../../shared/reservations/withdraw-request.ts'
import {
  cessonTown,
  GUIDE_MORNING,
  guardian,
  openCesson,
  ticked,
  weekly,
  type DUPONT,
} from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { submitAnew } from '../support/submissions.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }
const WEDNESDAY = '2025-09-03'

const submit = (by: typeof DUPONT, ...wishes: Wish[]): Promise<Submission> =>
  submitAnew(deps, by, wishes)

const withdraw = (by: typeof DUPONT, number: number, now = GUIDE_MORNING) =>
  withdrawRequest(table, { actor: guardian(by), parameters: { number }, now })

const accept = (by: typeof DUPONT, number: number) =>
  decideRequest(table, {
    familyId: by.familyId,
    number,
    outcome: 'accepted',
    by: 'agent',
    now: GUIDE_MORNING,
  })

/** The days of Lucas at the leisure centre on the first three Wednesdays. */
const wednesdays = async (by: typeof DUPONT, unitId = 'JOURNEE'): Promise<string> => {
  const { children } = await readPlanning(deps, {
    actor: guardian(by),
    query: { from: WEDNESDAY, to: '2025-09-17' },
    now: GUIDE_MORNING,
  })
  const days = children
    .flatMap(({ enrolments }) => enrolments)
    .flatMap(({ units }) => units)
    .find((unit) => unit.unitId === unitId)?.days
  return [0, 7, 14].map((index) => days?.[index] ?? '').join('')
}

const outcomes = async (by: typeof DUPONT, number: number) => {
  const { days } = await readRequest(deps, {
    actor: guardian(by),
    parameters: { number },
    now: GUIDE_MORNING,
  })
  return days.map(({ date, units }) => [
    date.slice(8),
    ...units.map(({ unitId, outcome }) => `${unitId} ${outcome}`),
  ])
}

const inbox = async (by: typeof DUPONT): Promise<number[]> => {
  const { requests } = await listPendingRequests(deps, {
    query: { limit: 200 },
    now: GUIDE_MORNING,
  })
  return requests.filter(({ familyId }) => familyId === by.familyId).map(({ number }) => number)
}

const day = (date: string, ...units: string[]): Wish =>
  ticked('lucas-mercredis-2025', { [`2025-09-${date}`]: units })

beforeAll(async () => {
  await openCesson(table)
})

describe('a request that awaits staff', () => {
  it('is withdrawn by the family, with all that it asks, and leaves the inbox [guide 8, 19, 48]', async () => {
    const by = await anotherFamily(table)
    await accept(by, (await submit(by, day('03', 'JOURNEE'))).number)
    const { number } = await submit(by, day('03'), day('10', 'JOURNEE'))
    expect(await wednesdays(by)).toBe('cr.')
    expect(await inbox(by)).toEqual([number])
    const { request } = await withdraw(by, number)
    expect(request).toMatchObject({
      state: 'withdrawn',
      withdrawal: {
        at: GUIDE_MORNING.toISOString(),
        units: [{ unitId: 'JOURNEE', changes: '-......+' }],
      },
    })
    expect(await wednesdays(by)).toBe('a..')
    expect(await inbox(by)).toEqual([])
    expect(await outcomes(by, number)).toEqual([
      ['03', 'JOURNEE withdrawn'],
      ['10', 'JOURNEE withdrawn'],
    ])
  })

  it('keeps what was done at once, and what the family has asked for since', async () => {
    const by = await anotherFamily(table)
    await submit(by, day('03', 'JOURNEE'), day('10', 'JOURNEE'))
    // The day gives way at once to its morning, which staff have to accept.
    const { number } = await submit(by, day('03', 'MATIN'), day('17', 'JOURNEE'))
    await submit(by, day('17'))
    await withdraw(by, number)
    expect(await wednesdays(by)).toBe('.r.')
    expect(await wednesdays(by, 'MATIN')).toBe('...')
    expect(await outcomes(by, number)).toEqual([
      ['03', 'MATIN withdrawn', 'JOURNEE moot'],
      ['17', 'JOURNEE moot'],
    ])
  })

  it('changes no day that has gone by', async () => {
    const by = await anotherFamily(table)
    const { number } = await submit(by, day('03', 'JOURNEE'), day('10', 'JOURNEE'))
    await withdraw(by, number, new Date('2025-09-05T08:00:00Z'))
    expect(await wednesdays(by)).toBe('r..')
  })

  it('changes nothing when it is withdrawn again', async () => {
    const by = await anotherFamily(table)
    const { number } = await submit(by, day('03', 'JOURNEE'))
    const first = await withdraw(by, number)
    const partition = familyPartition(by.familyId)
    const before = await table.query({ partition })
    expect(await withdraw(by, number, new Date('2025-07-16T08:00:00Z'))).toEqual(first)
    expect(await table.query({ partition })).toEqual(before)
  })

  it('is withdrawn or decided, never both', async () => {
    for (let round = 0; round < 6; round += 1) {
      const by = await anotherFamily(table)
      const { number } = await submit(by, day('03', 'JOURNEE'))
      const ends = await Promise.allSettled([withdraw(by, number), accept(by, number)])
      expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
      expect(await wednesdays(by)).toBe(ends[0].status === 'fulfilled' ? '...' : 'a..')
    }
  })
})

describe('a withdrawal', () => {
  it('is refused for a request that was decided, or that needed no decision', async () => {
    const by = await anotherFamily(table)
    const { number } = await submit(by, day('03', 'JOURNEE'))
    await accept(by, number)
    const meals = await submit(by, weekly('lucas-restauration-2025', { 2: ['REPAS'] }))
    for (const refused of [number, meals.number]) {
      await expect(withdraw(by, refused)).rejects.toMatchObject({ code: 'already-decided' })
    }
    expect(await wednesdays(by)).toBe('a..')
  })

  it('finds no request of another family, nor any for a guardian who has left', async () => {
    const [by, other] = [await anotherFamily(table), await anotherFamily(table)]
    const { number } = await submit(by, day('03', 'JOURNEE'))
    for (const stranger of [other, { ...by, guardianId: guardianIdSchema.parse('g9') }]) {
      await expect(withdraw(stranger, number)).rejects.toMatchObject({ code: 'not-found' })
      await expect(outcomes(stranger, number)).rejects.toMatchObject({ code: 'not-found' })
    }
    expect(await wednesdays(by)).toBe('r..')
  })

  it('has one effect wherever it breaks off', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const by = await anotherFamily(table)
        const { number } = await submit(by, day('03', 'JOURNEE'))
        return {
          run: () => withdraw(by, number),
          check: async ({ submission, request }) => {
            expect([submission.version, request.state]).toEqual([2, 'withdrawn'])
            expect(await wednesdays(by)).toBe('...')
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  })

  it('costs two Queries and a transaction', async () => {
    const by = await anotherFamily(table)
    const { number } = await submit(by, day('03', 'JOURNEE'))
    const read = await measure([documents], () => outcomes(by, number))
    const { cost } = await measure([documents], () => withdraw(by, number))
    expect(cost.calls).toEqual({ Query: 2, TransactWriteItems: 1 })
    expectCost('withdraw a request', cost)
    expectCost('read a request that awaits a decision', read.cost)
  })
})
