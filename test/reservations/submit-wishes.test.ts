import { describe, expect, it } from 'vitest'
import { createFamily } from '../../shared/families/create-family.ts'
import { eachDay } from '../../shared/kernel/dates.ts'
import {
  childIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  guardianIdSchema,
} from '../../shared/platform/schemas.ts'
import { CHANGES } from '../../shared/reservations/model.ts'
import { datedUnits } from '../../shared/reservations/view.ts'
import { cesson, DUPONT, GUIDE_MORNING, weekly } from '../support/cesson.ts'
import { anotherFamily } from '../support/families.ts'
import { table, submit, planningsOf, lettersOf, MEALS, expectRefusal } from './submit-fixture.ts'

describe('a new recurrence', () => {
  it('replaces the earlier bookings of its period, and those only [guide 8, 42]', async () => {
    const by = await anotherFamily(table)
    await submit(by, [
      weekly('lucas-restauration-2025', { 2: ['REPAS'], 4: ['REPAS'] }, { to: '2025-09-30' }),
    ])
    expect(await lettersOf(by.familyId, MEALS, '2025-09-01', '2025-09-12')).toBe('.a.a....a.a.')

    const { requests } = await submit(by, [
      weekly(
        'lucas-restauration-2025',
        { 1: ['REPAS'], 4: ['REPAS'] },
        { from: '2025-09-08', to: '2025-09-12' },
      ),
    ])
    expect(await lettersOf(by.familyId, MEALS, '2025-09-01', '2025-09-19')).toBe(
      '.a.a...a..a....a.a.',
    )
    expect(requests).toMatchObject([
      { from: '2025-09-08', to: '2025-09-09', units: [{ unitId: 'REPAS', changes: '+-' }] },
    ])
  })

  it('keeps what is past its deadline, to add and to cancel [guide 42, 49]', async () => {
    const by = await anotherFamily(table)
    await submit(by, [weekly('lucas-restauration-2025', { 2: ['REPAS'] })])
    // Monday 8 September 2025, 10:00 in Paris: Tuesday and Wednesday are out of time.
    await submit(by, [weekly('lucas-restauration-2025', { 4: ['REPAS'], 5: ['REPAS'] })], {
      now: new Date('2025-09-08T08:00:00Z'),
    })
    expect(await lettersOf(by.familyId, MEALS, '2025-09-08', '2025-09-19')).toBe('.a.aa.....aa')
  })

  it('is clipped to the enrolment and skips holidays and closed days [guide 44]', async () => {
    const by = await anotherFamily(table)
    const { requests } = await submit(by, [
      weekly('leo-etudes-2025', { 1: ['ETUDES'], 2: ['ETUDES'], 3: ['ETUDES'], 5: ['ETUDES'] }),
    ])
    const days = requests.flatMap((request) => datedUnits(request, CHANGES.added))
    const dates = days.map(({ date }) => date)
    expect(dates[0]).toBe('2025-09-08')
    expect(dates[dates.length - 1]).toBe('2026-06-23')
    const closed = [
      ...eachDay('2025-10-18', '2025-11-02'),
      ...eachDay('2025-12-20', '2026-01-04'),
      '2025-11-11',
      '2026-04-06',
      '2026-05-14',
      '2026-05-25',
    ] as const
    expect(dates.filter((date) => closed.includes(date))).toEqual([])
  })
})

describe('what a submission stores', () => {
  it('is one planning for each school year that it touches', async () => {
    const familyId = familyIdSchema.parse('7001')
    const [model] = cesson.families
    const [child] = model?.children ?? []
    if (model === undefined || child === undefined) throw new Error('No model')
    await createFamily(table, {
      family: { familyId, name: 'DEUX-ANS', address: model.address },
      guardians: model.guardians.map((each) => ({ ...each, familyId })),
      children: [{ ...child, familyId }],
      enrolments: model.enrolments
        .filter(({ enrolmentId }) => enrolmentId === 'leo-restauration-2025')
        .map((each) => ({ ...each, familyId, until: '2027-07-02' as const })),
      contacts: [],
      authorisations: [],
      means: [],
    })
    const wish = weekly(
      'leo-restauration-2025',
      { 5: ['REPAS'] },
      { from: '2026-06-26', to: '2026-09-11' },
    )
    const { requests } = await submit({ familyId, guardianId: DUPONT.guardianId }, [wish])
    expect(requests).toMatchObject([{ from: '2026-06-26', to: '2026-09-11' }])
    const plannings = await planningsOf(familyId)
    expect(plannings).toMatchObject([
      { schoolYear: '2025-2026', version: 1 },
      { schoolYear: '2026-2027', version: 1 },
    ])
    const meals = ['leo', 'RESTAURATION', 'REPAS']
    expect(await lettersOf(familyId, meals, '2026-06-26', '2026-07-03')).toBe('a......a')
    expect(await lettersOf(familyId, meals, '2026-07-04', '2026-09-03')).not.toContain('a')
    expect(await lettersOf(familyId, meals, '2026-09-04', '2026-09-11')).toBe('a......a')
  })

  it('is refused as a whole when it is more than one transaction can hold', async () => {
    const familyId = familyIdSchema.parse('7002')
    const [model] = cesson.families
    const [child] = model?.children ?? []
    if (model === undefined || child === undefined) throw new Error('No model')
    const children = Array.from({ length: 17 }, (_, index) => ({
      ...child,
      familyId,
      childId: childIdSchema.parse(`child-${index}`),
    }))
    const groupIds = ['ETUDES_E_PREVERT', 'RESTO_R_PREVERT', 'ACC_PP_SCO_E_PREVERT']
    const enrolments = children.flatMap(({ childId }) =>
      cesson.catalogue.activities.flatMap(({ id, groups }) => {
        const group = groups.find((each) => groupIds.some((groupId) => groupId === each.id))
        return group === undefined
          ? []
          : [
              {
                familyId,
                childId,
                enrolmentId: enrolmentIdSchema.parse(`${childId}-${id}`),
                activityId: id,
                groupId: group.id,
                from: '2025-09-01' as const,
                until: '2027-07-02' as const,
              },
            ]
      }),
    )
    await createFamily(table, {
      family: { familyId, name: 'NOMBREUSE', address: model.address },
      guardians: model.guardians.map((each) => ({ ...each, familyId })),
      children,
      enrolments,
      contacts: [],
      authorisations: [],
      means: [],
    })
    const by = { familyId, guardianId: DUPONT.guardianId }
    const wishesFor = (count: number) =>
      enrolments.slice(0, count).map(({ enrolmentId, activityId }) => {
        const [unit] = cesson.catalogue.activities.find(({ id }) => id === activityId)?.units ?? []
        const units = unit === undefined ? [] : [unit.id]
        return weekly(enrolmentId, { 4: units }, { from: '2026-06-01', to: '2026-09-30' })
      })
    expect(enrolments).toHaveLength(51)
    const error = await expectRefusal(by, wishesFor(50), 'request-too-large')
    expect(error.detail).toContain('plusieurs fois')
    const { requests } = await submit(by, wishesFor(49))
    expect(requests).toHaveLength(49)
    expect(await planningsOf(familyId)).toHaveLength(98)
  })

  it('names who submitted, and the services that have something to decide', async () => {
    const by = await anotherFamily(table)
    const meals = weekly('lucas-restauration-2025', { 2: ['REPAS'] })
    const wednesdays = weekly('lucas-mercredis-2025', { 3: ['JOURNEE'] })
    const second = { ...by, guardianId: guardianIdSchema.parse('g2') }
    expect(await submit(second, [meals, wednesdays])).toMatchObject({
      by: { guardianId: 'g2', name: 'M. Julien DUPONT', email: 'juliendupont@famille.example' },
      serviceEmails: ['education@cesson.example'],
      submittedAt: GUIDE_MORNING.toISOString(),
      version: 1,
    })
    expect(await submit(by, [weekly('lucas-restauration-2025', { 4: ['REPAS'] })])).toMatchObject({
      by: { name: 'Mme Madelaine DUPONT' },
      serviceEmails: [],
    })
  })

  it('has numbers that nobody else has, in the order of the family file [guide 46]', async () => {
    const families = await Promise.all(Array.from({ length: 6 }, () => anotherFamily(table)))
    const submissions = await Promise.all(
      families.map((by) =>
        submit(by, [
          weekly('lucas-restauration-2025', { 2: ['REPAS'] }),
          weekly('leo-etudes-2025', { 1: ['ETUDES'] }),
        ]),
      ),
    )
    const numbers = submissions.flatMap(({ requests }) => requests.map(({ number }) => number))
    expect(new Set(numbers).size).toBe(12)
    for (const { number, requests } of submissions) {
      expect(requests.map((each) => [each.number - number, each.childId])).toEqual([
        [0, 'leo'],
        [1, 'lucas'],
      ])
    }
  })
})
