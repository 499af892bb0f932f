import { beforeAll, describe, expect, it } from 'vitest'
import { fault } from '../../lib/local/payfip-soap.ts'
import { parisDate } from '../../shared/kernel/paris.ts'
import { notePayment } from '../../shared/ledger/note-payment.ts'
import { tillEntity } from '../../shared/ledger/store.ts'
import { UNREACHABLE } from '../../shared/payments/names.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { openPayfip } from '../payfip/fixture.ts'
import { newKey, openPayments, watchLogs } from './fixture.ts'

const { table } = await freshTable()
const { payfip, clock, pass } = await openPayfip(new Date('2025-10-15T09:00:00Z'))
const online = openPayments(table, { url: payfip.url, now: () => clock.now })
const { begun, read, follow, reconcile, notify, standing } = online
const warned = watchLogs()

beforeAll(async () => {
  await openCesson(table)
})

const ENF = regieIdSchema.parse('ENF')

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
