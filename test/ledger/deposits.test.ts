import { beforeAll, describe, expect, it } from 'vitest'
import { endPayment } from '../../shared/ledger/cancel-payment.ts'
import { makeDepositRoute } from '../../shared/ledger/desk-routes.ts'
import { loadAccounts } from '../../shared/ledger/load-accounts.ts'
import { makeDeposit } from '../../shared/ledger/make-deposit.ts'
import { printDeposit } from '../../shared/ledger/print-deposit.ts'
import {
  exportDeposit,
  listDeposits,
  listUndeposited,
  readDeposit,
} from '../../shared/ledger/read-deposits.ts'
import { familyIdSchema, regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { cessonTown, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { ACCOUNTANT, payAtDesk, type AtDesk } from './fixture.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }
const NOW = new Date('2013-11-20T09:00:00Z')
const ENF = regieIdSchema.parse('ENF')

const pay = (familyId: FamilyId, amount: number, about?: AtDesk) =>
  payAtDesk(deps, familyId, amount, about)

type Means = Parameters<typeof makeDeposit>[1]['body']['means']

/** The undeposited payments of a family. */
const waiting = async (familyId: FamilyId, means: Means = 'cheque') => {
  const query = { means, since: undefined }
  const { payments } = await listUndeposited(table, {
    parameters: { regieId: ENF },
    query,
    now: NOW,
  })
  return payments.filter((payment) => payment.familyId === familyId)
}

let lastKey = 0

const deposit = (
  payments: readonly { familyId: string; number: number; paidOn: string }[],
  { means = 'cheque', key }: { means?: Means; key?: string } = {},
) => {
  lastKey += 1
  return makeDeposit(table, {
    parameters: { regieId: ENF },
    headers: { 'idempotency-key': key ?? `deposit-${String(lastKey)}` },
    body: makeDepositRoute.body.parse({
      means,
      payments: payments.map(({ familyId, number, paidOn }) => ({ familyId, number, paidOn })),
    }),
    actor: ACCOUNTANT,
    now: NOW,
  })
}

beforeAll(async () => {
  await openCesson(table)
})

describe('a deposit', () => {
  it('hands in the undeposited payments of a means and locks them [guide 10]', async () => {
    const { familyId } = await anotherFamily(table)
    const first = await pay(familyId, 1000)
    const second = await pay(familyId, 2000)
    await pay(familyId, 500, { means: 'cash' })
    const listed = await waiting(familyId)
    expect(listed.map(({ number }) => number)).toEqual([first.number, second.number])
    const made = await deposit(listed)
    expect(made).toMatchObject({ means: 'cheque', meansLabel: 'Chèque', count: 2, total: 3000 })
    expect(await waiting(familyId)).toEqual([])
    expect(await waiting(familyId, 'cash')).toHaveLength(1)
    const parameters = { regieId: ENF, number: made.number }
    expect(await readDeposit(table, { parameters })).toEqual(made)
    const { number } = first
    const by = { reason: 'Erreur', by: 'somebody', now: NOW }
    await expect(
      endPayment(table, { familyId, number, kind: 'mistake', ...by }),
    ).rejects.toMatchObject({ code: 'payment-locked' })
    const { payment } = await endPayment(table, { familyId, number, kind: 'bounced', ...by })
    expect(payment).toMatchObject({ state: 'cancelled', deposit: made.number })
  })

  it('refuses what is cancelled, of another means, handed in already, unknown, named twice', async () => {
    const { familyId } = await anotherFamily(table)
    const [cheque, cash] = [await pay(familyId, 1000), await pay(familyId, 500, { means: 'cash' })]
    const cancelled = await pay(familyId, 300)
    const by = { reason: 'Erreur', by: 'somebody', now: NOW }
    await endPayment(table, { familyId, number: cancelled.number, kind: 'mistake', ...by })
    const of = (paid: { number: number; paidOn: string }) => ({ familyId, ...paid })
    for (const refused of [cash, cancelled]) {
      await expect(deposit([of(cheque), of(refused)])).rejects.toMatchObject({
        code: 'payment-locked',
        faults: [{ pointer: '/body/payments/1' }],
      })
    }
    await expect(deposit([of(cheque), of(cheque)])).rejects.toMatchObject({
      code: 'invalid-request',
    })
    await expect(
      deposit([{ ...of(cheque), familyId: familyIdSchema.parse('4998') }]),
    ).rejects.toMatchObject({ code: 'not-found' })
    await deposit([of(cheque)])
    await expect(deposit([of(cheque)])).rejects.toMatchObject({ code: 'payment-locked' })
  })

  it('is made once by one key, under the next number, wherever the call is broken off', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const { familyId } = await anotherFamily(table)
        const paid = [await pay(familyId, 100), await pay(familyId, 200)]
        const payments = paid.map(({ number, paidOn }) => ({ familyId, number, paidOn }))
        const parameters = { regieId: ENF }
        const { deposits } = await listDeposits(table, { parameters, query: {} })
        const next = (deposits[0]?.number ?? 0) + 1
        return {
          run: () => deposit(payments, { key: `crash-of-${familyId}` }),
          check: async ({ number }) => {
            expect(number).toBe(next)
            const ledger = await loadAccounts(table, familyId)
            expect(ledger.payments.map((payment) => payment.deposit)).toEqual([number, number])
          },
        }
      },
    })
  })

  it('is answered again by its key, which hands in nothing else, whoever calls twice [wish W9]', async () => {
    const { familyId } = await anotherFamily(table)
    for (const amount of [100, 200, 300]) await pay(familyId, amount)
    const [first, second, third] = (await waiting(familyId)).map((payment) => [payment])
    if (first === undefined || second === undefined || third === undefined) throw new Error('Paid')
    const key = `twice-by-${familyId}`
    const made = await deposit(first, { key })
    expect(await deposit(first, { key })).toEqual(made)
    const refused = { code: 'idempotency-key-reused' }
    await expect(deposit(second, { key })).rejects.toMatchObject(refused)
    await expect(deposit([...first, ...second], { key })).rejects.toMatchObject(refused)
    expect(await waiting(familyId)).toHaveLength(2)

    const rival = `twice-at-once-by-${familyId}`
    const outcomes = await Promise.allSettled(
      [second, third].map((payments) => deposit(payments, { key: rival })),
    )
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: refused })
    expect(await waiting(familyId)).toHaveLength(1)
  })

  it('and a cancellation at the same time: the payment is in one or the other', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { familyId } = await anotherFamily(table)
      const { number, paidOn } = await pay(familyId, 100)
      const about = {
        familyId,
        number,
        kind: 'mistake',
        reason: 'Erreur',
        by: 'x',
        now: NOW,
      } as const
      const [deposited, cancelled] = await Promise.allSettled([
        deposit([{ familyId, number, paidOn }]),
        endPayment(table, about),
      ])
      expect([deposited.status, cancelled.status].toSorted()).toEqual(['fulfilled', 'rejected'])
    }
  })

  it('takes 90 payments in one transaction', async () => {
    const { familyId } = await anotherFamily(table)
    for (let paid = 0; paid < 90; paid += 1) await pay(familyId, 100 + paid)
    const payments = await waiting(familyId)
    expect(await deposit(payments)).toMatchObject({ count: 90, total: 9000 + 45 * 89 })
    const body = { means: 'cheque', payments: [...payments, ...payments.slice(0, 1)] }
    expect(makeDepositRoute.body.safeParse(body).success).toBe(false)
  })

  it('is a table for a spreadsheet and a letter to print, with its sum', async () => {
    const { familyId } = await anotherFamily(table)
    const paid = await pay(familyId, 123_456, {
      means: 'holiday-voucher',
      instruments: ['T1', 'T2'].map((number) => ({ number, value: 61_728, vintage: 2013 })),
    })
    const { number } = await deposit([{ familyId, number: paid.number, paidOn: paid.paidOn }], {
      means: 'holiday-voucher',
    })
    const parameters = { regieId: ENF, number }
    const rows = (await exportDeposit(table, { parameters })).split('\r\n')
    expect(rows[0]).toMatch(/^\uFEFFRégie;Bordereau;/)
    expect(rows[1]).toBe(
      `ENF;${String(number)};20/11/2013;Chèque-vacances;${String(paid.number)};${paid.receipt ?? ''};${familyId};12/11/2013;2;1234,56`,
    )
    expect(rows[2]).toBe('Total;;;;;;;;;1234,56')
    const letter = JSON.stringify(await printDeposit(deps, parameters))
    expect(letter).toContain(`Bordereau de remise n° ENF-${String(number)}`)
    expect(letter).toContain('1\u202F234,56\u00A0€')
    await expect(printDeposit(deps, { regieId: ENF, number: 999_999 })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('is listed with others, the newest first, page by page', async () => {
    const { familyId } = await anotherFamily(table)
    for (let made = 0; made < 51; made += 1) {
      const { number, paidOn } = await pay(familyId, 100)
      await deposit([{ familyId, number, paidOn }])
    }
    const page = async (before?: number) =>
      listDeposits(table, { parameters: { regieId: ENF }, query: { before } })
    const first = await page()
    expect(first.deposits).toHaveLength(50)
    const numbers = first.deposits.map(({ number }) => number)
    const second = await page(first.next)
    const rest = second.deposits.map(({ number }) => number)
    const all = [...numbers, ...rest]
    const [newest = 0] = all
    expect(all).toEqual(Array.from({ length: newest }, (_, index) => newest - index))
    expect(second.next).toBeUndefined()
  })
})
