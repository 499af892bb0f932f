import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, mondayOf, type IsoDate } from '../../shared/kernel/dates.ts'
import { parisDate } from '../../shared/kernel/paris.ts'
import {
  isNear,
  misses,
  remindersOf,
  REMINDED_BEFORE,
  weeksToRemind,
} from '../../shared/messages/reminder-rules.ts'
import { yearsOf } from '../../shared/reservations/lines.ts'
import type { Planning } from '../../shared/reservations/model.ts'
import { cesson, cessonTown, DUPONT } from '../support/cesson.ts'
import { planningWith } from '../support/plannings.ts'

const LEO = { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' }
const LUCAS = { ...LEO, child: 'lucas' }

/** Letters on one day of weeks, given by their Mondays. */
const onMondays = (letter: string, ...mondays: IsoDate[]): Record<IsoDate, string> =>
  Object.fromEntries(mondays.map((monday) => [monday, letter]))

/** Tuesday 30 September 2025, 17:30 in Paris: meals of 6 October can be added until Thursday, 10:00. */
const TUESDAY = new Date('2025-09-30T15:30:00Z')

const household = (...plannings: Planning[]) => {
  const family = cesson.families.find(({ familyId }) => familyId === DUPONT.familyId)
  if (family === undefined) throw new Error('No such family')
  const { guardians, children, enrolments } = family
  const { familyId } = DUPONT
  return {
    file: {
      family: { familyId, name: family.name, address: family.address },
      guardians: guardians.map((each) => ({ ...each, familyId })),
      children: children.map((each) => ({ ...each, familyId })),
      enrolments: enrolments.map((each) => ({ ...each, familyId })),
    },
    plannings,
  }
}

const meals = (now: Date) =>
  weeksToRemind(cessonTown, now).filter(({ activity }) => activity.id === 'RESTAURATION')

describe('the weeks to remind of', () => {
  it.each([
    ['2025-09-29T15:30:00Z', 'Monday evening: more than two days before the deadline', []],
    ['2025-09-30T15:30:00Z', 'Tuesday evening: 40 hours before it', ['2025-10-06']],
    ['2025-10-01T15:30:00Z', 'Wednesday evening: 16 hours before it', ['2025-10-06']],
    ['2025-10-02T07:59:00Z', 'Thursday, a minute before it', ['2025-10-06']],
    ['2025-10-02T08:00:00Z', 'Thursday at 10:00: too late', []],
    ['2025-10-15T15:30:00Z', 'before the holidays of autumn: school is far', []],
    ['2025-10-29T16:30:00Z', 'at their end, after the clocks went back', ['2025-11-03']],
    ['2026-08-27T15:30:00Z', 'before the first day of a school year', ['2026-08-31']],
  ])('at %s, %s [wish W5]', (now, _, mondays) => {
    const near = meals(new Date(now)).filter((week) => isNear(week, new Date(now)))
    expect(near.map(({ monday }) => monday)).toEqual(mondays)
  })

  it('look at the last four weeks of school, over holidays', () => {
    const [week] = meals(new Date('2025-10-29T16:30:00Z'))
    expect(week?.habit.map(([first]) => first)).toEqual([
      '2025-10-13',
      '2025-10-06',
      '2025-09-29',
      '2025-09-22',
    ])
  })

  it('begin after the week in course, and their first deadline is within two days in some activity', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2025-08-01'), max: new Date('2027-08-01'), noInvalidDate: true }),
        (now) => {
          const weeks = weeksToRemind(cessonTown, now)
          for (const { activity, monday, days, until } of weeks) {
            expect(activity.opening.season).toBe('school-time')
            expect(monday > mondayOf(parisDate(now))).toBe(true)
            expect(days.every((day) => mondayOf(day) === monday)).toBe(true)
            expect(until > now).toBe(true)
            const nearest = Math.min(
              ...weeks.filter((each) => each.monday === monday).map((each) => each.until.getTime()),
            )
            expect(nearest - now.getTime()).toBeLessThanOrEqual(REMINDED_BEFORE * 3_600_000)
          }
        },
      ),
    )
  })
})

describe('a child misses a week', () => {
  const [week] = meals(TUESDAY)
  const missesIt = (letters: Readonly<Record<IsoDate, string>>): boolean => {
    const planning = planningWith(DUPONT.familyId, LEO, letters)
    if (week === undefined) throw new Error('No week to remind of')
    return misses(yearsOf([planning], planning), week)
  }

  it.each([
    ['booked in two of four weeks', onMondays('a', '2025-09-08', '2025-09-29'), true],
    ['booked in one of them', onMondays('a', '2025-09-29'), false],
    ['booked in two weeks before them', onMondays('a', '2025-09-01', '2025-09-08'), false],
    ['twice in one week', { '2025-09-29': 'a', '2025-09-30': 'a' }, false],
    ['late, absent and excused', onMondays('l', '2025-09-08'), false],
    ['late, then absent', { '2025-09-08': 'l', '2025-09-15': 'u' }, true],
    ['refused twice', onMondays('n', '2025-09-08', '2025-09-15'), false],
    ['booked next week too', onMondays('a', '2025-09-08', '2025-09-29', '2025-10-06'), false],
    [
      'waiting for a place next week',
      { ...onMondays('a', '2025-09-08', '2025-09-29'), '2025-10-07': 'w' },
      false,
    ],
    [
      'refused next week',
      { ...onMondays('a', '2025-09-08', '2025-09-29'), '2025-10-07': 'n' },
      false,
    ],
    ['booked the week after', onMondays('a', '2025-09-08', '2025-09-29', '2025-10-13'), true],
  ])('%s', (_, letters, expected) => {
    expect(missesIt(letters)).toBe(expected)
  })

  it('if and only if two weeks of the habit or more have a day and this one has none', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (booked) => {
        const mondays = booked.flatMap((isBooked, index) =>
          isBooked ? [addDays('2025-09-08', 7 * index)] : [],
        )
        const expected = booked[4] !== true && mondays.length >= 2
        expect(missesIt(onMondays('a', ...mondays))).toBe(expected)
      }),
    )
  })
})

describe('the reminders of a family', () => {
  const usual = onMondays('a', '2025-09-15', '2025-09-22')
  const weeks = weeksToRemind(cessonTown, TUESDAY)

  it('are one for a week, whatever the number of children [wish W5]', () => {
    const plannings = [LEO, LUCAS].map((owner) => planningWith(DUPONT.familyId, owner, usual))
    expect(remindersOf(weeks, household(...plannings), TUESDAY)).toEqual([
      {
        kind: 'reminder',
        monday: '2025-10-06',
        activities: [
          {
            child: 'Léo',
            activityId: 'RESTAURATION',
            groupId: 'RESTO_R_PREVERT',
            until: '2025-10-02T08:00:00.000Z',
          },
          {
            child: 'Lucas',
            activityId: 'RESTAURATION',
            groupId: 'RESTO_R_PREVERT',
            until: '2025-10-02T08:00:00.000Z',
          },
        ],
      },
    ])
  })

  it('name with it what has a later deadline in the same week, but wait while it is alone', () => {
    const evenings = planningWith(
      DUPONT.familyId,
      { child: 'lucas', activity: 'ACCUEIL', unit: 'ACC_SOIR' },
      usual,
    )
    const lunches = planningWith(DUPONT.familyId, LEO, usual)
    const named = (...plannings: Planning[]) =>
      remindersOf(weeks, household(...plannings), TUESDAY).flatMap(({ activities }) =>
        activities.map(({ activityId, until }) => [activityId, until]),
      )
    expect(named(lunches, evenings)).toEqual([
      ['RESTAURATION', '2025-10-02T08:00:00.000Z'],
      ['ACCUEIL', '2025-10-03T08:00:00.000Z'],
    ])
    expect(named(evenings)).toEqual([])
  })

  it('leave out a child who is not enrolled in that week', () => {
    const { file, plannings } = household(planningWith(DUPONT.familyId, LEO, usual))
    const enrolments = file.enrolments.map((each) => ({ ...each, until: '2025-10-05' as const }))
    expect(remindersOf(weeks, { file: { ...file, enrolments }, plannings }, TUESDAY)).toEqual([])
  })
})
