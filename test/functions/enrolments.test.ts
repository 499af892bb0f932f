import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import {
  readAuthorisationsRoute,
  submitAuthorisationsRoute,
} from '../../shared/authorisations/routes.ts'
import { activitySchema } from '../../shared/catalogue/model.ts'
import { publishCatalogue } from '../../shared/catalogue/publish-catalogue.ts'
import {
  decideEnrolmentRequestRoute,
  endEnrolmentRoute,
  listEnrolmentOffersRoute,
  listEnrolmentRequestsRoute,
  requestEnrolmentRoute,
} from '../../shared/enrolments/routes.ts'
import { readHouseholdsRoute, setCustodyRoute } from '../../shared/households/routes.ts'
import type { httpHandler } from '../../shared/platform/http.ts'
import { allBut, form } from '../authorisations/fixture.ts'
import { cesson, DUPONT, GUIDE_DAY, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn } from '../support/events.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'

const { table, tableName, endpoint } = await freshTable()
let enrolments: ReturnType<typeof httpHandler>

const parent = claimsOf(['guardian'], DUPONT)
const agent = claimsOf(['agent'])
const { familyId } = DUPONT

beforeAll(async () => {
  await openCesson(table)
  const activities = cesson.catalogue.activities.map((activity) =>
    activity.id === 'MERCREDIS'
      ? activitySchema.parse({
          ...activity,
          enrolment: { decision: 'staff', groups: [{ groupId: 'GRANDS', capacity: 20 }] },
        })
      : activity,
  )
  await publishCatalogue(table, { ...cesson.catalogue, activities }, GUIDE_DAY)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  ;({ handler: enrolments } = await import('../../functions/enrolments/index.ts'))
})

beforeEach(() => {
  vi.spyOn(console, 'info').mockReset().mockReturnValue()
})

const bodyOf = (answer: Awaited<ReturnType<typeof call>>): unknown => JSON.parse(answer.body ?? '')

it('plays a year of a child: authorised, enrolled by staff, ended, with no right too many', async () => {
  const key = { 'idempotency-key': 'a-year-of-leo' }
  const used = await rightsUsed(async () => {
    await call(enrolments, httpEvent(readAuthorisationsRoute, { claims: parent }))
    const authorised = await call(
      enrolments,
      httpEvent(submitAuthorisationsRoute, {
        claims: parent,
        headers: key,
        body: form({ version: 1, allow: allBut('photograph') }),
      }),
    )
    expect(authorised.statusCode).toBe(201)
    const offers = await call(enrolments, httpEvent(listEnrolmentOffersRoute, { claims: parent }))
    expect(offers.statusCode).toBe(200)
    const asked = await call(
      enrolments,
      httpEvent(requestEnrolmentRoute, {
        claims: parent,
        headers: { 'idempotency-key': 'wednesdays-of-leo' },
        body: {
          childId: 'leo',
          activityId: 'MERCREDIS',
          groupId: 'GRANDS',
          from: '2025-09-03',
          until: '2026-07-01',
        },
      }),
    )
    const { number } = requestEnrolmentRoute.reply.parse(bodyOf(asked))
    await call(enrolments, httpEvent(listEnrolmentRequestsRoute, { claims: agent }))
    const decided = await call(
      enrolments,
      httpEvent(decideEnrolmentRequestRoute, {
        claims: agent,
        parameters: { familyId, number: String(number) },
        body: { outcome: 'accepted' },
      }),
    )
    const { enrolmentId = '' } = decideEnrolmentRequestRoute.reply.parse(bodyOf(decided))
    const ended = await call(
      enrolments,
      httpEvent(endEnrolmentRoute, {
        claims: agent,
        parameters: { familyId, enrolmentId },
        body: { lastDay: '2025-09-02', reason: 'Déménagement' },
      }),
    )
    expect(bodyOf(ended)).toEqual({ enrolmentId })
  })
  expect(used).toEqual(rightsGranted('enrolments'))
})

it('takes a key for another route for another call', async () => {
  const event = httpEvent(requestEnrolmentRoute, {
    claims: parent,
    headers: { 'idempotency-key': 'a-year-of-leo' },
    body: {
      childId: 'leo',
      activityId: 'MERCREDIS',
      groupId: 'GRANDS',
      from: '2025-09-03',
      until: '2026-07-01',
    },
  })
  expect(problemIn(await call(enrolments, event)).code).toBe('idempotency-key-reused')
})

it('sends the version of a child as its ETag, and takes edits of that version only', async () => {
  const parameters = { familyId, childId: 'leo' }
  const read = await call(enrolments, httpEvent(readHouseholdsRoute, { claims: agent, parameters }))
  expect(read.headers?.['etag']).toBe('"1"')
  const set = (tag: string | undefined) =>
    call(
      enrolments,
      httpEvent(setCustodyRoute, {
        claims: agent,
        parameters,
        headers: tag === undefined ? {} : { 'if-match': tag },
        body: { custody: { weeks: 'even', from: '2025-09-01' }, reason: 'Jugement' },
      }),
    )
  expect((await set(undefined)).statusCode).toBe(400)
  expect((await set('"7"')).statusCode).toBe(412)
  const done = await set('"1"')
  expect([done.statusCode, done.headers?.['etag']]).toEqual([200, '"2"'])
})
