import { beforeAll, describe, expect, it } from 'vitest'
import { cancelPayment, endPayment } from '../../shared/ledger/cancel-payment.ts'
import { confirmPayment } from '../../shared/ledger/confirm-payment.ts'
import { closeTill } from '../../shared/ledger/close-till.ts'
import { makeDepositRoute, refundCreditRoute } from '../../shared/ledger/desk-routes.ts'
import { loadAccounts } from '../../shared/ledger/load-accounts.ts'
import { makeDeposit } from '../../shared/ledger/make-deposit.ts'
import type { Reversal } from '../../shared/ledger/model.ts'
import { notePayment } from '../../shared/ledger/note-payment.ts'
import { readEntries } from '../../shared/ledger/read-journal.ts'
import { refundCredit } from '../../shared/ledger/refund-credit.ts'
import { settle } from '../../shared/ledger/rules.ts'
import { findTill } from '../../shared/ledger/store.ts'
import { familyIdSchema, regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { cessonTown, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { ACCOUNTANT, payAtDesk, storeCreditNote, storeInvoice, type AtDesk } from './fixture.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }
const NOW = new Date('2013-11-20T09:00:00Z')
const ENF = regieIdSchema.parse('ENF')

const pay = (familyId: FamilyId, amount: number, about?: AtDesk) =>
  payAtDesk(deps, familyId, amount, about)

const end = (familyId: FamilyId, number: number, kind: Reversal['kind'] = 'bounced', now = NOW) =>
  endPayment(table, { familyId, number, kind, reason: 'Sans provision', by: 'somebody', now })

let lastKey = 0

const refund = (
  familyId: FamilyId,
  amount: number,
  key = `refund-number-${String((lastKey += 1))}`,
) =>
  refundCredit(table, {
    parameters: { familyId },
    headers: { 'idempotency-key': key },
    body: refundCreditRoute.body.parse({
      ...{ regieId: 'ENF', amount, means: 'transfer', reason: 'Départ de la commune' },
    }),
    actor: ACCOUNTANT,
    now: NOW,
  })

const totals = async (familyId: FamilyId) => settle(await loadAccounts(table, familyId)).totals

/** What the journal of a family comes to. */
const journal = async (familyId: FamilyId, month: '2013-11' | '2013-12' = '2013-11') =>
  (await readEntries(table, ENF, { from: `${month}-01`, to: `${month}-30` }))
    .filter((entry) => entry.familyId === familyId)
    .map(({ kind, date, amount }) => `${date} ${kind} ${String(amount)}`)

/** A debit that awaits its collection. */
const awaiting = async (familyId: FamilyId, paidOn: '2013-11-05' | '2013-10-05' = '2013-11-05') => {
  const { payment } = await notePayment(table, { familyId, regieId: ENF, now: NOW }, () => ({
    ...{ state: 'awaiting', amount: 1000, paidOn, means: 'direct-debit', invoices: [] },
    recordedBy: 'portal',
    recordedAt: NOW.toISOString(),
    idempotencyKey: `debit-of-${familyId}`,
  }))
  return payment
}

beforeAll(async () => {
  await openCesson(table)
})

describe('a payment that ends', () => {
  it('stands in the journal on its day, and is taken back on the day on which it ended [guide 31]', async () => {
    const { familyId } = await anotherFamily(table)
    await storeInvoice(table, familyId, '2013-10-01', 1000)
    const { number } = await pay(familyId, 1000)
    expect((await totals(familyId)).due).toBe(0)
    const { payment } = await end(familyId, number)
    expect(payment).toMatchObject({ state: 'cancelled', cancellation: { kind: 'bounced' } })
    expect((await totals(familyId)).due).toBe(1000)
    expect(await journal(familyId)).toEqual([
      '2013-11-12 payment 1000',
      '2013-11-20 reversal -1000',
    ])
  })

  it('that was never validated leaves nothing in the journal', async () => {
    const { familyId } = await anotherFamily(table)
    const { number } = await awaiting(familyId)
    expect((await totals(familyId)).awaiting).toBe(1000)
    await end(familyId, number, 'rejected')
    expect((await totals(familyId)).awaiting).toBe(0)
    expect(await journal(familyId)).toEqual([])
  })

  it('ends once with its first reason, wherever the call is broken off', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const { familyId } = await anotherFamily(table)
        const { number } = await pay(familyId, 700)
        return {
          run: () =>
            cancelPayment(table, {
              parameters: { familyId, number },
              body: { reason: 'Erreur de saisie', kind: 'mistake' },
              actor: ACCOUNTANT,
              now: NOW,
            }),
          check: async () => {
            expect(await journal(familyId)).toEqual([
              '2013-11-12 payment 700',
              '2013-11-20 reversal -700',
            ])
          },
        }
      },
    })
  })

  it('of cash that is handed in cannot be taken back by calling it bounced', async () => {
    const { familyId } = await anotherFamily(table)
    const { number, paidOn } = await pay(familyId, 700, { means: 'cash' })
    await makeDeposit(table, {
      parameters: { regieId: ENF },
      headers: { 'idempotency-key': `cash-of-${familyId}` },
      body: makeDepositRoute.body.parse({
        means: 'cash',
        payments: [{ familyId, number, paidOn }],
      }),
      ...{ actor: ACCOUNTANT, now: NOW },
    })
    await expect(end(familyId, number, 'bounced')).rejects.toMatchObject({ code: 'payment-locked' })
  })

  it('gives a voucher free that was noted by mistake, not one that bounced', async () => {
    const { familyId } = await anotherFamily(table)
    const take = (number: string) =>
      pay(familyId, 500, {
        means: 'cesu',
        instruments: [{ number, issuer: 'Up', value: 500, vintage: 2013 }],
      })
    const [first, second] = [await take('V-1'), await take('V-2')]
    await end(familyId, first.number, 'mistake')
    await end(familyId, second.number, 'bounced')
    expect(await take('V-1')).toMatchObject({ state: 'validated' })
    await expect(take('V-2')).rejects.toMatchObject({ code: 'voucher-used' })
  })
})

describe('a payment that was awaited', () => {
  it('is validated once on its day, with a receipt [guide 31]', async () => {
    const { familyId } = await anotherFamily(table)
    const { number, receipt } = await awaiting(familyId)
    expect(receipt).toBeUndefined()
    const twice = await Promise.all(
      [1, 2].map(() => confirmPayment(table, { familyId, number, now: NOW })),
    )
    expect(twice.map(({ payment }) => payment.receipt)).toEqual([
      expect.stringMatching(/^ENF-2013-\d{6}$/),
      twice[0]?.payment.receipt,
    ])
    expect(await journal(familyId)).toEqual(['2013-11-05 payment 1000'])
  })

  it('is not validated once it ended', async () => {
    const { familyId } = await anotherFamily(table)
    const { number } = await awaiting(familyId)
    await end(familyId, number, 'rejected')
    const { payment } = await confirmPayment(table, { familyId, number, now: NOW })
    expect(payment.state).toBe('cancelled')
  })

  it('is validated once wherever the call is broken off', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const { familyId } = await anotherFamily(table)
        const { number } = await awaiting(familyId)
        const receipts = (await findTill(table, ENF))?.receipts ?? 0
        return {
          run: () => confirmPayment(table, { familyId, number, now: NOW }),
          check: async () => {
            expect((await findTill(table, ENF))?.receipts).toBe(receipts + 1)
            expect(await totals(familyId)).toMatchObject({ paid: 1000, awaiting: 0 })
          },
        }
      },
    })
  })
})

describe('a refund', () => {
  it('gives back what is of no invoice, and pays nothing any more [guide 28]', async () => {
    const { familyId } = await anotherFamily(table)
    await storeInvoice(table, familyId, '2013-10-01', 1000)
    await storeCreditNote(table, familyId, '2013-11-02', -300)
    const { number } = await pay(familyId, 1500)
    expect(await totals(familyId)).toMatchObject({ due: 0, credit: 800 })
    await expect(refund(familyId, 801)).rejects.toMatchObject({ code: 'payment-too-large' })
    expect(await refund(familyId, 600)).toMatchObject({
      amount: 600,
      refundedOn: '2013-11-20',
      of: [{ from: 'payment', number: String(number), amount: 600 }],
    })
    expect(await totals(familyId)).toMatchObject({ refunded: 600, credit: 200 })
    await storeInvoice(table, familyId, '2013-11-19', 1000)
    expect(await totals(familyId)).toMatchObject({ due: 800, credit: 0 })
    expect(await journal(familyId)).toEqual(['2013-11-12 payment 1500', '2013-11-20 refund -600'])
  })

  it('never gives vouchers back [guide 10]', async () => {
    const { familyId } = await anotherFamily(table)
    await pay(familyId, 1500, { means: 'holiday-voucher' })
    await expect(refund(familyId, 1)).rejects.toMatchObject({ code: 'payment-too-large' })
  })

  it('is of a family that there is', async () => {
    await expect(refund(familyIdSchema.parse('4998'), 1)).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('keeps its payment from being cancelled: the money is gone', async () => {
    const { familyId } = await anotherFamily(table)
    const { number } = await pay(familyId, 500)
    await refund(familyId, 100)
    for (const kind of ['mistake', 'bounced', 'rejected'] as const) {
      await expect(end(familyId, number, kind)).rejects.toMatchObject({ code: 'payment-locked' })
    }
  })

  it('is made once by one key, wherever the call is broken off', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const { familyId } = await anotherFamily(table)
        await pay(familyId, 500)
        return {
          run: () => refund(familyId, 300, `crash-of-${familyId}`),
          check: async () => {
            expect(await totals(familyId)).toMatchObject({ refunded: 300, credit: 200 })
          },
        }
      },
    })
    const { familyId } = await anotherFamily(table)
    await pay(familyId, 500)
    await refund(familyId, 300, 'the-same-key')
    await expect(refund(familyId, 200, 'the-same-key')).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    })
  })

  it('and its rivals never give a euro twice: refunds, an invoice, a cancellation, a credit note at once', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { familyId } = await anotherFamily(table)
      const { number } = await pay(familyId, 1000)
      await Promise.allSettled([
        refund(familyId, 700),
        refund(familyId, 700),
        storeInvoice(table, familyId, '2013-11-19', 600),
        end(familyId, number),
        storeCreditNote(table, familyId, '2013-11-19', -100),
        pay(familyId, 50),
      ])
      const ledger = await loadAccounts(table, familyId)
      const { allocations, totals: after } = settle(ledger)
      const [first] = ledger.payments
      const used = allocations
        .filter((each) => each.number === String(number))
        .reduce((sum, { amount }) => sum + amount, 0)
      expect(ledger.refunds.length).toBeLessThanOrEqual(1)
      expect(used + after.refunded).toBeLessThanOrEqual(1000)
      expect(after.credit).toBeGreaterThanOrEqual(0)
      // A cancelled payment was not given back, and one that was given back is not cancelled.
      if (first?.state === 'cancelled') expect(after.refunded).toBe(0)
    }
  })
})

describe('a month that is closed', () => {
  const DECEMBER = new Date('2013-12-02T09:00:00Z')

  it('takes nothing more, keeps mistakes, and lets what comes by itself count from the next', async () => {
    const { familyId } = await anotherFamily(table)
    const { number } = await pay(familyId, 500)
    const bounced = await pay(familyId, 600)
    const debit = await awaiting(familyId)
    await closeTill(table, { regieId: ENF, month: '2013-11', now: DECEMBER }, () => [])
    const late: AtDesk = { paidOn: '2013-11-30', now: DECEMBER }
    await expect(pay(familyId, 100, late)).rejects.toMatchObject({ code: 'month-closed' })
    await expect(end(familyId, number, 'mistake', DECEMBER)).rejects.toMatchObject({
      code: 'payment-locked',
    })
    await end(familyId, bounced.number, 'bounced', DECEMBER)
    const { payment } = await confirmPayment(table, {
      ...{ familyId, number: debit.number, now: DECEMBER },
    })
    expect(payment.paidOn).toBe('2013-12-01')
    const { payments } = await loadAccounts(table, familyId)
    expect(payments.filter((each) => each.number === debit.number)).toHaveLength(1)
    expect(await journal(familyId, '2013-12')).toEqual([
      '2013-12-01 payment 1000',
      '2013-12-02 reversal -600',
    ])
  })
})
