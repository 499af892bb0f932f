import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blocksFor, blocksOf } from '../../shared/arrears/block-rules.ts'
import {
  ageOf,
  agesOf,
  debtsOf,
  overdueOf,
  plannedInvoices,
  standingOf,
} from '../../shared/arrears/debt-rules.ts'
import type { Debt, Unpaid } from '../../shared/arrears/model.ts'
import { reminderOf, stepReached } from '../../shared/arrears/reminder-rules.ts'
import { candidateOf, dueByAccount } from '../../shared/arrears/transfer-rules.ts'
import { invoiceSchema, type Invoice } from '../../shared/billing/model.ts'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'
import { sum } from '../../shared/kernel/money.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import { DUPONT } from '../support/cesson.ts'
import { ENF, paymentOf, planFor, townWith, unpaid } from './fixture.ts'

const FAMILY = DUPONT.familyId
const TODAY: IsoDate = '2026-01-31'
const NOTHING: ReadonlySet<string> = new Set()

/** A debt of invoices that were due so many days ago. */
const debt = (...invoices: readonly Unpaid[]): Debt => ({
  ...{ familyId: FAMILY, regieId: ENF, version: 1, name: 'DUPONT' },
  due: sum(invoices.map(({ due }) => due)),
  oldestDueOn: invoices[0]?.dueOn ?? TODAY,
  invoices: [...invoices],
})

const late = (number: number, days: number, due: number, awaited = 0): Unpaid =>
  unpaid(number, addDays(TODAY, -days), due, awaited)

const issued = (number: number, about: Partial<Invoice> = {}): Invoice =>
  invoiceSchema.parse({
    number: `ENF2025${String(number).padStart(8, '0')}`,
    ...{ familyId: FAMILY, regieId: 'ENF', regie: 'Régie Enfance', month: '2025-09' },
    ...{ issuedOn: '2025-10-01', dueOn: '2025-10-31', total: 1000 },
    payer: {
      name: 'DUPONT',
      address: { street: '1 rue', postcode: '77240', town: 'Cesson' },
      emails: [],
    },
    lines: [
      {
        ...{ kind: 'unit', month: '2025-09', label: 'Repas', days: '1', quantity: 1 },
        ...{ unitPrice: 1000, amount: 1000, priceList: 'Tarifs', why: '' },
      },
    ],
    ...about,
  })

const EMPTY = {
  invoices: [],
  creditNotes: [],
  carried: [],
  payments: [],
  refunds: [],
  handOvers: [],
}

describe('a debt', () => {
  it('is what the portal still asks for, by régie, the first due first [guide 28, 30]', () => {
    const [first, second] = [issued(1), issued(2, { dueOn: '2025-09-30', total: 700 })]
    const other = issued(3, { regieId: regieIdSchema.parse('CUL') })
    const settled = issued(4, { total: 0 })
    const pursued = issued(5)
    const debts = debtsOf({
      ...EMPTY,
      invoices: [first, second, other, settled, pursued],
      payments: [paymentOf(FAMILY, { amount: 200 })],
      handOvers: [
        {
          ...{ familyId: FAMILY, regieId: ENF, invoice: pursued.number, transfer: 1 },
          ...{ handedOverOn: '2025-09-01', amount: 1000 },
        },
      ],
    })
    expect(debts).toMatchObject([
      {
        regieId: 'ENF',
        due: 1500,
        oldestDueOn: '2025-09-30',
        invoices: [
          { number: second.number, due: 500, awaited: 0 },
          { number: first.number, due: 1000, awaited: 0 },
        ],
      },
      { regieId: 'CUL', due: 1000, invoices: [{ number: other.number }] },
    ])
  })

  it('tells what was paid and awaits its validation [guide 30]', () => {
    const invoice = issued(1)
    const payments = [paymentOf(FAMILY, { amount: 400, state: 'awaiting' })]
    expect(debtsOf({ ...EMPTY, invoices: [invoice], payments })).toMatchObject([
      { due: 1000, invoices: [{ due: 1000, awaited: 400 }] },
    ])
  })

  it('comes back when its payment bounces [guide 31]', () => {
    const payment = paymentOf(FAMILY)
    const ledger = { ...EMPTY, invoices: [issued(1)], payments: [payment] }
    expect(debtsOf(ledger)).toEqual([])
    const bounced = { ...ledger, payments: [{ ...payment, state: 'cancelled' as const }] }
    expect(debtsOf(bounced)).toMatchObject([{ due: 1000 }])
  })

  it.each([
    [-1, 'notDue'],
    [0, 'notDue'],
    [1, 'upTo30'],
    [30, 'upTo30'],
    [31, 'upTo60'],
    [60, 'upTo60'],
    [61, 'upTo90'],
    [90, 'upTo90'],
    [91, 'over90'],
    [1000, 'over90'],
  ] as const)('of an invoice that was due %i days ago has the age %s', (days, age) => {
    expect(ageOf(late(1, days, 500), TODAY)).toBe(age)
  })

  it('comes to the whole over its ages', () => {
    const invoices = fc.array(
      fc.tuple(fc.integer({ min: -40, max: 200 }), fc.integer({ min: 1, max: 90_000 })),
    )
    fc.assert(
      fc.property(invoices, (some) => {
        const all = some.map(([days, due], index) => late(index, days, due))
        expect(sum(Object.values(agesOf(all, TODAY)))).toBe(sum(all.map(({ due }) => due)))
      }),
    )
  })
})

describe('a payment plan', () => {
  const invoices = [late(1, 80, 6000), late(2, 50, 3000)]
  const plan = planFor(FAMILY, invoices, [
    ['2026-01-10', 3000],
    ['2026-01-31', 3000],
    ['2026-02-28', 3000],
  ])
  const left = (first: number, second: number, awaited = 0) =>
    [late(1, 80, first, awaited), late(2, 50, second)].filter(({ due }) => due > 0)

  it.each([
    ['nothing is asked yet', '2026-01-10', left(6000, 3000), 'kept', 0, 0],
    ['a day was missed', '2026-01-11', left(6000, 3000), 'broken', 0, 3000],
    ['a cent is missing', '2026-01-11', left(3001, 3000), 'broken', 2999, 3000],
    ['the instalment is paid', '2026-01-11', left(3000, 3000), 'kept', 3000, 3000],
    ['it went to the other invoice', '2026-01-11', left(6000, 0), 'kept', 3000, 3000],
    ['it awaits its validation', '2026-01-11', left(6000, 3000, 3000), 'kept', 3000, 3000],
    ['the day of the second', '2026-01-31', left(3000, 3000), 'kept', 3000, 3000],
    ['the second was missed', '2026-02-01', left(3000, 3000), 'broken', 3000, 6000],
    ['it was caught up', '2026-02-05', left(0, 3000), 'kept', 6000, 6000],
    ['all is paid before its time', '2026-01-05', left(0, 0), 'done', 9000, 0],
    ['all is paid, too late', '2026-05-01', left(0, 0), 'done', 9000, 9000],
    ['it ends unpaid', '2026-03-01', left(0, 1), 'broken', 8999, 9000],
  ] as const)('where %s', (_, today, still, state, paid, asked) => {
    expect(standingOf(plan, still, today)).toEqual({ state, paid, asked, total: 9000 })
  })

  it('that was ended is as if there were none', () => {
    const ended = { kind: 'cancelled', at: '2026-01-02T08:00:00.000Z', by: 'a' } as const
    expect(standingOf({ ...plan, ended }, invoices, '2026-01-05').state).toBe('ended')
    expect(plannedInvoices([{ ...plan, ended }], [debt(...invoices)], '2026-01-05')).toEqual(
      NOTHING,
    )
  })

  it('that is kept takes its invoices, and no others, out of what is overdue', () => {
    const other = late(3, 10, 100)
    const all = debt(...invoices, other)
    const overdue = (today: IsoDate) =>
      overdueOf(all, plannedInvoices([plan], [all], today), today).map(({ number }) => number)
    expect(overdue('2026-01-10')).toEqual([])
    expect(overdue('2026-01-11')).toEqual(invoices.map(({ number }) => number))
    expect(overdue('2026-01-31')).toContain(other.number)
  })
})

describe('booking is blocked', () => {
  const { catalogue } = townWith({ blockFrom: 20_000 })
  const plan = planFor(FAMILY, [late(1, 40, 20_000)], [[addDays(TODAY, 10), 20_000]])
  const broken = planFor(FAMILY, [late(1, 40, 20_000)], [[addDays(TODAY, -1), 20_000]])

  it.each([
    ['a cent below the sum', [late(1, 40, 19_999)], [], false],
    ['at the sum', [late(1, 40, 20_000)], [], true],
    ['by several invoices together', [late(1, 40, 12_000), late(2, 1, 8000)], [], true],
    ['not by what is due today', [late(1, 0, 50_000)], [], false],
    ['not by what is due later', [late(1, -9, 50_000)], [], false],
    ['not by what awaits its validation', [late(1, 40, 20_000, 20_000)], [], false],
    ['not with a plan that is kept', [late(1, 40, 20_000)], [plan], false],
    ['with a plan that is broken', [late(1, 40, 20_000)], [broken], true],
    ['by what no plan is for', [late(1, 40, 20_000), late(2, 40, 20_000)], [plan], true],
  ] as const)('%s', (_, invoices, plans, isBlocked) => {
    const blocks = blocksOf(catalogue, { debts: [debt(...invoices)], plans: [...plans] }, TODAY)
    expect(blocks.map(({ regieId }) => regieId)).toEqual(isBlocked ? ['ENF'] : [])
  })

  it('never where the town has set no sum', () => {
    const open = townWith({ blockFrom: undefined }).catalogue
    const owing = { debts: [debt(late(1, 40, 900_000))], plans: [] }
    expect(blocksOf(open, owing, TODAY)).toEqual([])
  })

  it('for the activities of that régie alone', () => {
    const blocks = blocksOf(catalogue, { debts: [debt(late(1, 40, 30_000))], plans: [] }, TODAY)
    const elsewhere = { regieId: regieIdSchema.parse('CUL') }
    expect(blocksFor(catalogue, blocks, [elsewhere])).toEqual([])
    expect(blocksFor(catalogue, blocks, [elsewhere, {}])).toEqual(blocks)
    expect(blocks[0]?.detail).toContain('300,00')
  })
})

describe('a reminder', () => {
  const regies = [{ id: ENF, arrears: { remindAfter: [7, 21, 45] } }]
  const told = (step: number, ...invoices: readonly Unpaid[]) => ({
    familyId: FAMILY,
    number: 1,
    remindedOn: addDays(TODAY, -1),
    invoices: invoices.map(({ number, month, dueOn, due }) => ({
      ...{ regieId: ENF, days: step, step },
      ...{ number, month, dueOn, due },
    })),
  })
  const steps = (
    invoices: readonly Unpaid[],
    reminders: readonly ReturnType<typeof told>[] = [],
  ): number[] =>
    reminderOf({ debts: [debt(...invoices)], plans: [] }, { regies, reminders, today: TODAY }).map(
      ({ step }) => step,
    )

  it.each([
    [6, undefined],
    [7, 7],
    [20, 7],
    [21, 21],
    [44, 21],
    [45, 45],
    [400, 45],
  ])('%i days after the due day has reached the step %s', (days, step) => {
    expect(stepReached([45, 7, 21], days)).toBe(step)
  })

  it('tells each step once, and after an outage the highest alone', () => {
    const invoice = late(1, 50, 1000)
    expect(steps([invoice])).toEqual([45])
    expect(steps([invoice], [told(7, invoice)])).toEqual([45])
    expect(steps([invoice], [told(45, invoice), told(7, invoice)])).toEqual([])
    expect(steps([late(1, 30, 1000)], [told(21, invoice)])).toEqual([])
  })

  it('of one invoice names those of which the family was told before, too', () => {
    const [known, fresh] = [late(1, 30, 1000), late(2, 7, 500)]
    expect(steps([known, fresh, late(3, 3, 200)], [told(21, known)])).toEqual([21, 7])
  })

  it('says nothing of what awaits its validation, nor of a régie that reminds of nothing', () => {
    expect(steps([late(1, 50, 1000, 1000)])).toEqual([])
    const mute = [{ id: ENF, arrears: { remindAfter: [] } }]
    const known = { regies: mute, reminders: [], today: TODAY }
    expect(reminderOf({ debts: [debt(late(1, 50, 1))], plans: [] }, known)).toEqual([])
  })
})

describe('what can be handed over to the Treasury', () => {
  const rules = { afterDays: 60, least: 1500 }

  it.each([
    ['nothing before its days are over', [late(1, 59, 9000)], undefined],
    ['on the day', [late(1, 60, 9000)], { amount: 9000, deferred: false }],
    ['of exactly 15 €', [late(1, 60, 1500)], { amount: 1500, deferred: false }],
    [
      'nothing of 14,99 €, which is deferred',
      [late(1, 60, 1499)],
      { amount: 1499, deferred: true },
    ],
    [
      '15 € of two invoices together',
      [late(1, 90, 700), late(2, 60, 800)],
      { amount: 1500, deferred: false },
    ],
    [
      'not with what is too young',
      [late(1, 60, 1499), late(2, 59, 9000)],
      { amount: 1499, deferred: true },
    ],
    ['nothing that awaits its validation', [late(1, 99, 9000, 1)], undefined],
  ] as const)('%s [guide 30]', (_, invoices, expected) => {
    const candidate = candidateOf(debt(...invoices), NOTHING, rules, TODAY)
    if (expected === undefined) expect(candidate).toBeUndefined()
    else expect(candidate).toMatchObject(expected)
  })

  it('leaves out what a plan is for', () => {
    const invoice = late(1, 90, 9000)
    expect(candidateOf(debt(invoice), new Set([invoice.number]), rules, TODAY)).toBeUndefined()
  })

  it('is of the accounts of its lines, to the cent', () => {
    const lines = [
      { account: '7067', amount: 700 },
      { account: '7066', amount: 500 },
      { amount: 1 },
      { account: 'aid', amount: -201 },
    ]
    expect(dueByAccount(lines, 1000)).toEqual([
      { account: '7067', amount: 582 },
      { account: '7066', amount: 417 },
      { amount: 1 },
    ])
    const amounts = fc.array(
      fc.record({
        account: fc.constantFrom('1', '2', '3', '4'),
        amount: fc.integer({ min: -5000, max: 9_999_999 }),
      }),
      { minLength: 1 },
    )
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1, max: 9_999_999 }), (some, due) => {
        fc.pre(sum(some.map(({ amount }) => amount)) > 0)
        const parts = dueByAccount(some, due)
        expect(sum(parts.map(({ amount }) => amount))).toBe(due)
        expect(parts.every(({ amount }) => amount > 0)).toBe(true)
      }),
    )
  })
})
