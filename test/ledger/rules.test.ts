import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'
import { sum } from '../../shared/kernel/money.ts'
import { settle, type Accounts } from '../../shared/ledger/rules.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'

type Invoice = Accounts['invoices'][number]
type CreditNote = Accounts['creditNotes'][number]
type Payment = Accounts['payments'][number]

const [ENF, CUL] = [regieIdSchema.parse('ENF'), regieIdSchema.parse('CUL')]

const invoice = (number: string, dueOn: IsoDate, total: number, regieId = ENF): Invoice => ({
  number,
  regieId,
  dueOn,
  total,
})

const creditNote = (number: string, issuedOn: IsoDate, total: number): CreditNote => ({
  number,
  regieId: ENF,
  issuedOn,
  total,
})

const payment = (
  number: number,
  paidOn: IsoDate,
  amount: number,
  about: Partial<Payment> = {},
): Payment => ({ number, regieId: ENF, paidOn, amount, state: 'validated', invoices: [], ...about })

const accounts = (about: Partial<Accounts>): Accounts => ({
  invoices: [],
  creditNotes: [],
  payments: [],
  ...about,
})

const stateOf = (about: Accounts, number: string): string | undefined =>
  settle(about).invoices.get(number)?.state

/** The eight invoices of guide 000, the last three as it shows them. */
const GUIDE_INVOICES = [
  invoice('A', '2013-02-28', 300),
  invoice('B', '2013-03-31', 465),
  invoice('C', '2013-04-30', 0),
  invoice('D', '2013-05-31', 500),
  invoice('E', '2013-06-30', 100),
  invoice('F', '2013-11-06', 11_188),
  invoice('G', '2013-11-30', 0),
  invoice('H', '2013-12-06', 7560),
]

/** Its three payments: the last two came together, for more than the invoice of October. */
const GUIDE_PAYMENTS = [
  payment(1, '2013-07-10', 1300),
  payment(2, '2013-10-16', 1300),
  payment(3, '2013-10-16', 9953),
]

describe('the accounts of guide 000', () => {
  it('are 201,13 invoiced, 125,53 paid, 75,60 due of one invoice [guide 28, 30]', () => {
    const { totals, invoices } = settle(
      accounts({ invoices: GUIDE_INVOICES, payments: GUIDE_PAYMENTS }),
    )
    expect(totals).toEqual({
      invoiced: 20_113,
      invoices: 8,
      credited: 0,
      creditNotes: 0,
      paid: 12_553,
      payments: 3,
      due: 7560,
      unpaid: 1,
      treasury: 0,
      refunded: 0,
      credit: 0,
      awaiting: 0,
    })
    expect([...invoices].map(([number, { state }]) => `${number} ${state}`)).toEqual([
      'A settled',
      'B settled',
      'C settled',
      'D settled',
      'E settled',
      'F settled',
      'G settled',
      'H unsettled',
    ])
  })

  it('are settled by part-payments of 62,60 and 13,00: nothing is due any more [guide 28]', () => {
    const { totals, allocations } = settle(
      accounts({
        invoices: GUIDE_INVOICES,
        payments: [
          ...GUIDE_PAYMENTS,
          payment(4, '2013-11-12', 6260),
          payment(5, '2013-11-12', 1300),
        ],
      }),
    )
    expect(totals).toMatchObject({ paid: 20_113, payments: 5, due: 0, unpaid: 0, credit: 0 })
    expect(allocations.filter((each) => each.invoice === 'H').map(({ amount }) => amount)).toEqual([
      6260, 1300,
    ])
  })

  it('leave a credit where 99,53 and 13,00 were paid for 111,88', () => {
    const { totals, invoices } = settle(
      accounts({
        invoices: [invoice('F', '2013-11-06', 11_188)],
        payments: GUIDE_PAYMENTS.slice(1),
      }),
    )
    expect(totals).toMatchObject({ due: 0, credit: 65 })
    expect(invoices.get('F')).toEqual({ state: 'settled', paid: 11_188, due: 0 })
  })
})

describe('an invoice', () => {
  const one = invoice('A', '2025-10-31', 1000)

  it('of 0,00 € is settled before anybody pays [guide 32]', () => {
    expect(stateOf(accounts({ invoices: [invoice('Z', '2025-10-31', 0)] }), 'Z')).toBe('settled')
  })

  it('awaits what was paid and is not validated, which pays nothing yet [guide 30, 31]', () => {
    const awaiting = payment(1, '2025-10-10', 1000, { state: 'awaiting' })
    const { invoices, totals } = settle(accounts({ invoices: [one], payments: [awaiting] }))
    expect(invoices.get('A')).toEqual({ state: 'awaiting', paid: 0, due: 1000 })
    expect(totals).toMatchObject({ paid: 0, payments: 0, due: 1000, unpaid: 1, awaiting: 1000 })
  })

  it('is due again once its payment is cancelled [guide 31]', () => {
    const cancelled = payment(1, '2025-10-10', 1000, { state: 'cancelled' })
    expect(settle(accounts({ invoices: [one], payments: [cancelled] }))).toEqual(
      settle(accounts({ invoices: [one] })),
    )
  })

  it('that the Trésor Public collects is no longer asked for here [guide 30]', () => {
    const { invoices, totals } = settle(
      accounts({
        invoices: [one, invoice('B', '2025-11-30', 500)],
        payments: [payment(1, '2025-11-01', 300), payment(2, '2026-01-20', 500)],
        handOvers: [{ invoice: 'A', handedOverOn: '2026-01-10' }],
      }),
    )
    // What came before the hand-over stays where it was; what came after goes to the others.
    expect(invoices.get('A')).toEqual({ state: 'treasury', paid: 300, due: 700 })
    expect(invoices.get('B')).toEqual({ state: 'settled', paid: 500, due: 0 })
    expect(totals).toMatchObject({ due: 0, unpaid: 0, treasury: 700, credit: 0 })
  })

  it('takes what names it, also after its hand-over to the Trésor Public', () => {
    const named = payment(1, '2026-02-01', 1000, { invoices: ['A'] })
    const handOvers = [{ invoice: 'A', handedOverOn: '2026-01-10' }] as const
    expect(stateOf(accounts({ invoices: [one], payments: [named], handOvers }), 'A')).toBe(
      'settled',
    )
  })
})

describe('a payment', () => {
  const invoices = [invoice('A', '2025-10-31', 1000), invoice('B', '2025-11-30', 2000)]

  it('goes to what it names first, and with the rest to what is due first', () => {
    const named = payment(1, '2025-12-01', 2300, { invoices: ['B'] })
    expect(settle(accounts({ invoices, payments: [named] })).allocations).toEqual([
      { from: 'payment', number: '1', awaited: false, invoice: 'B', amount: 2000 },
      { from: 'payment', number: '1', awaited: false, invoice: 'A', amount: 300 },
    ])
  })

  it('leaves what was paid on an earlier day as it was', () => {
    const first = payment(1, '2025-12-01', 1500)
    const later = payment(2, '2025-12-02', 1000, { invoices: ['A'] })
    expect(settle(accounts({ invoices, payments: [later, first] })).allocations).toMatchObject([
      { number: '1', invoice: 'A', amount: 1000 },
      { number: '1', invoice: 'B', amount: 500 },
      { number: '2', invoice: 'B', amount: 1000 },
    ])
  })

  it('to one régie pays nothing of another', () => {
    const { totals } = settle(
      accounts({
        invoices: [invoice('A', '2025-10-31', 1000, CUL)],
        payments: [payment(1, '2025-10-01', 1000, { invoices: ['A'] })],
      }),
    )
    expect(totals).toMatchObject({ due: 1000, unpaid: 1, credit: 1000 })
  })
})

describe('a credit note', () => {
  const invoices = [invoice('A', '2025-10-31', 1000), invoice('B', '2025-11-30', 2000)]

  it('goes to the open invoice that is due first, before payments of its day', () => {
    const { allocations, totals } = settle(
      accounts({
        invoices,
        creditNotes: [creditNote('AV-1', '2025-12-01', -1200)],
        payments: [payment(1, '2025-12-01', 1000)],
      }),
    )
    expect(allocations).toMatchObject([
      { from: 'credit-note', number: 'AV-1', invoice: 'A', amount: 1000 },
      { from: 'credit-note', number: 'AV-1', invoice: 'B', amount: 200 },
      { from: 'payment', number: '1', invoice: 'B', amount: 1000 },
    ])
    expect(totals).toMatchObject({ credited: 1200, creditNotes: 1, due: 800, unpaid: 1, credit: 0 })
  })

  it('without an open invoice is a credit for the next one', () => {
    const credited = { creditNotes: [creditNote('AV-1', '2025-12-01', -700)] }
    expect(settle(accounts(credited)).totals).toMatchObject({ credit: 700, due: 0 })
    expect(settle(accounts({ ...credited, invoices })).totals).toMatchObject({
      credit: 0,
      due: 2300,
    })
  })
})

const amountsOf = (all: readonly { readonly amount: number }[]): number =>
  sum(all.map(({ amount }) => amount))

const MEANS = ['cash', 'cheque', 'cesu', 'holiday-voucher', 'caf-voucher'] as const
const VOUCHERS = ['holiday-voucher', 'cesu', 'caf-voucher'] as const

/** What vouchers may pay of an invoice, sometimes all of it. */
const limitsArbitrary = fc.option(
  fc
    .array(
      fc.record({
        by: fc.subarray([...VOUCHERS], { minLength: 1 }),
        amount: fc.integer({ min: 1, max: 1500 }),
      }),
      { maxLength: 3 },
    )
    .map((parts) => ({ means: [...VOUCHERS], parts })),
  { nil: undefined, freq: 3 },
)

const dayArbitrary = fc.integer({ min: 0, max: 60 }).map((days) => addDays('2025-09-01', days))
const regieArbitrary = fc.constantFrom(ENF, ENF, CUL)
const amountArbitrary = fc.integer({ min: 1, max: 3000 })
const names = ['I0', 'I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7'] as const

/** Accounts of which something was given back as well, where there is something. */
const withRefund = (accounts: Accounts, amount: number): Accounts => {
  const { allocations } = settle(accounts)
  const sources = [
    ...accounts.payments
      .filter(({ state }) => state === 'validated')
      .map((each) => ({ from: 'payment' as const, number: String(each.number), of: each.amount })),
    ...accounts.creditNotes.map(({ number, total }) => ({
      ...{ from: 'credit-note' as const, number, of: -total },
    })),
  ]
  const back = (accounts.refunds ?? []).flatMap(({ of }) => of)
  for (const { from, number, of } of sources) {
    const isOf = (each: { from: string; number: string }): boolean =>
      each.from === from && each.number === number
    const left = of - amountsOf(allocations.filter(isOf)) - amountsOf(back.filter(isOf))
    const part = { from, number, amount: Math.min(left, amount) }
    if (left > 0) {
      const refund = { amount: part.amount, of: [part] }
      return { ...accounts, refunds: [...(accounts.refunds ?? []), refund] }
    }
  }
  return accounts
}

/** What a family may have been invoiced, have paid and got back in two months, by two régies. */
const histories: fc.Arbitrary<Accounts> = fc
  .record({
    invoices: fc.array(
      fc.record({
        regieId: regieArbitrary,
        dueOn: dayArbitrary,
        total: fc.oneof(amountArbitrary, fc.constant(0)),
        limits: limitsArbitrary,
      }),
      { maxLength: names.length },
    ),
    creditNotes: fc.array(
      fc.record({
        regieId: regieArbitrary,
        issuedOn: dayArbitrary,
        total: amountArbitrary.map((amount) => -amount),
      }),
      { maxLength: 3 },
    ),
    payments: fc.array(
      fc.record({
        regieId: regieArbitrary,
        paidOn: dayArbitrary,
        amount: amountArbitrary,
        state: fc.constantFrom('validated' as const, 'validated' as const, 'awaiting' as const),
        invoices: fc.subarray([...names], { maxLength: 3 }),
        means: fc.constantFrom(...MEANS),
      }),
      { maxLength: 8 },
    ),
    handOvers: fc.dictionary(fc.constantFrom(...names), dayArbitrary, { maxKeys: 2 }),
    refunded: fc.array(amountArbitrary, { maxLength: 2 }),
  })
  .map(({ invoices, creditNotes, payments, handOvers, refunded }) => {
    const accounts = {
      invoices: invoices.map((each, index) => ({ ...each, number: `I${String(index)}` })),
      creditNotes: creditNotes.map((each, index) => ({ ...each, number: `AV-${String(index)}` })),
      payments: payments.map((each, index) => ({ ...each, number: index + 1 })),
      handOvers: Object.entries(handOvers).map(([invoice, handedOverOn]) => ({
        invoice,
        handedOverOn,
      })),
    }
    return refunded.reduce<Accounts>(withRefund, accounts)
  })

describe('the laws of accounts', () => {
  it('no payment gives more than it is, and no invoice takes more than it asks for', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { allocations } = settle(history)
        for (const { number, total } of history.invoices) {
          const own = allocations.filter((each) => each.invoice === number)
          expect(amountsOf(own)).toBeLessThanOrEqual(total)
        }
        const back = (history.refunds ?? []).flatMap(({ of }) => of)
        const given = Map.groupBy(
          [...allocations, ...back],
          ({ from, number }) => `${from} ${number}`,
        )
        for (const { number, amount } of history.payments) {
          const own = given.get(`payment ${String(number)}`) ?? []
          expect(amountsOf(own)).toBeLessThanOrEqual(amount)
        }
        for (const { number, total } of history.creditNotes) {
          expect(amountsOf(given.get(`credit-note ${number}`) ?? [])).toBeLessThanOrEqual(-total)
        }
      }),
    )
  })

  it('totals are the sums of what there is, and nothing is lost between them [guide 28]', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { totals, invoices, allocations } = settle(history)
        const accounted = [...invoices.values()]
        const open = accounted.filter(({ due }) => due > 0)
        const validated = history.payments.filter(({ state }) => state === 'validated')
        expect(totals.invoiced).toBe(sum(history.invoices.map(({ total }) => total)))
        expect(totals.paid).toBe(amountsOf(validated))
        expect(totals.payments).toBe(validated.length)
        expect(totals.due + totals.treasury).toBe(sum(open.map(({ due }) => due)))
        expect(totals.unpaid).toBe(open.filter(({ state }) => state !== 'treasury').length)
        expect(sum(accounted.map(({ paid }) => paid))).toBe(
          amountsOf(allocations.filter(({ awaited }) => !awaited)),
        )
        expect(totals.invoiced - totals.credited - totals.paid + totals.refunded).toBe(
          totals.due + totals.treasury - totals.credit,
        )
        expect(totals.credit).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('vouchers pay no more of an invoice than the services are worth that they may pay [guide 10]', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { allocations } = settle(history)
        const meansOf = new Map(history.payments.map((each) => [String(each.number), each.means]))
        for (const { number, limits } of history.invoices) {
          const own = allocations.filter((each) => each.invoice === number)
          for (const group of fc.sample(fc.subarray([...VOUCHERS], { minLength: 1 }), 4)) {
            const isOf = (means: string | undefined): boolean =>
              group.some((each) => each === means)
            const paid = own.filter((each) => isOf(meansOf.get(each.number)))
            const worth = (limits?.parts ?? []).filter(({ by }) => by.some(isOf))
            if (limits !== undefined) {
              expect(amountsOf(paid)).toBeLessThanOrEqual(amountsOf(worth))
            }
          }
        }
      }),
    )
  })

  it('money is a credit of a régie only where nothing of the régie is due', () => {
    fc.assert(
      fc.property(histories, (history) => {
        // What vouchers may not pay stays due, and what is with the Treasury is nobody's here.
        const plain = {
          ...history,
          invoices: history.invoices.map((each) => ({ ...each, limits: undefined })),
          ...{ handOvers: [], refunds: [] },
        }
        for (const regieId of [ENF, CUL]) {
          const of = <Each extends { readonly regieId: string }>(all: readonly Each[]): Each[] =>
            all.filter((each) => each.regieId === regieId)
          const { totals } = settle({
            ...plain,
            invoices: of(plain.invoices),
            creditNotes: of(plain.creditNotes),
            payments: of(plain.payments),
          })
          expect(Math.min(totals.credit, totals.due)).toBe(0)
        }
      }),
    )
  })

  it('a cancelled payment leaves what there was without it', () => {
    fc.assert(
      fc.property(histories, fc.nat(7), (history, index) => {
        const cancelled = history.payments.map((each, at) =>
          at === index ? { ...each, state: 'cancelled' as const } : each,
        )
        const without = history.payments.filter((_, at) => at !== index)
        expect(settle({ ...history, payments: cancelled })).toEqual(
          settle({ ...history, payments: without }),
        )
      }),
    )
  })

  it('the order in which payments of a day were noted changes no total and no invoice', () => {
    const shuffled = histories.chain((history) =>
      fc
        .shuffledSubarray(
          history.payments.map(({ number }) => number),
          { minLength: history.payments.length },
        )
        .map((numbers) => ({ history, numbers })),
    )
    fc.assert(
      fc.property(shuffled, ({ history: all, numbers }) => {
        // What was given back names payments by their numbers.
        const history = { ...all, refunds: [] }
        const payments = history.payments.map((each, index) => ({
          ...each,
          number: numbers[index] ?? 0,
        }))
        const [before, after] = [settle(history), settle({ ...history, payments })]
        expect(after.totals).toEqual(before.totals)
        expect(after.invoices).toEqual(before.invoices)
      }),
    )
  })

  it('what comes later leaves what was paid before as it was', () => {
    fc.assert(
      fc.property(histories, dayArbitrary, (history, day) => {
        const until = <Each>(all: readonly Each[], dateOf: (each: Each) => IsoDate): Each[] =>
          all.filter((each) => dateOf(each) <= day)
        // What awaits validation comes last whenever it was paid.
        const firm = history.payments.filter(({ state }) => state === 'validated')
        const earlier = settle({
          ...history,
          creditNotes: until(history.creditNotes, ({ issuedOn }) => issuedOn),
          payments: until(firm, ({ paidOn }) => paidOn),
        }).allocations
        const all = settle({ ...history, payments: firm }).allocations
        expect(all.slice(0, earlier.length)).toEqual(earlier)
      }),
    )
  })
})
