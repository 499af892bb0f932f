import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Invoice } from '../../shared/billing/model.ts'
import {
  cancelPaymentRoute,
  readFamilyLedgerRoute,
  readInvoiceRoute,
  readLedgerRoute,
  recordPaymentRoute,
} from '../../shared/ledger/routes.ts'
import type { httpHandler } from '../../shared/platform/http.ts'
import type { Role } from '../../shared/platform/route.ts'
import { DUPONT, openCesson, TEST } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn } from '../support/events.ts'
import { storeInvoice } from './fixture.ts'

const { table, tableName, endpoint } = await freshTable()

type Handler = ReturnType<typeof httpHandler>

const handlers: { ledger?: Handler; accounting?: Handler } = {}
const held: { invoice?: Invoice } = {}

beforeAll(async () => {
  await openCesson(table)
  held.invoice = await storeInvoice(table, DUPONT.familyId, '2025-06-02', 5584)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  for (const name of ['BILLING', 'ISSUE']) {
    vi.stubEnv(`${name}_QUEUE_URL`, `https://queue.example/1/${name.toLowerCase()}`)
  }
  const [ledger, accounting] = await Promise.all([
    import('../../functions/ledger/index.ts'),
    import('../../functions/accounting/index.ts'),
  ])
  handlers.ledger = ledger.handler
  handlers.accounting = accounting.handler
})

/** Asks a function as somebody. */
const ask = async (
  name: keyof typeof handlers,
  event: Parameters<typeof httpEvent>,
): Promise<Awaited<ReturnType<typeof call>>> => {
  const handler = handlers[name]
  if (handler === undefined) throw new Error('No such function')
  return call(handler, httpEvent(...event))
}

const asGuardian = (family: typeof DUPONT) => ({ claims: claimsOf(['guardian'], family) })

const numberOf = (): string => held.invoice?.number ?? ''

const body = { regieId: 'ENF', amount: 5584, paidOn: '2025-07-01', means: 'cheque' }

const pay = (role: Role, key: string, about: object = {}) =>
  ask('accounting', [
    recordPaymentRoute,
    {
      claims: claimsOf([role], DUPONT),
      parameters: { familyId: DUPONT.familyId },
      headers: { 'idempotency-key': key },
      body: { ...body, ...about },
    },
  ])

describe('over HTTP', () => {
  it('a guardian reads the own ledger and invoice [guide 9, 28, 29]', async () => {
    const ledger = await ask('ledger', [readLedgerRoute, asGuardian(DUPONT)])
    expect(readLedgerRoute.reply.parse(JSON.parse(ledger.body ?? ''))).toMatchObject({
      totals: { due: 5584, unpaid: 1 },
      entries: [{ number: numberOf() }],
    })
    const invoice = await ask('ledger', [
      readInvoiceRoute,
      { ...asGuardian(DUPONT), parameters: { number: numberOf() } },
    ])
    expect(invoice.statusCode).toBe(200)
  })

  it('an invoice of another family is not found, as one that does not exist', async () => {
    for (const number of [numberOf(), 'ENF202500009999']) {
      const answer = await ask('ledger', [
        readInvoiceRoute,
        { ...asGuardian(TEST), parameters: { number } },
      ])
      expect(problemIn(answer)).toMatchObject({ status: 404, code: 'not-found' })
    }
    const others = await ask('ledger', [readLedgerRoute, asGuardian(TEST)])
    expect(readLedgerRoute.reply.parse(JSON.parse(others.body ?? '')).entries).toEqual([])
  })

  it('pages hold 5 to 50 entries, and no cursor is forged', async () => {
    for (const query of [{ limit: '4' }, { limit: '51' }, { before: '2025-06-02' }]) {
      const answer = await ask('ledger', [readLedgerRoute, { ...asGuardian(DUPONT), query }])
      expect(problemIn(answer).code).toBe('invalid-request')
    }
  })

  it('an accountant notes and cancels payments; nobody else does [guide 31]', async () => {
    for (const role of ['guardian', 'agent', 'administrator'] as const) {
      expect(problemIn(await pay(role, 'not-an-accountant')).code).toBe('forbidden')
    }
    const paid = await pay('accountant', 'an-accountant', { invoices: [numberOf()] })
    expect(paid.statusCode).toBe(201)
    const { number, paidFor } = recordPaymentRoute.reply.parse(JSON.parse(paid.body ?? ''))
    expect(paidFor).toEqual([{ invoice: numberOf(), amount: 5584 }])
    const cancelled = await ask('accounting', [
      cancelPaymentRoute,
      {
        claims: claimsOf(['accountant']),
        parameters: { familyId: DUPONT.familyId, number: String(number) },
        body: { reason: 'Chèque sans provision' },
      },
    ])
    expect(cancelled.statusCode).toBe(200)
    const ledger = await ask('accounting', [
      readFamilyLedgerRoute,
      { claims: claimsOf(['administrator']), parameters: { familyId: DUPONT.familyId } },
    ])
    expect(readFamilyLedgerRoute.reply.parse(JSON.parse(ledger.body ?? ''))).toMatchObject({
      totals: { paid: 0, due: 5584 },
      count: 2,
    })
  })

  it('a payment is refused by its faulty field: amount, invoice, key', async () => {
    expect(
      problemIn(await pay('accountant', 'nothing-at-all', { amount: 0 })).errors,
    ).toMatchObject([{ pointer: '/body/amount' }])
    const stranger = await pay('accountant', 'of-a-stranger', { invoices: ['ENF202500009999'] })
    expect(problemIn(stranger)).toMatchObject({
      status: 422,
      code: 'unknown-invoice',
      errors: [{ pointer: '/body/invoices/0' }],
    })
    expect(problemIn(await pay('accountant', 'short')).errors).toMatchObject([
      { pointer: '/headers/idempotency-key' },
    ])
  })
})
