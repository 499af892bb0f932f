import { beforeAll, describe, expect, it } from 'vitest'
import { limitsSchema } from '../../shared/billing/model.ts'
import { settle } from '../../shared/ledger/rules.ts'
import { loadAccounts } from '../../shared/ledger/load-accounts.ts'
import { readInvoice } from '../../shared/ledger/read-ledger.ts'
import { recordPaymentRoute } from '../../shared/ledger/routes.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import { cessonTown, DUPONT, guardian, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { payAtDesk, storeInvoice, type AtDesk } from './fixture.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }

const pay = (familyId: FamilyId, amount: number, about?: AtDesk) =>
  payAtDesk(deps, familyId, amount, about)

const LIMITED = ['holiday-voucher', 'cesu', 'caf-voucher'] as const

/** 20 € of meals, 10 € of care, 8 € of leisure in term, 12 € of leisure in holidays of a small child. */
const limits = limitsSchema.parse({
  means: LIMITED,
  parts: [
    { by: ['cesu'], amount: 1000 },
    { by: ['holiday-voucher'], amount: 800 },
    { by: ['holiday-voucher', 'cesu', 'caf-voucher'], amount: 1200 },
  ],
})
const TOTAL = 5000

/** A family with an invoice of which vouchers may pay 30 € together. */
const withInvoice = async () => {
  const { familyId } = await anotherFamily(table)
  const invoice = await storeInvoice(table, familyId, '2013-10-01', TOTAL, limits)
  return { familyId, invoice }
}

const due = async (familyId: FamilyId): Promise<number> =>
  settle(await loadAccounts(table, familyId)).totals.due

beforeAll(async () => {
  await openCesson(table)
})

describe('by what families pay at the desk', () => {
  it.each(['cheque', 'cash', 'card', 'transfer'] as const)(
    '%s pays everything [guide 10]',
    async (means) => {
      const { familyId, invoice } = await withInvoice()
      expect(await pay(familyId, TOTAL, { means })).toMatchObject({
        state: 'validated',
        paidFor: [{ invoice: invoice.number, amount: TOTAL }],
        left: 0,
      })
      expect(await due(familyId)).toBe(0)
    },
  )

  it('a bank transfer stays a means of its own, by its reference, beside those online [wish W11]', async () => {
    const { familyId, invoice } = await withInvoice()
    const reference = 'VIR DUPONT OCTOBRE'
    expect(await pay(familyId, TOTAL, { means: 'transfer', reference })).toMatchObject({
      meansLabel: 'Virement',
      reference,
      paidFor: [{ invoice: invoice.number, amount: TOTAL }],
    })
    const means = cessonTown.catalogue.town.regies.flatMap(({ payableBy }) =>
      payableBy.map((each) => each.means),
    )
    expect(means).toEqual(expect.arrayContaining(['transfer', 'online']))
  })

  it.each([
    ['holiday-voucher', 2000],
    ['cesu', 2200],
    ['caf-voucher', 1200],
  ] as const)(
    '%s pays the services alone that it is for; no change is given [guide 10]',
    async (means, most) => {
      const { familyId, invoice } = await withInvoice()
      expect(await pay(familyId, 3000, { means })).toMatchObject({
        paidFor: [{ invoice: invoice.number, amount: most }],
        left: 3000 - most,
      })
      expect(await due(familyId)).toBe(TOTAL - most)
      const next = await storeInvoice(table, familyId, '2013-11-15', 500, {
        means: [...LIMITED],
        parts: [{ by: [means], amount: 300 }],
      })
      const { invoices } = settle(await loadAccounts(table, familyId))
      expect(invoices.get(next.number)).toMatchObject({ paid: 300, due: 200 })
    },
  )

  it('vouchers of several kinds never pay one service twice [guide 10]', async () => {
    const { familyId, invoice } = await withInvoice()
    await pay(familyId, 1200, { means: 'caf-voucher' })
    const cesu = await pay(familyId, 1200, { means: 'cesu' })
    // The holiday of the small child is paid: care is left.
    expect(cesu).toMatchObject({ paidFor: [{ invoice: invoice.number, amount: 1000 }], left: 200 })
    const ancv = await pay(familyId, 1000, { means: 'holiday-voucher' })
    expect(ancv).toMatchObject({ paidFor: [{ invoice: invoice.number, amount: 800 }], left: 200 })
    expect(await due(familyId)).toBe(TOTAL - 3000)
  })

  it('online and by direct debit nobody pays at the desk [guide 10]', () => {
    const body = { regieId: 'ENF', amount: 100, paidOn: '2013-11-12' }
    for (const means of ['online', 'direct-debit']) {
      expect(recordPaymentRoute.body.safeParse({ ...body, means }).success).toBe(false)
    }
  })

  it('what the act of the régie does not name is refused, and more of it than it says [guide 10]', async () => {
    const { familyId } = await withInvoice()
    const { town } = cessonTown.catalogue
    const regies = town.regies.map((regie) => ({
      ...regie,
      payableBy: regie.payableBy.filter(({ means }) => means !== 'cheque'),
    }))
    const strict = { ...cessonTown.catalogue, town: { ...town, regies } }
    await expect(
      payAtDesk({ table, town: { ...cessonTown, catalogue: strict } }, familyId, 100),
    ).rejects.toMatchObject({ code: 'means-not-allowed' })
    await expect(pay(familyId, 30_001, { means: 'cash' })).rejects.toMatchObject({
      code: 'payment-too-large',
      detail: 'La régie n’accepte pas plus de 300,00\u00A0€ à la fois.',
    })
    expect(await pay(familyId, 30_000, { means: 'cash' })).toMatchObject({ amount: 30_000 })
  })

  it('a voucher that names an invoice of which it can pay nothing is refused [guide 10]', async () => {
    const { familyId } = await anotherFamily(table)
    const meals = await storeInvoice(table, familyId, '2013-10-01', 2000, {
      means: [...LIMITED],
      parts: [],
    })
    await expect(
      pay(familyId, 2000, { means: 'cesu', invoices: [meals.number] }),
    ).rejects.toMatchObject({
      code: 'means-not-allowed',
      faults: [{ pointer: '/body/invoices/0' }],
    })
    expect(await due(familyId)).toBe(2000)
  })

  it('the invoice tells what each voucher may still pay of it [guide 10]', async () => {
    const { familyId, invoice } = await withInvoice()
    await pay(familyId, 1200, { means: 'caf-voucher' })
    const read = await readInvoice(table, {
      actor: guardian({ ...DUPONT, familyId }),
      parameters: { number: invoice.number },
    })
    expect(read.limited.map(({ means, most }) => [means, most])).toEqual([
      ['holiday-voucher', 800],
      ['cesu', 1000],
      ['caf-voucher', 0],
    ])
  })
})

describe('a payment of vouchers or cheques', () => {
  const voucher = (number: string, value: number, issuer = 'Edenred') => ({
    ...{ number, value, issuer },
    vintage: 2013,
  })

  it('is worth what they are, with numbers, issuers, vintage and payer [guide 10]', async () => {
    const { familyId } = await withInvoice()
    const instruments = [voucher('A-1001', 1000), voucher('A-1002', 500)]
    const paid = await pay(familyId, 1500, { means: 'cesu', instruments, payer: 'Mme Mamie' })
    expect(paid).toMatchObject({ instruments, payer: 'Mme Mamie', left: 0 })
    await expect(
      pay(familyId, 1499, { means: 'cesu', instruments: [voucher('A-1003', 1500)] }),
    ).rejects.toMatchObject({ code: 'invalid-request', faults: [{ pointer: '/body/amount' }] })
  })

  it.each(['cesu', 'holiday-voucher', 'caf-voucher'] as const)(
    'names each title: %s is not taken as a sum [guide 10]',
    async (means) => {
      const { familyId } = await withInvoice()
      await expect(pay(familyId, 1500, { means, instruments: [] })).rejects.toMatchObject({
        code: 'invalid-request',
        faults: [{ pointer: '/body/instruments' }],
      })
    },
  )

  it('is refused when a voucher was taken before or comes twice, however it is typed', async () => {
    const { familyId } = await withInvoice()
    const { familyId: other } = await withInvoice()
    const instruments = [voucher('B 2001', 1000, 'édenred')]
    await pay(familyId, 1000, { means: 'cesu', instruments })
    await expect(
      pay(other, 1000, { means: 'cesu', instruments: [voucher('b2001', 1000, 'Édenred')] }),
    ).rejects.toMatchObject({ code: 'voucher-used' })
    await expect(
      pay(other, 2000, { means: 'cesu', instruments: [voucher('C1', 1000), voucher('c-1', 1000)] }),
    ).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: '/body/instruments/1/number' }],
    })
    // Another issuer, another means and another bank's cheque may have the same number.
    const others = [
      { means: 'cesu', instruments: [voucher('B2001', 1000, 'Up')] },
      { means: 'holiday-voucher', instruments: [voucher('B2001', 1000)] },
      { means: 'cheque', instruments: [voucher('B2001', 1000)] },
      { means: 'cheque', instruments: [voucher('B2001', 1000)] },
    ] as const
    for (const about of others) {
      const instruments = about.instruments.map((each) => ({ ...each }))
      expect(await pay(other, 1000, { ...about, instruments })).toMatchObject({ amount: 1000 })
    }
    expect((await loadAccounts(table, other)).payments).toHaveLength(4)
    // Holiday vouchers have one issuer, whether it is written down or not.
    const again = [{ number: 'B2001', value: 1000, vintage: 2013 }]
    await expect(
      pay(other, 1000, { means: 'holiday-voucher', instruments: again }),
    ).rejects.toMatchObject({ code: 'voucher-used' })
  })

  it('is refused with the voucher that is over, still to come or of no year [guide 10]', async () => {
    const { familyId } = await withInvoice()
    const instruments = [
      voucher('H1', 500),
      { ...voucher('H2', 500), vintage: 2011 },
      { number: 'H3', issuer: 'Up', value: 500 },
      { number: 'H4', value: 500, vintage: 2015 },
    ]
    await expect(pay(familyId, 2000, { means: 'cesu', instruments })).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [
        {
          pointer: '/body/instruments/1/vintage',
          detail: 'Ce titre était valable jusqu’au 31/01/2012.',
        },
        { pointer: '/body/instruments/2/vintage', detail: 'Indiquez le millésime du titre.' },
        { pointer: '/body/instruments/3/issuer', detail: 'Indiquez l’émetteur du titre.' },
        {
          pointer: '/body/instruments/3/vintage',
          detail: 'Ce titre n’est valable qu’à partir du 01/12/2014.',
        },
      ],
    })
    expect(await due(familyId)).toBe(TOTAL)
  })

  it('has no vouchers when it is cash', async () => {
    const { familyId } = await withInvoice()
    await expect(
      pay(familyId, 1000, { means: 'cash', instruments: [voucher('D1', 1000)] }),
    ).rejects.toMatchObject({ code: 'invalid-request' })
  })

  it('takes a voucher once when two desks take it at the same time', async () => {
    const families = await Promise.all([withInvoice(), withInvoice()])
    const outcomes = await Promise.allSettled(
      families.map(({ familyId }) =>
        pay(familyId, 1000, { means: 'cesu', instruments: [voucher('E1', 1000)] }),
      ),
    )
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const refused = outcomes.find((outcome) => outcome.status === 'rejected')
    expect(refused?.reason).toMatchObject({ code: 'voucher-used' })
  })

  it('is noted once with its vouchers wherever the call is broken off [wish W9]', async () => {
    let last = 0
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const { familyId } = await anotherFamily(table)
        last += 1
        const instruments = [voucher(`F${String(last)}`, 500), voucher(`G${String(last)}`, 500)]
        const key = `crash-of-${familyId}`
        return {
          run: () => pay(familyId, 1000, { means: 'cesu', instruments, key }),
          check: async ({ receipt }) => {
            const { payments } = await loadAccounts(table, familyId)
            expect(payments.map((payment) => payment.receipt)).toEqual([receipt])
          },
        }
      },
    })
  })
})

describe('receipts of a régie', () => {
  it('are numbered by year without a gap, whoever pays at the same time', async () => {
    const families = await Promise.all([1, 2, 3, 4].map(() => anotherFamily(table)))
    const at = (instant: string) => ({ now: new Date(instant), paidOn: '2013-12-30' }) as const
    const paid = await Promise.all(
      families.map(({ familyId }) => pay(familyId, 100, at('2013-12-31T22:30:00Z'))),
    )
    const numbers = paid
      .map(({ receipt = '' }) => Number(receipt.slice(-6)))
      .toSorted((a, b) => a - b)
    const [first = 0] = numbers
    expect(numbers).toEqual([first, first + 1, first + 2, first + 3])
    // In Paris the new year has begun, and with it a new series.
    const [family] = families
    if (family === undefined) throw new Error('There are families')
    const next = await pay(family.familyId, 100, at('2013-12-31T23:30:00Z'))
    expect(next.receipt).toBe('ENF-2014-000001')
    expect(paid[0]?.receipt).toMatch(/^ENF-2013-\d{6}$/)
  })
})
