import { beforeAll, expect, it, vi } from 'vitest'
import {
  agreePlanRoute,
  exportUnpaidRoute,
  listFamilyStatementsRoute,
  listStatementsRoute,
  listUnpaidRoute,
  readAgesRoute,
  readArrearsRoute,
} from '../../shared/arrears/routes.ts'
import {
  exportPesRoute,
  handOverRoute,
  previewTransferRoute,
} from '../../shared/arrears/transfer-routes.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent } from '../support/events.ts'
import { anotherFamily } from '../support/families.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'
import { morning, owes, paymentOf, storePayment } from '../arrears/fixture.ts'

const { table, tableName, endpoint } = await freshTable()
const now = morning('2026-02-10')
const claims = claimsOf(['accountant'])
const ofRegie = { claims, now, parameters: { regieId: 'ENF' } }

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.spyOn(console, 'info').mockReturnValue()
})

const handlerOf = async () => (await import('../../functions/arrears/index.ts')).handler

it('lists who owes to a régie by age, and by pages [guide 28, 30]', async () => {
  const handler = await handlerOf()
  const families = []
  for (const dueOn of ['2025-10-01', '2025-12-31', '2026-01-31', '2026-03-01'] as const) {
    const { familyId } = await anotherFamily(table, undefined, [])
    await owes(table, familyId, [dueOn, 1000])
    families.push(familyId)
  }
  const page = async (query: Record<string, string>) => {
    const answer = await call(handler, httpEvent(listUnpaidRoute, { ...ofRegie, query }))
    return listUnpaidRoute.reply.parse(JSON.parse(answer.body ?? ''))
  }
  const first = await page({ limit: '3' })
  const second = await page({ limit: '3', after: first.next ?? '' })
  expect([...first.debtors, ...second.debtors].map(({ familyId }) => familyId)).toEqual(families)
  expect(second.next).toBeUndefined()
  expect(first.debtors.map(({ overdue }) => overdue)).toEqual([1000, 1000, 1000])
  const ages = await call(handler, httpEvent(readAgesRoute, ofRegie))
  expect(JSON.parse(ages.body ?? '')).toEqual({
    ...{ debtors: 4, invoices: 4, due: 4000, awaited: 0 },
    ages: { notDue: 1000, upTo30: 1000, upTo60: 1000, upTo90: 0, over90: 1000 },
  })
  const csv = await call(handler, httpEvent(exportUnpaidRoute, ofRegie))
  expect(csv.headers?.['content-type']).toBe('text/csv; charset=utf-8')
  const rows = (csv.body ?? '').split('\r\n')
  expect(rows[0]).toMatch(
    /^\uFEFFRégie;Dossier famille;Famille;Facture;Mois;Date limite;Jours de retard;/,
  )
  expect(rows[1]).toMatch(/;01\/10\/2025;132;10,00;;;;;10,00;;$/)
  expect(rows[4]).toMatch(/;01\/03\/2026;0;10,00;10,00;;;;;;$/)
})

it('tells the years whose statements of child care can be printed', async () => {
  const handler = await handlerOf()
  const family = await anotherFamily(table, undefined, [])
  await owes(table, family.familyId, ['2024-05-31', 1000])
  await storePayment(table, paymentOf(family.familyId, { paidOn: '2024-06-01' }))
  const own = await call(
    handler,
    httpEvent(listStatementsRoute, { claims: claimsOf(['guardian'], family), now }),
  )
  const { statements } = listStatementsRoute.reply.parse(JSON.parse(own.body ?? ''))
  expect(statements.map(({ year }) => year)).toEqual(['2025', '2024'])
  expect(statements[0]?.number).toBe(`ATT2025-${family.familyId}`)
  const theirs = await call(
    handler,
    httpEvent(listFamilyStatementsRoute, {
      ...{ claims, now },
      parameters: { familyId: family.familyId },
    }),
  )
  expect(theirs.body).toBe(own.body)
})

it('lets the function read, write plans and hand over, and nothing else', async () => {
  const handler = await handlerOf()
  const family = await anotherFamily(table, undefined, [])
  const [, invoice] = await owes(table, family.familyId, ['2025-10-01', 2000], ['2026-01-31', 5000])
  const events = [
    httpEvent(readArrearsRoute, { claims: claimsOf(['guardian'], family), now }),
    httpEvent(agreePlanRoute, {
      ...{ claims, now, parameters: { familyId: family.familyId } },
      headers: { 'idempotency-key': 'a-plan-of-payment' },
      body: {
        ...{ regieId: 'ENF', invoices: [invoice?.number] },
        instalments: [{ on: '2026-02-28', amount: 5000 }],
      },
    }),
    httpEvent(listUnpaidRoute, { ...ofRegie, query: {} }),
    httpEvent(previewTransferRoute, { ...ofRegie, query: {} }),
    httpEvent(handOverRoute, {
      ...{ claims, now, parameters: { regieId: 'ENF', number: '1' } },
      body: {},
    }),
    httpEvent(exportPesRoute, { claims, now, parameters: { regieId: 'ENF', number: '1' } }),
  ]
  const answers: unknown[] = []
  expect(
    await rightsUsed(async () => {
      for (const event of events) answers.push(await call(handler, event))
    }),
  ).toEqual(rightsGranted('arrears'))
  expect(answers).toMatchObject(
    [200, 201, 200, 200, 200, 200].map((statusCode) => ({ statusCode })),
  )
  expect(answers.at(-1)).toMatchObject({
    headers: { 'content-type': 'application/xml; charset=iso-8859-1' },
  })
})

it('lets the clock remind, and nothing else', async () => {
  const { handler } = await import('../../functions/remind-debtors/index.ts')
  const { familyId } = await anotherFamily(table, undefined, [])
  await owes(table, familyId, ['2026-01-31', 5000])
  expect(await rightsUsed(() => handler({ scheduledTime: now.toISOString() }))).toEqual(
    rightsGranted('remind-debtors'),
  )
})
