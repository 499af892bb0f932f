import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Route } from '../../shared/platform/route.ts'
import { familyIdSchema } from '../../shared/platform/schemas.ts'
import {
  askErasureRoute,
  eraseFamilyRoute,
  erasureRequestReply,
  listErasureRequestsRoute,
  listErasuresRoute,
  listMyErasureRequestsRoute,
  listPurgesRoute,
  readErasureRoute,
  refuseErasureRoute,
  setLegalHoldRoute,
} from '../../shared/privacy/routes.ts'
import { findPurge } from '../../shared/privacy/store.ts'
import { trailItem } from '../../shared/trail/store.ts'
import { LATER, openErasing } from '../privacy/erasing-fixture.ts'
import { openCesson } from '../support/cesson.ts'
import { call, claimsOf, httpEvent, problemIn, type HttpCall } from '../support/events.ts'
import { anotherFamily } from '../support/families.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'
import { BUCKET, KEY } from '../support/vault.ts'

const world = await openErasing()
const { table } = world

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', world.endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER', world.pool.endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_S3', world.filesUrl)
  vi.stubEnv('TABLE_NAME', world.tableName)
  vi.stubEnv('USER_POOL_ID', world.pool.userPoolId)
  vi.stubEnv('DOCUMENTS_BUCKET', BUCKET.name)
})

beforeEach(() => {
  vi.spyOn(console, 'info').mockReturnValue()
})

const erase = async (familyId: string) => {
  const { handler } = await import('../../functions/erase-families/index.ts')
  const about = { parameters: { familyId }, body: { reason: 'requested' }, now: LATER }
  return call(
    handler,
    httpEvent(eraseFamilyRoute, { claims: claimsOf(['administrator']), ...about }),
  )
}

it('erases a family by the rights that it has, and no others', async () => {
  const { familyId, email } = await world.usedFamily()
  const used = await rightsUsed(async () => {
    const answer = await erase(familyId)
    expect(answer.statusCode).toBe(200)
    expect(eraseFamilyRoute.reply.parse(JSON.parse(answer.body ?? ''))).toMatchObject({
      ...{ familyId, state: 'done', reasonLabel: 'Demande de la famille' },
    })
  })
  expect(used).toEqual(rightsGranted('erase-families'))
  expect(await world.identity.accountOf(email)).toBeUndefined()
})

it('says in French why a family is not erased', async () => {
  expect(problemIn(await erase('1001'))).toMatchObject({
    ...{ status: 409, code: 'erasure-refused' },
    detail: 'Une inscription court encore : terminez-la d’abord.',
  })
})

it('purges what is old enough by the rights that it has, and no others', async () => {
  const { handler } = await import('../../functions/purge-data/index.ts')
  const { familyId, email } = await world.usedFamily()
  const old = familyIdSchema.parse('1001')
  await table.put(
    trailItem({
      ...{ familyId: old, at: '2023-01-01T08:00:00.000Z', kind: 'changed', subject: 'Child' },
      ...{ id: 'leo', version: '2', about: 'Léo DUPONT', fields: [] },
    }),
  )
  const used = await rightsUsed(async () => {
    await handler({ scheduledTime: '2028-06-10T02:00:00Z' })
    await handler({ scheduledTime: '2028-07-20T02:00:00Z' })
  })
  expect(used).toEqual(rightsGranted('purge-data'))
  expect(await findPurge(table, '2028-06-10')).toMatchObject({ state: 'done' })
  expect(await world.kindsOf(familyId)).toEqual(['Invoice', 'Payment'])
  expect(await world.identity.accountOf(email)).toBeUndefined()
})

it('answers requests, holds and reports within the rights of the function for families', async () => {
  vi.stubEnv('HEALTH_KEY_ARN', KEY)
  const { handler } = await import('../../functions/privacy/index.ts')
  const family = await anotherFamily(table)
  const { familyId } = family
  const parent = { claims: claimsOf(['guardian'], family), now: LATER }
  const staff = { claims: claimsOf(['administrator']), now: LATER }
  const ok = async (route: Route, about: HttpCall): Promise<unknown> => {
    const { statusCode, body = '' } = await call(handler, httpEvent(route, about))
    expect(`${route.id} ${String(statusCode)}`).toBe(`${route.id} ${String(route.status)}`)
    return JSON.parse(body)
  }
  const used = await rightsUsed(async () => {
    const headers = { 'idempotency-key': 'erase-us-please' }
    const asked = erasureRequestReply.parse(await ok(askErasureRoute, { ...parent, headers }))
    await ok(listMyErasureRequestsRoute, parent)
    await ok(listErasureRequestsRoute, staff)
    const reason = 'Une plainte est en cours'
    await ok(refuseErasureRoute, {
      ...{ ...staff, body: { reason } },
      parameters: { familyId, number: String(asked.number) },
    })
    await ok(setLegalHoldRoute, {
      ...{ ...staff, parameters: { familyId }, body: { held: true, reason } },
      headers: { 'if-match': '"1"' },
    })
    await ok(listErasuresRoute, staff)
    await ok(listPurgesRoute, staff)
  })
  expect(used).toContain('dynamodb:UpdateItem Table')
  expect(rightsGranted('privacy')).toEqual(expect.arrayContaining(used))
  const { body = '' } = await call(
    handler,
    httpEvent(readErasureRoute, { ...staff, parameters: { familyId } }),
  )
  expect(body).toContain('not-found')
})
