import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Invoice } from '../../shared/billing/model.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { cancelPayment } from '../../shared/ledger/cancel-payment.ts'
import {
  readCreditNote,
  readFamilyLedger,
  readInvoice,
  readLedger,
} from '../../shared/ledger/read-ledger.ts'
import { recordPayment } from '../../shared/ledger/record-payment.ts'
import { readLedgerRoute, recordPaymentRoute } from '../../shared/ledger/routes.ts'
import { SEQUENCES } from '../../shared/platform/keys.ts'
import {
  familyIdSchema,
  guardianIdSchema,
  regieIdSchema,
  type FamilyId,
} from '../../shared/platform/schemas.ts'
import { counterValue } from '../../shared/platform/table.ts'
import { cessonTown, DUPONT, guardian, openCesson, TEST } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { ACCOUNTANT, storeCarried, storeCreditNote, storeInvoice } from './fixture.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }
const NOW = new Date('2013-11-20T09:00:00Z')

type Body = Parameters<typeof recordPayment>[1]['body']

let lastKey = 0

/** Notes a payment at the desk, under a key of its own unless one is given. */
const pay = (
  familyId: FamilyId,
  amount: number,
  paidOn: IsoDate,
  { key, ...about }: Partial<Body> & { key?: string } = {},
): ReturnType<typeof recordPayment> => {
  lastKey += 1
  const { body } = recordPaymentRoute
  return recordPayment(deps, {
    parameters: { familyId },
    headers: { 'idempotency-key': key ?? `payment-${String(lastKey)}` },
    body: { ...body.parse({ regieId: 'ENF', amount, paidOn, means: 'cheque' }), ...about },
    actor: ACCOUNTANT,
    now: NOW,
  })
}

const cancel = (
  familyId: FamilyId,
  number: number,
  reason = 'Chèque sans provision',
): ReturnType<typeof cancelPayment> =>
  cancelPayment(table, {
    parameters: { familyId, number },
    body: { reason, kind: 'mistake' },
    actor: ACCOUNTANT,
    now: NOW,
  })

const page = (
  familyId: FamilyId,
  query: Partial<Parameters<typeof readLedger>[1]['query']> = {},
): ReturnType<typeof readLedger> =>
  readLedger(table, {
    actor: guardian({ ...DUPONT, familyId }),
    query: { ...readLedgerRoute.query.parse({}), ...query },
  })

type Entry = Awaited<ReturnType<typeof page>>['entries'][number]

/** An entry as guide 000 shows it: day, kind, amount, state. */
const shown = ({ date, kind, amount, state }: Entry): string =>
  `${date} ${kind} ${String(amount)} ${state}`

/** The family of guide 000 with its eight invoices. */
const guideFamily = async (): Promise<{ familyId: FamilyId; invoices: Invoice[] }> => {
  const { familyId } = await anotherFamily(table)
  const invoices: Invoice[] = []
  for (const [issuedOn, total] of [
    ['2013-02-01', 300],
    ['2013-03-01', 465],
    ['2013-04-01', 0],
    ['2013-05-01', 500],
    ['2013-06-01', 100],
    ['2013-10-07', 11_188],
    ['2013-10-31', 0],
    ['2013-11-06', 7560],
  ] as const) {
    invoices.push(await storeInvoice(table, familyId, issuedOn, total))
  }
  await pay(familyId, 1300, '2013-07-10')
  await pay(familyId, 1300, '2013-10-16')
  await pay(familyId, 9953, '2013-10-16')
  return { familyId, invoices }
}

const series = async (): Promise<number> =>
  counterValue(await table.get({ partition: SEQUENCES, sort: ['PAYMENT'] }))

beforeAll(async () => {
  await openCesson(table)
})

describe('the ledger of a family', () => {
  it('shows totals and the newest entries first, as guide 000 does [guide 9, 28, 29, 30, 31, 32]', async () => {
    const { familyId } = await guideFamily()
    const { totals, entries, count } = await page(familyId)
    expect(totals).toMatchObject({
      invoiced: 20_113,
      invoices: 8,
      paid: 12_553,
      payments: 3,
      due: 7560,
      unpaid: 1,
    })
    expect(entries.map(shown)).toEqual([
      '2013-11-06 invoice 7560 unsettled',
      '2013-10-31 invoice 0 settled',
      '2013-10-16 payment 9953 validated',
      '2013-10-16 payment 1300 validated',
      '2013-10-07 invoice 11188 settled',
    ])
    expect(entries[0]).toMatchObject({ stateLabel: 'Non soldée', due: 7560, dueOn: '2013-12-06' })
    expect(entries[0]?.label).toMatch(/^Facture n° ENF2013\d{8}$/)
    expect(entries[2]).toMatchObject({ stateLabel: 'Validé', means: 'Chèque' })
    expect(count).toBe(11)
  })

  it('is settled by two part-payments: 5 payments, 0,00 due, 13 entries on three pages [guide 28, 29]', async () => {
    const { familyId } = await guideFamily()
    await pay(familyId, 1300, '2013-11-12')
    await pay(familyId, 6260, '2013-11-12')
    const first = await page(familyId)
    expect(first.totals).toMatchObject({ paid: 20_113, payments: 5, due: 0, unpaid: 0, credit: 0 })
    expect(first.entries.map(shown)).toEqual([
      '2013-11-12 payment 6260 validated',
      '2013-11-12 payment 1300 validated',
      '2013-11-06 invoice 7560 settled',
      '2013-10-31 invoice 0 settled',
      '2013-10-16 payment 9953 validated',
    ])
    const second = await page(familyId, { before: first.next })
    const third = await page(familyId, { before: second.next })
    expect([first, second, third].map(({ entries, count }) => [entries.length, count])).toEqual([
      [5, 13],
      [5, 13],
      [3, 13],
    ])
    expect(third.next).toBeUndefined()
    const all = await page(familyId, { limit: 50 })
    expect([first, second, third].flatMap(({ entries }) => entries)).toEqual(all.entries)
    expect(all.entries.filter(({ kind }) => kind === 'invoice')).toHaveLength(8)
  })

  it('loses and repeats nothing over pages, whatever comes in between', async () => {
    const { familyId } = await guideFamily()
    const before = await page(familyId, { limit: 50 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 5, max: 11 }), async (limit) => {
        const first = await page(familyId, { limit })
        await pay(familyId, 1, '2013-11-20')
        const rest =
          first.next === undefined
            ? []
            : (await page(familyId, { limit: 50, before: first.next })).entries
        const seen = [...first.entries, ...rest].filter(({ date }) => date < '2013-11-20')
        expect(seen.map(({ label }) => label)).toEqual(before.entries.map(({ label }) => label))
      }),
      { numRuns: 7 },
    )
  })

  it('shows credit notes below zero, and takes them from what is due', async () => {
    const { familyId } = await anotherFamily(table)
    const { number } = await storeInvoice(table, familyId, '2013-10-01', 2000)
    const note = await storeCreditNote(table, familyId, '2013-11-01', -500)
    const { totals, entries } = await page(familyId)
    expect(totals).toMatchObject({ invoiced: 2000, credited: 500, creditNotes: 1, due: 1500 })
    expect(entries.map(shown)).toEqual([
      '2013-11-01 credit-note -500 used',
      '2013-10-01 invoice 2000 unsettled',
    ])
    const read = await readCreditNote(table, {
      actor: guardian({ ...DUPONT, familyId }),
      parameters: { number: note.number },
    })
    expect(read).toMatchObject({
      total: -500,
      usedFor: [{ invoice: number, amount: 500 }],
      left: 0,
    })
    expect(read.lines[0]?.why).toBe('Tarifs 2013 : repas, prix unique.')
  })

  it('shows what is carried to a later invoice, which is due with that one only', async () => {
    const { familyId } = await anotherFamily(table)
    await storeCarried(table, familyId, '2013-09-01', 400)
    await storeCarried(table, familyId, '2013-10-01', 450)
    await storeInvoice(table, familyId, '2013-11-01', 2000)
    const { totals, entries, count } = await page(familyId)
    expect(totals).toMatchObject({ invoiced: 2000, invoices: 1, due: 2000, unpaid: 1 })
    expect(entries.map(shown)).toEqual([
      '2013-11-01 invoice 2000 unsettled',
      '2013-10-01 carried 450 carried',
      '2013-09-01 carried 400 carried',
    ])
    expect(entries[1]).toMatchObject({
      label: 'Report de septembre 2013',
      stateLabel: 'Reporté sur la facture suivante',
    })
    expect(count).toBe(3)
  })

  it('is empty for a family that was never invoiced', async () => {
    const { familyId } = await anotherFamily(table)
    expect(await page(familyId)).toMatchObject({ count: 0, entries: [], totals: { due: 0 } })
  })

  it('is read by the accountant as by the family; a family that does not exist is not found', async () => {
    const { familyId } = await guideFamily()
    const query = readLedgerRoute.query.parse({})
    expect(await readFamilyLedger(table, { parameters: { familyId }, query })).toEqual(
      await page(familyId),
    )
    await expect(
      readFamilyLedger(table, { parameters: { familyId: familyIdSchema.parse('4998') }, query }),
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  it('costs one read of the guardian and one Query', async () => {
    const { familyId } = await guideFamily()
    const { cost } = await measure([documents], () => page(familyId))
    expect(cost.calls).toEqual({ GetItem: 1, Query: 1 })
    expectCost('read a ledger of 11 entries', cost)
  })
})

describe('an invoice of the ledger', () => {
  it('tells the reason of each line and by what it was paid [guide 29] [wish W4]', async () => {
    const { familyId, invoices } = await guideFamily()
    const number = invoices[5]?.number ?? ''
    const read = await readInvoice(table, {
      actor: guardian({ ...DUPONT, familyId }),
      parameters: { number },
    })
    expect(read).toMatchObject({
      number,
      total: 11_188,
      state: 'settled',
      stateLabel: 'Soldée',
      paid: 11_188,
      due: 0,
      lines: [
        {
          child: 'Léo',
          label: 'Repas',
          quantity: 1,
          amount: 11_188,
          priceList: 'Tarifs 2013',
          why: 'Tarifs 2013 : repas, prix unique.',
        },
      ],
    })
    // The payment of July left 65 cents of the older invoices open: they came first.
    expect(read.paidBy.map(({ date, amount, means }) => [date, amount, means])).toEqual([
      ['2013-10-16', 9888, 'Chèque'],
      ['2013-10-16', 1300, 'Chèque'],
    ])
  })

  it('is nobody else’s: of another family, and for a guardian who left, it is not found', async () => {
    const { familyId, invoices } = await guideFamily()
    const number = invoices[5]?.number ?? ''
    const note = await storeCreditNote(table, familyId, '2013-11-01', -500)
    await expect(
      readInvoice(table, { actor: guardian(TEST), parameters: { number } }),
    ).rejects.toMatchObject({ code: 'not-found' })
    await expect(
      readCreditNote(table, { actor: guardian(TEST), parameters: { number: note.number } }),
    ).rejects.toMatchObject({ code: 'not-found' })
    const left = guardian({ familyId, guardianId: guardianIdSchema.parse('g9') })
    await expect(readInvoice(table, { actor: left, parameters: { number } })).rejects.toMatchObject(
      { code: 'not-found' },
    )
    await expect(
      readLedger(table, { actor: left, query: readLedgerRoute.query.parse({}) }),
    ).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('a payment at the desk', () => {
  it('is validated at once and pays the invoices that it names [guide 10, 31]', async () => {
    const { familyId } = await anotherFamily(table)
    const first = await storeInvoice(table, familyId, '2013-09-01', 1000)
    const second = await storeInvoice(table, familyId, '2013-10-01', 2000)
    const paid = await pay(familyId, 2300, '2013-11-12', {
      means: 'transfer',
      invoices: [second.number],
      reference: '1234567',
    })
    expect(paid).toMatchObject({
      state: 'validated',
      meansLabel: 'Virement',
      reference: '1234567',
      paidFor: [
        { invoice: second.number, amount: 2000 },
        { invoice: first.number, amount: 300 },
      ],
      left: 0,
    })
    expect((await page(familyId)).totals).toMatchObject({ due: 700, unpaid: 1 })
  })

  it('has the next number of the town, without a gap, when many are noted at once', async () => {
    const families = await Promise.all([1, 2, 3].map(() => anotherFamily(table)))
    const before = await series()
    const paid = await Promise.all(families.map(({ familyId }) => pay(familyId, 100, '2013-11-12')))
    expect(paid.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([
      before + 1,
      before + 2,
      before + 3,
    ])
  })

  it('is noted once by one key, also when the call comes twice at the same time', async () => {
    const { familyId } = await anotherFamily(table)
    const key = 'the-same-call-again'
    const both = await Promise.all([1, 2].map(() => pay(familyId, 500, '2013-11-12', { key })))
    const third = await pay(familyId, 500, '2013-11-12', { key })
    expect(new Set([...both, third].map(({ number }) => number)).size).toBe(1)
    expect((await page(familyId)).totals).toMatchObject({ paid: 500, payments: 1, credit: 500 })
    await expect(pay(familyId, 501, '2013-11-12', { key })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    })
  })

  it('is refused for an invoice of another family or régie, a régie and a day that are none', async () => {
    const { familyId } = await anotherFamily(table)
    const { number } = await storeInvoice(table, TEST.familyId, '2013-09-01', 1000)
    const before = await series()
    await expect(pay(familyId, 1000, '2013-11-12', { invoices: [number] })).rejects.toMatchObject({
      code: 'unknown-invoice',
      faults: [{ pointer: '/body/invoices/0' }],
    })
    await expect(
      pay(familyId, 1000, '2013-11-12', { regieId: regieIdSchema.parse('ZZZ') }),
    ).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(pay(familyId, 1000, '2013-11-21')).rejects.toMatchObject({
      code: 'period-out-of-range',
    })
    await expect(pay(familyIdSchema.parse('4998'), 1000, '2013-11-12')).rejects.toMatchObject({
      code: 'not-found',
    })
    expect(await series()).toBe(before)
  })

  it('is above zero, and is not one that the portal itself receives', () => {
    const body = { regieId: 'ENF', amount: 1, paidOn: '2013-11-12', means: 'cash' }
    const { body: schema } = recordPaymentRoute
    expect(schema.safeParse(body).success).toBe(true)
    expect(schema.safeParse({ ...body, amount: 0 }).success).toBe(false)
    expect(schema.safeParse({ ...body, amount: -100 }).success).toBe(false)
    expect(schema.safeParse({ ...body, amount: 1.5 }).success).toBe(false)
    expect(schema.safeParse({ ...body, means: 'online' }).success).toBe(false)
  })

  it('is noted once, with one number, wherever the call is broken off', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const { familyId } = await anotherFamily(table)
        const before = await series()
        const key = `crash-of-${familyId}`
        return {
          run: () => pay(familyId, 700, '2013-11-12', { key }),
          check: async ({ number }) => {
            expect(number).toBe(before + 1)
            expect(await series()).toBe(before + 1)
            expect((await page(familyId)).totals).toMatchObject({ paid: 700, payments: 1 })
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  })

  it('costs the series, the family, its ledger and one transaction', async () => {
    const { familyId } = await anotherFamily(table)
    const { cost } = await measure([documents], () => pay(familyId, 700, '2013-11-12'))
    expect(cost.calls).toEqual({ GetItem: 2, Query: 2, TransactWriteItems: 1 })
    expectCost('record a payment', cost)
  })
})

describe('a cancelled payment', () => {
  it('stays in the ledger, and what it paid is due again [guide 31]', async () => {
    const { familyId } = await guideFamily()
    const { entries } = await page(familyId)
    const number = Number(entries[2]?.number)
    expect(await cancel(familyId, number)).toMatchObject({
      number,
      state: 'cancelled',
      stateLabel: 'Annulé',
      paidFor: [],
      left: 0,
    })
    const after = await page(familyId)
    expect(after.totals).toMatchObject({ paid: 2600, payments: 2, due: 17_513, unpaid: 2 })
    expect(after.entries.map(shown)).toContain('2013-10-16 payment 9953 cancelled')
  })

  it('keeps its first reason when it is cancelled again', async () => {
    const { familyId } = await anotherFamily(table)
    const { number } = await pay(familyId, 700, '2013-11-12')
    await cancel(familyId, number)
    await cancel(familyId, number, 'Une autre raison')
    const [item] = await table.query({ partition: ['FAMILY', familyId], from: ['LEDGER'] })
    expect(item).toMatchObject({
      version: 2,
      cancellation: { by: ACCOUNTANT.account, reason: 'Chèque sans provision' },
    })
  })

  it('is not found among those of another family', async () => {
    const { familyId } = await anotherFamily(table)
    const { number } = await pay(familyId, 700, '2013-11-12')
    await expect(cancel(TEST.familyId, number)).rejects.toMatchObject({ code: 'not-found' })
  })
})
