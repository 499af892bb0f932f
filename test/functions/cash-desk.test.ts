import { beforeAll, expect, it, vi } from 'vitest'
import * as z from 'zod'
import {
  closeMonthRoute,
  exportCashUpRoute,
  exportJournalRoute,
  listClosingsRoute,
  readCashUpRoute,
  readJournalRoute,
} from '../../shared/bookkeeping/routes.ts'
import {
  exportDepositRoute,
  listDepositsRoute,
  listUndepositedRoute,
  makeDepositRoute,
  readDepositRoute,
  refundCreditRoute,
} from '../../shared/ledger/desk-routes.ts'
import type { Route } from '../../shared/platform/route.ts'
import { payAtDesk } from '../ledger/fixture.ts'
import { cessonTown, DUPONT, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn, type HttpCall } from '../support/events.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'

const { table, tableName, endpoint } = await freshTable()
const { familyId } = DUPONT
const OCTOBER = new Date('2025-10-20T09:00:00Z')
const NOVEMBER = new Date('2025-11-03T09:00:00Z')
const REGIE = { regieId: 'ENF' }
const PERIOD = { from: '2025-10-01', to: '2025-10-31' }

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
})

const asking = async (role: 'accountant' | 'administrator') => {
  const { handler } = await import('../../functions/cash-desk/index.ts')
  return async (route: Route, about: HttpCall = {}) => {
    const claims = claimsOf([role])
    return call(handler, httpEvent(route, { now: OCTOBER, parameters: REGIE, claims, ...about }))
  }
}

it('hands in, gives back, reads and closes with the rights that it has, and no other', async () => {
  const deps = { table, town: cessonTown }
  const about = { paidOn: '2025-10-20', now: OCTOBER } as const
  const cheque = await payAtDesk(deps, familyId, 1000, about)
  const ask = await asking('accountant')
  const done = async (route: Route, of: HttpCall = {}): Promise<string> => {
    const { statusCode, body = '' } = await ask(route, of)
    expect(statusCode, body).toBe(route.status)
    return body
  }
  const used = await rightsUsed(async () => {
    const listed = await done(listUndepositedRoute, { query: { means: 'cheque' } })
    expect(JSON.parse(listed)).toMatchObject({ total: 1000 })
    const made = await done(makeDepositRoute, {
      headers: { 'idempotency-key': 'deposit-of-october' },
      body: {
        means: 'cheque',
        payments: [{ familyId, number: cheque.number, paidOn: '2025-10-20' }],
      },
    })
    const number = String(z.object({ number: z.int() }).parse(JSON.parse(made)).number)
    await done(listDepositsRoute)
    await done(readDepositRoute, { parameters: { ...REGIE, number } })
    expect(await done(exportDepositRoute, { parameters: { ...REGIE, number } })).toContain(';10,00')
    await done(refundCreditRoute, {
      parameters: { familyId },
      headers: { 'idempotency-key': 'refund-of-october' },
      body: { regieId: 'ENF', amount: 200, means: 'transfer', reason: 'Trop payé' },
    })
    expect(JSON.parse(await done(readJournalRoute, { query: PERIOD }))).toMatchObject({
      total: 800,
    })
    await done(exportJournalRoute, { query: PERIOD })
    await done(readCashUpRoute, { query: PERIOD })
    await done(exportCashUpRoute, { query: PERIOD })
    const closed = await done(closeMonthRoute, { body: { month: '2025-10' }, now: NOVEMBER })
    expect(JSON.parse(closed)).toMatchObject({ totals: { net: 800 } })
  })
  expect(used).toEqual(rightsGranted('cash-desk'))
})

it('lets an administrator read all of it and change nothing', async () => {
  const ask = await asking('administrator')
  for (const route of [listDepositsRoute, listClosingsRoute]) {
    expect((await ask(route)).statusCode).toBe(200)
  }
  expect((await ask(readJournalRoute, { query: PERIOD })).statusCode).toBe(200)
  expect((await ask(readCashUpRoute, { query: PERIOD })).statusCode).toBe(200)
  for (const route of [closeMonthRoute, makeDepositRoute]) {
    const answer = await ask(route, { body: { month: '2025-10' } })
    expect(problemIn(answer)).toMatchObject({ status: 403, code: 'forbidden' })
  }
})
