import { expect, it } from 'vitest'
import { readFamily } from '../../shared/families/read-family.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { cessonTown, DUPONT, GUIDE_MORNING, openCesson, ticked } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'

const { table } = await freshTable()
const actor = { account: 'account-1', roles: ['guardian' as const], family: DUPONT }

it('lets a parent choose a child, then one of its services by school and period, and book it [guide 7, 8, 21, 22]', async () => {
  await openCesson(table)
  const { children } = await readFamily({ table, town: cessonTown }, { actor, now: GUIDE_MORNING })
  const offered = children.flatMap(({ firstName, enrolments }) =>
    enrolments.map(({ activity, facility, from, until }) => [
      firstName,
      activity,
      facility,
      from,
      until,
    ]),
  )
  expect(offered).toContainEqual([
    'Léo',
    'Restauration Scolaire',
    'Restaurant Jacques Prévert',
    '2025-09-01',
    '2026-07-03',
  ])
  const services = new Set(offered.map(([, activity]) => activity))
  expect(services).toEqual(
    new Set([
      'Etudes Surveillées',
      'Restauration Scolaire',
      'Accueil Pre/Post Scolaire',
      'Centre de Loisirs Mercredis',
    ]),
  )

  // One child and one period at a time, as guide 000 books.
  const [leo] = children
  const meals = leo?.enrolments.find(
    ({ activityId, from }) => activityId === 'RESTAURATION' && from < '2026',
  )
  const { requests } = await submitWishes(
    { table, town: cessonTown },
    {
      by: DUPONT,
      wishes: [ticked(meals?.enrolmentId ?? '', { '2025-09-02': ['REPAS'] })],
      idempotencyKey: 'one-child-one-period',
      now: GUIDE_MORNING,
    },
  )
  expect(requests).toMatchObject([
    { child: 'Léo', activityId: 'RESTAURATION', state: 'accepted', from: '2025-09-02' },
  ])
})
