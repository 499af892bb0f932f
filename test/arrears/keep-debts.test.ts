import type { DynamoDBRecord } from 'aws-lambda'
import * as fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { debtsOf } from '../../shared/arrears/debt-rules.ts'
import { followLedger, keepDebts } from '../../shared/arrears/keep-debts.ts'
import { listDebts, loadOwing } from '../../shared/arrears/store.ts'
import { loadAccounts } from '../../shared/ledger/load-accounts.ts'
import type { Payment } from '../../shared/ledger/model.ts'
import { handOverEntity, paymentEntity } from '../../shared/ledger/store.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import { openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { streamedTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { storeCreditNote } from '../ledger/fixture.ts'
import { ENF, invoiceDueOn, owes, paymentOf, storePayment } from './fixture.ts'

const { table, documents, newRecords } = await streamedTable()

beforeAll(async () => {
  await openCesson(table)
})

const follow = streamHandler((change) => followLedger(table, change))

/** Hands changes over as the stream does, again where not all were taken. */
const deliver = async (Records: DynamoDBRecord[]): Promise<void> => {
  const { batchItemFailures } = await follow({ Records })
  if (batchItemFailures.length > 0) throw new Error('Some records were not taken')
}

/** What is stored of a family's debts, without its versions. */
const stored = async (familyId: FamilyId) =>
  (await loadOwing(table, familyId)).debts.map(({ regieId, name, due, oldestDueOn, invoices }) => ({
    ...{ familyId, regieId, name, due, oldestDueOn, invoices },
  }))

const byLedger = async (familyId: FamilyId) => debtsOf(await loadAccounts(table, familyId))

type Step =
  | { readonly kind: 'invoice' | 'credit' | 'pay' | 'await'; readonly amount: number }
  | { readonly kind: 'cancel' | 'confirm' | 'hand-over'; readonly which: number }

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('invoice' as const, 'invoice' as const, 'credit' as const),
    amount: fc.integer({ min: 1, max: 5000 }),
  }),
  fc.record({
    kind: fc.constantFrom('pay' as const, 'await' as const),
    amount: fc.integer({ min: 1, max: 5000 }),
  }),
  fc.record({
    kind: fc.constantFrom('cancel' as const, 'confirm' as const, 'hand-over' as const),
    which: fc.nat(9),
  }),
)

/** Does something to a ledger, past the use cases that would. */
const take = async (familyId: FamilyId, step: Step, at: number): Promise<void> => {
  const day = `2025-0${String(1 + (at % 9))}-15` as const
  const change = async (which: number, about: Partial<Payment>): Promise<void> => {
    const { payments } = await loadAccounts(table, familyId)
    const payment = payments[which % Math.max(1, payments.length)]
    if (payment !== undefined) await table.put(paymentEntity.toItem({ ...payment, ...about }))
  }
  switch (step.kind) {
    case 'invoice':
      await invoiceDueOn(table, familyId, day, step.amount)
      return
    case 'credit':
      await storeCreditNote(table, familyId, day, -step.amount)
      return
    case 'pay':
      await storePayment(table, paymentOf(familyId, { amount: step.amount, paidOn: day }))
      return
    case 'await': {
      const about = { amount: step.amount, paidOn: day, state: 'awaiting' } as const
      await storePayment(table, paymentOf(familyId, about))
      return
    }
    case 'cancel':
      return change(step.which, { state: 'cancelled' })
    case 'confirm':
      return change(step.which, { state: 'validated' })
    case 'hand-over': {
      const { invoices } = await loadAccounts(table, familyId)
      const invoice = invoices[step.which % Math.max(1, invoices.length)]
      if (invoice === undefined || invoice.total === 0) return
      const about = { familyId, regieId: ENF, invoice: invoice.number, transfer: 1 }
      const item = { ...about, handedOverOn: day, amount: invoice.total }
      await table.put(handOverEntity.toItem(item))
    }
  }
}

it('a debt is what the ledger says after any history, however its changes arrive [guide 28]', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }),
      fc.nat(8),
      async (history, order, repeated) => {
        const { familyId } = await anotherFamily(table, undefined, [])
        await newRecords()
        let early: DynamoDBRecord[] = []
        for (const [at, step] of history.entries()) {
          await take(familyId, step, at)
          // Some changes arrive at once, the others at the end and in any order.
          if (at === repeated) {
            early = await newRecords()
            await deliver(early)
          }
        }
        const records = [...(await newRecords()), ...early]
        const shuffled = records
          .map((record, at) => ({ record, rank: order[at % order.length] ?? 0 }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ record }) => record)
        await deliver([...shuffled, ...shuffled.slice(0, 2)])
        expect(await stored(familyId)).toEqual(await byLedger(familyId))
        const listed = (await listDebts(table, ENF)).filter((debt) => debt.familyId === familyId)
        expect(listed.length).toBe((await byLedger(familyId)).length)
      },
    ),
    { numRuns: 25 },
  )
})

it('several that follow at once leave what the ledger says', async () => {
  const { familyId } = await anotherFamily(table, undefined, [])
  await invoiceDueOn(table, familyId, '2025-09-30', 3000)
  const paying = storePayment(table, paymentOf(familyId, { amount: 3000 }))
  await Promise.all([keepDebts(table, familyId), keepDebts(table, familyId), paying])
  await keepDebts(table, familyId)
  expect(await stored(familyId)).toEqual([])
})

it('takes the word of the ledger also when it is paid between its reading and its writing', async () => {
  const { familyId } = await anotherFamily(table, undefined, [])
  await invoiceDueOn(table, familyId, '2025-09-30', 3000)
  let isPaid = false
  const slow: typeof table = {
    ...table,
    transact: async (writes) => {
      // The payment, and all that follows it, come first.
      if (!isPaid) {
        isPaid = true
        await storePayment(table, paymentOf(familyId, { amount: 3000 }))
        await keepDebts(table, familyId)
      }
      return table.transact(writes)
    },
  }
  await keepDebts(slow, familyId)
  expect(await stored(familyId)).toEqual([])
})

it('has one effect wherever it breaks off', async () => {
  const crashes = await crashEverywhere({
    clients: [documents],
    scenario: async () => {
      const { familyId } = await anotherFamily(table, undefined, [])
      await owes(table, familyId, ['2025-09-30', 3000], ['2025-10-30', 2000])
      await storePayment(table, paymentOf(familyId, { amount: 3500 }))
      return {
        run: () => keepDebts(table, familyId),
        check: async () => {
          expect(await stored(familyId)).toEqual(await byLedger(familyId))
          expect(await stored(familyId)).toMatchObject([{ due: 1500 }])
        },
      }
    },
  })
  expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
})

it('costs two reads where nothing changes, and four with a transaction where something does', async () => {
  const { familyId } = await anotherFamily(table, undefined, [])
  await invoiceDueOn(table, familyId, '2025-09-30', 3000)
  const first = await measure([documents], () => keepDebts(table, familyId))
  expectCost('a debt that is new', first.cost)
  const again = await measure([documents], () => keepDebts(table, familyId))
  expectCost('a debt that stays as it is', again.cost)
})
