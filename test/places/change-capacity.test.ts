import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mondayOf, weekdayOf, type IsoDate } from '../../shared/kernel/dates.ts'
import { PortalError, StaleReadError } from '../../shared/kernel/errors.ts'
import { changeCapacity } from '../../shared/places/change-capacity.ts'
import { claimPlaces } from '../../shared/places/claim-places.ts'
import { openFreedPlaces, readRoster, releasePlaces } from '../../shared/places/release-places.ts'
import { countSlot, holderKey, slotKey, slotsOn } from '../../shared/places/rules.ts'
import { activityIdSchema, type GroupId } from '../../shared/platform/schemas.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import {
  centreOf,
  claimOf,
  GRANDS,
  limitedTown,
  PETITS,
  SLOT_APRES_MIDI,
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

/** One slot of one group on one day. */
interface Spot {
  readonly groupId: GroupId
  readonly date: IsoDate
  readonly slot: 0 | 1
}

const addressOf = ({ groupId, date }: Spot) => ({
  activityId: VACANCES,
  groupId,
  monday: mondayOf(date),
})

const set = (spot: Spot, wanted: number, on = deps) =>
  changeCapacity(on, {
    parameters: { activityId: VACANCES, groupId: spot.groupId, date: spot.date },
    body: { slotId: spot.slot === 0 ? SLOT_MATIN : SLOT_APRES_MIDI, places: wanted },
  })

const countOn = async ({ groupId, date, slot }: Spot) => {
  const roster = await readRoster(table, addressOf({ groupId, date, slot }))
  return countSlot({ places, groupId }, roster, weekdayOf(date), slot)
}

const totalOn = async (spot: Spot): Promise<number> => {
  const { held, left, freed } = await countOn(spot)
  return held + left + freed
}

let number = 0
const claim = async (spot: Spot, child: number, given = false): Promise<boolean> => {
  number += 1
  const asked = claimOf({ ...spot, slots: [spot.slot] }, child, { places, number, given })
  const { done } = await claimPlaces(table, asked, undefined)
  return done
}

const release = async (spot: Spot, child: number): Promise<void> => {
  const roster = await readRoster(table, addressOf(spot))
  const seen = roster?.holdings.get(holderKey(someHolder(child)))
  if (seen === undefined || !slotsOn(seen, weekdayOf(spot.date)).includes(spot.slot)) return
  await releasePlaces(table, {
    address: addressOf(spot),
    places,
    holder: someHolder(child),
    seen,
    days: new Map([[weekdayOf(spot.date), [spot.slot]]]),
  })
}

const open = async (spot: Spot): Promise<void> => {
  const { freed } = await countOn(spot)
  if (freed === 0) return
  await openFreedPlaces(table, {
    address: addressOf(spot),
    places,
    freed: { [slotKey(weekdayOf(spot.date), spot.slot)]: freed },
  })
}

const codeOf = (error: unknown): string => (error instanceof PortalError ? error.code : 'none')

describe('the capacity that staff set for a day', () => {
  const day = (date: IsoDate): Spot => ({ groupId: PETITS, date, slot: 0 })

  it('adds places for the waiting list first, in a week that nobody has touched', async () => {
    const spot = day('2025-10-22')
    expect(await set(spot, 5)).toEqual({ capacity: 5, held: 0, left: 2, kept: 3 })
    // The other slots of the week stay as they were.
    expect(await countOn({ ...spot, slot: 1 })).toEqual({ held: 0, left: 2, freed: 0 })
  })

  it('adds places for everybody where nobody waits', async () => {
    const none = { table, town: limitedTown({ waiting: { kind: 'none' } }) }
    expect(await set(day('2025-10-23'), 5, none)).toEqual({
      capacity: 5,
      held: 0,
      left: 5,
      kept: 0,
    })
  })

  it('takes away first what anybody could take, then what is kept, never what children hold', async () => {
    const spot = day('2025-10-24')
    await claim(spot, 1)
    await set(spot, 6)
    expect(await countOn(spot)).toEqual({ held: 1, left: 1, freed: 4 })
    expect(await set(spot, 4)).toEqual({ capacity: 4, held: 1, left: 0, kept: 3 })
    expect(await set(spot, 1)).toEqual({ capacity: 1, held: 1, left: 0, kept: 0 })
    expect(await claim(spot, 2)).toBe(false)

    const refusal = await set(spot, 0).catch((error: unknown) => error)
    expect(codeOf(refusal)).toBe('capacity-below-bookings')
    expect(refusal).toHaveProperty(
      'detail',
      '1 place(s) sont déjà réservées ce jour-là ; 0 ne suffisent pas.',
    )
    expect(await totalOn(spot)).toBe(1)
  })

  it('changes nothing when it is what it was', async () => {
    const spot = day('2025-10-27')
    const { cost } = await measure([documents], () => set(spot, 2))
    expect(cost.calls).toEqual({ GetItem: 1 })
    expect(await readRoster(table, addressOf(spot))).toBeUndefined()
  })

  it('outlives a later catalogue with other numbers', async () => {
    const spot = day('2025-10-29')
    await set(spot, 3)
    const later = centreOf(limitedTown({ places: 9 }))
    const roster = await readRoster(table, addressOf(spot))
    const count = countSlot({ places: later.places, groupId: PETITS }, roster, 3, 0)
    expect(count).toEqual({ held: 0, left: 2, freed: 1 })
  })

  it('is refused for what has no counted places, and on a day without the activity', async () => {
    const parameters = { activityId: VACANCES, groupId: PETITS, date: TUESDAY }
    const body = { slotId: SLOT_MATIN, places: 3 }
    const refused = (change: Partial<typeof parameters>, on = deps) =>
      Promise.resolve()
        .then(() => changeCapacity(on, { parameters: { ...parameters, ...change }, body }))
        .then(() => 'done', codeOf)
    const unlimited = activityIdSchema.parse('RESTAURATION')
    expect(await refused({ activityId: unlimited })).toBe('not-found')
    expect(await refused({ date: '2025-10-25' })).toBe('period-out-of-range')
    // A day of school.
    expect(await refused({ date: '2025-11-04' })).toBe('period-out-of-range')
  })

  it('costs one read and one write', async () => {
    const { cost } = await measure([documents], () => set(day('2025-10-31'), 7))
    expect(cost.calls).toEqual({ GetItem: 1, UpdateItem: 1 })
    expectCost('set the capacity of a day', cost)
  })

  it('is set once wherever the call breaks and is made again', async () => {
    let runs = 0
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        runs += 1
        const spot = spots[runs % spots.length] ?? day(TUESDAY)
        const wanted = (await countOn(spot)).held + 3 + runs
        return {
          run: () => set(spot, wanted),
          check: async (reply) => {
            expect(reply.capacity).toBe(wanted)
            expect(await totalOn(spot)).toBe(wanted)
          },
        }
      },
    })
    expect(runs).toBeGreaterThan(5)
  })
})

const WEEKDAYS_OF_SPRING: readonly IsoDate[] = [
  '2026-04-20',
  '2026-04-21',
  '2026-04-22',
  '2026-04-23',
  '2026-04-24',
  '2026-04-27',
  '2026-04-28',
  '2026-04-29',
]

const spots: readonly Spot[] = WEEKDAYS_OF_SPRING.flatMap((date) =>
  [PETITS, GRANDS].flatMap((groupId) => ([0, 1] as const).map((slot) => ({ groupId, date, slot }))),
)

const actions = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('claim'), by: fc.integer({ min: 1, max: 8 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('release'), by: fc.integer({ min: 1, max: 8 }) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('set'), by: fc.nat(8) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('open'), by: fc.constant(0) }) },
  ),
  { minLength: 2, maxLength: 8 },
)

/** What two agents, parents and the waiting list do at once; the capacities that were really set. */
const together = async (
  spot: Spot,
  acts: readonly { readonly kind: string; readonly by: number }[],
): Promise<number[]> => {
  const outcomes = await Promise.all(
    acts.map(async ({ kind, by }) => {
      if (kind === 'claim') await claim(spot, by, by % 2 === 0)
      if (kind === 'release') await release(spot, by)
      if (kind === 'open') await open(spot)
      if (kind !== 'set') return undefined
      try {
        return (await set(spot, by)).capacity
      } catch (error) {
        if (codeOf(error) === 'capacity-below-bookings' || error instanceof StaleReadError) {
          return undefined
        }
        throw error
      }
    }),
  )
  return outcomes.flatMap((capacity) => (capacity === undefined ? [] : [capacity]))
}

it('neither loses nor invents a place while families book and two agents set capacities at once', async () => {
  let runs = 0
  await fc.assert(
    fc.asyncProperty(actions, actions, async (first, second) => {
      runs += 1
      const spot = spots[runs % spots.length] ?? {
        groupId: PETITS,
        date: TUESDAY,
        slot: 0 as const,
      }
      for (const acts of [first, second]) {
        const before = await totalOn(spot)
        const capacities = await together(spot, acts)
        const { held, left, freed } = await countOn(spot)
        expect(Math.min(held, left, freed)).toBeGreaterThanOrEqual(0)
        expect(capacities.length === 0 ? [before] : capacities).toContain(held + left + freed)
      }
    }),
    { numRuns: 25 },
  )
})
