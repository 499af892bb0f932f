import { beforeAll, describe, expect, it } from 'vitest'
import { TO_REVIEW } from '../../shared/payments/names.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { openPayfip } from '../payfip/fixture.ts'
import { codeOf, openPayments, watchLogs } from './fixture.ts'

const { table } = await freshTable()
const { payfip, clock, pass } = await openPayfip(new Date('2025-10-15T09:00:00Z'))
const online = openPayments(table, { url: payfip.url, now: () => clock.now })
const { begun, start, follow, standing } = online
const warned = watchLogs()

beforeAll(async () => {
  await openCesson(table)
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
