import { beforeAll, describe, expect, it } from 'vitest'
import { closeMonth, listClosings } from '../../shared/bookkeeping/close-month.ts'
import {
  exportCashUp,
  exportJournal,
  readCashUp,
  readJournal,
} from '../../shared/bookkeeping/read-books.ts'
import type { IsoDate, IsoMonth } from '../../shared/kernel/dates.ts'
import { endPayment } from '../../shared/ledger/cancel-payment.ts'
import { refundCreditRoute } from '../../shared/ledger/desk-routes.ts'
import { refundCredit } from '../../shared/ledger/refund-credit.ts'
import { regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { ACCOUNTANT, payAtDesk } from '../ledger/fixture.ts'
import { cessonTown, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'

const ENF = regieIdSchema.parse('ENF')
const NOVEMBER = new Date('2013-11-20T09:00:00Z')
const DECEMBER = new Date('2013-12-02T09:00:00Z')

const period = (from: IsoDate, to: IsoDate) => ({
  parameters: { regieId: ENF },
  query: { from, to },
})
const ALL = period('2013-11-01', '2013-11-30')

const close = (table: Table, month: IsoMonth, now = DECEMBER) =>
  closeMonth(
    { table, town: cessonTown },
    { parameters: { regieId: ENF }, body: { month }, actor: ACCOUNTANT, now },
  )

const closings = (table: Table) => listClosings(table, { parameters: { regieId: ENF } })

/** A month: two cheques, cash, a cheque that bounced, a card payment of which something was given back. */
const month = async (table: Table): Promise<FamilyId> => {
  const deps = { table, town: cessonTown }
  const { familyId } = await anotherFamily(table)
  const now = NOVEMBER
  await payAtDesk(deps, familyId, 1000, { paidOn: '2013-11-12', now })
  await payAtDesk(deps, familyId, 250, { paidOn: '2013-11-12', means: 'cash', now })
  const { number } = await payAtDesk(deps, familyId, 4000, { paidOn: '2013-11-14', now })
  await payAtDesk(deps, familyId, 900, { paidOn: '2013-11-14', means: 'card', now })
  const by = { reason: 'Sans provision', by: 'x', now } as const
  await endPayment(table, { familyId, number, kind: 'bounced', ...by })
  await refundCredit(table, {
    parameters: { familyId },
    headers: { 'idempotency-key': 'refund-of-the-month' },
    body: refundCreditRoute.body.parse({
      ...{ regieId: 'ENF', amount: 400, means: 'transfer', reason: 'Trop payé' },
    }),
    actor: ACCOUNTANT,
    now,
  })
  return familyId
}

describe('the books of a month', () => {
  let table: Table
  let familyId: FamilyId

  beforeAll(async () => {
    ;({ table } = await freshTable())
    await openCesson(table)
    familyId = await month(table)
  })

  it('the journal has each movement in the order of its day, with the running total', async () => {
    const { entries, total } = await readJournal(table, ALL)
    expect(
      entries.map(({ date, kind, means, amount, total: sum }) => [date, kind, means, amount, sum]),
    ).toEqual([
      ['2013-11-12', 'payment', 'cheque', 1000, 1000],
      ['2013-11-12', 'payment', 'cash', 250, 1250],
      ['2013-11-14', 'payment', 'cheque', 4000, 5250],
      ['2013-11-14', 'payment', 'card', 900, 6150],
      ['2013-11-20', 'refund', 'transfer', -400, 5750],
      ['2013-11-20', 'reversal', 'cheque', -4000, 1750],
    ])
    expect(total).toBe(1750)
    expect(entries[0]).toMatchObject({ familyId, receipt: 'ENF-2013-000001' })
    expect(entries.at(-1)).toMatchObject({ why: 'bounced', kindLabel: 'Annulation' })
  })

  it('begins anew with the first day that is asked for', async () => {
    const { entries, total } = await readJournal(table, period('2013-11-13', '2013-11-14'))
    expect([entries.length, total]).toEqual([2, 4900])
  })

  it('the cash-up has a line for each day and means, and comes to the journal', async () => {
    const { lines, totals } = await readCashUp(table, ALL)
    expect(lines.map(({ date, means, net }) => [date, means, net])).toEqual([
      ['2013-11-12', 'cash', 250],
      ['2013-11-12', 'cheque', 1000],
      ['2013-11-14', 'card', 900],
      ['2013-11-14', 'cheque', 4000],
      ['2013-11-20', 'cheque', -4000],
      ['2013-11-20', 'transfer', -400],
    ])
    expect(totals).toEqual({
      payment: { count: 4, amount: 6150 },
      reversal: { count: 1, amount: 4000 },
      refund: { count: 1, amount: 400 },
      net: 1750,
    })
  })

  it('both are tables that a French spreadsheet opens: mark, semicolons, decimal comma', async () => {
    const journal = (await exportJournal(table, ALL)).split('\r\n')
    expect(journal[0]).toMatch(/^\uFEFFRégie;Date;Nature;Numéro;Quittance;/)
    expect(journal[1]).toMatch(
      /^ENF;12\/11\/2013;Encaissement;\d+;ENF-2013-000001;\d+;Chèque;;10,00;10,00$/,
    )
    expect(journal[6]).toMatch(/;Annulation;\d+;;\d+;Chèque;impayé;-40,00;17,50$/)
    expect(journal[7]).toBe('Total;;;;;;;;17,50;')
    const cashUp = (await exportCashUp(table, ALL)).split('\r\n')
    expect(cashUp[1]).toBe('ENF;12/11/2013;Espèces;1;2,50;0;0,00;0;0,00;2,50')
    expect(cashUp.at(-2)).toBe('Total;;;4;61,50;1;40,00;1;4,00;17,50')
  })

  it('are of up to a month at a time', async () => {
    for (const [from, to] of [
      ['2013-11-01', '2013-12-02'],
      ['2013-11-02', '2013-11-01'],
    ] as const) {
      await expect(readJournal(table, period(from, to))).rejects.toMatchObject({
        code: 'period-out-of-range',
      })
    }
    expect((await readJournal(table, period('2013-11-01', '2013-12-01'))).total).toBe(1750)
  })

  it('a month that is not over is not closed, nor one behind another that is open', async () => {
    await expect(close(table, '2013-11', NOVEMBER)).rejects.toMatchObject({
      code: 'period-out-of-range',
    })
    // In Paris it is December.
    await expect(close(table, '2013-12', new Date('2013-11-30T23:30:00Z'))).rejects.toMatchObject({
      code: 'period-out-of-range',
    })
    await expect(close(table, '2013-12', new Date('2014-01-02T09:00:00Z'))).rejects.toMatchObject({
      code: 'period-out-of-range',
      detail: 'Un mois doit être clos avant : novembre 2013.',
    })
    await expect(
      closeMonth(
        { table, town: cessonTown },
        {
          parameters: { regieId: regieIdSchema.parse('ZZZ') },
          ...{ body: { month: '2013-11' }, actor: ACCOUNTANT, now: DECEMBER },
        },
      ),
    ).rejects.toMatchObject({ code: 'not-found' })
    expect(await closings(table)).toEqual({ closings: [] })
  })

  it('a closing freezes what the month came to, once; nothing is dated in it any more', async () => {
    const closed = await close(table, '2013-11')
    expect(closed.totals).toEqual((await readCashUp(table, ALL)).totals)
    expect(closed.means.map(({ means, net }) => [means, net])).toEqual([
      ['card', 900],
      ['cash', 250],
      ['cheque', 1000],
      ['transfer', -400],
    ])
    const again = await close(table, '2013-11', new Date('2013-12-09T09:00:00Z'))
    expect(again).toEqual(closed)
    const deps = { table, town: cessonTown }
    await expect(
      payAtDesk(deps, familyId, 100, { paidOn: '2013-11-30', now: DECEMBER }),
    ).rejects.toMatchObject({ code: 'month-closed' })
    await expect(
      payAtDesk(deps, familyId, 100, { paidOn: '2013-10-30', now: DECEMBER }),
    ).rejects.toMatchObject({ code: 'month-closed' })
    await payAtDesk(deps, familyId, 100, { paidOn: '2013-12-01', now: DECEMBER })
    await expect(close(table, '2013-10')).rejects.toMatchObject({ code: 'month-closed' })
    const next = await close(table, '2013-12', new Date('2014-01-02T09:00:00Z'))
    expect(next.totals).toMatchObject({ payment: { count: 1, amount: 100 }, net: 100 })
    const listed = await closings(table)
    expect(listed.closings.map((each) => each.month)).toEqual(['2013-12', '2013-11'])
  })
})

it('a closing happens once, with exact sums, wherever it is broken off', async () => {
  const { table, documents } = await freshTable()
  await openCesson(table)
  const deps = { table, town: cessonTown }
  const { familyId } = await anotherFamily(table)
  let next = new Date('2014-01-05T09:00:00Z')
  await crashEverywhere({
    clients: [documents],
    scenario: async () => {
      const day = next
      next = new Date(day.getTime())
      next.setUTCMonth(next.getUTCMonth() + 1)
      const before = new Date(day.getTime() - 6 * 86_400_000)
      const paidOn: IsoDate = `${String(before.getUTCFullYear())}-${String(before.getUTCMonth() + 1).padStart(2, '0')}-15`
      await payAtDesk(deps, familyId, 100, { paidOn, now: day })
      const of: IsoMonth = `${paidOn.slice(0, 4)}-${paidOn.slice(5, 7)}`
      return {
        run: () => close(table, of, day),
        check: async (closed) => {
          expect(closed.totals.payment).toEqual({ count: 1, amount: 100 })
          expect((await closings(table)).closings[0]).toEqual(closed)
        },
      }
    },
  })
})

it('no payment slips into a month that is being closed: it is in its sums, or refused', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { table } = await freshTable()
    await openCesson(table)
    const deps = { table, town: cessonTown }
    const families = await Promise.all([1, 2, 3].map(() => anotherFamily(table)))
    const [first] = families
    if (first === undefined) throw new Error('There are families')
    await payAtDesk(deps, first.familyId, 1, { paidOn: '2013-11-30', now: DECEMBER })
    const [closed, ...paid] = await Promise.allSettled([
      close(table, '2013-11'),
      ...families.map(({ familyId }) =>
        payAtDesk(deps, familyId, 100, { paidOn: '2013-11-30', now: DECEMBER }),
      ),
    ])
    // Whoever lost too often says so and may come again.
    if (closed.status === 'rejected') continue
    const taken = paid.filter(({ status }) => status === 'fulfilled').length
    const { totals } = await close(table, '2013-11')
    expect(totals.payment).toEqual({ count: 1 + taken, amount: 1 + 100 * taken })
    expect((await readCashUp(table, ALL)).totals).toEqual(totals)
  }
})
