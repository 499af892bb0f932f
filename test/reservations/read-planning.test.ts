import { beforeAll, describe, expect, it } from 'vitest'
import { Calendars } from '../../shared/catalogue/calendar.ts'
import { activitySchema } from '../../shared/catalogue/model.ts'
import { familyIdSchema, guardianIdSchema } from '../../shared/platform/schemas.ts'
import { decideRequest } from '../../shared/reservations/decide-request.ts'
import type { Submission, Wish } from '../../shared/reservations/model.ts'
import { previewWishes } from '../../shared/reservations/preview-wishes.ts'
import { readPlanning } from '../../shared/reservations/read-planning.ts'
import { readPlanningRoute } from '../../shared/reservations/routes.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import {
  cessonTown,
  DUPONT,
  GUIDE_MORNING,
  guardian,
  openCesson,
  TEST,
  ticked,
  weekly,
} from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'

const { table } = await freshTable()
const deps = { table, town: cessonTown }

type Query = Parameters<typeof readPlanning>[1]['query']

let submitted = 0
const submit = (by: typeof DUPONT, ...wishes: Wish[]): Promise<Submission> => {
  submitted += 1
  const idempotencyKey = `key-${submitted}`
  return submitWishes(deps, { by, wishes, idempotencyKey, now: GUIDE_MORNING })
}

/** The page as it leaves the portal: read, and checked against its route. */
const read = async (by: typeof DUPONT, query: Query, now: Date = GUIDE_MORNING) =>
  readPlanningRoute.reply.parse(await readPlanning(deps, { actor: guardian(by), query, now }))

/** What the page says of one enrolment. */
const enrolmentOf = async (by: typeof DUPONT, enrolmentId: string, query: Query, now?: Date) => {
  const { children } = await read(by, query, now)
  const found = children
    .flatMap(({ enrolments }) => enrolments)
    .find((enrolment) => enrolment.enrolmentId === enrolmentId)
  if (found === undefined) throw new Error('No such enrolment on the page')
  return found
}

beforeAll(async () => {
  await openCesson(table)
})

it('shows all children of a family at once, with every enrolment of the period [guide 37, 39]', async () => {
  const { children } = await read(DUPONT, { from: '2025-09-08', to: '2025-09-14' })
  expect(
    children.map(({ firstName, enrolments }) => [
      firstName,
      enrolments.map(({ activity, facility, group, units }) => [
        activity,
        facility,
        group,
        units.map(({ name }) => name).join(', '),
      ]),
    ]),
  ).toEqual([
    [
      'Léo',
      [
        ['Etudes Surveillées', 'Elémentaire Jacques Prévert', 'ETUDES E_PREVERT', 'ETUDES'],
        ['Restauration Scolaire', 'Restaurant Jacques Prévert', 'RESTO R_PREVERT', 'Repas'],
      ],
    ],
    [
      'Lucas',
      [
        [
          'Accueil Pre/Post Scolaire',
          'Maternelle Jacques Prévert',
          'ACC_PP_SCO M_PREVERT',
          'Acc Matin, Acc Soir',
        ],
        [
          'Centre de Loisirs Mercredis',
          'Centre de Loisirs Jacques Prévert',
          'Petits',
          'Matin, Après-midi, Journée',
        ],
        ['Restauration Scolaire', 'Restaurant Jacques Prévert', 'RESTO R_PREVERT', 'Repas'],
      ],
    ],
  ])
})

it('shows the five states of the legend of guide 000 and what awaits a decision, one letter a day [guide 23, 39]', async () => {
  const by = await anotherFamily(table)
  const wednesdays = (...days: string[]): Wish =>
    ticked(
      'lucas-mercredis-2025',
      Object.fromEntries(days.map((day) => [`2025-09-${day}`, ['MATIN']])),
    )
  const decide = (submission: Submission, outcome: 'accepted' | 'refused') =>
    decideRequest(table, {
      familyId: by.familyId,
      number: submission.number,
      outcome,
      by: 'agent',
      now: GUIDE_MORNING,
    })
  await decide(await submit(by, wednesdays('03', '10')), 'accepted')
  await decide(await submit(by, wednesdays('17')), 'refused')
  await submit(by, wednesdays('24'))
  await submit(by, ticked('lucas-mercredis-2025', { '2025-09-10': [] }))

  const query = { from: '2025-09-01', to: '2025-10-01' } as const
  const { units } = await enrolmentOf(by, 'lucas-mercredis-2025', query)
  expect(units[0]).toEqual({
    unitId: 'MATIN',
    name: 'Matin',
    days: '..a......c......n......r.......',
  })
  expect((await read(by, query)).legend.slice(0, 5)).toEqual([
    { letter: '.', meaning: 'Aucune réservation' },
    { letter: 'r', meaning: 'Présence en attente de traitement' },
    { letter: 'a', meaning: 'Présence acceptée' },
    { letter: 'c', meaning: 'Demande d’annulation' },
    { letter: 'n', meaning: 'Aucune place disponible' },
  ])
})

describe('why a day is closed', () => {
  it.each([
    ['Wednesdays and weekends without meals', 'leo-restauration-2025', '2025-09-08', 'oo-oo--'],
    ['autumn holidays and All Saints', 'leo-restauration-2025', '2025-10-27', 'vv-vv--'],
    ['the Armistice', 'leo-restauration-2025', '2025-11-10', 'of-oo--'],
    ['Whit Monday [guide 24]', 'leo-restauration-2025', '2026-05-25', 'fo-oo--'],
    ['Ascension and its bridge', 'leo-restauration-2025', '2026-05-11', 'oo-fv--'],
    ['the end of the studies before that of school', 'leo-etudes-2025', '2026-06-22', 'oo-o-ii'],
    ['the leisure centre in school time', 'manon-vacances-2025', '2025-11-03', 'sssss--'],
    ['the leisure centre in holidays', 'manon-vacances-2025', '2025-10-27', 'ooooo--'],
  ] as const)('is said for %s', async (_, enrolmentId, from, availability) => {
    const by = enrolmentId.startsWith('manon') ? TEST : DUPONT
    const now = new Date('2025-08-01T08:00:00Z')
    const query = { from, to: undefined }
    expect((await enrolmentOf(by, enrolmentId, query, now)).availability).toBe(availability)
  })

  it('is said for days outside the enrolment', async () => {
    const query = { from: '2026-06-22', to: '2026-09-04' } as const
    const { availability } = await enrolmentOf(DUPONT, 'leo-etudes-2025', query)
    expect(availability.slice(0, 7)).toBe('oo-o-ii')
    expect(availability.slice(5)).toMatch(/^i+$/)
  })

  it('is said for days past the deadline, in the hour of Paris [guide 49]', async () => {
    // Two working days before, 10:00: on Monday at 10:00 it is too late for Wednesday.
    const week = { from: '2025-09-08', to: '2025-09-14' } as const
    const at = async (instant: string) =>
      (await enrolmentOf(DUPONT, 'leo-restauration-2025', week, new Date(instant))).availability
    expect(await at('2025-09-04T07:59:59Z')).toBe('oo-oo--')
    expect(await at('2025-09-04T08:00:00Z')).toBe('do-oo--')
    expect(await at('2025-09-05T08:00:00Z')).toBe('dd-oo--')
    expect(await at('2025-09-09T07:59:59Z')).toBe('dd-oo--')
    expect(await at('2025-09-09T08:00:00Z')).toBe('dd-do--')
  })

  it.each([
    ['to add only', { add: 3, cancel: 1 }, 'dd-co--'],
    ['to cancel only', { add: 1, cancel: 3 }, 'dd-ao--'],
    ['to do both', { add: 3, cancel: 3 }, 'dd-do--'],
  ])('is said when it is too late %s [guide 49]', async (_, days, availability) => {
    const { catalogue } = cessonTown
    const changed = {
      ...catalogue,
      activities: catalogue.activities.map((activity) => ({
        ...activity,
        deadlines: {
          add: { ...activity.deadlines.add, days: days.add },
          cancel: { ...activity.deadlines.cancel, days: days.cancel },
        },
      })),
    }
    const { children } = await readPlanning(
      { table, town: { catalogue: changed, calendars: new Calendars(changed) } },
      {
        actor: guardian(DUPONT),
        query: { from: '2025-09-08', to: '2025-09-14' },
        // Tuesday at 9:00: three working days reach Friday, one reaches Thursday.
        now: new Date('2025-09-09T07:00:00Z'),
      },
    )
    const meals = children[0]?.enrolments.find(({ activityId }) => activityId === 'RESTAURATION')
    expect(meals?.availability).toBe(availability)
  })

  it('is said before bookings open, and when a day can be added late only', async () => {
    const { catalogue } = cessonTown
    const changed = {
      ...catalogue,
      activities: catalogue.activities.map((activity) =>
        activitySchema.parse({
          ...activity,
          deadlines: {
            ...activity.deadlines,
            late: { days: 0, counting: 'every-day', hour: '09:00' },
          },
          bookingOpenings: [
            {
              from: '2025-09-12',
              until: '2025-09-30',
              opensAt: [{ audience: { kind: 'everybody' }, at: '2025-09-10T08:30' }],
            },
          ],
        }),
      ),
    }
    const page = async (now: string) => {
      const { children } = await readPlanning(
        { table, town: { catalogue: changed, calendars: new Calendars(changed) } },
        { actor: guardian(DUPONT), query: { week: '2025-09-08' }, now: new Date(now) },
      )
      const lines = children[0]?.enrolments ?? []
      return lines.find(({ activityId }) => activityId === 'RESTAURATION')?.availability
    }
    expect(await page('2025-09-08T06:00:00Z')).toBe('ll-op--')
    expect(await page('2025-09-10T06:30:00Z')).toBe('dd-lo--')
  })

  it('has a meaning in French for every letter', async () => {
    const { availabilityLegend, children } = await read(DUPONT, {
      from: '2025-09-01',
      to: '2026-08-31',
    })
    const letters = children.flatMap(({ enrolments }) =>
      enrolments.flatMap(({ availability }) => Array.from(availability)),
    )
    const known = availabilityLegend.map(({ letter }) => letter)
    expect(known).toEqual(expect.arrayContaining(letters))
    expect(new Set(known).size).toBe(known.length)
    for (const { meaning } of availabilityLegend) expect(meaning).toMatch(/^\p{Lu}/u)
  })
})

describe('the period', () => {
  const now = new Date('2025-09-10T08:00:00Z')

  it.each([
    ['the week in course', {}, '2025-09-08', '2025-09-14'],
    ['the week that begins on a day', { from: '2025-09-03' }, '2025-09-03', '2025-09-09'],
    ['the week up to a day', { to: '2025-09-05' }, '2025-09-01', '2025-09-05'],
    ['a day', { from: '2025-09-05', to: '2025-09-05' }, '2025-09-05', '2025-09-05'],
    ['a year', { from: '2025-09-01', to: '2026-09-01' }, '2025-09-01', '2026-09-01'],
    ['the week of a day', { week: '2025-09-05' }, '2025-09-01', '2025-09-07'],
    ['a month', { month: '2026-02' }, '2026-02-01', '2026-02-28'],
  ] as const)('is %s [guide 39]', async (_, query, from, to) => {
    const page = await read(DUPONT, query, now)
    expect([page.from, page.to]).toEqual([from, to])
    const lines = page.children.flatMap(({ enrolments }) =>
      enrolments.flatMap((each) => [each.availability, ...each.units.map(({ days }) => days)]),
    )
    const length = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([length]))
  })

  it('is the week in course of Paris, where it is already Monday', async () => {
    const page = await read(DUPONT, {}, new Date('2025-09-14T22:30:00Z'))
    expect(page.from).toBe('2025-09-15')
  })

  it.each([
    ['ends before it begins', { from: '2025-09-02', to: '2025-09-01' }],
    ['is longer than a year', { from: '2025-09-01', to: '2026-09-02' }],
  ] as const)('is refused when it %s', async (_, query) => {
    await expect(read(DUPONT, query)).rejects.toMatchObject({
      code: 'period-out-of-range',
      faults: [{ pointer: '/query/to' }],
    })
  })

  it.each([
    ['a week and a month', { week: '2025-09-05', month: '2025-09' }, '/query/week'],
    ['a week and dates', { week: '2025-09-05', to: '2025-09-10' }, '/query/week'],
    ['a month and dates', { month: '2025-09', from: '2025-09-10' }, '/query/month'],
  ] as const)('is refused when it is %s', async (_, query, pointer) => {
    await expect(read(DUPONT, query)).rejects.toMatchObject({
      code: 'period-out-of-range',
      faults: [{ pointer }],
    })
  })

  it('shows the plannings of two school years side by side', async () => {
    const by = await anotherFamily(table)
    await submit(by, ticked('leo-restauration-2025', { '2026-07-03': ['REPAS'] }))
    await submit(by, ticked('leo-restauration-2026', { '2026-09-01': ['REPAS'] }))
    const query = { from: '2026-07-03', to: '2026-09-01' } as const
    const { children } = await read(by, query)
    const lines = children
      .flatMap(({ enrolments }) => enrolments)
      .filter(({ enrolmentId }) => enrolmentId.startsWith('leo-restauration'))
      .map(({ units }) => units[0]?.days)
    // Consecutive enrolments share one planning: each shows all of its days.
    expect(lines).toEqual([`a${'.'.repeat(59)}a`, `a${'.'.repeat(59)}a`])
  })

  it('leaves out enrolments that lie outside it', async () => {
    const { children } = await read(DUPONT, { from: '2026-06-27', to: '2026-06-30' })
    expect(children[0]?.enrolments.map(({ enrolmentId }) => enrolmentId)).toEqual([
      'leo-restauration-2025',
    ])
  })
})

describe('an activity with counted places', () => {
  const slots = [
    { id: 'M', unit: 'MATIN' },
    { id: 'A', unit: 'APRES_MIDI' },
  ]
  const { catalogue } = cessonTown
  const limited = {
    ...catalogue,
    activities: catalogue.activities.map((activity) =>
      activity.id === 'MERCREDIS'
        ? activitySchema.parse({
            ...activity,
            decision: 'automatic',
            units: activity.units.map((unit) => ({
              ...unit,
              takes: slots
                .filter((slot) => unit.id === slot.unit || unit.id === 'JOURNEE')
                .map(({ id }) => id),
            })),
            places: {
              slots: slots.map(({ id }) => ({ id, name: id })),
              capacities: slots.map(({ id }) => ({ groupId: 'PETITS', slotId: id, places: 1 })),
            },
          })
        : activity,
    ),
  }
  const town = { catalogue: limited, calendars: new Calendars(limited) }
  const morning = ticked('lucas-mercredis-2025', { '2025-09-10': ['MATIN'] })

  it('says where there is room: a whole day needs both halves, and what one has is there for one', async () => {
    const [first, second] = [await anotherFamily(table), await anotherFamily(table)]
    await submitWishes(
      { table, town },
      { by: first, wishes: [morning], idempotencyKey: 'morning-1', now: GUIDE_MORNING },
    )
    const lines = async (by: typeof DUPONT) => {
      const query = { week: '2025-09-10' } as const
      const page = readPlanningRoute.reply.parse(
        await readPlanning({ table, town }, { actor: guardian(by), query, now: GUIDE_MORNING }),
      )
      return page.children
        .flatMap(({ enrolments }) => enrolments)
        .find(({ activityId }) => activityId === 'MERCREDIS')
        ?.units.map(({ places }) => places)
    }
    expect(await lines(first)).toEqual(['--o----', '--o----', '--o----'])
    expect(await lines(second)).toEqual(['--x----', '--o----', '--x----'])

    const preview = await previewWishes(
      { table, town },
      { actor: guardian(second), body: { wishes: [morning] }, now: GUIDE_MORNING },
    )
    expect(preview.requests).toMatchObject([
      {
        state: 'waiting',
        added: [],
        waiting: [{ date: '2025-09-10', units: ['Matin'] }],
        estimate: 0,
      },
    ])
  })

  it('has no such line elsewhere', async () => {
    const { units } = await enrolmentOf(DUPONT, 'leo-restauration-2025', { week: '2025-09-08' })
    expect(units.map(({ places }) => places)).toEqual([undefined])
  })
})

it('previews what the added days would cost [guide 45, 51]', async () => {
  const by = await anotherFamily(table)
  const { requests } = await previewWishes(deps, {
    actor: guardian(by),
    body: {
      wishes: [
        ticked('lucas-restauration-2025', { '2025-09-08': ['REPAS'], '2025-09-09': ['REPAS'] }),
        ticked('lucas-mercredis-2025', { '2025-09-10': ['JOURNEE'] }),
      ],
    },
    now: GUIDE_MORNING,
  })
  expect(requests.map(({ activityId, estimate }) => [activityId, estimate])).toEqual([
    ['MERCREDIS', 513],
    ['RESTAURATION', 416],
  ])
})

describe('somebody who is not of the family', () => {
  const strangers = [
    ['a guardian who is not in the file', { ...DUPONT, guardianId: guardianIdSchema.parse('g9') }],
    ['a family that does not exist', { ...DUPONT, familyId: familyIdSchema.parse('9999') }],
  ] as const

  it.each(strangers)('finds no planning: %s', async (_, by) => {
    await expect(read(by, {})).rejects.toMatchObject({ code: 'not-found' })
  })

  it.each(strangers)('previews nothing: %s', async (_, by) => {
    await expect(
      previewWishes(deps, {
        actor: guardian(by),
        body: { wishes: [weekly('leo-restauration-2025', { 2: ['REPAS'] })] },
        now: GUIDE_MORNING,
      }),
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is refused without a family: staff have none', async () => {
    const actor = { account: 'agent', roles: ['agent'], family: undefined } as const
    await expect(
      readPlanning(deps, { actor, query: {}, now: GUIDE_MORNING }),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })
})

it('previews what would stay as it is, and why, in French [guide 45, 49]', async () => {
  const by = await anotherFamily(table)
  const { requests, kept } = await previewWishes(deps, {
    actor: guardian(by),
    body: {
      wishes: [
        ticked('lucas-restauration-2025', {
          '2025-09-08': ['REPAS'],
          '2025-09-10': ['REPAS'],
          '2025-09-12': ['REPAS'],
        }),
      ],
    },
    // Friday at 11:00: too late for Monday and Tuesday.
    now: new Date('2025-09-05T09:00:00Z'),
  })
  expect(requests).toMatchObject([
    { from: '2025-09-12', to: '2025-09-12', units: [{ unitId: 'REPAS', days: 'a' }] },
  ])
  expect(kept.map(({ date, reason }) => [date, reason])).toEqual([
    ['2025-09-08', 'Délai de réservation dépassé'],
    ['2025-09-10', 'Pas de service ce jour-là'],
  ])
})
