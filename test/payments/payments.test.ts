import { beforeAll, describe, expect, it } from 'vitest'
import { limitsSchema } from '../../shared/billing/model.ts'
import { parisDate } from '../../shared/kernel/paris.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { expectCost, measure } from '../support/meter.ts'
import { openPayfip } from '../payfip/fixture.ts'
import { storeInvoice } from '../ledger/fixture.ts'
import { matching } from '../support/matching.ts'
import { codeOf, newKey, openPayments, townWith, watchLogs } from './fixture.ts'

const { table, documents } = await freshTable()
const { payfip, clock, pass } = await openPayfip(new Date('2025-10-15T09:00:00Z'))
const online = openPayments(table, { url: payfip.url, now: () => clock.now })
const { owing, begun, start, read, follow, reconcile, standing, operationOf } = online
watchLogs()

beforeAll(async () => {
  await openCesson(table)
})

describe('paying online', () => {
  it('begins with what is due, and tells where to pay; the invoice awaits it [guide 9, 29, 30, 31]', async () => {
    const { by, invoices } = await owing(7636)
    const begins = await start(by, invoices)
    expect(begins).toMatchObject({
      regieId: 'ENF',
      amount: 7636,
      state: 'open',
      stateLabel: 'Paiement en cours, en attente de validation',
      parts: [{ invoice: invoices[0]?.number, amount: 7636 }],
      pay: { until: new Date(clock.now.getTime() + 900_000).toISOString() },
    })
    expect(begins.pay?.url).toBe(
      `${payfip.url}/tpa/paiementws.web?idop=${await operationOf(by, begins.paymentId)}`,
    )
    const operation = payfip.operations().at(-1)
    expect(operation).toMatchObject({
      client: '077067',
      year: '2025',
      subject: `Facture ${invoices[0]?.number ?? ''}`,
      amount: '7636',
      mode: 'T',
      notifyUrl: 'http://127.0.0.1:9/payfip/notifications',
      returnUrl: `http://127.0.0.1:9/payfip/return/${begins.paymentId}`,
    })
    expect(operation?.reference).toMatch(/^ENF2025\d{8}[0-9a-f]{8}$/)
    expect(await standing(by)).toMatchObject({
      payments: [],
      states: ['open'],
      invoices: ['awaiting'],
      totals: { due: 7636, awaiting: 7636, paid: 0 },
    })
  })

  it('ends in a payment with a receipt, an invoice that is settled, and a mail [guide 9, 29, 30, 31] [wish W9]', async () => {
    const { by, invoices, paymentId, idOp } = await begun(7636)
    const { number } = invoices[0] ?? { number: '' }
    await payfip.choose(idOp, 'P')
    pass(1)
    const ended = await read(by, paymentId)
    expect(ended).toMatchObject({ state: 'paid', stateLabel: 'Paiement validé' })
    expect(ended.pay).toBeUndefined()
    const { payments, ...rest } = await standing(by)
    expect(payments).toMatchObject([
      {
        state: 'validated',
        amount: 7636,
        means: 'online',
        paidOn: parisDate(clock.now),
        invoices: [number],
        online: { idOp, result: 'P' },
        recordedBy: `account-${by.familyId}`,
      },
    ])
    expect(payments[0]?.receipt).toMatch(/^ENF-2025-\d{6}$/)
    expect(ended.paid).toEqual({ number: payments[0]?.number, receipt: payments[0]?.receipt })
    expect(rest).toMatchObject({
      paying: [],
      states: ['paid'],
      invoices: ['settled'],
      totals: { due: 0, awaiting: 0, paid: 7636 },
      mails: ['payment-received'],
    })
  })

  it('pays several invoices of a régie at once, those due first [guide 9, 29]', async () => {
    const { by, invoices } = await owing(1000, 2000, 3000)
    const begins = await start(by, invoices.toReversed(), { amount: 2500 })
    expect(begins.parts).toEqual([
      { invoice: invoices[0]?.number, amount: 1000 },
      { invoice: invoices[1]?.number, amount: 1500 },
    ])
    await payfip.choose(await operationOf(by, begins.paymentId), 'V')
    await follow(by, begins.paymentId)
    const { totals, payments } = await standing(by)
    expect(totals).toMatchObject({ due: 3500, paid: 2500, unpaid: 2, credit: 0 })
    expect(payments[0]).toMatchObject({ online: { result: 'V' } })
  })

  it('is the same attempt for the same key, and another content is refused [wish W9]', async () => {
    const { by, invoices } = await owing(1500, 1600)
    const [first, second] = invoices
    const key = newKey()
    const begins = await start(by, [first?.number ?? ''], { key })
    const again = await start(by, [first?.number ?? ''], { key })
    expect(again).toEqual(begins)
    expect(await codeOf(start(by, [second?.number ?? ''], { key }))).toBe('idempotency-key-reused')
    expect(payfip.operations().filter(({ amount }) => amount === '1500')).toHaveLength(1)
  })

  it('is one attempt at a time for an invoice, for 20 minutes [wish W9]', async () => {
    const { by, invoices } = await owing(1500, 1600)
    const [first, second] = invoices.map(({ number }) => number)
    await start(by, [first ?? ''])
    pass(5)
    await expect(start(by, [second ?? '', first ?? ''])).rejects.toMatchObject({
      code: 'payment-open',
      retryAfterSeconds: 900,
    })
    expect(await codeOf(start(by, [second ?? '']))).toBe('done')
    pass(15)
    await reconcile()
    expect(await codeOf(start(by, [first ?? '']))).toBe('done')
  })

  it('can go on after it was given up, with the same operation, within 20 minutes', async () => {
    const { by, invoices, paymentId, idOp } = await begun(1500)
    await payfip.choose(idOp, 'A')
    pass(1)
    expect(await read(by, paymentId)).toMatchObject({ state: 'open' })
    expect(await codeOf(start(by, invoices))).toBe('payment-open')
    await payfip.choose(idOp, 'P')
    pass(1)
    expect(await read(by, paymentId)).toMatchObject({ state: 'paid' })
  })

  it('can begin again at once when the bank refuses; who paid is told [guide 31]', async () => {
    for (const code of ['R', 'Z']) {
      const { by, invoices, paymentId, idOp } = await begun(1500)
      await payfip.choose(idOp, code)
      await follow(by, paymentId)
      expect(await standing(by)).toMatchObject({
        payments: [],
        paying: [],
        states: ['refused'],
        invoices: ['unsettled'],
        mails: ['payment-refused'],
      })
      const { paymentId: next } = await start(by, invoices)
      await payfip.choose(await operationOf(by, next), 'P')
      await follow(by, next)
      expect((await standing(by)).invoices).toEqual(['settled'])
    }
  })

  it('lists the attempts of a family, the newest first', async () => {
    const { by, invoices, paymentId, idOp } = await begun(1500)
    await payfip.choose(idOp, 'R')
    await follow(by, paymentId)
    pass(1)
    const again = await start(by, invoices)
    const { payments } = await online.list(by)
    expect(payments.map(({ state }) => state)).toEqual(['open', 'refused'])
    expect(payments[0]).toEqual(again)
  })

  it('asks PayFiP at most every nine seconds, however often a page asks', async () => {
    const { by, paymentId } = await begun(1500)
    const before = payfip.called().length
    for (let times = 0; times < 5; times += 1) await read(by, paymentId)
    expect(payfip.called().length - before).toBe(1)
    pass(0.2)
    await read(by, paymentId)
    expect(payfip.called().length - before).toBe(2)
  })

  it('costs few reads and writes', async () => {
    const { by, invoices } = await owing(1500)
    const { result, cost } = await measure([documents], () => start(by, invoices))
    expectCost('begin to pay an invoice online', cost)
    await payfip.choose(await operationOf(by, result.paymentId), 'P')
    const paid = await measure([documents], () => follow(by, result.paymentId))
    expectCost('note an online payment', paid.cost)
  })
})

describe('what cannot be paid online is refused', () => {
  it('an invoice of another family, of none, or twice', async () => {
    const { by, invoices } = await owing(1500)
    const other = await owing(1500)
    for (const number of [other.invoices[0]?.number ?? '', 'ENF209900000001']) {
      await expect(start(by, [number])).rejects.toMatchObject({
        code: 'unknown-invoice',
        faults: [{ pointer: '/body/invoices/0' }],
      })
    }
    const [first = ''] = invoices.map(({ number }) => number)
    await expect(start(by, [first, first])).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: '/body/invoices/1', detail: 'Cette facture figure deux fois.' }],
    })
  })

  it('a part where the régie takes the whole, and more than is due [guide 9, 10]', async () => {
    const { by, invoices } = await owing(1500)
    const payfipOf = { client: '077067', mode: 'production', partial: false } as const
    const town = townWith({ payfip: payfipOf })
    await expect(start(by, invoices, { amount: 500, town })).rejects.toMatchObject({
      code: 'means-not-allowed',
      message: 'Cette régie n’accepte que le paiement de la totalité.',
    })
    expect(await codeOf(start(by, invoices, { amount: 1501 }))).toBe('payment-too-large')
    expect(await codeOf(start(by, invoices, { amount: 99 }))).toBe('means-not-allowed')
    expect(await codeOf(start(by, invoices, { amount: 1500, town }))).toBe('done')
  })

  it('less than 1 €, and more than the act of the régie allows [guide 10]', async () => {
    const { by, invoices } = await owing(99)
    expect(await codeOf(start(by, invoices))).toBe('means-not-allowed')
    const much = await owing(5000)
    const town = townWith({ payableBy: [{ means: 'online', most: 4999 }] })
    expect(await codeOf(start(much.by, much.invoices, { town }))).toBe('payment-too-large')
  })

  it('what the act of the régie lets be paid otherwise only: the rest is what is due online [guide 9, 10]', async () => {
    const { by } = await owing()
    const { familyId } = by
    const parts = [
      { by: ['online'], amount: 1200 },
      { by: ['cesu'], amount: 300 },
    ]
    const limits = limitsSchema.parse({ means: ['online', 'cesu'], parts })
    const meals = await storeInvoice(table, familyId, '2025-09-01', 2000, limits)
    const care = await storeInvoice(table, familyId, '2025-09-02', 500, {
      ...{ means: ['online'], parts: [] },
    })
    expect(await codeOf(start(by, [meals, care]))).toBe('means-not-allowed')
    await expect(start(by, [meals], { amount: 1201 })).rejects.toMatchObject({
      code: 'payment-too-large',
      detail: matching('12,00'),
    })
    // The whole of what may be paid online is no part, where the régie takes no parts.
    const payfipOf = { client: '077067', mode: 'production', partial: false } as const
    const begins = await start(by, [meals], { town: townWith({ payfip: payfipOf }) })
    expect(begins.parts).toEqual([{ invoice: meals.number, amount: 1200 }])
    await payfip.choose(await operationOf(by, begins.paymentId), 'P')
    await follow(by, begins.paymentId)
    expect(await standing(by)).toMatchObject({ totals: { due: 1300, paid: 1200, credit: 0 } })
    expect(await codeOf(start(by, [meals]))).toBe('means-not-allowed')
  })

  it('a régie that does not take it, or only tries it out where families pay [guide 10] [wish W9]', async () => {
    const { by, invoices } = await owing(1500)
    const town = townWith({ payableBy: [{ means: 'cheque' }] })
    await expect(start(by, invoices, { town })).rejects.toMatchObject({
      code: 'means-not-allowed',
    })
    await expect(start(by, invoices, { takesTests: false })).rejects.toMatchObject({
      message: 'Le paiement en ligne de cette régie n’est pas encore ouvert.',
    })
  })

  it('an invoice that is settled, or that awaits another payment [guide 30]', async () => {
    const { by, invoices, paymentId, idOp } = await begun(1500)
    await payfip.choose(idOp, 'P')
    await follow(by, paymentId)
    await expect(start(by, invoices)).rejects.toMatchObject({ code: 'payment-too-large' })
  })
})
