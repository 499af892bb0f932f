import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { fault } from '../../lib/local/payfip-soap.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import { parisDate } from '../../shared/kernel/paris.ts'
import { notePayment } from '../../shared/ledger/note-payment.ts'
import { tillEntity } from '../../shared/ledger/store.ts'
import { NOT_OPENED, TO_REVIEW, UNREACHABLE } from '../../shared/payments/names.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { expectCost, measure } from '../support/meter.ts'
import { openPayfip } from '../payfip/fixture.ts'
import { newKey, openPayments, townWith } from './fixture.ts'

const { table, documents } = await freshTable()
const { payfip, clock, pass } = await openPayfip(new Date('2025-10-15T09:00:00Z'))
const online = openPayments(table, { url: payfip.url, now: () => clock.now })
const { owing, start, read, follow, reconcile, notify, standing, operationOf } = online

beforeAll(async () => {
  await openCesson(table)
})

const ENF = regieIdSchema.parse('ENF')

const warned: string[] = []

beforeEach(() => {
  warned.length = 0
  vi.spyOn(console, 'info').mockReturnValue()
  vi.spyOn(console, 'error').mockReturnValue()
  vi.spyOn(console, 'warn').mockImplementation((line: { message: string }) => {
    warned.push(line.message)
  })
})

const codeOf = async (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'done',
    (error: unknown) => (error instanceof PortalError ? error.code : String(error)),
  )

/** A payment that is open at PayFiP. */
const begun = async (...totals: readonly number[]) => {
  const { by, invoices } = await owing(...totals)
  const { paymentId } = await start(by, invoices)
  return { by, invoices, paymentId, idOp: await operationOf(by, paymentId) }
}

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

describe('when PayFiP opens nothing', () => {
  it.each([
    [
      'fault R3',
      fault('FonctionnelleErreur', 'R3', { libelle: 'Non' }),
      'online-refused',
      NOT_OPENED,
    ],
    [
      'fault A2',
      fault('FonctionnelleErreur', 'A2', { libelle: 'Non' }),
      'online-refused',
      undefined,
    ],
    [
      'fault M3',
      fault('FonctionnelleErreur', 'M3', { libelle: 'Non' }),
      'online-refused',
      NOT_OPENED,
    ],
    [
      'a technical fault',
      fault('TechDysfonctionnementErreur', '999'),
      'online-refused',
      UNREACHABLE,
    ],
    ['an outage', fault('TechIndisponibiliteErreur', ''), 'online-refused', UNREACHABLE],
    [
      '502 without XML',
      { status: 502, type: 'text/html', body: '<html></html>' },
      'unavailable',
      UNREACHABLE,
    ],
    [
      'no answer in time',
      { status: 200, type: 'text/xml', body: '', after: 30_000 },
      'unavailable',
      UNREACHABLE,
    ],
  ] as const)(
    '%s leaves nothing held, and the same call begins anew [wish W9]',
    async (_, reply, code, told) => {
      const { by, invoices } = await owing(1500)
      const key = newKey()
      payfip.disturb({ reply })
      expect(await codeOf(start(by, invoices, { key }))).toBe(code)
      expect(warned).toEqual(told === undefined ? [] : [told])
      expect(await standing(by)).toMatchObject({ paying: [], states: ['failed'] })
      const begins = await start(by, invoices, { key })
      expect(begins).toMatchObject({ state: 'open' })
      await payfip.choose(await operationOf(by, begins.paymentId), 'P')
      await follow(by, begins.paymentId)
      expect(await standing(by)).toMatchObject({ states: ['paid'], invoices: ['settled'] })
    },
    20_000,
  )
})

describe('a payment is found', () => {
  it('by the schedule, when the notification is lost and the browser never comes back [wish W9]', async () => {
    const { by, paymentId, idOp } = await begun(1500)
    await payfip.choose(idOp, 'P', ['lost', 'stranded'])
    pass(5)
    expect((await reconcile()).paid).toBeGreaterThan(0)
    expect(await standing(by)).toMatchObject({ states: ['paid'], mails: ['payment-received'] })
    pass(5)
    await reconcile()
    expect((await standing(by)).payments).toHaveLength(1)
    expect(await read(by, paymentId)).toMatchObject({ state: 'paid' })
  })

  it.each([
    ['idop in the form', (idOp: string) => [{ idop: idOp }, {}]],
    ['idOp in the form', (idOp: string) => [{ idOp }, {}]],
    ['IDOP in the address', (idOp: string) => [{}, { IDOP: idOp }]],
  ] as const)('by a notification, %s, before the browser is back [wish W9]', async (_, hint) => {
    const { by, idOp } = await begun(1500)
    await payfip.choose(idOp, 'P', ['lost'])
    const [form = {}, query = {}] = hint(idOp)
    expect(await notify(form, query)).toBe('OK')
    expect((await standing(by)).payments).toHaveLength(1)
    expect(await notify(form, query)).toBe('OK')
    expect((await standing(by)).payments).toHaveLength(1)
  })

  it('once, by two notifications, two schedules and a page at the same time [wish W9]', async () => {
    const { by, paymentId, idOp } = await begun(1500)
    await payfip.choose(idOp, 'P', ['lost'])
    pass(1)
    await Promise.all([
      notify({ idop: idOp }),
      notify({ idOp }),
      reconcile(),
      reconcile(),
      read(by, paymentId),
    ])
    expect(await standing(by)).toMatchObject({
      states: ['paid'],
      invoices: ['settled'],
      totals: { paid: 1500, credit: 0, awaiting: 0 },
      mails: ['payment-received'],
    })
    expect((await standing(by)).payments).toHaveLength(1)
  })

  it('though it was given up for lost, even the day after [wish W9]', async () => {
    const { by, paymentId, idOp } = await begun(1500)
    await payfip.choose(idOp, 'P', ['lost', 'stranded'])
    payfip.disturb({
      operation: 'recupererDetailPaiementSecurise',
      reply: fault('FonctionnelleErreur', 'P5'),
    })
    pass(25)
    await follow(by, paymentId)
    expect(await standing(by)).toMatchObject({ states: ['expired'], invoices: ['unsettled'] })
    pass(24 * 60)
    await reconcile()
    expect(await standing(by)).toMatchObject({ states: ['paid'], invoices: ['settled'] })
  })

  it('not by a notification of what nobody has begun, whatever it says: it is told the same', async () => {
    const before = payfip.called().length
    const odd = ['', 'unknown', 'a b', '#', '../..', 'x'.repeat(100_000), 'é']
    for (const idop of odd) expect(await notify({ idop })).toBe('OK')
    expect(await notify({})).toBe('OK')
    expect(payfip.called()).toHaveLength(before)
  })

  it('and a notification is answered though PayFiP does not', async () => {
    const { by, paymentId, idOp } = await begun(1500)
    await payfip.choose(idOp, 'P', ['lost'])
    payfip.disturb({ reply: { status: 502, type: 'text/plain', body: '' } })
    expect(await notify({ idop: idOp })).toBe('OK')
    expect(warned).toEqual([UNREACHABLE])
    pass(10)
    // PayFiP asks to be left alone for half an hour after a failure.
    expect(await read(by, paymentId)).toMatchObject({ state: 'open' })
    pass(20)
    expect(await read(by, paymentId)).toMatchObject({ state: 'paid' })
  })
})

describe('an attempt ends', () => {
  it('when nobody has paid in time, or PayFiP has dropped it [guide 30]', async () => {
    const closed = await begun(1500)
    const given = await begun(1500)
    await payfip.choose(given.idOp, 'A')
    pass(19)
    await reconcile()
    expect(await standing(closed.by)).toMatchObject({ states: ['open'], invoices: ['awaiting'] })
    expect(await standing(given.by)).toMatchObject({ states: ['open'], invoices: ['awaiting'] })
    pass(1)
    await reconcile()
    expect(await standing(closed.by)).toMatchObject({
      states: ['expired'],
      paying: [],
      invoices: ['unsettled'],
      mails: [],
    })
    expect(await standing(given.by)).toMatchObject({ states: ['abandoned'], paying: [] })
    pass(24 * 60)
    await reconcile()
    expect((await online.attemptOf(closed.by, closed.paymentId)).askAfter).toBeUndefined()
    expect((await online.attemptOf(given.by, given.paymentId)).askAfter).toBeUndefined()
  })

  it('though one of them cannot be read, and PayFiP is left alone when it is down', async () => {
    await reconcile()
    const several = [await begun(1500), await begun(1500), await begun(1500)]
    for (const { idOp } of several) await payfip.choose(idOp, 'P', ['lost'])
    payfip.disturb({ reply: { status: 502, type: 'text/plain', body: '' }, times: 2 })
    pass(5)
    const before = payfip.called().length
    expect(await reconcile()).toEqual({ unanswered: 2 })
    expect(payfip.called().length - before).toBe(2)
    expect(await reconcile()).toEqual({ paid: 1 })
    pass(30)
    expect(await reconcile()).toEqual({ paid: 2 })
  })
})

describe('money that came', () => {
  it('when its month is closed counts from the first open day [guide 31]', async () => {
    clock.now = new Date('2025-10-31T22:50:00Z')
    const { by, paymentId, idOp } = await begun(1500)
    await payfip.choose(idOp, 'P', ['lost'])
    pass(60)
    const till = tillEntity.found(await table.get(tillEntity.keyOf({ regieId: ENF })))
    if (till === undefined) throw new Error('No till')
    await table.put(
      tillEntity.toItem({ ...till, version: till.version + 1, closedThrough: '2025-10' }),
    )
    await follow(by, paymentId)
    expect((await standing(by)).payments).toMatchObject([
      { paidOn: '2025-11-01', online: { at: '2025-10-31T22:50:00.000Z' } },
    ])
  })

  it('for what was paid at the desk meanwhile is a credit [guide 28, 31]', async () => {
    const { by, paymentId, idOp } = await begun(1500)
    await payfip.choose(idOp, 'P', ['lost'])
    await notePayment(table, { familyId: by.familyId, regieId: ENF, now: clock.now }, () => ({
      state: 'validated',
      amount: 1500,
      paidOn: parisDate(clock.now),
      means: 'cash',
      invoices: [],
      recordedBy: 'desk',
      recordedAt: clock.now.toISOString(),
      idempotencyKey: newKey(),
    }))
    await follow(by, paymentId)
    expect(await standing(by)).toMatchObject({
      invoices: ['settled'],
      totals: { due: 0, paid: 3000, credit: 1500 },
    })
  })
})

describe('what PayFiP tells oddly', () => {
  it.each([
    ['an unknown code', 'D', [], 'unknown-result'],
    ['another amount', 'P', ['other-amount'], 'other-payment'],
  ] as const)(
    '%s waits for an accountant, and its invoice too [guide 30, 31] [wish W9]',
    async (_, code, mishaps, reason) => {
      const { by, invoices, paymentId, idOp } = await begun(1500)
      await payfip.choose(idOp, code, [...mishaps, 'lost'])
      await follow(by, paymentId)
      expect(warned).toEqual([TO_REVIEW])
      expect(await standing(by)).toMatchObject({
        payments: [],
        states: ['review'],
        invoices: ['awaiting'],
      })
      pass(60)
      expect(await codeOf(start(by, invoices))).toBe('payment-open')
      const review = (await online.reviews()).find((each) => each.paymentId === paymentId)
      expect(review).toMatchObject({
        familyId: by.familyId,
        reason,
        asked: { idOp },
        told: { code },
      })
      const resolved = await online.resolve(by, paymentId, {
        outcome: 'validated',
        reason: 'Vu sur le compte DFT',
        ...(reason === 'other-payment' ? { amount: 1600 } : {}),
      })
      expect(resolved).toMatchObject({ state: 'paid' })
      const again = await online.resolve(by, paymentId, { outcome: 'validated', reason: 'Encore' })
      expect(again).toEqual(resolved)
      expect(
        await codeOf(online.resolve(by, paymentId, { outcome: 'dismissed', reason: 'Non' })),
      ).toBe('already-decided')
      expect(await standing(by)).toMatchObject({
        states: ['paid'],
        invoices: ['settled'],
        totals: { credit: reason === 'other-payment' ? 100 : 0 },
        mails: ['payment-received'],
      })
      expect((await online.reviews()).map((each) => each.paymentId)).not.toContain(paymentId)
    },
  )

  it('is nothing when an accountant says so, and the invoice is free again [guide 30]', async () => {
    const { by, invoices, paymentId, idOp } = await begun(1500)
    await payfip.choose(idOp, 'D', ['lost'])
    await follow(by, paymentId)
    await online.resolve(by, paymentId, { outcome: 'dismissed', reason: 'Rien sur le compte' })
    expect(await standing(by)).toMatchObject({
      payments: [],
      paying: [],
      states: ['abandoned'],
      invoices: ['unsettled'],
    })
    expect(await codeOf(start(by, invoices))).toBe('done')
  })

  it('a test never settles where families pay, by nobody’s word [wish W9]', async () => {
    const { by, paymentId, idOp } = await begun(1500)
    await payfip.choose(idOp, 'P', ['lost'])
    await follow(by, paymentId, { takesTests: false })
    expect(await standing(by)).toMatchObject({ payments: [], states: ['review'] })
    const body = { outcome: 'validated', reason: 'Essai' } as const
    expect(await codeOf(online.resolve(by, paymentId, body, { takesTests: false }))).toBe(
      'means-not-allowed',
    )
    expect((await standing(by)).payments).toEqual([])
  })
})
