import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry, Mark, Presence } from '../../shared/attendance/model.ts'
import {
  entryOf,
  letterAfter,
  newerMarks,
  settleMark,
  withEntries,
} from '../../shared/attendance/rules.ts'
import { LETTERS } from '../../shared/reservations/model.ts'
import { isDue, isOnWaitingList } from '../../shared/reservations/rules.ts'
import { ids } from './fixture.ts'

const letters = fc.constantFrom(...Object.values(LETTERS))
/** A presence ends a wait for good, so that what comes of it depends on whether anybody saw it. */
const lasting = letters.filter((letter) => !isOnWaitingList(letter))
const states = fc.constantFrom<Presence[]>('present', 'absent', 'excused')

/** Few children, units, instants and ids, so that marks meet often. */
const marks: fc.Arbitrary<Mark> = fc.record(
  {
    familyId: fc.constantFrom('1', '2').map(ids.family),
    childId: fc.constantFrom('a', 'b').map(ids.child),
    unitIds: fc.subarray(['MATIN', 'SOIR'].map(ids.unit), { minLength: 1 }),
    state: states,
    arrivedAt: fc.constantFrom('07:30', '08:00'),
    // The same instant in two spellings.
    markedAt: fc.constantFrom(
      '2025-09-02T08:00:00Z',
      '2025-09-02T08:00:00.000Z',
      '2025-09-02T09:00:00Z',
    ),
    markId: fc.constantFrom('device-1', 'device-2'),
  },
  { requiredKeys: ['familyId', 'childId', 'unitIds', 'state', 'markedAt', 'markId'] },
)

/** A register and the plannings beside it. */
interface World {
  readonly entries: readonly Entry[]
  readonly plannings: ReadonlyMap<string, string>
}

const placeOf = ({ familyId, childId, unitId }: Pick<Entry, 'familyId' | 'childId' | 'unitId'>) =>
  `${familyId} ${childId} ${unitId}`

const take = ({ entries, plannings }: World, batch: readonly Mark[]): World => {
  const settled = newerMarks(entries, batch).map((mark) => ({
    mark,
    ...settleMark(plannings.get(placeOf(mark)) ?? '.', entryOf(entries, mark), mark.state),
  }))
  return {
    entries: withEntries(
      entries,
      settled.map(({ mark, booked }) => ({ ...mark, booked })),
    ),
    plannings: new Map([
      ...plannings,
      ...settled.map(({ mark, letter }) => [placeOf(mark), letter] as const),
    ]),
  }
}

const worlds = fc
  .dictionary(
    fc.constantFrom('1 a MATIN', '1 a SOIR', '1 b MATIN', '2 a SOIR', '2 b MATIN'),
    lasting,
  )
  .map((booked): World => ({ entries: [], plannings: new Map(Object.entries(booked)) }))

const withInstants = ({ entries, plannings }: World) => ({
  plannings: Object.fromEntries([...plannings].filter(([, letter]) => letter !== '.').toSorted()),
  entries: entries.map((entry) => ({ ...entry, markedAt: Date.parse(entry.markedAt) })),
})

describe('marks that come in any order, some of them again', () => {
  it('make the same register and the same plannings', () => {
    fc.assert(
      fc.property(
        worlds,
        fc.array(marks, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        (world, all, chance) => {
          const next = () => [...chance.take(1)][0] ?? 0
          const once = take(world, all)
          // Every mark at least once, in some order, in batches of some size.
          const order = [...all, ...all.filter(() => next() % 2 === 0)]
            .map((mark) => ({ mark, place: next() }))
            .toSorted((a, b) => a.place - b.place)
            .map(({ mark }) => mark)
          let other = world
          while (order.length > 0) other = take(other, order.splice(0, 1 + (next() % 3)))
          expect(withInstants(other)).toEqual(withInstants(once))
        },
      ),
    )
  })

  it('change nothing when they come again', () => {
    fc.assert(
      fc.property(worlds, fc.array(marks, { maxLength: 12 }), (world, all) => {
        const once = take(world, all)
        expect(newerMarks(once.entries, all)).toEqual([])
        expect(take(once, all)).toEqual(once)
      }),
    )
  })
})

it('keeps a unit’s mark when another unit of the child is marked later', () => {
  const at = { familyId: ids.family('1'), childId: ids.child('a'), markId: 'device-1' } as const
  const [morning, evening] = [ids.unit('MATIN'), ids.unit('SOIR')]
  const { entries } = take({ entries: [], plannings: new Map() }, [
    { ...at, unitIds: [morning], state: 'present', markedAt: '2025-09-02T06:00:00Z' },
    { ...at, unitIds: [evening], state: 'absent', markedAt: '2025-09-02T16:00:00Z' },
  ])
  expect(entries.map(({ unitId, state }) => [unitId, state])).toEqual([
    ['MATIN', 'present'],
    ['SOIR', 'absent'],
  ])
})

describe('what the planning says afterwards', () => {
  it.each([
    // letter, present, absent, excused
    ['nothing', '.', 'e', '.', '.'],
    ['requested', 'r', 'e', 'r', 'r'],
    ['accepted', 'a', 'a', 'u', 'j'],
    ['cancelling', 'c', 'a', 'u', 'j'],
    ['refused', 'n', 'e', 'n', 'n'],
    ['waiting', 'w', 'e', 'w', 'w'],
    ['offered', 'o', 'e', 'o', 'o'],
    ['late', 'l', 'l', 'l', 'j'],
    ['excused', 'j', 'a', 'j', 'j'],
    ['absent', 'u', 'a', 'u', 'j'],
    ['unbooked', 'e', 'e', '.', '.'],
  ])(
    '%s (%s): present %s, absent %s, excused %s [guide 50]',
    (_, letter, present, absent, excused) => {
      expect(letterAfter(letter, 'present')).toBe(present)
      expect(letterAfter(letter, 'absent')).toBe(absent)
      expect(letterAfter(letter, 'excused')).toBe(excused)
    },
  )

  it('is the same when the same is said twice', () => {
    fc.assert(
      fc.property(letters, states, (letter, state) => {
        const once = letterAfter(letter, state)
        expect(letterAfter(once, state)).toBe(once)
      }),
    )
  })

  it('is owed when the child was there', () => {
    for (const letter of Object.values(LETTERS)) {
      expect(isDue(letterAfter(letter, 'present')), letter).toBe(true)
    }
  })

  it('goes back to what was booked, however often a mark is corrected', () => {
    fc.assert(
      fc.property(lasting, fc.array(states, { minLength: 1 }), (booked, corrections) => {
        let now: { booked: string; letter: string; state: Presence } | undefined
        for (const state of corrections) {
          now = { ...settleMark(now?.letter ?? booked, now, state), state }
        }
        expect(now?.booked).toBe(booked)
        expect(now?.letter).toBe(letterAfter(booked, corrections.at(-1) ?? 'present'))
      }),
    )
  })

  it('has no place on a waiting list, nor an offered one, after a presence was corrected', () => {
    for (const waiting of [LETTERS.waiting, LETTERS.offered]) {
      const present = settleMark(waiting, undefined, 'present')
      expect(present).toEqual({ booked: '.', letter: 'e' })
      const corrected = settleMark(present.letter, { ...present, state: 'present' }, 'absent')
      expect(corrected).toEqual({ booked: '.', letter: '.' })
      // Who was never there still waits.
      expect(settleMark(waiting, undefined, 'absent')).toEqual({ booked: '.', letter: waiting })
    }
  })

  it('keeps the late price of an absence, whatever was noted in between [guide 50]', () => {
    const absent = settleMark('l', undefined, 'absent')
    expect(absent).toEqual({ booked: 'l', letter: 'l' })
    const excused = settleMark(absent.letter, { ...absent, state: 'absent' }, 'excused')
    expect(excused).toEqual({ booked: 'l', letter: 'j' })
    expect(settleMark('j', { ...excused, state: 'excused' }, 'absent').letter).toBe('l')
  })

  it('starts from what somebody else has written since, such as a certificate', () => {
    const absent = { booked: 'a', state: 'absent' } as const
    expect(settleMark('u', absent, 'present')).toEqual({ booked: 'a', letter: 'a' })
    expect(settleMark('j', absent, 'absent')).toEqual({ booked: 'j', letter: 'j' })
    expect(settleMark('.', absent, 'present')).toEqual({ booked: '.', letter: 'e' })
  })
})
