import { beforeAll, describe, expect, it } from 'vitest'
import { guardianIdSchema } from '../../shared/platform/schemas.ts'
import { startPaymentRoute } from '../../shared/payments/routes.ts'
import { storeCreditNote } from '../ledger/fixture.ts'
import { openPayfip } from '../payfip/fixture.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { meddling } from '../support/meddling.ts'
import { codeOf, openPayments, watchLogs } from './fixture.ts'

const { table } = await freshTable()
const { payfip, clock, pass } = await openPayfip(new Date('2025-10-15T09:00:00Z'))
const online = openPayments(table, { url: payfip.url, now: () => clock.now })
const { owing, begun, start, read, follow, notify, standing } = online
watchLogs()

beforeAll(async () => {
  await openCesson(table)
})

describe('who wants to pay less than is asked', () => {
  it('finds no amount that is none: below a cent, a part of one, none at all', () => {
    const invoices = ['ENF202500000001']
    for (const amount of [0, -1, -1500, 0.5, 1e300, NaN, '1500', null]) {
      expect(startPaymentRoute.body.safeParse({ invoices, amount }).success).toBe(false)
    }
    expect(startPaymentRoute.body.safeParse({ invoices, amount: 1500, due: 1 }).success).toBe(false)
  })

  it('is not believed: what PayFiP tells of another operation pays nothing [wish W9]', async () => {
    const [cheap, dear] = [await begun(150), await begun(9500)]
    await payfip.choose(cheap.idOp, 'P', ['lost'])
    // The notification of the cheap one under the number of the dear one, and the page of it.
    expect(await notify({ idop: dear.idOp, montant: '9500', resultrans: 'P' })).toBe('OK')
    expect(await standing(dear.by)).toMatchObject({ payments: [], states: ['open'] })
    await follow(cheap.by, cheap.paymentId)
    expect(await standing(dear.by)).toMatchObject({ payments: [], states: ['open'] })
    expect((await standing(cheap.by)).payments).toHaveLength(1)
  })

  it('reads nothing of the payments of others, by whatever id', async () => {
    const [mine, other] = [await begun(1500), await begun(1500)]
    expect(await codeOf(read(mine.by, other.paymentId))).toBe('not-found')
  })
})

describe('who pays twice', () => {
  it('in two tabs of two parents of one family begins once [wish W9]', async () => {
    const { by, invoices } = await owing(1500)
    const father = { ...by, guardianId: guardianIdSchema.parse('g2') }
    const codes = await Promise.all([by, father].map((each) => codeOf(start(each, invoices))))
    expect(codes.toSorted()).toEqual(['done', 'payment-open'])
    expect((await standing(by)).paying).toHaveLength(1)
  })

  it('while the desk notes a credit note has a credit, and nothing is lost [guide 28, 31]', async () => {
    const { by, invoices } = await owing(1500)
    const credit = () => storeCreditNote(table, by.familyId, '2025-10-15', -1500)
    const { paymentId } = await start(by, invoices, { table: meddling(table, credit) })
    await payfip.choose(await online.operationOf(by, paymentId), 'P', ['lost'])
    await follow(by, paymentId)
    expect(await standing(by)).toMatchObject({
      invoices: ['settled'],
      totals: { due: 0, paid: 1500, credited: 1500, credit: 1500, awaiting: 0 },
    })
  })
})

it('who floods the portal with notifications has PayFiP asked once in nine seconds', async () => {
  const { idOp } = await begun(1500)
  const before = payfip.called().length
  for (let times = 0; times < 5; times += 1) await notify({ idop: idOp })
  expect(payfip.called().length - before).toBe(1)
  pass(0.2)
  await notify({ idop: idOp })
  expect(payfip.called().length - before).toBe(2)
})
