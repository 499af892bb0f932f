import { beforeAll, expect, it, vi } from 'vitest'
import {
  keepHealthRoute,
  readChildHealthRoute,
  readHealthRoute,
  withdrawHealthRoute,
} from '../../shared/health/routes.ts'
import { findHealth, recordWrite } from '../../shared/health/store.ts'
import { claimsOf, call, httpEvent, problemIn } from '../support/events.ts'
import { openCesson } from '../support/cesson.ts'
import { streamedTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'
import { KEY, openVault } from '../support/vault.ts'
import { LEO, LUCAS, MONDAY, NOON, SECRETS, siteStaff, TOLD } from '../health/fixture.ts'

const { table, tableName, endpoint, newRecords } = await streamedTable()
const { keysUrl } = await openVault()

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', keysUrl)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('HEALTH_KEY_ARN', KEY)
})

const handlerOf = async () => (await import('../../functions/health/index.ts')).handler
const leo = { parameters: { childId: 'leo' }, now: NOON }

it('lets the function keep, read and delete what it seals, and nothing else', async () => {
  const handler = await handlerOf()
  const by = await anotherFamily(table)
  const claims = claimsOf(['guardian'], by)
  await storePlannings(table, [
    planningWith(
      by.familyId,
      { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' },
      { [MONDAY]: 'a' },
    ),
  ])
  await siteStaff(table, 'account-of-site-staff', ['R_PREVERT'])
  expect(
    await rightsUsed(async () => {
      const kept = await call(
        handler,
        httpEvent(keepHealthRoute, {
          ...leo,
          claims,
          headers: { 'if-match': '"0"' },
          body: { ...TOLD, doctor: { name: 'Docteur Zwickel', phone: '02 99 83 52 00' } },
        }),
      )
      expect(kept).toMatchObject({ statusCode: 200, headers: { etag: '"1"' } })
      const read = await call(handler, httpEvent(readHealthRoute, { ...leo, claims }))
      expect(read).toMatchObject({ statusCode: 200, headers: { etag: '"1"' } })
      expect(JSON.parse(read.body ?? '')).toMatchObject({ doctor: TOLD.doctor })
      const query = { familyId: by.familyId, childId: 'leo' }
      const onDuty = await call(
        handler,
        httpEvent(readChildHealthRoute, { claims: claimsOf(['site-staff']), query, now: NOON }),
      )
      expect(onDuty.statusCode).toBe(200)
      const withdrawn = await call(handler, httpEvent(withdrawHealthRoute, { ...leo, claims }))
      expect(withdrawn.statusCode).toBe(200)
    }),
  ).toEqual(rightsGranted('health'))
})

it('refuses to write over what was not read, and says what is wrong in French', async () => {
  const handler = await handlerOf()
  const claims = claimsOf(['guardian'], await anotherFamily(table))
  const blind = await call(handler, httpEvent(keepHealthRoute, { ...leo, claims, body: TOLD }))
  expect(problemIn(blind)).toMatchObject({
    status: 400,
    errors: [{ pointer: '/headers/if-match' }],
  })
  const stale = await call(
    handler,
    httpEvent(keepHealthRoute, { ...leo, claims, body: TOLD, headers: { 'if-match': '"3"' } }),
  )
  expect(problemIn(stale)).toMatchObject({ status: 412, code: 'changed-meanwhile' })
  const tomorrow = { ...TOLD, vaccinations: [{ vaccine: 'polio', done: true, on: '2025-09-16' }] }
  const wrong = await call(
    handler,
    httpEvent(keepHealthRoute, { ...leo, claims, body: tomorrow, headers: { 'if-match': '"0"' } }),
  )
  expect(problemIn(wrong).errors).toEqual([
    { pointer: '/body/vaccinations/0/on', detail: 'Cette date est à venir.' },
  ])
})

it('has each version and its end in the trail, without a word of what they say', async () => {
  const handler = await handlerOf()
  const { handler: follow } = await import('../../functions/follow-files/index.ts')
  const by = await anotherFamily(table)
  const claims = claimsOf(['guardian'], by)
  for (const version of [0, 1]) {
    const headers = { 'if-match': `"${String(version)}"` }
    const body = { ...TOLD, recommendations: `Xylophonite ${String(version)}` }
    const now = new Date(NOON.getTime() + version * 1000)
    await call(handler, httpEvent(keepHealthRoute, { ...leo, claims, body, headers, now }))
  }
  await call(handler, httpEvent(withdrawHealthRoute, { ...leo, claims }))
  expect(await follow({ Records: await newRecords() })).toEqual({ batchItemFailures: [] })
  const trail = (
    await table.query({ partition: familyPartition(by.familyId), from: ['TRAIL'] })
  ).filter(({ id }) => id === 'leo')
  expect(trail.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['created', 'changed', 'removed']),
  )
  expect(JSON.stringify(trail)).toContain('Valeur masquée')
  for (const secret of SECRETS) expect(JSON.stringify(trail)).not.toContain(secret)
})

it('logs no word of a record, whatever goes wrong, and answers with none that was moved', async () => {
  const handler = await handlerOf()
  const by = await anotherFamily(table)
  const claims = claimsOf(['guardian'], by)
  const spies = (['info', 'warn', 'error'] as const).map((level) =>
    vi.spyOn(console, level).mockReturnValue(),
  )
  const headers = { 'if-match': '"0"' }
  const keep = (body: unknown) =>
    call(handler, httpEvent(keepHealthRoute, { ...leo, claims, body, headers }))
  await keep(TOLD)
  await keep({ ...TOLD, allergies: [{ kind: 'Xylophonite', has: 1, details: 7 }] })
  const { sealed } = await findHealth(table, { ...by, childId: LEO })
  if (sealed === undefined) throw new Error('Nothing was kept')
  const moved = { ...sealed, childId: LUCAS }
  await table.transact([recordWrite(moved)])
  const lucas = { ...leo, parameters: { childId: 'lucas' } }
  const answer = await call(handler, httpEvent(readHealthRoute, { ...lucas, claims }))
  const logged = JSON.stringify(spies.map((spy) => spy.mock.calls))
  for (const spy of spies) spy.mockRestore()
  expect(problemIn(answer)).toMatchObject({ status: 500, code: 'internal' })
  expect(logged).toContain('invalid-request')
  expect(logged).toContain('request failed')
  for (const secret of SECRETS) expect(logged + (answer.body ?? '')).not.toContain(secret)
})
