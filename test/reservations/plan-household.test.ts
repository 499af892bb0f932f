import { describe, expect, it } from 'vitest'
import { Calendars, type TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { activitySchema, type Activity } from '../../shared/catalogue/model.ts'
import type { FamilyFile } from '../../shared/families/model.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import {
  childIdSchema,
  circumstanceIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  unitIdSchema,
  type EnrolmentId,
} from '../../shared/platform/schemas.ts'
import { isAmong, rankOf, type Applicant } from '../../shared/reservations/audience.ts'
import { readLine } from '../../shared/reservations/lines.ts'
import type { Planning, Wish } from '../../shared/reservations/model.ts'
import {
  planHousehold,
  planningsToWrite,
  yearInForce,
  type PlannedEnrolment,
} from '../../shared/reservations/plan-household.ts'
import { cesson, cessonTown, GUIDE_MORNING, ticked, weekly } from '../support/cesson.ts'

const [entry] = cesson.families
if (entry === undefined) throw new Error('The demo town has no family')
const { familyId, name, address, guardians, children, enrolments } = entry
const file: FamilyFile = {
  family: { familyId, name, address },
  guardians: guardians.map((guardian) => ({ ...guardian, familyId })),
  children: children.map((child) => ({ ...child, familyId })),
  enrolments: enrolments.map((enrolment) => ({ ...enrolment, familyId })),
  contacts: [],
  means: [],
}

/** The demo town with some of its activities changed. */
const townWith = (changes: Readonly<Record<string, (activity: Activity) => object>>) => {
  const catalogue = {
    ...cessonTown.catalogue,
    activities: cessonTown.catalogue.activities.map((activity) =>
      activitySchema.parse({ ...activity, ...changes[activity.id]?.(activity) }),
    ),
  }
  return { catalogue, calendars: new Calendars(catalogue) } satisfies TownCatalogue
}

type Options = Partial<Parameters<typeof planHousehold>[3]> & {
  plannings?: readonly Planning[]
  elsewhere?: readonly Planning[]
  of?: FamilyFile
}

const plan = (
  town: TownCatalogue,
  wishes: readonly Wish[],
  { plannings = [], elsewhere = [], of = file, ...options }: Options = {},
): PlannedEnrolment[] => {
  const now = options.now ?? GUIDE_MORNING
  const year = yearInForce(town, now)
  return planHousehold(town, { file: of, plannings, elsewhere }, wishes, { year, now, ...options })
}

/** The plannings after some wishes. */
const booked = (town: TownCatalogue, wishes: readonly Wish[], options: Options = {}): Planning[] =>
  planningsToWrite({ file, plannings: [] }, plan(town, wishes, options))

const letterOf = (
  planned: readonly PlannedEnrolment[],
  enrolment: string,
  unit: string,
  date: IsoDate,
) => {
  const found = planned.find((each) => each.enrolment.enrolmentId === enrolment)
  return readLine(found?.plan.years ?? new Map(), unitIdSchema.parse(unit), date, date)
}

const reasons = (planned: readonly PlannedEnrolment[]) =>
  planned.flatMap((each) =>
    each.plan.kept.map(({ date, unitId, reason }) => `${date} ${unitId} ${reason}`),
  )

const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof PortalError) return error.code
    throw error
  }
  return 'none'
}

const MONDAY: IsoDate = '2025-09-08'
const meals = (date: IsoDate, child = 'lucas') =>
  ticked(`${child}-restauration-2025`, { [date]: ['REPAS'] })
const evening = (date: IsoDate) => ticked('lucas-accueil-2025', { [date]: ['ACC_SOIR'] })

describe('units of two activities that exclude each other', () => {
  /** Only the meal says that it excludes the evening. */
  const town = townWith({
    RESTAURATION: ({ units }) => ({
      units: units.map((unit) => ({
        ...unit,
        excludes: [{ activityId: 'ACCUEIL', unitId: 'ACC_SOIR' }],
      })),
    }),
  })

  it('are refused when one submission wishes for both, whichever declares it', () => {
    expect(codeOf(() => plan(town, [meals(MONDAY), evening(MONDAY)]))).toBe('exclusive-units')
    expect(codeOf(() => plan(town, [evening(MONDAY), meals('2025-09-09')]))).toBe('none')
    // Another child may have the other one.
    expect(codeOf(() => plan(town, [evening(MONDAY), meals(MONDAY, 'leo')]))).toBe('none')
  })

  it('keep each other out from one submission to the next, whichever declares it', () => {
    const withMeal = booked(town, [meals(MONDAY)])
    expect(reasons(plan(town, [evening(MONDAY)], { plannings: withMeal }))).toEqual([
      `${MONDAY} ACC_SOIR exclusive`,
    ])
    const withEvening = booked(town, [evening(MONDAY)])
    expect(reasons(plan(town, [meals(MONDAY)], { plannings: withEvening }))).toEqual([
      `${MONDAY} REPAS exclusive`,
    ])
    expect(reasons(plan(town, [meals(MONDAY, 'leo')], { plannings: withEvening }))).toEqual([])
  })

  it('keep each other out across the two households of a child, and a unit keeps out itself', () => {
    const other = { familyId: familyIdSchema.parse('2001'), childId: childIdSchema.parse('lulu') }
    const there = (wish: Wish) => booked(town, [wish]).map((each) => ({ ...each, ...other }))
    const of: FamilyFile = {
      ...file,
      children: file.children.map((child) =>
        child.childId === 'lucas' ? { ...child, otherHousehold: other } : child,
      ),
    }
    const kept = (wish: Wish, elsewhere: readonly Planning[], whose = of) =>
      reasons(plan(town, [wish], { elsewhere, of: whose }))
    expect(kept(evening(MONDAY), there(meals(MONDAY)))).toEqual([`${MONDAY} ACC_SOIR exclusive`])
    expect(kept(meals(MONDAY), there(evening(MONDAY)))).toEqual([`${MONDAY} REPAS exclusive`])
    expect(kept(meals(MONDAY), there(meals(MONDAY)))).toEqual([`${MONDAY} REPAS exclusive`])
    // On another day, for a sibling, and for a child who has no other household, there is none.
    expect(kept(meals('2025-09-09'), there(meals(MONDAY)))).toEqual([])
    expect(kept(meals(MONDAY, 'leo'), there(meals(MONDAY)))).toEqual([])
    expect(kept(meals(MONDAY), there(meals(MONDAY)), file)).toEqual([])
  })
})

describe('counted places', () => {
  const limited = (places: number, waiting: object) =>
    townWith({
      RESTAURATION: ({ units, groups }) => ({
        units: units.map((unit) => ({ ...unit, takes: ['MIDI'] })),
        places: {
          slots: [{ id: 'MIDI', name: 'Midi' }],
          capacities: groups.map(({ id }) => ({ groupId: id, slotId: 'MIDI', places })),
          waiting,
        },
      }),
    })
  const both = [meals(MONDAY, 'leo'), meals(MONDAY)]

  it('are shared by siblings: who comes first in the file has the last one', () => {
    const planned = plan(limited(1, { kind: 'given' }), both)
    expect(letterOf(planned, 'leo-restauration-2025', 'REPAS', MONDAY)).toBe('a')
    expect(letterOf(planned, 'lucas-restauration-2025', 'REPAS', MONDAY)).toBe('w')
    expect(planned.map((each) => each.plan.state)).toEqual(['accepted', 'waiting'])
    expect(planned[1]?.plan.waiting).toEqual([{ date: MONDAY, unitIds: ['REPAS'] }])
    expect(reasons(plan(limited(2, { kind: 'given' }), both))).toEqual([])
  })

  it('are missing where nobody waits', () => {
    expect(reasons(plan(limited(1, { kind: 'none' }), both))).toEqual([`${MONDAY} REPAS full`])
  })

  it('are those that the rosters have left, and those that the child holds already', () => {
    const town = limited(9, { kind: 'none' })
    const [enrolment] = file.enrolments.filter(
      (each) => each.enrolmentId === 'lucas-restauration-2025',
    )
    if (enrolment === undefined) throw new Error('No meals')
    const { activityId, groupId } = enrolment
    const roster = {
      activityId,
      groupId,
      monday: MONDAY,
      left: new Map([['10', 0]]),
      freed: new Map(),
      settings: 0,
      holdings: new Map([[`${familyId}/lucas`, { days: 'A......', number: 1, given: false }]]),
    }
    expect(reasons(plan(town, both, { rosters: [roster] }))).toEqual([`${MONDAY} REPAS full`])
  })
})

describe('late adding', () => {
  /** Monday 8 September at 9:00: past the deadline for Tuesday, which may be added till 10:00 of the day. */
  const now = new Date('2025-09-08T07:00:00Z')
  const late = { deadlines: { late: { days: 0, counting: 'every-day', hour: '10:00' } } }
  const town = (changes: object = {}) =>
    townWith({
      ACCUEIL: ({ deadlines }) => ({
        deadlines: { ...deadlines, ...late.deadlines },
        ...changes,
      }),
    })

  it('is accepted and marked late [guide 50]', () => {
    const planned = plan(town(), [evening(MONDAY), evening('2025-09-11')], { now })
    expect(letterOf(planned, 'lucas-accueil-2025', 'ACC_SOIR', MONDAY)).toBe('l')
    expect(letterOf(planned, 'lucas-accueil-2025', 'ACC_SOIR', '2025-09-11')).toBe('a')
  })

  it('ends at its own deadline [guide 49]', () => {
    const ended = new Date('2025-09-08T08:00:00Z')
    expect(reasons(plan(town(), [evening(MONDAY)], { now: ended }))).toEqual([
      `${MONDAY} ACC_SOIR addDeadline`,
    ])
  })

  it('is not for activities that staff decide', () => {
    expect(reasons(plan(town({ decision: 'staff' }), [evening(MONDAY)], { now }))).toEqual([
      `${MONDAY} ACC_SOIR addDeadline`,
    ])
  })
})

describe('the opening of bookings', () => {
  const at = (instant: string, openings: readonly object[]) => {
    const town = townWith({ RESTAURATION: () => ({ bookingOpenings: openings }) })
    return reasons(plan(town, [meals(MONDAY)], { now: new Date(instant) }))
  }
  const opening = (...opensAt: readonly object[]) => ({
    from: '2025-09-01',
    until: '2025-09-30',
    opensAt,
  })
  const everybody = { audience: { kind: 'everybody' }, at: '2025-08-20T08:30' }
  const residents = {
    audience: { kind: 'categories', categories: ['ENFANT'] },
    at: '2025-08-13T08:30',
  }
  const outsiders = {
    audience: { kind: 'categories', categories: ['EXTERIEUR'] },
    at: '2025-08-13T08:30',
  }
  const closed = [`${MONDAY} REPAS notYetOpen`]

  it.each([
    ['a second before', '2025-08-20T06:29:59Z', [opening(everybody)], closed],
    ['at the hour of Paris', '2025-08-20T06:30:00Z', [opening(everybody)], []],
    ['for residents first', '2025-08-13T06:30:00Z', [opening(residents, everybody)], []],
    ['for outsiders first', '2025-08-13T06:30:00Z', [opening(outsiders, everybody)], closed],
    ['for others only', '2025-08-30T06:30:00Z', [opening(outsiders)], closed],
    [
      'of another period',
      '2025-07-01T06:30:00Z',
      [{ ...opening(everybody), from: '2025-10-01', until: '2025-10-31' }],
      [],
    ],
  ])('%s', (_, instant, openings, kept) => {
    expect(at(instant, openings)).toEqual(kept)
  })

  it('does not hold back staff, nor cancelling', () => {
    const town = townWith({ RESTAURATION: () => ({ bookingOpenings: [opening(everybody)] }) })
    const plannings = booked(town, [meals(MONDAY)], { acting: { kind: 'staff', justified: false } })
    expect(plannings).toHaveLength(1)
    const none = ticked('lucas-restauration-2025', { [MONDAY]: [] })
    expect(
      letterOf(plan(town, [none], { plannings }), 'lucas-restauration-2025', 'REPAS', MONDAY),
    ).toBe('.')
  })
})

describe('staff who act for a family', () => {
  const late = new Date('2025-09-08T20:00:00Z')
  const staff = (justified: boolean) => ({ acting: { kind: 'staff' as const, justified } })
  const wednesday = (...units: string[]) => ticked('lucas-mercredis-2025', { '2025-09-10': units })

  it('add past the deadline, at once and late, also where staff decide [guide 49, 50]', () => {
    const planned = plan(cessonTown, [meals(MONDAY), wednesday('MATIN')], {
      now: late,
      ...staff(false),
    })
    expect(letterOf(planned, 'lucas-restauration-2025', 'REPAS', MONDAY)).toBe('l')
    expect(letterOf(planned, 'lucas-mercredis-2025', 'MATIN', '2025-09-10')).toBe('l')
    expect(planned.map((each) => each.plan.state)).toEqual(['accepted', 'accepted'])
  })

  it('add in time what is accepted at once', () => {
    const planned = plan(cessonTown, [wednesday('MATIN')], staff(false))
    expect(letterOf(planned, 'lucas-mercredis-2025', 'MATIN', '2025-09-10')).toBe('a')
  })

  it('never add on a closed day [guide 24]', () => {
    expect(reasons(plan(cessonTown, [meals('2025-11-11')], staff(true)))).toEqual([
      '2025-11-11 REPAS publicHoliday',
    ])
  })

  it.each([
    [false, 'u'],
    [true, '.'],
  ])('cancel past the deadline; justified: %s, it becomes “%s” [guide 50]', (justified, letter) => {
    const plannings = booked(cessonTown, [meals(MONDAY)])
    const none = ticked('lucas-restauration-2025', { [MONDAY]: [] })
    const options = { plannings, now: late }
    expect(reasons(plan(cessonTown, [none], options))).toEqual([`${MONDAY} REPAS cancelDeadline`])
    const planned = plan(cessonTown, [none], { ...options, ...staff(justified) })
    expect(letterOf(planned, 'lucas-restauration-2025', 'REPAS', MONDAY)).toBe(letter)
  })
})

describe('many days at once', () => {
  const line = (
    planned: readonly PlannedEnrolment[],
    enrolment: string,
    from: IsoDate,
    to: IsoDate,
  ) => {
    const found = planned.find((each) => each.enrolment.enrolmentId === enrolment)
    return readLine(found?.plan.years ?? new Map(), unitIdSchema.parse('REPAS'), from, to)
  }
  const fortnight = { from: MONDAY, to: '2025-09-21' } as const
  const everyDay = Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [day, ['REPAS']]))
  const after = (wish: Wish, plannings: readonly Planning[] = []) =>
    line(plan(cessonTown, [wish], { plannings }), wish.enrolmentId, fortnight.from, fortnight.to)

  it('ticks all displayed days that are open, and unticks them [guide 25]', () => {
    const all = weekly('lucas-restauration-2025', everyDay, fortnight)
    expect(after(all)).toBe('aa.aa..aa.aa..')
    const none = weekly('lucas-restauration-2025', {}, fortnight)
    expect(after(none, booked(cessonTown, [all]))).toBe('..............')
  })

  it('chooses every Monday and Thursday of the period [guide 25, 41]', () => {
    const some = weekly('lucas-restauration-2025', { 1: ['REPAS'], 4: ['REPAS'] }, fortnight)
    expect(after(some)).toBe('a..a...a..a...')
  })

  it('replaces what was booked in the period, and nothing around it [guide 42]', () => {
    const year = booked(cessonTown, [weekly('lucas-restauration-2025', { 2: ['REPAS'] })])
    const some = weekly(
      'lucas-restauration-2025',
      { 5: ['REPAS'] },
      { ...fortnight, to: '2025-09-14' },
    )
    expect(after(some, year)).toBe('....a...a.....')
  })

  it('copies the planning of a sibling [wish W6]', () => {
    const copy = {
      kind: 'copy',
      enrolmentId: enrolmentIdSchema.parse('lucas-restauration-2025'),
      like: enrolmentIdSchema.parse('leo-restauration-2025'),
      ...fortnight,
    } satisfies Wish
    const leo = booked(cessonTown, [weekly('leo-restauration-2025', { 2: ['REPAS'] })])
    const before = booked(cessonTown, [weekly('lucas-restauration-2025', { 5: ['REPAS'] })])
    expect(after(copy, [...leo, ...before])).toBe('.a......a.....')
    // Léo's own planning stays, and so does Lucas's around the period.
    const [planned] = plan(cessonTown, [copy], { plannings: [...leo, ...before] })
    expect(planned?.plan.span).toEqual({ from: '2025-09-09', to: '2025-09-19' })
  })

  it.each([
    ['an enrolment that is not there', 'nobody', 'unknown-enrolment'],
    ['an activity with other units', 'leo-etudes-2025', 'unknown-unit'],
  ])('copies nothing from %s', (_, like, code) => {
    const enrolmentId: EnrolmentId = enrolmentIdSchema.parse('lucas-restauration-2025')
    const copy: Wish = { kind: 'copy', enrolmentId, like: enrolmentIdSchema.parse(like) }
    expect(codeOf(() => plan(cessonTown, [copy]))).toBe(code)
  })
})

describe('whom a rule is about', () => {
  const [child] = file.children
  const [enrolment] = file.enrolments
  if (child === undefined || enrolment === undefined) throw new Error('No child')
  const applicant: Applicant = {
    child,
    family: file.family,
    enrolments: [{ ...enrolment, until: '2025-06-30' }],
    activityId: enrolment.activityId,
    date: '2025-07-01',
    siblingHolds: false,
  }
  const circumstance = { kind: 'circumstance', circumstance: 'DEUX_EMPLOIS' }
  const audience = (about: object) =>
    activitySchema.shape.bookingOpenings.parse([
      { from: MONDAY, until: MONDAY, opensAt: [{ audience: about, at: '2025-08-20T08:30' }] },
    ])[0]?.opensAt[0]?.audience ?? { kind: 'everybody' as const }

  it.each([
    [{ kind: 'everybody' }, {}, true],
    [{ kind: 'categories', categories: ['ENFANT'] }, {}, true],
    [{ kind: 'categories', categories: ['EXTERIEUR'] }, {}, false],
    [{ kind: 'enrolled-before' }, {}, true],
    [{ kind: 'enrolled-before' }, { date: '2025-06-30' as const }, false],
    [{ kind: 'enrolled-before' }, { enrolments: [] }, false],
    [circumstance, {}, false],
    [
      circumstance,
      { family: { circumstances: [circumstanceIdSchema.parse('DEUX_EMPLOIS')] } },
      true,
    ],
    [{ kind: 'siblings' }, {}, false],
    [{ kind: 'siblings' }, { siblingHolds: true }, true],
  ])('%j with %j: %s', (about, more, expected) => {
    expect(isAmong(audience(about), { ...applicant, ...more })).toBe(expected)
  })

  it('is ranked by the first priority that fits, behind all of them without', () => {
    const priorities = [circumstance, { kind: 'siblings' }].map(audience)
    expect(rankOf(priorities, applicant)).toBe(2)
    expect(rankOf(priorities, { ...applicant, siblingHolds: true })).toBe(1)
    expect(rankOf([], applicant)).toBe(0)
  })
})
