import { beforeAll, describe, expect, it } from 'vitest'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import { changeCapacity } from '../../shared/places/change-capacity.ts'
import { claimPlaces } from '../../shared/places/claim-places.ts'
import { fullestDays, readFill } from '../../shared/places/read-fill.ts'
import { waitingWrite } from '../../shared/places/waiting-list.ts'
import { activityIdSchema, requestNumberSchema } from '../../shared/platform/schemas.ts'
import { freshTable } from '../support/engine.ts'
import {
  centreOf,
  claimOf,
  JOURNEE,
  limitedTown,
  MATIN,
  MONDAY,
  PETITS,
  SLOT_MATIN,
  someHolder,
  TUESDAY,
  VACANCES,
} from '../support/limited.ts'
import { expectCost, measure } from '../support/meter.ts'

const { table, documents } = await freshTable()
const town = limitedTown()
const deps = { table, town }
const { places } = centreOf(town)

const book = (date: IsoDate, by: number, slots: readonly number[]) =>
  claimPlaces(
    table,
    claimOf({ groupId: PETITS, date, slots }, by, { places, number: by }),
    undefined,
  )

const wait = (by: number, units: readonly [typeof MATIN], offeredUntil?: string) =>
  table.transact([
    waitingWrite({
      activityId: VACANCES,
      groupId: PETITS,
      date: MONDAY,
      rank: 0,
      since: '2025-09-01T10:00:00.000Z',
      number: requestNumberSchema.parse(by),
      ...someHolder(by),
      unitIds: [...units],
      ...(offeredUntil === undefined ? {} : { offeredUntil }),
    }),
  ])

describe('how full an activity is', () => {
  beforeAll(async () => {
    // The morning of Monday is full; a place of its afternoon and Tuesday's morning are left.
    await book(MONDAY, 1, [0, 1])
    await book(MONDAY, 2, [0])
    await book(TUESDAY, 3, [0])
    await wait(4, [MATIN])
    await wait(5, [JOURNEE])
    await wait(6, [MATIN], '2025-10-19T10:00:00.000Z')
    await changeCapacity(deps, {
      parameters: { activityId: VACANCES, groupId: PETITS, date: TUESDAY },
      body: { slotId: SLOT_MATIN, places: 3 },
    })
  })

  const read = (from: IsoDate, to: IsoDate, activityId = VACANCES) =>
    readFill(deps, { parameters: { activityId }, query: { from, to } })

  it('tells for each group, day and slot what is held, left and kept, and how many wait', async () => {
    const { groups, activity } = await read('2025-10-17', TUESDAY)
    expect(activity).toBe('Centre de Loisirs Vacances')
    expect(groups.map(({ groupId }) => groupId)).toEqual(['PETITS_VACANCES', 'GRANDS_VACANCES'])
    const [small, big] = groups
    // Friday is a day of school, Saturday and Sunday have no service.
    expect(small?.days.map(({ date }) => date)).toEqual([MONDAY, TUESDAY])
    expect(small?.days.flatMap(({ slots }) => slots)).toEqual([
      // Who has an offer waits no more.
      { slotId: 'MATIN', slot: 'Matin', capacity: 2, held: 2, left: 0, kept: 0, waiting: 2 },
      {
        slotId: 'APRES_MIDI',
        slot: 'Après-midi',
        capacity: 2,
        held: 1,
        left: 1,
        kept: 0,
        waiting: 1,
      },
      { slotId: 'MATIN', slot: 'Matin', capacity: 3, held: 1, left: 1, kept: 1, waiting: 0 },
      {
        slotId: 'APRES_MIDI',
        slot: 'Après-midi',
        capacity: 2,
        held: 0,
        left: 2,
        kept: 0,
        waiting: 0,
      },
    ])
    expect(big?.days.flatMap(({ slots }) => slots.map(({ left }) => left))).toEqual([2, 2, 2, 2])
  })

  it('costs a Query for each group, and one for each day that is full', async () => {
    const { cost } = await measure([documents], () => read(MONDAY, '2025-10-31'))
    expect(cost.calls).toEqual({ Query: 3 })
    expectCost('read how full two groups are for two weeks', cost)
  })

  it('refuses an activity without counted places, and a period that is too long or ends too soon', async () => {
    const refused = (reading: Promise<unknown>) =>
      reading.then(
        () => 'done',
        (error: unknown) => (error instanceof PortalError ? error.code : error),
      )
    const unlimited = activityIdSchema.parse('RESTAURATION')
    expect(await refused(read(MONDAY, TUESDAY, unlimited))).toBe('not-found')
    expect(await refused(read(MONDAY, '2025-12-21'))).toBe('period-out-of-range')
    expect(await refused(read(TUESDAY, MONDAY))).toBe('period-out-of-range')
    expect(await refused(read(MONDAY, '2025-12-20'))).toBe('done')
  })

  it('shows on the dashboard the fullest days of the next four weeks, groups together', async () => {
    const now = new Date('2025-10-01T08:00:00Z')
    const fullest = await fullestDays(deps, now)
    expect(fullest).toEqual([
      {
        activityId: VACANCES,
        activity: 'Centre de Loisirs Vacances',
        days: [
          { date: MONDAY, capacity: 8, held: 3, left: 5, kept: 0 },
          { date: TUESDAY, capacity: 9, held: 1, left: 7, kept: 1 },
        ],
      },
    ])
    const { cost } = await measure([documents], () => fullestDays(deps, now))
    expect(cost.calls).toEqual({ Query: 2 })
    expectCost('find the fullest days of an activity of two groups', cost)
    // Four weeks before the holidays nothing of them is seen yet.
    expect(await fullestDays(deps, new Date('2025-09-22T08:00:00Z'))).toMatchObject([{ days: [] }])
  })
})
