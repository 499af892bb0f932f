import { expect, it } from 'vitest'
import { keepDebts } from '../../shared/arrears/keep-debts.ts'
import { answerOffer } from '../../shared/reservations/answer-offer.ts'
import { listSubmissions } from '../../shared/reservations/store.ts'
import { GUIDE_MORNING, ticked, type DUPONT } from '../support/cesson.ts'
import { drain } from '../support/drain.ts'
import { streamedTable } from '../support/engine.ts'
import { JOURNEE, limitedFamily, limitedTown, MONDAY } from '../support/limited.ts'
import { matching } from '../support/matching.ts'
import { submitAnew } from '../support/submissions.ts'
import { owes, paymentOf, storePayment, townWith } from './fixture.ts'

const engine = await streamedTable()
const { table } = engine
const waiting = { kind: 'offered', hours: 24 } as const
const booking = {
  table,
  town: townWith({ blockFrom: 5000 }, limitedTown({ places: 1, waiting })),
}

const wish = (units: readonly string[]) => ticked('child1-vacances', { [MONDAY]: units })

const answer = async (by: typeof DUPONT, accepted: boolean) => {
  const [newest] = await listSubmissions(table, by.familyId, { limit: 1 })
  const offer = { number: newest?.number ?? 0, date: MONDAY, unitId: JOURNEE }
  return answerOffer(booking, { by, offer, accepted, now: GUIDE_MORNING })
}

it('an offered place is booked by who has paid; who owes too much can only decline it [guide 28] [wish W2]', async () => {
  const [holder, paying, declining] = [
    await limitedFamily(table),
    await limitedFamily(table),
    await limitedFamily(table),
  ]
  for (const by of [holder, declining, paying]) await submitAnew(booking, by, [wish(['JOURNEE'])])
  await submitAnew(booking, holder, [wish([])])
  await drain(engine, booking, GUIDE_MORNING)
  for (const { familyId } of [declining, paying]) {
    await owes(table, familyId, ['2025-05-31', 5000])
  }
  await expect(answer(declining, true)).rejects.toMatchObject({
    code: 'debts-overdue',
    detail: matching('50,00'),
  })
  await answer(declining, false)
  await drain(engine, booking, GUIDE_MORNING)

  await expect(answer(paying, true)).rejects.toMatchObject({ code: 'debts-overdue' })
  await storePayment(table, paymentOf(paying.familyId, { amount: 1, paidOn: '2025-07-14' }))
  await keepDebts(table, paying.familyId)
  await answer(paying, true)
  await expect(answer(paying, true)).rejects.toMatchObject({ code: 'not-found' })
})
