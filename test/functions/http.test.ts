import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import * as z from 'zod'
import { readTownRoute } from '../../shared/catalogue/routes.ts'
import { readFamilyRoute } from '../../shared/families/routes.ts'
import type { httpHandler } from '../../shared/platform/http.ts'
import type { Route } from '../../shared/platform/route.ts'
import { guardianIdSchema } from '../../shared/platform/schemas.ts'
import {
  decideRequestRoute,
  listPendingRequestsRoute,
  listRequestsRoute,
} from '../../shared/reservations/request-routes.ts'
import {
  previewWishesRoute,
  readPlanningRoute,
  submitWishesRoute,
} from '../../shared/reservations/routes.ts'
import { readBillingRunRoute } from '../../shared/billing/routes.ts'
import { readLedgerRoute } from '../../shared/ledger/routes.ts'
import { DUPONT, GUIDE_MORNING, openCesson, TEST, ticked, weekly } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn, type HttpCall } from '../support/events.ts'
import { anotherFamily } from '../support/families.ts'

const { table, tableName, endpoint } = await freshTable()
const empty = await freshTable()

type Handler = ReturnType<typeof httpHandler>
let family: Handler
let previews: Handler
let ledger: Handler
let staff: Handler
let accounting: Handler
let town: Handler

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('CLOSING_QUEUE_URL', 'https://queue.example/1/closing')
  vi.stubEnv('BILLING_QUEUE_URL', 'https://queue.example/1/billing')
  vi.stubEnv('ISSUE_QUEUE_URL', 'https://queue.example/1/issue')
  ;({ handler: family } = await import('../../functions/family/index.ts'))
  ;({ handler: previews } = await import('../../functions/previews/index.ts'))
  ;({ handler: ledger } = await import('../../functions/ledger/index.ts'))
  ;({ handler: staff } = await import('../../functions/staff/index.ts'))
  ;({ handler: accounting } = await import('../../functions/accounting/index.ts'))
  ;({ handler: town } = await import('../../functions/town/index.ts'))
})

beforeEach(() => {
  const spies = [vi.spyOn(console, 'info'), vi.spyOn(console, 'error')]
  for (const spy of spies) spy.mockReset().mockReturnValue()
})

/** The body of an answer that succeeded, checked against the declaration of its route. */
const ask = async <Reply extends z.ZodType>(
  handler: Handler,
  route: Route & { readonly reply: Reply },
  about: HttpCall = {},
): Promise<z.output<Reply>> => {
  const answer = await call(handler, httpEvent(route, { now: GUIDE_MORNING, ...about }))
  expect(answer).toMatchObject({ statusCode: route.status })
  return z.parse<Reply>(route.reply, JSON.parse(answer.body ?? ''))
}

const refusalOf = async (handler: Handler, route: Route, about: HttpCall = {}) =>
  problemIn(await call(handler, httpEvent(route, { now: GUIDE_MORNING, ...about })))

const parent = (by = DUPONT) => claimsOf(['guardian'], by)
const agent = claimsOf(['agent'])
const key = (name: string) => ({ 'idempotency-key': name })

describe('family', () => {
  it('plays the main job: family, planning, preview, submission, requests, ledger', async () => {
    const by = await anotherFamily(table)
    const claims = parent(by)
    const wishes = [
      weekly('lucas-restauration-2025', { 2: ['REPAS'] }),
      ticked('lucas-mercredis-2025', { '2025-09-03': ['JOURNEE'] }),
    ]
    const file = await ask(family, readFamilyRoute, { claims })
    expect(file.children.map(({ firstName }) => firstName)).toEqual(['Léo', 'Lucas'])
    const { headers } = await call(family, httpEvent(readFamilyRoute, { claims }))
    expect(headers?.['etag']).toBe(`"${String(file.version)}"`)

    const preview = await ask(previews, previewWishesRoute, { claims, body: { wishes } })
    expect(preview.requests.map(({ state }) => state).toSorted()).toEqual(['accepted', 'pending'])
    expect((await ask(family, listRequestsRoute, { claims })).requests).toEqual([])

    const submission = { claims, body: { wishes }, headers: key('first-submission') }
    const made = await ask(family, submitWishesRoute, submission)
    expect(await ask(family, submitWishesRoute, submission)).toEqual(made)
    const listed = await ask(family, listRequestsRoute, { claims })
    expect(listed.requests).toEqual(made.requests.toReversed())

    const planning = await ask(family, readPlanningRoute, {
      claims,
      query: { from: '2025-09-02', to: '2025-09-03' },
    })
    const units = planning.children.flatMap(({ enrolments }) =>
      enrolments.flatMap((enrolment) => enrolment.units),
    )
    expect(units.filter(({ days }) => days !== '..')).toEqual([
      { unitId: 'JOURNEE', name: 'Journée', days: '.r' },
      { unitId: 'REPAS', name: 'Repas', days: 'a.' },
    ])
    expect(await ask(ledger, readLedgerRoute, { claims })).toMatchObject({
      totals: { invoiced: 0, invoices: 0, due: 0 },
      entries: [],
    })
  })

  it('refuses a submission without its key, or with one that could be guessed', async () => {
    const body = { wishes: [weekly('lucas-restauration-2025', { 2: ['REPAS'] })] }
    for (const headers of [
      {},
      key('short'),
      key('with space'),
      key('a'.repeat(65)),
      key('a#bcdefgh'),
    ]) {
      const problem = await refusalOf(family, submitWishesRoute, {
        claims: parent(),
        body,
        headers,
      })
      expect(problem).toMatchObject({
        status: 400,
        errors: [{ pointer: '/headers/idempotency-key' }],
      })
    }
  })

  it.each([
    ['no wishes', { wishes: [] }, '/body/wishes'],
    ['61 wishes', { wishes: Array.from({ length: 61 }, () => weekly('a', {})) }, '/body/wishes'],
    ['a price', { wishes: [weekly('a', {})], price: 1 }, '/body'],
    ['a state', { wishes: [{ ...weekly('a', {}), state: 'accepted' }] }, '/body/wishes/0'],
    [
      'five weeks',
      { wishes: [{ kind: 'recurrence', enrolmentId: 'a', weeks: [[], [], [], [], []] }] },
      '/body/wishes/0/weeks',
    ],
    [
      'an eighth weekday',
      {
        wishes: [
          { kind: 'recurrence', enrolmentId: 'a', weeks: [[{ weekday: 8, units: ['REPAS'] }]] },
        ],
      },
      '/body/wishes/0/weeks/0/0/weekday',
    ],
    [
      'a day that does not exist',
      { wishes: [{ kind: 'days', enrolmentId: 'a', days: [{ date: '2025-02-30', units: [] }] }] },
      '/body/wishes/0/days/0/date',
    ],
    [
      'a letter of staff',
      { wishes: [{ kind: 'lines', enrolmentId: 'a', from: '2025-09-01', units: { REPAS: 'a' } }] },
      '/body/wishes/0/units/REPAS',
    ],
    [
      'an id that would be a key',
      { wishes: [{ kind: 'lines', enrolmentId: 'a#b', from: '2025-09-01', units: {} }] },
      '/body/wishes/0/enrolmentId',
    ],
  ])('refuses %s with a pointer to it', async (_, body, pointer) => {
    const problem = await refusalOf(previews, previewWishesRoute, { claims: parent(), body })
    expect(problem).toMatchObject({ status: 400, code: 'invalid-request', errors: [{ pointer }] })
  })

  it('tells the same of an enrolment of another family as of none', async () => {
    const about = (enrolmentId: string) => ({
      claims: parent(TEST),
      body: { wishes: [weekly(enrolmentId, { 2: ['REPAS'] })] },
    })
    const others = await refusalOf(previews, previewWishesRoute, about('lucas-restauration-2025'))
    expect(others).toMatchObject({ status: 404, code: 'unknown-enrolment' })
    expect(await refusalOf(previews, previewWishesRoute, about('nobodys'))).toEqual(others)
  })

  it('finds nothing for a guardian who has left the family', async () => {
    const claims = parent({ ...DUPONT, guardianId: guardianIdSchema.parse('g9') })
    for (const route of [readFamilyRoute, readPlanningRoute]) {
      expect(await refusalOf(family, route, { claims })).toMatchObject({ code: 'not-found' })
    }
  })

  it('is closed to a guardian without a family', async () => {
    const claims = claimsOf(['guardian'])
    for (const route of [readFamilyRoute, readPlanningRoute, listRequestsRoute]) {
      expect(await refusalOf(family, route, { claims })).toMatchObject({ code: 'forbidden' })
    }
    expect(await refusalOf(ledger, readLedgerRoute, { claims })).toMatchObject({
      code: 'forbidden',
    })
  })

  it.each([
    [{ limit: '0' }, '/query/limit'],
    [{ limit: '101' }, '/query/limit'],
    [{ limit: 'all' }, '/query/limit'],
    [{ before: '-1' }, '/query/before'],
    [{ before: '99999999999' }, '/query/before'],
  ])('refuses the page %o of requests', async (query, pointer) => {
    const problem = await refusalOf(family, listRequestsRoute, { claims: parent(), query })
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer }] })
  })

  it.each(['9999-12-31', '0000-01-01', '2025-13-01', 'tomorrow'])(
    'refuses a planning from %s on',
    async (from) => {
      const problem = await refusalOf(family, readPlanningRoute, {
        claims: parent(),
        query: { from },
      })
      expect(problem).toMatchObject({ status: 400, errors: [{ pointer: '/query/from' }] })
    },
  )
})

describe('staff', () => {
  it('lists what awaits a decision, and decides once [guide 48]', async () => {
    const by = await anotherFamily(table)
    const { requests } = await ask(family, submitWishesRoute, {
      claims: parent(by),
      body: { wishes: [ticked('lucas-mercredis-2025', { '2025-09-03': ['JOURNEE'] })] },
      headers: key('awaiting-staff'),
    })
    const number = requests[0]?.number ?? 0
    const pending = await ask(staff, listPendingRequestsRoute, { claims: agent })
    expect(pending.requests.filter(({ familyId }) => familyId === by.familyId)).toMatchObject([
      { number, child: 'Lucas' },
    ])

    const decision = {
      claims: agent,
      parameters: { familyId: by.familyId, number: String(number) },
      body: { outcome: 'accepted', message: 'À mercredi' },
    }
    expect(await ask(staff, decideRequestRoute, decision)).toMatchObject({
      number,
      state: 'accepted',
      message: 'À mercredi',
    })
    expect(
      await refusalOf(staff, decideRequestRoute, { ...decision, body: { outcome: 'refused' } }),
    ).toMatchObject({ status: 409, code: 'already-decided' })
  })

  it.each([
    [{ familyId: 'a#b', number: '1' }, '/path/familyId'],
    [{ familyId: '1001', number: 'one' }, '/path/number'],
    [{ familyId: '1001', number: '99999999999' }, '/path/number'],
  ])('refuses to decide %o', async (parameters, pointer) => {
    const problem = await refusalOf(staff, decideRequestRoute, {
      claims: agent,
      parameters,
      body: { outcome: 'accepted' },
    })
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer }] })
  })

  it.each(['1', '_', 'yesterday_1', '2025-07-15T08:41:00.000Z', '2025-07-15T08:41:00.000Z_x'])(
    'refuses to read on after “%s”',
    async (after) => {
      const problem = await refusalOf(staff, listPendingRequestsRoute, {
        claims: agent,
        query: { after },
      })
      expect(problem).toMatchObject({ status: 400, errors: [{ pointer: '/query/after' }] })
    },
  )

  it('reads on after the last number that there can be, and finds nothing', async () => {
    const query = { after: '9999-07-15T08:41:00.000Z_999999999' }
    const page = await ask(staff, listPendingRequestsRoute, { claims: agent, query })
    expect(page).toEqual({ requests: [] })
  })
})

describe('accounting', () => {
  it('finds no run of a month that was never billed', async () => {
    const about = {
      claims: claimsOf(['accountant']),
      parameters: { month: '2024-01', regieId: 'ENF' },
    }
    expect(await refusalOf(accounting, readBillingRunRoute, about)).toMatchObject({
      code: 'not-found',
    })
  })
})

describe('town', () => {
  it('tells everybody where the town is, its school years and its activities [guide 38]', async () => {
    const { name, schoolYears, activities } = await ask(town, readTownRoute)
    expect(name).toBe('Cesson')
    expect(schoolYears.map(({ id }) => id)).toEqual(['2025-2026', '2026-2027'])
    expect(activities.map((activity) => [activity.name, activity.decision])).toEqual([
      ['Etudes Surveillées', 'automatic'],
      ['Restauration Scolaire', 'automatic'],
      ['Accueil Pre/Post Scolaire', 'automatic'],
      ['Centre de Loisirs Mercredis', 'staff'],
      ['Centre de Loisirs Vacances', 'staff'],
    ])
    const units = activities.flatMap((activity) => activity.units.map((unit) => unit.name))
    expect(units).not.toContain('Accueil soir hors délais')
  })

  it('tells what the forms of family files choose from and must have [guide 11]', async () => {
    const { files, facilities, diets } = await ask(town, readTownRoute)
    expect(files).toMatchObject({ mandatory: ['family.homePhone', 'guardian.phone'] })
    expect(facilities).toContainEqual({
      facilityId: 'E_PREVERT',
      name: 'Elémentaire Jacques Prévert',
    })
    expect(diets.map(({ dietId }) => dietId)).toContain('SANS_VIANDE')
  })

  it('finds nothing under a path that no route has', async () => {
    const answer = await call(town, httpEvent('$default'))
    expect(answer.statusCode).toBe(404)
    expect(problemIn(answer).code).toBe('not-found')
  })
})

it('does not start without its environment', async () => {
  vi.stubEnv('TABLE_NAME', '')
  vi.resetModules()
  onTestFinished(() => {
    vi.stubEnv('TABLE_NAME', tableName)
    vi.resetModules()
  })
  await expect(import('../../functions/staff/index.ts')).rejects.toThrow('TABLE_NAME')
})

it('is not available before the town has loaded its file', async () => {
  vi.stubEnv('TABLE_NAME', empty.tableName)
  vi.resetModules()
  onTestFinished(() => {
    vi.stubEnv('TABLE_NAME', tableName)
    vi.resetModules()
  })
  const { handler } = await import('../../functions/town/index.ts')
  const answer = await call(handler, httpEvent(readTownRoute))
  expect(answer.statusCode).toBe(503)
})
