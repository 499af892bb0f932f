import { describe, expect, it } from 'vitest'
import {
  activityIdSchema,
  childIdSchema,
  groupIdSchema,
  requestNumberSchema,
  schoolYearIdSchema,
  unitIdSchema,
} from '../../shared/platform/schemas.ts'
import {
  awaitedOf,
  datesOf,
  decided,
  isDecidedAs,
  outcomesOf,
  settled,
  undone,
  withdrawn,
  type Decision,
} from '../../shared/reservations/decision-rules.ts'
import { readLine, writeLine, type Years } from '../../shared/reservations/lines.ts'
import type { Request } from '../../shared/reservations/model.ts'

const UNIT = unitIdSchema.parse('JOURNEE')
const NOW = new Date('2025-09-01T08:00:00Z')
const BY = { by: 'agent', now: NOW }

/** The planning of five days from 1 September 2025 on. */
const planning = (letters: string): Years =>
  writeLine(new Map([[schoolYearIdSchema.parse('2025-2026'), {}]]), UNIT, '2025-09-01', letters)

const lettersOf = (years: Years): string => readLine(years, UNIT, '2025-09-01', '2025-09-05')

const request = (changes: string): Request => ({
  number: requestNumberSchema.parse(7),
  childId: childIdSchema.parse('lucas'),
  child: 'Lucas',
  activityId: activityIdSchema.parse('VACANCES'),
  groupId: groupIdSchema.parse('PETITS'),
  state: 'pending',
  from: '2025-09-01',
  to: '2025-09-05',
  units: [{ unitId: UNIT, changes }],
})

const decision = (
  outcome: Decision['outcome'],
  refusedDates?: Decision['refusedDates'],
): Decision => ({ number: 7, outcome, refusedDates })

const decide = (changes: string, letters: string, how: Decision, today = '2025-09-01' as const) => {
  const asked = request(changes)
  const years = planning(letters)
  const awaited = awaitedOf(asked, { since: [], years, today })
  const after = decided(asked, awaited, how, BY)
  return {
    awaited: awaited.units[0]?.changes,
    letters: lettersOf(settled(years, awaited, how)),
    changes: after.units[0]?.changes,
    state: after.state,
    outcomes: outcomesOf(after, undefined).map(({ units }) => units[0]?.outcome),
  }
}

describe('what a request still awaits', () => {
  it.each([
    ['+-wo.', 'rcwo.', '+-wo.'],
    ['+-wo.', 'rcoo.', '+-wo.'],
    ['+-+-+', 'a.l.j', '.....'],
    ['wwo+-', '.annn', '.....'],
    ['+-wo.', '.....', '.....'],
  ])('of %s, where the planning says %s, is %s', (changes, letters, awaited) => {
    const years = planning(letters)
    expect(
      awaitedOf(request(changes), { since: [], years, today: '2025-09-01' }).units[0]?.changes,
    ).toBe(awaited)
  })

  it('is neither over nor asked anew', () => {
    const years = planning('rrrrr')
    const since = [{ ...request('..+..'), number: requestNumberSchema.parse(8) }]
    const awaited = awaitedOf(request('+++++'), { since, years, today: '2025-09-02' })
    expect(awaited.units[0]?.changes).toBe('.+.++')
    expect(datesOf(awaited)).toEqual(['2025-09-02', '2025-09-04', '2025-09-05'])
  })
})

describe('a decision', () => {
  it.each([
    ['r', '+', 'accepted', 'a'],
    ['r', '+', 'refused', 'n'],
    ['c', '-', 'accepted', '.'],
    ['c', '-', 'refused', 'a'],
    ['w', 'w', 'accepted', 'w'],
    ['w', 'w', 'refused', 'n'],
    ['o', 'w', 'accepted', 'o'],
    ['o', 'w', 'refused', 'n'],
    ['o', 'o', 'accepted', 'o'],
    ['o', 'o', 'refused', 'n'],
  ] as const)('makes of “%s”, asked as “%s”, %s: “%s” [guide 23, 48]', (...row) => {
    const [letter, change, outcome, becomes] = row
    expect(decide(`.${change}...`, `${letter}${letter}...`, decision(outcome))).toMatchObject({
      letters: `${letter}${becomes}...`,
    })
  })

  it.each(
    (
      [
        ['+', '.acnwoljue'],
        ['-', '.ranwoljue'],
        ['w', '.racnljue'],
        ['o', '.racnljue'],
        ['n', '.racnwoljue'],
        ['k', '.racnwoljue'],
        ['.', '.racnwoljue'],
      ] as const
    ).flatMap(([change, letters]) => Array.from(letters, (letter) => [letter, change] as const)),
  )('leaves “%s” alone where it was asked as “%s” and has changed since', (letter, change) => {
    for (const outcome of ['accepted', 'refused'] as const) {
      expect(decide(`.${change}...`, `${letter}${letter}...`, decision(outcome))).toMatchObject({
        letters: `${letter}${letter}...`,
      })
    }
  })

  it('that accepts leaves on the waiting list what waits there', () => {
    expect(decide('+-wo.', 'rcwo.', decision('accepted'))).toEqual({
      awaited: '+-wo.',
      letters: 'a.wo.',
      changes: '+-wo.',
      state: 'accepted',
      outcomes: ['booked', 'cancelled', 'waiting', 'offered'],
    })
    expect(decide('..wo.', '..wo.', decision('accepted'))).toMatchObject({
      letters: '..wo.',
      state: 'waiting',
    })
  })

  it('that refuses takes off the waiting list what waits there', () => {
    expect(decide('+-wo.', 'rcwo.', decision('refused'))).toEqual({
      awaited: '+-wo.',
      letters: 'nann.',
      changes: '+-nn.',
      state: 'refused',
      outcomes: ['refused', 'cancellation-refused', 'refused', 'refused'],
    })
  })

  it('refuses the days that it names of what it accepts', () => {
    const how = decision('accepted', ['2025-09-02', '2025-09-04'])
    expect(decide('++ww-', 'rrwwc', how)).toEqual({
      awaited: '++ww-',
      letters: 'anwn.',
      changes: '+nwn-',
      state: 'accepted',
      outcomes: ['booked', 'refused', 'waiting', 'refused', 'cancelled'],
    })
  })

  it('that grants nothing of what is awaited is a refusal', () => {
    const how = decision('accepted', ['2025-09-01'])
    expect(decide('++...', 'ra...', how)).toMatchObject({
      awaited: '+....',
      letters: 'na...',
      state: 'refused',
      outcomes: ['refused', 'moot'],
    })
  })

  it('of a request of which nothing is awaited changes no day', () => {
    for (const outcome of ['accepted', 'refused'] as const) {
      const after = decide('+-...', '.....', decision(outcome))
      expect(after).toMatchObject({ letters: '.....', state: outcome, outcomes: ['moot', 'moot'] })
    }
  })

  it('is the same as another when it grants the same days', () => {
    const asked = request('+-w..')
    const awaited = awaitedOf(asked, { since: [], years: planning('rcw..'), today: '2025-09-01' })
    const ways = [
      decision('accepted'),
      decision('accepted', ['2025-09-01']),
      decision('accepted', ['2025-09-01', '2025-09-02']),
      decision('refused'),
    ]
    for (const [index, way] of ways.entries()) {
      const after = decided(asked, awaited, way, BY)
      expect(ways.map((other) => isDecidedAs(after, other))).toEqual(
        ways.map((_, other) => other === index),
      )
    }
    expect(isDecidedAs(asked, decision('accepted'))).toBe(false)
    const whole = decision('accepted', ['2025-09-01', '2025-09-02', '2025-09-03'])
    expect(isDecidedAs(decided(asked, awaited, whole, BY), decision('refused'))).toBe(true)
    // Days on which nothing was asked, or nothing any more, make no difference.
    const idle = decision('accepted', ['2025-09-05'])
    expect(isDecidedAs(decided(asked, awaited, decision('accepted'), BY), idle)).toBe(true)
  })
})

it('a withdrawal undoes what is awaited, on the waiting list too, and nothing else [guide 8]', () => {
  const asked = request('+-wo+')
  const years = planning('rcwoa')
  const awaited = awaitedOf(asked, { since: [], years, today: '2025-09-01' })
  expect(lettersOf(undone(years, awaited))).toBe('.a..a')
  const after = withdrawn(asked, awaited, NOW)
  expect(after).toMatchObject({ state: 'withdrawn', units: [{ changes: '+-nn+' }] })
  expect(outcomesOf(after, undefined).map(({ units }) => units[0]?.outcome)).toEqual([
    'withdrawn',
    'withdrawn',
    'withdrawn',
    'withdrawn',
    'moot',
  ])
})

it('a day without a place says so, whatever becomes of the others', () => {
  const asked = request('+n...')
  const awaited = awaitedOf(asked, { since: [], years: planning('rn...'), today: '2025-09-01' })
  for (const [after, first] of [
    [asked, 'requested'],
    [decided(asked, awaited, decision('accepted'), BY), 'booked'],
    [withdrawn(asked, awaited, NOW), 'withdrawn'],
  ] as const) {
    expect(outcomesOf(after, awaited).map(({ units }) => units[0]?.outcome)).toEqual([
      first,
      'unplaced',
    ])
  }
})
