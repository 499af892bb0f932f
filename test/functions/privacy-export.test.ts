import { beforeAll, expect, it, vi } from 'vitest'
import * as z from 'zod'
import {
  exportFamilyFileRoute,
  exportFamilyRoute,
  exportReply,
} from '../../shared/privacy/export-routes.ts'
import { NOON, openHealth, SECRETS } from '../health/fixture.ts'
import { DUPONT, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn } from '../support/events.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'
import { KEY } from '../support/vault.ts'

const { table, tableName, endpoint } = await freshTable()
const { keep, keysUrl } = await openHealth(table)

beforeAll(async () => {
  await openCesson(table)
  await keep(DUPONT, 0)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', keysUrl)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('HEALTH_KEY_ARN', KEY)
})

const handlerOf = async () => (await import('../../functions/privacy/index.ts')).handler
const parent = { claims: claimsOf(['guardian'], DUPONT), now: NOON }

it('answers parents and administrators within the rights of its function', async () => {
  const handler = await handlerOf()
  const used = await rightsUsed(async () => {
    const query = { health: 'true' }
    const own = await call(handler, httpEvent(exportFamilyRoute, { ...parent, query }))
    expect(own.statusCode).toBe(200)
    for (const secret of SECRETS) expect(own.body).toContain(secret)
    const { familyId, guardianId } = DUPONT
    const claims = claimsOf(['administrator'])
    const about = { claims, now: NOON, parameters: { familyId }, query: { guardianId } }
    const onPaper = await call(handler, httpEvent(exportFamilyFileRoute, about))
    expect(onPaper.statusCode).toBe(200)
    const { reader } = exportReply.parse(z.json().parse(JSON.parse(onPaper.body ?? '')))
    expect(reader).toBe('Madelaine DUPONT')
  })
  expect(rightsGranted('privacy')).toEqual(expect.arrayContaining(used))
})

it('writes nothing of what it exports into its log', async () => {
  const lines: unknown[] = []
  for (const method of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...line) => {
      lines.push(line)
    })
  }
  const query = { health: 'true' }
  await call(await handlerOf(), httpEvent(exportFamilyRoute, { ...parent, query }))
  expect(lines).toEqual([])
})

it('refuses a family and a guardian that do not exist', async () => {
  const handler = await handlerOf()
  const claims = claimsOf(['administrator'])
  for (const about of [
    { parameters: { familyId: '9999' } },
    { parameters: { familyId: DUPONT.familyId }, query: { guardianId: 'g9' } },
  ]) {
    const answer = await call(handler, httpEvent(exportFamilyFileRoute, { claims, ...about }))
    expect(problemIn(answer).code).toBe('not-found')
  }
})
