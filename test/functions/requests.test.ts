import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import type { httpHandler } from '../../shared/platform/http.ts'
import type { Route } from '../../shared/platform/route.ts'
import {
  decideRequestsRoute,
  listFamilyRequestsRoute,
  listPendingRequestsRoute,
  listRequestsRoute,
  readDashboardRoute,
  readRequestRoute,
  withdrawRequestRoute,
} from '../../shared/reservations/request-routes.ts'
import { submitWishesRoute } from '../../shared/reservations/routes.ts'
import { GUIDE_MORNING, openCesson, TEST, ticked, type DUPONT } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn, type HttpCall } from '../support/events.ts'
import { anotherFamily } from '../support/families.ts'

const { table, tableName, endpoint } = await freshTable()

type Handler = ReturnType<typeof httpHandler>
let family: Handler
let staff: Handler

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('CLOSING_QUEUE_URL', 'https://queue.example/1/closing')
  ;({ handler: family } = await import('../../functions/family/index.ts'))
  ;({ handler: staff } = await import('../../functions/staff/index.ts'))
})

beforeEach(() => {
  vi.spyOn(console, 'info').mockReturnValue()
})

const handlerOf = (route: Route): Handler => (route.function === 'staff' ? staff : family)

/** The body of an answer that succeeded, checked against the declaration of its route. */
const ask = async <Reply extends z.ZodType>(
  route: Route & { readonly reply: Reply },
  about: HttpCall,
): Promise<z.output<Reply>> => {
  const event = httpEvent(route, { now: GUIDE_MORNING, ...about })
  const answer = await call(handlerOf(route), event)
  expect(answer).toMatchObject({ statusCode: route.status })
  return z.parse<Reply>(route.reply, JSON.parse(answer.body ?? ''))
}

const refusalOf = async (route: Route, about: HttpCall) =>
  problemIn(await call(handlerOf(route), httpEvent(route, { now: GUIDE_MORNING, ...about })))

const agent = claimsOf(['agent'])
const parent = (by: typeof DUPONT) => claimsOf(['guardian'], by)

let keys = 0

const submit = async (by: typeof DUPONT, ...dates: string[]): Promise<number> => {
  keys += 1
  const days = Object.fromEntries(dates.map((date) => [`2025-09-${date}`, ['JOURNEE']]))
  const { requests } = await ask(submitWishesRoute, {
    claims: parent(by),
    body: { wishes: [ticked('lucas-mercredis-2025', days)] },
    headers: { 'idempotency-key': `requests-${keys}` },
  })
  return requests[0]?.number ?? 0
}

describe('requests over HTTP', () => {
  it('go from the family to the inbox, and by one call with their days back to it [guide 19, 46, 48]', async () => {
    const by = await anotherFamily(table)
    const [first, second] = [await submit(by, '03', '10'), await submit(by, '17')]
    const inbox = await ask(listPendingRequestsRoute, {
      claims: agent,
      query: { activity: 'MERCREDIS', minAge: '4', maxAge: '4', olderThanDays: '0' },
      now: new Date('2025-07-16T08:41:00Z'),
    })
    expect(inbox.requests.filter(({ familyId }) => familyId === by.familyId)).toMatchObject([
      { number: first, age: 4, daysAdded: 2, daysWaited: 1, group: 'Petits' },
      { number: second, age: 4, daysAdded: 1, daysWaited: 1, group: 'Petits' },
    ])

    const { familyId } = by
    const { results } = await ask(decideRequestsRoute, {
      claims: agent,
      body: {
        decisions: [
          {
            familyId,
            number: first,
            outcome: 'accepted',
            message: 'Complet le 10',
            refusedDates: ['2025-09-10'],
          },
          { familyId, number: second, outcome: 'accepted', refusedDates: ['2025-09-18'] },
          { familyId, number: 900_000_000, outcome: 'refused' },
        ],
      },
    })
    expect(results).toMatchObject([
      { number: first, request: { state: 'accepted', refusedDates: ['2025-09-10'] } },
      {
        number: second,
        problem: {
          code: 'date-not-requested',
          title: 'Ce jour ne figure pas dans la demande.',
          detail: 'Le jeudi 18/09/2025 ne figure pas dans la demande.',
        },
      },
      { problem: { code: 'not-found', title: 'Cette page ou ce dossier n’existe pas.' } },
    ])

    const claims = parent(by)
    const read = await ask(readRequestRoute, { claims, parameters: { number: String(first) } })
    expect(read).toMatchObject({ stateLabel: 'Traitée positivement', message: 'Complet le 10' })
    expect(read.days).toEqual([
      {
        date: '2025-09-03',
        units: [
          { unitId: 'JOURNEE', name: 'Journée', outcome: 'booked', outcomeLabel: 'Réservée' },
        ],
      },
      {
        date: '2025-09-10',
        units: [
          { unitId: 'JOURNEE', name: 'Journée', outcome: 'refused', outcomeLabel: 'Refusée' },
        ],
      },
    ])
    const own = await ask(listRequestsRoute, { claims, query: { limit: '5', state: 'accepted' } })
    expect(own.requests.map(({ number }) => number)).toEqual([first])
    const parameters = { familyId }
    expect(
      await ask(listFamilyRequestsRoute, {
        claims: agent,
        parameters,
        query: { limit: '5', state: 'accepted' },
      }),
    ).toEqual(own)
  })

  it('are withdrawn by the family, once and for all [guide 8, 19]', async () => {
    const by = await anotherFamily(table)
    const number = await submit(by, '03')
    const about = { claims: parent(by), parameters: { number: String(number) } }
    const withdrawn = await ask(withdrawRequestRoute, about)
    expect(withdrawn).toMatchObject({ state: 'withdrawn', stateLabel: 'Annulée par la famille' })
    expect(await ask(withdrawRequestRoute, about)).toEqual(withdrawn)
    const { results } = await ask(decideRequestsRoute, {
      claims: agent,
      body: { decisions: [{ familyId: by.familyId, number, outcome: 'accepted' }] },
    })
    expect(results).toMatchObject([{ problem: { code: 'request-withdrawn' } }])
  })

  it('of others are not found', async () => {
    const number = await submit(await anotherFamily(table), '03')
    for (const route of [readRequestRoute, withdrawRequestRoute]) {
      const about = { claims: parent(TEST), parameters: { number: String(number) } }
      expect(await refusalOf(route, about)).toMatchObject({ status: 404, code: 'not-found' })
    }
  })

  it('are counted for staff', async () => {
    const before = await ask(readDashboardRoute, { claims: agent })
    await submit(await anotherFamily(table), '03')
    const { requests } = await ask(readDashboardRoute, { claims: agent, query: { days: '0' } })
    expect(requests.pending).toBe(before.requests.pending + 1)
    expect(requests.activities).toMatchObject([
      { activity: 'Centre de Loisirs Mercredis', pending: requests.pending },
    ])
  })
})

it.each([
  ['no decision', { decisions: [] }, '/body/decisions'],
  [
    '101 decisions',
    {
      decisions: Array.from({ length: 101 }, (_, index) => ({
        familyId: '1001',
        number: index + 1,
        outcome: 'accepted',
      })),
    },
    '/body/decisions',
  ],
  [
    'a decision that is none',
    { decisions: [{ familyId: '1001', number: 1, outcome: 'waiting' }] },
    '/body/decisions/0/outcome',
  ],
  [
    'a day that does not exist',
    {
      decisions: [
        { familyId: '1001', number: 1, outcome: 'accepted', refusedDates: ['2025-02-30'] },
      ],
    },
    '/body/decisions/0/refusedDates/0',
  ],
])('refuses %s with a pointer to it', async (_, body, pointer) => {
  const problem = await refusalOf(decideRequestsRoute, { claims: agent, body })
  expect(problem).toMatchObject({ status: 400, errors: [{ pointer }] })
})
