import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Activity } from '../../shared/catalogue/model.ts'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'
import { unitIdSchema, type UnitId } from '../../shared/platform/schemas.ts'
import type { Asked } from '../../shared/reservations/decision-rules.ts'
import { readLine, writeLine, type Years } from '../../shared/reservations/lines.ts'
import { LETTERS } from '../../shared/reservations/model.ts'
import { planWishes } from '../../shared/reservations/plan-wishes.ts'
import {
  holdsPlace,
  isDue,
  pricedUnitId,
  stillAsked,
  type DayOfEnrolment,
} from '../../shared/reservations/rules.ts'
import {
  LONG_AGO,
  ENROLMENT,
  MORNING,
  AFTERNOON,
  DAY,
  UNITS,
  units,
  timing,
  closedStates,
  wishes,
  world,
  planOf,
  decided,
  histories,
  isWanted,
  daysIn,
} from './plan-arbitraries.ts'

const letterOn = (years: Years, unit: UnitId, date: IsoDate): string =>
  readLine(years, unit, date, date)

describe('one day of one unit', () => {
  const DATE = '2026-01-07'
  const today = { early: '2025-12-01', late: '2026-01-08' } as const

  const wish = { wanted: 'x', 'not wanted': '.', untouched: '_' } as const

  const planDay = (about: {
    letter: string
    wish: keyof typeof wish
    decision: Activity['decision']
    state: DayOfEnrolment
    add: 'early' | 'late'
    cancel: 'early' | 'late'
  }) => {
    const plan = planWishes({
      wished: { from: DATE, to: DATE, units: new Map([[MORNING, wish[about.wish]]]) },
      years: writeLine(new Map(), MORNING, DATE, about.letter),
      activity: { units },
      decision: about.decision,
      stateOf: () => about.state,
      ...timing({ add: today[about.add], cancel: today[about.cancel] }),
    })
    return { letter: letterOn(plan.years, MORNING, DATE), reason: plan.kept[0]?.reason }
  }

  /** What becomes of a letter on an open day in time: where it changes nothing it is the same. */
  const changes: Record<Activity['decision'], Record<'wanted' | 'not wanted', string[]>> = {
    automatic: {
      wanted: ['.a', 'rr', 'aa', 'ca', 'na', 'll', 'ww', 'oo'],
      'not wanted': ['..', 'r.', 'a.', 'cc', 'nn', 'l.'],
    },
    staff: {
      wanted: ['.r', 'rr', 'aa', 'ca', 'nr', 'll', 'ww', 'oo'],
      'not wanted': ['..', 'r.', 'ac', 'cc', 'nn', 'lc'],
    },
  }
  const rows = (['automatic', 'staff'] as const).flatMap((decision) =>
    (['wanted', 'not wanted'] as const).flatMap((wished) =>
      changes[decision][wished].map(([letter = '', becomes = '']) => ({
        decision,
        wish: wished,
        letter,
        becomes,
        deadline: wished === 'wanted' ? 'addDeadline' : 'cancelDeadline',
      })),
    ),
  )

  it.each(rows)(
    'open and in time, $decision: “$letter”, $wish, becomes “$becomes” [guide 8, 23, 48]',
    ({ decision, wish: wished, letter, becomes }) => {
      const about = { decision, wish: wished, letter }
      expect(planDay({ ...about, state: 'open', add: 'early', cancel: 'early' })).toEqual({
        letter: becomes,
        reason: undefined,
      })
    },
  )

  it.each(rows)(
    'past both deadlines, $decision: “$letter”, $wish, stays [guide 49]',
    ({ letter, becomes, deadline, ...about }) => {
      expect(planDay({ ...about, letter, state: 'open', add: 'late', cancel: 'late' })).toEqual({
        letter,
        reason: letter === becomes ? undefined : deadline,
      })
    },
  )

  it.each(rows)(
    'past the other deadline only, $decision: “$letter”, $wish, becomes “$becomes” [guide 49]',
    ({ becomes, deadline, ...about }) => {
      const adds = deadline === 'addDeadline'
      expect(
        planDay({
          ...about,
          state: 'open',
          add: adds ? 'early' : 'late',
          cancel: adds ? 'late' : 'early',
        }),
      ).toEqual({ letter: becomes, reason: undefined })
    },
  )

  const closed = closedStates.flatMap((state) => rows.map((row) => ({ ...row, state })))

  it.each(closed.filter((row) => row.wish === 'wanted'))(
    '$state, $decision: “$letter”, $wish, stays [guide 24]',
    ({ decision, wish: wished, letter, becomes, state }) => {
      for (const time of ['early', 'late'] as const) {
        const about = { decision, wish: wished, letter, state }
        expect(planDay({ ...about, add: time, cancel: time })).toEqual({
          letter,
          reason: letter === becomes ? undefined : state,
        })
      }
    },
  )

  it.each(closed.filter((row) => row.wish === 'not wanted'))(
    '$state since it was booked, $decision: “$letter”, $wish, becomes “$becomes” in time [guide 8]',
    ({ decision, wish: wished, letter, becomes, state }) => {
      const about = { decision, wish: wished, letter, state }
      expect(planDay({ ...about, add: 'late', cancel: 'early' })).toEqual({
        letter: becomes,
        reason: undefined,
      })
      expect(planDay({ ...about, add: 'early', cancel: 'late' })).toEqual({
        letter,
        reason: letter === becomes ? undefined : 'cancelDeadline',
      })
    },
  )

  const everyday = (['automatic', 'staff'] as const).flatMap((decision) =>
    (['early', 'late'] as const).flatMap((time) =>
      (['open', ...closedStates] as const).map((state) => ({ decision, time, state })),
    ),
  )

  it.each(['w', 'o'])('“%s”, not wanted, leaves the waiting list at any time', (letter) => {
    for (const { time, ...about } of everyday) {
      expect(planDay({ ...about, letter, wish: 'not wanted', add: time, cancel: time })).toEqual({
        letter: '.',
        reason: undefined,
      })
    }
  })

  it.each(['j', 'u', 'e'])('“%s”, noted by staff, stays whatever is wished', (letter) => {
    for (const { time, ...about } of everyday) {
      for (const wished of ['wanted', 'not wanted'] as const) {
        expect(planDay({ ...about, letter, wish: wished, add: time, cancel: time })).toEqual({
          letter,
          reason: 'marked',
        })
      }
    }
  })

  it.each(Object.values(LETTERS))('“%s”, untouched, stays whatever the day', (letter) => {
    for (const decision of ['automatic', 'staff'] as const) {
      for (const state of ['open', ...closedStates] as const) {
        for (const time of ['early', 'late'] as const) {
          expect(
            planDay({ letter, wish: 'untouched', decision, state, add: time, cancel: time }),
          ).toEqual({ letter, reason: undefined })
        }
      }
    }
  })

  it.each([
    ['.', 'wanted', 'a'],
    ['a', 'not wanted', '.'],
  ] as const)('is in time on the first day in time, not on the day before: “%s”, %s', (...row) => {
    const [letter, wished, becomes] = row
    const on = (firstInTime: IsoDate) => {
      const plan = planWishes({
        wished: { from: DATE, to: DATE, units: new Map([[MORNING, wish[wished]]]) },
        years: writeLine(new Map(), MORNING, DATE, letter),
        activity: { units },
        decision: 'automatic',
        stateOf: () => 'open',
        ...timing({ add: firstInTime, cancel: firstInTime }),
      })
      return letterOn(plan.years, MORNING, DATE)
    }
    expect(on(DATE)).toBe(becomes)
    expect(on(addDays(DATE, 1))).toBe(letter)
  })
})

describe('units that exclude each other', () => {
  const DATE = '2026-01-07'

  const choose = (
    letters: Partial<Record<string, string>>,
    named: readonly UnitId[],
    {
      decision = 'staff',
      cancel = '2025-12-01',
    }: {
      decision?: Activity['decision']
      cancel?: IsoDate
    } = {},
  ) => {
    const years = UNITS.reduce<Years>(
      (all, unit) => writeLine(all, unit, DATE, letters[unit] ?? '.'),
      new Map(),
    )
    const plan = planOf(
      { stateOf: () => 'open', decision, inTime: { add: '2025-12-01', cancel } },
      years,
      [{ kind: 'days', enrolmentId: ENROLMENT, days: [{ date: DATE, units: [...named] }] }],
    )
    return {
      letters: UNITS.map((unit) => letterOn(plan?.years ?? years, unit, DATE)).join(''),
      kept: plan?.kept.map(({ unitId, reason }) => `${unitId} ${reason}`),
    }
  }

  it('change places in one request: the day leaves room for its morning', () => {
    expect(choose({ JOURNEE: 'a' }, [MORNING], { decision: 'automatic' })).toEqual({
      letters: 'a..',
      kept: [],
    })
    expect(choose({ JOURNEE: 'a' }, [MORNING])).toEqual({ letters: 'r.c', kept: [] })
    expect(choose({ MATIN: 'r', APRES_MIDI: 'a' }, [DAY])).toEqual({ letters: '.cr', kept: [] })
  })

  it('stay as they are when the one that is there can no longer be cancelled', () => {
    expect(choose({ JOURNEE: 'a' }, [MORNING, AFTERNOON], { cancel: '2026-01-08' })).toEqual({
      letters: '..a',
      kept: ['JOURNEE cancelDeadline', 'MATIN exclusive', 'APRES_MIDI exclusive'],
    })
  })

  it('do not come while staff may still refuse the cancellation of the one that is there', () => {
    expect(choose({ JOURNEE: 'c' }, [MORNING])).toEqual({
      letters: '..c',
      kept: ['MATIN exclusive'],
    })
  })

  it('may come back: the cancellation is withdrawn together with the request that took its place', () => {
    expect(choose({ JOURNEE: 'c', MATIN: 'r' }, [DAY])).toEqual({ letters: '..a', kept: [] })
  })
})

describe('a decision of staff', () => {
  const [FROM, TO] = ['2025-12-31', '2026-01-01'] as const

  it('leaves to a later request the days that it has changed, and those only', () => {
    const [first, second] = [
      { from: FROM, to: TO, units: [{ unitId: MORNING, changes: '++' }] },
      { from: TO, to: TO, units: [{ unitId: MORNING, changes: '-' }] },
    ] as const
    const other = { from: FROM, to: TO, units: [{ unitId: DAY, changes: '++' }] } as const
    const ask = (later: readonly Asked[]) =>
      stillAsked({ ...first, units: [...first.units] }, later, LONG_AGO).units
    const mutable = ({ from, to, units: asked }: typeof second | typeof other) => ({
      from,
      to,
      units: [...asked],
    })
    expect(ask([])).toEqual(first.units)
    expect(ask([mutable(other)])).toEqual(first.units)
    expect(ask([mutable(second)])).toEqual([{ unitId: MORNING, changes: '+.' }])
    expect(ask([mutable(other), mutable(second)])).toEqual([{ unitId: MORNING, changes: '+.' }])
  })

  it('leaves days that are over as they were, and decides today', () => {
    const asked = { from: FROM, to: TO, units: [{ unitId: MORNING, changes: '+-' }] }
    const on = (today: IsoDate) => stillAsked(asked, [], today).units.map(({ changes }) => changes)
    expect(on(FROM)).toEqual(['+-'])
    expect(on(TO)).toEqual(['.-'])
    expect(on(addDays(TO, 1))).toEqual(['..'])
  })

  const outcomes = fc.constantFrom('accepted' as const, 'refused' as const)

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.record(world), histories, wishes, outcomes, (each, years, wished, outcome) => {
        const plan = planOf({ ...each, decision: 'staff' }, years, wished)
        fc.pre(plan !== undefined)
        const once = decided(plan.years, plan, outcome)
        expect(decided(once, plan, outcome)).toEqual(once)
      }),
    )
  })

  it('leaves nothing of its request to decide, and the days of others as they are', () => {
    fc.assert(
      fc.property(fc.record(world), histories, wishes, outcomes, (each, years, wished, outcome) => {
        const plan = planOf({ ...each, decision: 'staff' }, years, wished)
        fc.pre(plan?.span !== undefined)
        const days = daysIn(years, plan.years, decided(plan.years, plan, outcome))
        const others = days.filter(({ letters: [was, asked] }) => was === asked)
        expect(others.filter(({ letters: [, asked, is] }) => asked !== is)).toEqual([])
        const own = days.filter(({ letters: [was, asked] }) => was !== asked)
        expect(own.filter(({ letters: [, , is = ''] }) => 'rc'.includes(is))).toEqual([])
      }),
    )
  })

  it('grants all that was asked, or brings back what was booked before', () => {
    fc.assert(
      fc.property(fc.record(world), histories, wishes, (each, years, wished) => {
        const plan = planOf({ ...each, decision: 'staff' }, years, wished)
        fc.pre(plan !== undefined)
        const asked = daysIn(
          years,
          plan.years,
          decided(plan.years, plan, 'accepted'),
          decided(plan.years, plan, 'refused'),
        ).filter(({ letters: [was, is] }) => was !== is)
        expect(
          asked.filter(({ letters: [, is = '', granted = ''] }) => isDue(granted) !== isWanted(is)),
        ).toEqual([])
        expect(
          asked.filter(({ letters: [was, , , refused] }) => was === 'a' && refused !== 'a'),
        ).toEqual([])
      }),
    )
  })
})

describe('a letter', () => {
  const letters = Object.values(LETTERS)

  it('is owed when it was accepted or attended, and not excused [guide 50]', () => {
    expect(letters.filter(isDue).join('')).toBe('aclue')
  })

  it('takes a place from the request on, until it is cancelled', () => {
    expect(letters.filter(holdsPlace).join('')).toBe('racolju')
  })

  it('has the late price when it was added late or not booked, where there is one [guide 50]', () => {
    const [MEAL, LATE] = [unitIdSchema.parse('REPAS'), unitIdSchema.parse('REPAS_HORS_DELAIS')]
    const withLatePrice = { id: MEAL, lateUnitId: LATE }
    expect(letters.filter((letter) => pricedUnitId(withLatePrice, letter) === LATE)).toEqual([
      'l',
      'e',
    ])
    expect(letters.map((letter) => pricedUnitId({ id: MEAL }, letter))).toEqual(
      letters.map(() => MEAL),
    )
  })
})
