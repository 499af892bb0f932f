import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { activitySchema } from '../../shared/catalogue/model.ts'
import { publishCatalogue } from '../../shared/catalogue/publish-catalogue.ts'
import {
  decideEnrolmentRequestRoute,
  endEnrolmentRoute,
  requestEnrolmentRoute,
} from '../../shared/enrolments/routes.ts'
import { readFile } from '../../shared/families/read-file.ts'
import type { httpHandler } from '../../shared/platform/http.ts'
import { submitWishesRoute } from '../../shared/reservations/routes.ts'
import { cesson, DUPONT, GUIDE_DAY, GUIDE_MORNING, openCesson, ticked } from '../support/cesson.ts'
import { streamedTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent } from '../support/events.ts'
import { anotherFamily } from '../support/families.ts'
import { deliverFiles } from '../support/follow.ts'

const { table, tableName, endpoint, newRecords } = await streamedTable()
type Handler = ReturnType<typeof httpHandler>
let enrolments: Handler
let family: Handler

/** The Wednesdays of Lucas in the demo town, from September 2025 to July 2026. */
const LUCAS = 'lucas-mercredis-2025'
const agent = claimsOf(['agent'])

beforeAll(async () => {
  await openCesson(table)
  const activities = cesson.catalogue.activities.map((activity) =>
    activity.id === 'MERCREDIS'
      ? activitySchema.parse({
          ...activity,
          enrolment: { decision: 'staff', groups: [{ groupId: 'PETITS', capacity: 100 }] },
        })
      : activity,
  )
  await publishCatalogue(table, { ...cesson.catalogue, activities }, GUIDE_DAY)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  ;({ handler: enrolments } = await import('../../functions/enrolments/index.ts'))
  ;({ handler: family } = await import('../../functions/family/index.ts'))
})

beforeEach(() => {
  vi.spyOn(console, 'info').mockReset().mockReturnValue()
})

type By = typeof DUPONT

const bodyOf = (answer: Awaited<ReturnType<typeof call>>): unknown => JSON.parse(answer.body ?? '')

/** Ends an enrolment, as the agent does. */
const end = async ({ familyId }: By, enrolmentId: string, lastDay: string) => {
  const answer = await call(
    enrolments,
    httpEvent(endEnrolmentRoute, {
      claims: agent,
      parameters: { familyId, enrolmentId },
      body: { lastDay, reason: 'Déménagement' },
    }),
  )
  return { status: answer.statusCode, body: bodyOf(answer) }
}

/** A guardian asks for Wednesdays, and the agent accepts. */
const enrol = async (by: By, childId: string, from: string, until: string): Promise<string> => {
  const asked = await call(
    enrolments,
    httpEvent(requestEnrolmentRoute, {
      claims: claimsOf(['guardian'], by),
      headers: { 'idempotency-key': `${childId}-from-${from}` },
      body: { childId, activityId: 'MERCREDIS', groupId: 'PETITS', from, until },
    }),
  )
  expect(asked.statusCode, asked.body).toBe(201)
  const { number } = requestEnrolmentRoute.reply.parse(bodyOf(asked))
  const decided = await call(
    enrolments,
    httpEvent(decideEnrolmentRequestRoute, {
      claims: agent,
      parameters: { familyId: by.familyId, number: String(number) },
      body: { outcome: 'accepted' },
    }),
  )
  expect(decided.statusCode, decided.body).toBe(200)
  return `request-${String(number)}`
}

const book = async (by: By, enrolmentId: string, date: string) => {
  const answer = await call(
    family,
    httpEvent(submitWishesRoute, {
      claims: claimsOf(['guardian'], by),
      headers: { 'idempotency-key': `book-${date}` },
      body: { wishes: [ticked(enrolmentId, { [date]: ['JOURNEE'] })] },
    }),
  )
  expect(answer.statusCode, answer.body).toBe(201)
}

const wednesdaysOf = async ({ familyId }: By, childId = 'lucas') =>
  (await readFile(table, familyId)).file.enrolments
    .filter((each) => each.activityId === 'MERCREDIS' && each.childId === childId)
    .map(({ enrolmentId, from, until }) => [enrolmentId, from, until])

describe.each([
  ['the family of the demo town', () => Promise.resolve(DUPONT)],
  ['a copy of it', () => anotherFamily(table)],
])('an enrolment of %s that ends', (_, open) => {
  let by: By

  beforeAll(async () => {
    by = await open()
  })

  it('just after another period of the same activity was accepted, and again before it', async () => {
    expect(await end(by, LUCAS, '2025-12-17')).toMatchObject({ status: 200 })
    const later = await enrol(by, 'lucas', '2026-01-07', '2026-07-01')
    expect(await end(by, LUCAS, '2025-11-26')).toMatchObject({
      status: 200,
      body: { enrolmentId: LUCAS, enrolment: { until: '2025-11-26' } },
    })
    await book(by, LUCAS, '2025-11-05')
    await book(by, later, '2026-02-04')
    expect(await end(by, LUCAS, '2025-10-01')).toMatchObject({
      status: 409,
      body: { code: 'days-booked' },
    })
    expect(await end(by, later, '2026-05-06')).toMatchObject({ status: 200 })
    expect(await end(by, LUCAS, '2025-11-12')).toMatchObject({ status: 200 })
    expect((await wednesdaysOf(by)).slice(0, 1)).toEqual([[LUCAS, '2025-09-01', '2025-11-12']])
    expect(await wednesdaysOf(by)).toContainEqual([later, '2026-01-07', '2026-05-06'])
  })

  it('just after the same activity was accepted for a brother and for another year', async () => {
    await enrol(by, 'leo', '2025-09-15', '2026-07-01')
    expect(await end(by, LUCAS, '2025-11-06')).toMatchObject({ status: 200 })
    expect(await end(by, 'lucas-mercredis-2026', '2026-08-31')).toEqual({
      status: 200,
      body: { enrolmentId: 'lucas-mercredis-2026' },
    })
    const next = await enrol(by, 'lucas', '2026-09-09', '2027-06-30')
    expect(await end(by, LUCAS, '2025-11-05')).toMatchObject({ status: 200 })
    expect(await end(by, next, '2026-09-08')).toEqual({ status: 200, body: { enrolmentId: next } })
  })
})

it('ends once, whatever ends it at the same moment and while its cards are written', async () => {
  const by = await anotherFamily(table)
  await end(by, LUCAS, '2025-12-17')
  await newRecords()
  await enrol(by, 'lucas', '2026-01-07', '2026-07-01')
  const records = await newRecords()
  const [first, second] = await Promise.all([
    end(by, LUCAS, '2025-11-26'),
    end(by, LUCAS, '2025-11-19'),
    deliverFiles(table, GUIDE_MORNING)(records),
  ])
  // The later day is refused where the earlier one has come first.
  expect([200, 422]).toContain(first.status)
  expect(second.status).toBe(200)
  expect((await wednesdaysOf(by))[0]).toEqual([LUCAS, '2025-09-01', '2025-11-19'])
})
