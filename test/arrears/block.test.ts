import { beforeAll, expect, it } from 'vitest'
import { keepDebts } from '../../shared/arrears/keep-debts.ts'
import { bookOnBehalf } from '../../shared/reservations/book-on-behalf.ts'
import { previewWishes } from '../../shared/reservations/preview-wishes.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import type { Wish } from '../../shared/reservations/model.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import { type DUPONT, guardian, GUIDE_MORNING, openCesson, ticked } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { matching } from '../support/matching.ts'
import { measure } from '../support/meter.ts'
import { submitAnew } from '../support/submissions.ts'
import { owes, paymentOf, planFor, storePayment, storePlan, townWith } from './fixture.ts'

const { table, documents } = await freshTable()
const town = townWith({ blockFrom: 5000 })
const deps = { table, town }

beforeAll(async () => {
  await openCesson(table)
})

const MEALS = ticked('lucas-restauration-2025', {
  '2025-09-09': ['REPAS'],
  '2025-09-11': ['REPAS'],
})
const FEWER = ticked('lucas-restauration-2025', { '2025-09-09': [] })
const OTHERS = ticked('lucas-restauration-2025', { '2025-09-09': [], '2025-09-12': ['REPAS'] })

/** A family with meals that owes since May. */
const debtor = async (amount = 5000): Promise<typeof DUPONT> => {
  const family = await anotherFamily(table)
  await submitAnew(deps, family, [MEALS])
  await owes(table, family.familyId, ['2025-05-31', amount])
  return family
}

const preview = async (family: typeof DUPONT, wishes: readonly Wish[]) =>
  previewWishes(deps, {
    actor: guardian(family),
    body: { wishes: [...wishes] },
    now: GUIDE_MORNING,
  })

it('who owes too much cannot add days, and is told why and how much [guide 28]', async () => {
  const family = await debtor()
  await expect(submitAnew(deps, family, [OTHERS])).rejects.toMatchObject({
    code: 'debts-overdue',
    detail: matching('50,00'),
  })
  expect((await preview(family, [OTHERS])).debts).toMatchObject([{ regieId: 'ENF', overdue: 5000 }])
})

it('cancelling stays possible, and says nothing of debts', async () => {
  const family = await debtor()
  expect((await preview(family, [FEWER])).debts).toEqual([])
  const { requests } = await submitAnew(deps, family, [FEWER])
  expect(requests).toMatchObject([{ state: 'accepted' }])
})

it('below the sum, once it is paid, or with a plan that is kept, days are added', async () => {
  const below = await debtor(4999)
  expect((await submitAnew(deps, below, [OTHERS])).requests).toHaveLength(1)
  const paying = await debtor()
  await storePayment(table, paymentOf(paying.familyId, { amount: 1, paidOn: '2025-07-14' }))
  await keepDebts(table, paying.familyId)
  expect((await submitAnew(deps, paying, [OTHERS])).requests).toHaveLength(1)
  const planned = await anotherFamily(table)
  const [invoice] = await owes(table, planned.familyId, ['2025-05-31', 5000])
  const plan = planFor(
    planned.familyId,
    [{ number: invoice?.number ?? '', due: 5000 }],
    [['2025-08-01', 5000]],
  )
  await storePlan(table, plan)
  expect((await submitAnew(deps, planned, [MEALS])).requests).toHaveLength(1)
})

it('what awaits its validation does not block', async () => {
  const family = await debtor()
  const about = { amount: 100, state: 'awaiting', paidOn: '2025-07-14' } as const
  await storePayment(table, paymentOf(family.familyId, about))
  await keepDebts(table, family.familyId)
  expect((await submitAnew(deps, family, [OTHERS])).requests).toHaveLength(1)
})

it('staff book in its place, with a reason [guide 49]', async () => {
  const family = await debtor()
  const submission = await bookOnBehalf(deps, {
    parameters: { familyId: family.familyId },
    headers: { 'idempotency-key': 'on-behalf-of' },
    body: { wishes: [OTHERS], reason: 'Accord de la régie', justified: false },
    actor: { account: 'agent', roles: ['agent'], family: undefined },
    now: GUIDE_MORNING,
  })
  expect(submission.requests).toMatchObject([{ state: 'accepted' }])
})

it('what was answered once is answered again, whatever is owed since', async () => {
  const family = await anotherFamily(table)
  const by = { by: family, wishes: [MEALS], idempotencyKey: 'before-the-debt', now: GUIDE_MORNING }
  const first = await submitWishes(deps, by)
  await owes(table, family.familyId, ['2025-05-31', 9000])
  expect(await submitWishes(deps, by)).toEqual(first)
})

it('a debt to one régie blocks nothing of another', async () => {
  const family = await debtor()
  const { catalogue } = town
  const activities = catalogue.activities.map((activity) =>
    activity.id === 'RESTAURATION'
      ? { ...activity, regieId: regieIdSchema.parse('CUL') }
      : activity,
  )
  const apart = { ...town, catalogue: { ...catalogue, activities } }
  expect((await submitAnew({ table, town: apart }, family, [OTHERS])).requests).toHaveLength(1)
})

it('looks at debts without a call more: they come with the file', async () => {
  const [free, owing] = [await anotherFamily(table), await debtor(4999)]
  const costOf = async (family: typeof DUPONT) =>
    (await measure([documents], () => preview(family, [OTHERS]))).cost.calls
  expect(await costOf(owing)).toEqual(await costOf(free))
})
