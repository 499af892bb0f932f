import { it } from 'vitest'
import { closeMonth } from '../../shared/bookkeeping/close-month.ts'
import { makeDepositRoute } from '../../shared/ledger/desk-routes.ts'
import { makeDeposit } from '../../shared/ledger/make-deposit.ts'
import { refundCredit } from '../../shared/ledger/refund-credit.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import { cessonTown, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { ACCOUNTANT, payAtDesk, storeInvoice } from './fixture.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }
const NOW = new Date('2013-11-20T09:00:00Z')
const regieId = regieIdSchema.parse('ENF')
const headers = { 'idempotency-key': 'what-it-costs' }

it('what a desk does costs few reads and writes', async () => {
  await openCesson(table)
  const { familyId } = await anotherFamily(table, undefined, [])
  await storeInvoice(table, familyId, '2013-10-01', 1000)
  const cheques = [await payAtDesk(deps, familyId, 1500), await payAtDesk(deps, familyId, 500)]

  const refund = await measure([documents], () =>
    refundCredit(table, {
      parameters: { familyId },
      body: { regieId, amount: 700, means: 'transfer', reason: 'Trop payé' },
      ...{ headers, actor: ACCOUNTANT, now: NOW },
    }),
  )
  expectCost('give a credit back', refund.cost)

  const payments = cheques.map(({ number, paidOn }) => ({ familyId, number, paidOn }))
  const deposit = await measure([documents], () =>
    makeDeposit(table, {
      parameters: { regieId },
      body: makeDepositRoute.body.parse({ means: 'cheque', payments }),
      ...{ headers, actor: ACCOUNTANT, now: NOW },
    }),
  )
  expectCost('hand in two cheques', deposit.cost)

  const closing = await measure([documents], () =>
    closeMonth(deps, {
      parameters: { regieId },
      body: { month: '2013-11' },
      ...{ actor: ACCOUNTANT, now: new Date('2013-12-02T09:00:00Z') },
    }),
  )
  expectCost('close a month', closing.cost)
})
