import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Places, Unit } from '../../shared/catalogue/model.ts'
import { addDays, eachDay, type IsoDate } from '../../shared/kernel/dates.ts'
import { slotIdSchema, unitIdSchema, type UnitId } from '../../shared/platform/schemas.ts'
import { readLine, writeLine, type Years } from '../../shared/reservations/lines.ts'
import { planWishes, type Plan, type Situation } from '../../shared/reservations/plan-wishes.ts'
import { isMarked, isWanted } from '../../shared/reservations/rules.ts'
import { faultsOfBringing, faultsOfCircles } from '../../shared/setup/rules.ts'

const FROM: IsoDate = '2026-01-05'
const TO = addDays(FROM, 5)
const DATES = eachDay(FROM, TO)
const [A, B, C, D] = [
  unitIdSchema.parse('A'),
  unitIdSchema.parse('B'),
  unitIdSchema.parse('C'),
  unitIdSchema.parse('D'),
]
const IDS = [A, B, C, D]
const SLOT = slotIdSchema.parse('JOUR')

type Relation = 'exclusiveWith' | 'linkedWith' | 'requires' | 'brings'

const unitOf = (id: UnitId, relations: Partial<Pick<Unit, Relation>> = {}): Unit => ({
  id,
  name: id,
  exclusiveWith: [],
  excludes: [],
  linkedWith: [],
  requires: [],
  brings: [],
  takes: [SLOT],
  bookable: true,
  ...relations,
})

type Adds = Pick<Situation, 'adding'>
const late: Adds = { adding: () => 'late' }
const tooLate: Adds = { adding: () => 'addDeadline' }
const tooEarly: Adds = { adding: () => 'notYetOpen' }

const placesWith = (kind: 'none' | 'given'): Places => ({
  slots: [{ id: SLOT, name: 'Jour' }],
  capacities: [],
  waiting: { kind },
  priorities: [],
})

const pairs = IDS.flatMap((one, index) =>
  IDS.slice(index + 1).map((other) => [one, other] as const),
)

/**
 * Four units with any relations between them, also contradictory ones, but none that brings what
 * hangs on others, or hangs on itself: the town file is refused for that.
 */
const catalogues = fc
  .record({
    exclusive: fc.subarray(pairs, { maxLength: 2 }),
    linked: fc.subarray(pairs, { maxLength: 1 }),
    requires: fc.subarray([...pairs, ...pairs.map(([a, b]) => [b, a] as const)], { maxLength: 2 }),
    brings: fc.subarray([...pairs, ...pairs.map(([a, b]) => [b, a] as const)], { maxLength: 2 }),
  })
  .map(({ exclusive, linked, requires, brings }) => {
    const both = (list: readonly (readonly [UnitId, UnitId])[], id: UnitId) =>
      list.flatMap(([a, b]) => (a === id ? [b] : b === id ? [a] : []))
    const from = (list: readonly (readonly [UnitId, UnitId])[], id: UnitId) =>
      list.filter(([a]) => a === id).map(([, b]) => b)
    return IDS.map((id) =>
      unitOf(id, {
        exclusiveWith: both(exclusive, id),
        linkedWith: both(linked, id),
        requires: from(requires, id),
        brings: from(brings, id),
      }),
    )
  })
  .filter(
    (units) =>
      faultsOfCircles('', { units }).length === 0 &&
      units.every((unit) => faultsOfBringing('', unit, units).length === 0),
  )

const lines = (letters: readonly string[]) =>
  fc
    .tuple(
      ...IDS.map(() =>
        fc
          .array(fc.constantFrom(...letters), { minLength: 6, maxLength: 6 })
          .map((each) => each.join('')),
      ),
    )
    .map((all) => new Map(IDS.map((id, index) => [id, all[index] ?? ''] as const)))

const steps = fc.record({
  wished: lines(['x', '.', '_']),
  adding: fc.array(fc.constantFrom('inTime', 'inTime', 'late', 'addDeadline', 'notYetOpen'), {
    minLength: 6,
    maxLength: 6,
  }),
  cancelling: fc.array(fc.constantFrom('inTime', 'inTime', 'owed', 'cancelDeadline'), {
    minLength: 6,
    maxLength: 6,
  }),
  states: fc.array(fc.constantFrom('open', 'open', 'open', 'closed'), {
    minLength: 6,
    maxLength: 6,
  }),
  decision: fc.constantFrom('automatic', 'staff'),
  /** The days that are full; nothing where places are not counted. */
  full: fc.option(fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), { nil: undefined }),
  waiting: fc.constantFrom('none', 'given'),
})
type Step = typeof steps extends fc.Arbitrary<infer Each> ? Each : never

const at = <Each>(list: readonly Each[], date: IsoDate, otherwise: Each): Each =>
  list[DATES.indexOf(date)] ?? otherwise

const situationOf = (units: readonly Unit[], years: Years, step: Step): Situation => ({
  wished: { from: FROM, to: TO, units: step.wished },
  years,
  activity: { units: [...units], places: placesWith(step.waiting) },
  decision: step.decision,
  stateOf: (date) => at(step.states, date, 'open'),
  adding: (date) => at(step.adding, date, 'inTime'),
  cancelling: (date) => at(step.cancelling, date, 'inTime'),
  room: step.full && { take: (date) => !at(step.full ?? [], date, false) },
})

const letter = (years: Years, unit: UnitId, date: IsoDate): string =>
  readLine(years, unit, date, date)

/** Checks a law on every day after each of several plans, one on top of the other. */
const always = (
  law: (about: {
    units: readonly Unit[]
    date: IsoDate
    step: Step
    plan: Plan
    was: (unit: UnitId) => string
    is: (unit: UnitId) => string
  }) => void,
): void => {
  fc.assert(
    fc.property(catalogues, fc.array(steps, { minLength: 1, maxLength: 4 }), (units, history) => {
      let years: Years = new Map()
      for (const step of history) {
        const before = years
        const plan = planWishes(situationOf(units, years, step))
        years = plan.years
        for (const date of DATES) {
          law({
            units,
            date,
            step,
            plan,
            was: (unit) => letter(before, unit, date),
            is: (unit) => letter(plan.years, unit, date),
          })
        }
      }
    }),
    { numRuns: 300 },
  )
}

describe('the units of a day, whatever is wished again and again', () => {
  it('never hold two that exclude each other', () => {
    always(({ units, is }) => {
      for (const { id, exclusiveWith } of units) {
        expect(isWanted(is(id)) && exclusiveWith.some((other) => isWanted(is(other)))).toBe(false)
      }
    })
  })

  it('are the same for those that are linked', () => {
    always(({ units, is }) => {
      for (const { id, linkedWith } of units) {
        for (const other of linkedWith) expect(is(other)).toBe(is(id))
      }
    })
  })

  it('never hold one without any of those that it needs', () => {
    always(({ units, is }) => {
      for (const { id, requires } of units) {
        if (requires.length === 0 || !isWanted(is(id))) continue
        expect(requires.some((other) => isWanted(is(other)))).toBe(true)
      }
    })
  })

  it('hold with each one all that it brings', () => {
    always(({ units, is }) => {
      for (const { id, brings } of units) {
        if (isWanted(is(id))) expect(brings.every((other) => isWanted(is(other)))).toBe(true)
      }
    })
  })

  it('gain nothing on a day that is closed, out of time or not open yet [guide 24, 44, 49]', () => {
    always(({ step, date, was, is }) => {
      const adding = at(step.adding, date, 'inTime')
      const isOpen = at(step.states, date, 'open') === 'open'
      if (isOpen && (adding === 'inTime' || adding === 'late')) return
      for (const id of IDS) expect(isWanted(is(id)) && !isWanted(was(id))).toBe(false)
    })
  })

  it('lose nothing that is booked past the deadline, and are marked only there', () => {
    always(({ step, date, was, is }) => {
      const cancelling = at(step.cancelling, date, 'inTime')
      for (const id of IDS) {
        if (cancelling === 'cancelDeadline' && 'ral'.includes(was(id))) expect(is(id)).toBe(was(id))
        if (is(id) !== was(id) && is(id) === 'u') expect(cancelling).toBe('owed')
        if (isMarked(was(id))) expect(is(id)).toBe(was(id))
      }
    })
  })

  it('say why for each that is wished, not there, and not brought by another wish [guide 45]', () => {
    always(({ step, date, plan, is }) => {
      for (const id of IDS) {
        if (at(Array.from(step.wished.get(id) ?? ''), date, '_') !== 'x' || isWanted(is(id)))
          continue
        expect(plan.kept.some((each) => each.date === date && each.unitId === id)).toBe(true)
      }
    })
  })

  it('wait exactly where the plan says so, each in one set', () => {
    always(({ date, plan, was, is }) => {
      const sets = plan.waiting.filter((each) => each.date === date).flatMap((each) => each.unitIds)
      expect(sets.toSorted()).toEqual(IDS.filter((id) => is(id) === 'w' && was(id) !== 'w'))
    })
  })

  it('change nothing the second time', () => {
    fc.assert(
      fc.property(catalogues, steps, steps, (units, first, second) => {
        const years = planWishes(situationOf(units, new Map(), first)).years
        const plan = planWishes(situationOf(units, years, second))
        const again = planWishes(situationOf(units, plan.years, second))
        expect(again.span).toBeUndefined()
        expect(again.years).toEqual(plan.years)
      }),
      { numRuns: 500 },
    )
  })
})

describe('one day', () => {
  const decide = (
    units: readonly Unit[],
    letters: string,
    wished: string,
    about: Partial<Pick<Situation, 'decision' | 'adding' | 'cancelling' | 'room' | 'stateOf'>> & {
      waiting?: 'none' | 'given'
    } = {},
  ) => {
    const { waiting = 'given', ...rest } = about
    const years = units.reduce<Years>(
      (all, { id }, index) => writeLine(all, id, FROM, letters[index] ?? '.'),
      new Map(),
    )
    const plan = planWishes({
      wished: {
        from: FROM,
        to: FROM,
        units: new Map(units.map(({ id }, index) => [id, wished[index] ?? '_'])),
      },
      years,
      activity: { units: [...units], places: placesWith(waiting) },
      decision: 'automatic',
      stateOf: () => 'open',
      adding: () => 'inTime',
      cancelling: () => 'inTime',
      ...rest,
    })
    return {
      letters: units.map(({ id }) => letter(plan.years, id, FROM)).join(''),
      changes: units.map(({ id }) => plan.changes.get(id) ?? '.').join(''),
      kept: plan.kept.map(({ unitId, reason }) => `${unitId} ${reason}`).join(', '),
      waiting: plan.waiting.map(({ unitIds }) => unitIds.join('+')).join(', '),
      state: plan.state,
    }
  }

  const linked = [unitOf(A, { linkedWith: [B] }), unitOf(B, { linkedWith: [A] })]
  const brought = [unitOf(A, { brings: [B] }), unitOf(B)]
  const dependent = [unitOf(A), unitOf(B), unitOf(C, { requires: [A, B] })]
  const plain = [unitOf(A), unitOf(B)]
  const full = { room: { take: () => false } }

  it.each([
    ['linked: one wish adds both', linked, '..', 'x_', 'aa', '++', ''],
    ['linked: one wish removes both', linked, 'aa', '_.', '..', '--', ''],
    ['linked: who wants one of them wants both', linked, '..', 'x.', 'aa', '++', ''],
    ['brought: it comes along', brought, '..', 'x_', 'aa', '++', ''],
    ['brought: it comes along though it is unticked', brought, '..', 'x.', 'aa', '++', ''],
    ['brought: it stays while the other stays', brought, 'aa', '_.', 'aa', '..', 'B required'],
    ['brought: it stays when the other leaves', brought, 'aa', '._', '.a', '-.', ''],
    ['brought: both leave', brought, 'aa', '..', '..', '--', ''],
    ['dependent: not without the others', dependent, '...', '__x', '...', '...', 'C dependent'],
    ['dependent: with one that is added', dependent, '...', '_xx', '.aa', '.++', ''],
    ['dependent: with one that is there', dependent, 'a..', '__x', 'a.a', '..+', ''],
    ['dependent: leaves with the last', dependent, 'a.a', '.__', '...', '-.-', ''],
    ['dependent: stays with the other', dependent, 'aaa', '.__', '.aa', '-..', ''],
    ['dependent: stays when they change places', dependent, 'a.a', '.x_', '.aa', '-+.', ''],
    ['dependent: cannot stay alone', dependent, 'a.a', '._x', '...', '-.-', 'C dependent'],
  ] as const)('%s', (_, units, letters, wished, becomes, changes, kept) => {
    expect(decide(units, letters, wished)).toMatchObject({ letters: becomes, changes, kept })
  })

  it.each([
    ['waits where there is a waiting list', 'given', 'w.', 'w.', '', 'A', 'waiting'],
    ['is refused where there is none', 'none', '..', '..', 'A full', '', 'accepted'],
  ] as const)(
    'without a place %s [guide 23]',
    (_, waiting, letters, changes, kept, sets, state) => {
      for (const decision of ['automatic', 'staff'] as const) {
        expect(decide(plain, '..', 'x_', { ...full, waiting, decision })).toEqual({
          letters,
          changes,
          kept,
          waiting: sets,
          state,
        })
      }
    },
  )

  it('waits as a set where units belong together', () => {
    expect(decide(linked, '..', 'x_', full)).toMatchObject({ letters: 'ww', waiting: 'A+B' })
    expect(decide(brought, '..', 'x_', full)).toMatchObject({ letters: 'ww', waiting: 'A+B' })
    expect(decide(dependent, '...', 'x_x', full)).toMatchObject({ letters: 'w.w', waiting: 'A+C' })
    expect(decide(plain, '..', 'xx', full)).toMatchObject({ letters: 'ww', waiting: 'A, B' })
  })

  it('asks for the places of all that the child would have', () => {
    const asked: string[] = []
    const room = {
      take: (_: IsoDate, unitIds: readonly UnitId[]) => {
        asked.push(unitIds.join('+'))
        return unitIds.length < 3
      },
    }
    const units = [unitOf(A), unitOf(B), unitOf(C)]
    expect(decide(units, 'a..', '_xx', { room })).toMatchObject({
      letters: 'aaw',
      changes: '.+w',
      waiting: 'C',
      // Something was added as well.
      state: 'accepted',
    })
    expect(asked).toEqual(['A+B', 'A+B+C'])
  })

  it('waits while staff are asked for the rest', () => {
    const room = { take: (_: IsoDate, unitIds: readonly UnitId[]) => unitIds.length < 2 }
    expect(decide(plain, '..', 'xx', { room, decision: 'staff' })).toMatchObject({
      letters: 'rw',
      state: 'pending',
    })
  })

  it('needs no new place to come back from an undecided cancellation', () => {
    expect(decide(plain, 'c.', 'x_', { ...full, decision: 'staff' }).letters).toBe('a.')
  })

  it.each([
    ['late, where there is room [guide 50]', late, 'l', '+', ''],
    ['late, without a place', { ...late, ...full }, '.', '.', 'A full'],
    ['too late [guide 49]', tooLate, '.', '.', 'A addDeadline'],
    ['too early', tooEarly, '.', '.', 'A notYetOpen'],
    ['on a closed day [guide 24]', { stateOf: () => 'closed' as const }, '.', '.', 'A closed'],
  ])('is asked for %s', (_, about, letters, changes, kept) => {
    expect(decide([unitOf(A)], '.', 'x', about)).toMatchObject({ letters, changes, kept })
  })

  it('is cancelled too late by staff: it stays owed, and leaves the planning of the family', () => {
    expect(decide(plain, 'al', '..', { cancelling: () => 'owed' })).toMatchObject({
      letters: 'uu',
      changes: '--',
      state: 'accepted',
    })
    expect(decide(plain, 'wo', '..', { cancelling: () => 'owed' }).letters).toBe('..')
  })

  it('keeps out what another planning of the child excludes', () => {
    const plan = (theirs: string) =>
      planWishes({
        wished: { from: FROM, to: FROM, units: new Map([[A, 'x']]) },
        years: new Map(),
        activity: { units: [unitOf(A)] },
        decision: 'automatic',
        stateOf: () => 'open',
        adding: () => 'inTime',
        cancelling: () => 'inTime',
        rivals: new Map([[A, [theirs]]]),
      }).kept.map(({ reason }) => reason)
    for (const theirs of 'racwolue') expect(plan(theirs)).toEqual(['exclusive'])
    for (const theirs of '.nj') expect(plan(theirs)).toEqual([])
  })
})

it('is planned over its whole period: unit D alone, day by day', () => {
  const plan = planWishes({
    wished: { from: FROM, to: TO, units: new Map([[D, 'x_x__x']]) },
    years: new Map(),
    activity: { units: [unitOf(D)] },
    decision: 'automatic',
    stateOf: () => 'open',
    adding: () => 'inTime',
    cancelling: () => 'inTime',
  })
  expect(readLine(plan.years, D, FROM, TO)).toBe('a.a..a')
  expect(plan.span).toEqual({ from: FROM, to: TO })
  expect(plan.changes.get(D)).toBe('+.+..+')
})
