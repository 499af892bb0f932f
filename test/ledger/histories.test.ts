import * as fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { sum } from '../../shared/kernel/money.ts'
import { endPayment } from '../../shared/ledger/cancel-payment.ts'
import { confirmPayment } from '../../shared/ledger/confirm-payment.ts'
import { makeDepositRoute, refundCreditRoute } from '../../shared/ledger/desk-routes.ts'
import { loadAccounts } from '../../shared/ledger/load-accounts.ts'
import { makeDeposit } from '../../shared/ledger/make-deposit.ts'
import type { MovementSum, WholeLedger } from '../../shared/ledger/model.ts'
import { notePayment } from '../../shared/ledger/note-payment.ts'
import { readEntries } from '../../shared/ledger/read-journal.ts'
import { refundCredit } from '../../shared/ledger/refund-credit.ts'
import { settle } from '../../shared/ledger/rules.ts'
import { findTill, handOverWrite } from '../../shared/ledger/store.ts'
import { regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cessonTown, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { ACCOUNTANT, payAtDesk, storeCreditNote, storeInvoice } from './fixture.ts'

const ENF = regieIdSchema.parse('ENF')
const NOW = new Date('2013-11-20T09:00:00Z')
const LIMITED = ['holiday-voucher', 'cesu', 'caf-voucher'] as const

let table: Table

beforeAll(async () => {
  ;({ table } = await freshTable())
  await openCesson(table)
})

/** What may happen to a family's money; a number chooses among what there is. */
const steps = fc.oneof(
  fc.record({
    kind: fc.constant('invoice' as const),
    amount: fc.integer({ min: 0, max: 2000 }),
    vouchers: fc.option(fc.integer({ min: 1, max: 900 }), { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant('credit-note' as const),
    amount: fc.integer({ min: 1, max: 800 }),
  }),
  fc.record({
    kind: fc.constant('pay' as const),
    amount: fc.integer({ min: 1, max: 2000 }),
    means: fc.constantFrom('cash' as const, 'cheque' as const, 'cesu' as const),
  }),
  fc.record({ kind: fc.constant('await' as const), amount: fc.integer({ min: 1, max: 2000 }) }),
  fc.record({ kind: fc.constant('refund' as const), amount: fc.integer({ min: 1, max: 900 }) }),
  fc.record({
    kind: fc.constantFrom(
      'confirm' as const,
      'mistake' as const,
      'bounced' as const,
      'deposit' as const,
      'hand-over' as const,
    ),
    which: fc.nat(5),
  }),
)
type Step = typeof steps extends fc.Arbitrary<infer Value> ? Value : never

let last = 0

const key = (): string => `a-step-of-a-history-${String((last += 1))}`

const take = async (familyId: FamilyId, ledger: WholeLedger, step: Step): Promise<unknown> => {
  switch (step.kind) {
    case 'invoice': {
      const { vouchers } = step
      const parts = vouchers === undefined ? [] : [{ by: [...LIMITED], amount: vouchers }]
      const limits = { means: [...LIMITED], parts }
      return storeInvoice(table, familyId, '2013-11-10', step.amount, limits)
    }
    case 'credit-note':
      return storeCreditNote(table, familyId, '2013-11-11', -step.amount)
    case 'pay':
      return payAtDesk({ table, town: cessonTown }, familyId, step.amount, { means: step.means })
    case 'await':
      return notePayment(table, { familyId, regieId: ENF, now: NOW }, () => ({
        ...{ state: 'awaiting', amount: step.amount, paidOn: '2013-11-15', means: 'online' },
        ...{ invoices: [], recordedBy: 'portal', recordedAt: NOW.toISOString() },
        idempotencyKey: key(),
      }))
    case 'refund':
      return refundCredit(table, {
        parameters: { familyId },
        headers: { 'idempotency-key': key() },
        body: refundCreditRoute.body.parse({
          ...{ regieId: 'ENF', amount: step.amount, means: 'transfer', reason: 'Trop payé' },
        }),
        ...{ actor: ACCOUNTANT, now: NOW },
      })
    case 'hand-over': {
      const invoice = ledger.invoices[step.which]
      if (invoice === undefined || invoice.total === 0) return undefined
      const { number, total } = invoice
      const about = { familyId, regieId: ENF, invoice: number, transfer: 1, amount: total }
      return table.transact([handOverWrite({ ...about, handedOverOn: '2013-11-18' })])
    }
    default: {
      const payment = ledger.payments[step.which]
      if (payment === undefined) return undefined
      const { number, paidOn } = payment
      if (step.kind === 'confirm') return confirmPayment(table, { familyId, number, now: NOW })
      if (step.kind === 'deposit') {
        return makeDeposit(table, {
          parameters: { regieId: ENF },
          headers: { 'idempotency-key': key() },
          body: makeDepositRoute.body.parse({
            ...{ means: 'cheque', payments: [{ familyId, number, paidOn }] },
          }),
          ...{ actor: ACCOUNTANT, now: NOW },
        })
      }
      const about = { familyId, number, kind: step.kind, reason: 'Fin', by: 'x', now: NOW }
      return endPayment(table, about)
    }
  }
}

const amountOf = (all: readonly { readonly amount: number }[]): number =>
  sum(all.map(({ amount }) => amount))

/** That nothing is paid, used or given back twice. */
const checkLedger = (ledger: WholeLedger): void => {
  const { allocations, totals, invoices } = settle(ledger)
  const back = ledger.refunds.flatMap(({ of }) => of)
  for (const { number, total } of ledger.invoices) {
    expect(amountOf(allocations.filter((each) => each.invoice === number))).toBeLessThanOrEqual(
      total,
    )
  }
  const sources = [
    ...ledger.payments.map(({ number, amount }) => ({ number: String(number), amount })),
    ...ledger.creditNotes.map(({ number, total }) => ({ number, amount: -total })),
  ]
  for (const { number, amount } of sources) {
    const used = [...allocations, ...back].filter((each) => each.number === number)
    expect(amountOf(used)).toBeLessThanOrEqual(amount)
  }
  expect(totals.credit).toBeGreaterThanOrEqual(0)
  expect(totals.due + totals.treasury).toBe(sum([...invoices.values()].map(({ due }) => due)))
  expect(totals.paid + totals.credited - totals.refunded - totals.credit).toBe(
    sum([...invoices.values()].map(({ paid }) => paid)),
  )
}

const inOrder = (sums: readonly MovementSum[]): string[] =>
  sums.map(({ kind, means, count, amount }) => [kind, means, count, amount].join(' ')).toSorted()

it('whatever happens to the money of families, also at once, no euro counts twice and the till knows all [guide 28, 31]', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(steps, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 7 }),
      async (rounds) => {
        const { familyId } = await anotherFamily(table)
        for (const round of rounds) {
          const ledger = await loadAccounts(table, familyId)
          await Promise.allSettled(round.map((step) => take(familyId, ledger, step)))
          checkLedger(await loadAccounts(table, familyId))
        }
      },
    ),
    { numRuns: 20 },
  )
  // Over all families of the run: the sums of the till are those of the journal, receipts have no gap.
  const entries = await readEntries(table, ENF, { from: '2013-11-01', to: '2013-11-30' })
  const till = await findTill(table, ENF)
  const groups = Map.groupBy(entries, ({ kind, means }) => `${kind} ${means}`)
  const sums = [...groups.values()].flatMap((some): MovementSum[] => {
    const [first] = some
    if (first === undefined) return []
    const { kind, means } = first
    return [{ kind, means, count: some.length, amount: Math.abs(amountOf(some)) }]
  })
  expect(inOrder(till?.sums ?? [])).toEqual(inOrder(sums))
  expect(sums.map(({ kind }) => kind)).toContain('refund')
  const receipts = entries.flatMap(({ receipt }) => (receipt === undefined ? [] : [receipt]))
  expect(receipts.map((receipt) => Number(receipt.slice(-6))).toSorted((a, b) => a - b)).toEqual(
    receipts.map((_, index) => index + 1),
  )
  expect(till?.receipts).toBe(receipts.length)
})
