import * as z from 'zod'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openRun } from '../../shared/billing/open-run.ts'
import { inputsAmong } from '../../shared/billing/store.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { childEntity, contactEntity, familyEntity } from '../../shared/families/store.ts'
import type { httpHandler } from '../../shared/platform/http.ts'
import { ROLES } from '../../shared/platform/route.ts'
import { searchFamiliesRoute } from '../../shared/search/routes.ts'
import { readTrailRoute } from '../../shared/trail/routes.ts'
import { write } from '../attendance/fixture.ts'
import { ENF, OCTOBER } from '../billing/run-fixture.ts'
import { DUPONT, openCesson } from '../support/cesson.ts'
import { streamedTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn, type HttpCall } from '../support/events.ts'
import { anotherFamily } from '../support/families.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'

const { table, tableName, endpoint, newRecords } = await streamedTable()
vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
vi.stubEnv('TABLE_NAME', tableName)
vi.stubEnv('CLOSING_QUEUE_URL', 'https://queue.example/1/closing')

const { handler: follow } = await import('../../functions/follow-files/index.ts')
let staff: ReturnType<typeof httpHandler>

const deliver = async (): Promise<void> => {
  expect(await follow({ Records: await newRecords() })).toEqual({ batchItemFailures: [] })
}

beforeAll(async () => {
  await openCesson(table)
  ;({ handler: staff } = await import('../../functions/staff/index.ts'))
  await deliver()
})

beforeEach(() => {
  vi.spyOn(console, 'info').mockReturnValue()
})

it('follows files and billed months, and may do nothing else', async () => {
  const run = { month: '2025-09', regieId: ENF, at: OCTOBER } as const
  const opening = { ...run, excluded: [], families: [] }
  await openRun({ table, send: () => Promise.resolve() }, opening)
  const { familyId } = await anotherFamily(table)
  const contact = contactEntity.schema.parse({
    ...{ familyId, contactId: 'mamie', name: 'Odette', relation: 'grand-mère' },
    phone: '+33611111111',
  })
  await table.put(contactEntity.toItem(contact))
  await newRecords()

  // The engine stamps records by its own clock, which is long after September 2025.
  await write(table, familyId, { 'leo RESTAURATION REPAS 2025-09-02': 'u' })
  const { file } = await readFile(table, familyId)
  const [leo] = file.children
  if (leo === undefined) throw new Error('No child')
  await table.put(childEntity.toItem({ ...leo, lastName: 'DUPOND' }))
  await table.delete(contactEntity.keyOf(contact))
  const used = await rightsUsed(async () => {
    await deliver()
    await table.put(familyEntity.toItem({ ...file.family, name: 'DUPOND' }))
    await deliver()
    await table.put(familyEntity.toItem({ ...file.family, name: 'DURAND' }))
    await deliver()
  })
  expect(used).toEqual(rightsGranted('follow-files'))
  const { reviews } = inputsAmong((await readFile(table, familyId)).items)
  expect(reviews).toMatchObject([{ regieId: 'ENF', month: '2025-09' }])
})

it('tells the stream which change it could not follow, and is given it again', async () => {
  const { familyId } = await anotherFamily(table)
  await deliver()
  const { file } = await readFile(table, familyId)
  await table.put(familyEntity.toItem({ ...file.family, name: 'LEFEVRE' }))
  const Records = await newRecords()
  vi.spyOn(console, 'error').mockReturnValue()
  vi.stubEnv('TABLE_NAME', `${tableName}-gone`)
  vi.resetModules()
  const { handler: broken } = await import('../../functions/follow-files/index.ts')
  vi.stubEnv('TABLE_NAME', tableName)
  expect(await broken({ Records })).toEqual({
    batchItemFailures: [{ itemIdentifier: Records[0]?.dynamodb?.SequenceNumber }],
  })
  expect(await follow({ Records })).toEqual({ batchItemFailures: [] })
})

const agent = claimsOf(['agent'])
const ask = (route: typeof searchFamiliesRoute | typeof readTrailRoute, about: HttpCall) =>
  call(staff, httpEvent(route, { now: new Date('2025-09-10T08:00:00Z'), ...about }))

describe('staff', () => {
  it('search families and read their trail over HTTP', async () => {
    const found = await ask(searchFamiliesRoute, { claims: agent, query: { search: '1001' } })
    expect(found.statusCode).toBe(200)
    expect(JSON.parse(found.body ?? '')).toMatchObject({
      families: [{ familyId: DUPONT.familyId }],
      more: false,
    })
    const trail = { claims: agent, parameters: { familyId: DUPONT.familyId } }
    const first = await ask(readTrailRoute, { ...trail, query: { limit: '3' } })
    const { entries, next } = z.parse(readTrailRoute.reply, JSON.parse(first.body ?? ''))
    expect(entries).toHaveLength(3)
    const second = await ask(readTrailRoute, { ...trail, query: { limit: '3', page: next ?? '' } })
    const { entries: older } = z.parse(readTrailRoute.reply, JSON.parse(second.body ?? ''))
    expect(older).toHaveLength(3)
    expect(entries).not.toContainEqual(older[0])
  })

  it.for(ROLES)('%s: may, or may not', async (role) => {
    const claims = claimsOf([role], role === 'guardian' ? DUPONT : undefined)
    const search = await ask(searchFamiliesRoute, { claims, query: { search: 'du' } })
    const mayCall = (route: { access: readonly string[] }) => route.access.includes(role)
    expect(search.statusCode).toBe(mayCall(searchFamiliesRoute) ? 200 : 403)
    const trail = await ask(readTrailRoute, { claims, parameters: { familyId: '1001' } })
    expect(trail.statusCode).toBe(mayCall(readTrailRoute) ? 200 : 403)
  })

  it('are told in French what is wrong with a search or a page', async () => {
    for (const search of ['a', 'é', '--', ' ', 'x'.repeat(101)]) {
      const problem = problemIn(
        await ask(searchFamiliesRoute, { claims: agent, query: { search } }),
      )
      expect(problem).toMatchObject({ status: 400, errors: [{ pointer: '/query/search' }] })
    }
    for (const page of ['x', '~~~', '2025~Child~leo', `2025~Child~${'x'.repeat(300)}~1`]) {
      const about = { claims: agent, parameters: { familyId: '1001' }, query: { page } }
      expect(problemIn(await ask(readTrailRoute, about))).toMatchObject({
        status: 400,
        errors: [{ pointer: '/query/page' }],
      })
    }
    const nobody = { claims: agent, parameters: { familyId: 'nobody' } }
    expect(problemIn(await ask(readTrailRoute, nobody))).toMatchObject({ status: 404 })
  })
})
