import { describe, expect, it } from 'vitest'
import { Calendars, type TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { activitySchema } from '../../shared/catalogue/model.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { activityIdSchema, unitIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { readLine, yearsOf } from '../../shared/reservations/lines.ts'
import { loadHousehold } from '../../shared/reservations/load-household.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { schoolYearOf } from '../../shared/catalogue/calendar.ts'
import { cesson, DUPONT, GUIDE_MORNING, ticked } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { SHARED_CHILD, separatedParents } from '../support/separated-parents.ts'

const { table } = await freshTable()

const MERCREDIS = activityIdSchema.parse('MERCREDIS')
const WEDNESDAY: IsoDate = '2025-09-10'

/** The demo town, in which the Wednesdays are accepted at once. */
const town = ((): TownCatalogue => {
  const activities = cesson.catalogue.activities.map((activity) =>
    activity.id === MERCREDIS
      ? activitySchema.parse({ ...activity, decision: 'automatic' })
      : activity,
  )
  const catalogue = { ...cesson.catalogue, activities }
  return { catalogue, calendars: new Calendars(catalogue) }
})()

const book = (familyId: FamilyId, date: IsoDate, unit: string) =>
  submitWishes(
    { table, town },
    {
      by: { familyId, guardianId: DUPONT.guardianId },
      wishes: [ticked('mercredis', { [date]: [unit] })],
      idempotencyKey: `${familyId}-${date}-${unit}`,
      now: GUIDE_MORNING,
    },
  )

const unitsOf = async (familyId: FamilyId, date: IsoDate): Promise<string[]> => {
  const { plannings } = await loadHousehold(table, familyId, schoolYearOf(date))
  const years = yearsOf(plannings, { childId: SHARED_CHILD, activityId: MERCREDIS })
  return ['MATIN', 'APRES_MIDI', 'JOURNEE'].filter(
    (unit) => readLine(years, unitIdSchema.parse(unit), date, date) === 'a',
  )
}

describe('a child of two households', () => {
  it('is not booked for a whole day by one parent and for its morning by the other', async () => {
    const { mother, father } = await separatedParents(table)
    await book(mother, WEDNESDAY, 'JOURNEE')
    await expect(book(father, WEDNESDAY, 'MATIN')).rejects.toMatchObject({
      code: 'nothing-to-change',
    })
    expect(await unitsOf(father, WEDNESDAY)).toEqual([])
  })

  it('may have the morning from one parent and the afternoon from the other', async () => {
    const { mother, father } = await separatedParents(table)
    await book(mother, WEDNESDAY, 'MATIN')
    await book(father, WEDNESDAY, 'APRES_MIDI')
    expect(await unitsOf(mother, WEDNESDAY)).toEqual(['MATIN'])
    expect(await unitsOf(father, WEDNESDAY)).toEqual(['APRES_MIDI'])
  })

  it('gets one of two exclusive units when both parents book at the same moment', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { mother, father } = await separatedParents(table)
      const outcomes = await Promise.allSettled([
        book(mother, WEDNESDAY, 'JOURNEE'),
        book(father, WEDNESDAY, 'MATIN'),
      ])
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const booked = [...(await unitsOf(mother, WEDNESDAY)), ...(await unitsOf(father, WEDNESDAY))]
      expect(booked).toHaveLength(1)
    }
  })
})
