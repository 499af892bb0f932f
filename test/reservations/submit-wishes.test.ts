import { beforeAll, describe, expect, it } from 'vitest'
import { createFamily } from '../../shared/families/create-family.ts'
import { addDays, eachDay, type IsoDate } from '../../shared/kernel/dates.ts'
import { PortalError, type ErrorCode } from '../../shared/kernel/errors.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import {
  activityIdSchema,
  childIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  guardianIdSchema,
  type FamilyId,
} from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { decideRequest } from '../../shared/reservations/decide-request.ts'
import { readLine, yearsOf } from '../../shared/reservations/lines.ts'
import {
  CHANGES,
  wishSchema,
  type Planning,
  type Submission,
  type Wish,
} from '../../shared/reservations/model.ts'
import { planningEntity, receiptEntity, submissionEntity } from '../../shared/reservations/store.ts'
import { submitWishes, type SubmittedWishes } from '../../shared/reservations/submit-wishes.ts'
import { datedUnits } from '../../shared/reservations/view.ts'
import {
  cesson,
  cessonTown,
  DUPONT,
  GUIDE_MORNING,
  openCesson,
  TEST,
  ticked,
  weekly,
} from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'

const { table } = await freshTable()
const deps = { table, town: cessonTown }

let keys = 0

/** Submits with a key of its own unless one is given. */
const submit = (
  by: typeof DUPONT,
  wishes: readonly Wish[],
  about: Partial<Pick<SubmittedWishes, 'idempotencyKey' | 'now'>> = {},
): Promise<Submission> => {
  keys += 1
  return submitWishes(deps, {
    by,
    wishes,
    idempotencyKey: `key-${keys}`,
    now: GUIDE_MORNING,
    ...about,
  })
}

const itemsOf = (familyId: FamilyId) => table.query({ partition: familyPartition(familyId) })

const planningsOf = async (familyId: FamilyId): Promise<Planning[]> =>
  planningEntity.pick(await itemsOf(familyId))

/** The letters of a unit, `REPAS` of `lucas` in `RESTAURATION`, from a day to a day. */
const lettersOf = async (
  familyId: FamilyId,
  [childId = '', activityId = '', unitId = '']: readonly string[],
  from: IsoDate,
  to: IsoDate = from,
): Promise<string> => {
  const owner = {
    childId: childIdSchema.parse(childId),
    activityId: activityIdSchema.parse(activityId),
  }
  const unit = cesson.catalogue.activities
    .flatMap(({ units }) => units)
    .find(({ id }) => id === unitId)
  if (unit === undefined) throw new Error('No such unit')
  return readLine(yearsOf(await planningsOf(familyId), owner), unit.id, from, to)
}

const MEALS = ['lucas', 'RESTAURATION', 'REPAS'] as const

const refusalOf = async (call: Promise<unknown>): Promise<PortalError> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof PortalError) return error
  throw new Error('Not refused by the portal', { cause: error })
}

/** Asserts that a submission is refused with a code, and that it leaves nothing behind. */
const expectRefusal = async (
  by: typeof DUPONT,
  wishes: readonly Wish[],
  code: ErrorCode,
  about: Partial<Pick<SubmittedWishes, 'idempotencyKey' | 'now'>> = {},
): Promise<PortalError> => {
  const before = await itemsOf(by.familyId)
  const error = await refusalOf(submit(by, wishes, about))
  expect(error.code).toBe(code)
  expect(await itemsOf(by.familyId)).toEqual(before)
  return error
}

beforeAll(async () => {
  await openCesson(table)
})

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

describe('an idempotency key', () => {
  const wishes = [weekly('lucas-mercredis-2025', { 3: ['JOURNEE'] })]

  it('gives the same body the same answer and no second effect', async () => {
    const by = await anotherFamily(table)
    const first = await submit(by, wishes, { idempotencyKey: 'once-only' })
    const before = await itemsOf(by.familyId)
    const second = await submit(by, wishes, {
      idempotencyKey: 'once-only',
      now: new Date(GUIDE_MORNING.getTime() + 3_600_000),
    })
    expect(second).toEqual(first)
    expect(await itemsOf(by.familyId)).toEqual(before)
  })

  it('gives the same answer even after staff have decided', async () => {
    const by = await anotherFamily(table)
    const first = await submit(by, wishes, { idempotencyKey: 'decided-since' })
    await decideRequest(table, {
      familyId: by.familyId,
      number: first.number,
      outcome: 'refused',
      message: 'Complet',
      by: 'agent',
      now: GUIDE_MORNING,
    })
    const { requests } = await submit(by, wishes, { idempotencyKey: 'decided-since' })
    expect(requests).toEqual(first.requests)
    expect(requests).toMatchObject([{ state: 'pending' }])
  })

  it('gives the same answer although the planning has changed since', async () => {
    const by = await anotherFamily(table)
    const first = await submit(by, wishes, { idempotencyKey: 'changed-since' })
    await submit(by, [weekly('lucas-mercredis-2025', {})])
    // The second one withdraws what the first left pending; the answer says what it was.
    const again = await submit(by, wishes, { idempotencyKey: 'changed-since' })
    expect(again).toEqual({ ...first, version: 2 })
  })

  it('is refused for another body', async () => {
    const by = await anotherFamily(table)
    await submit(by, wishes, { idempotencyKey: 'used-before' })
    await expectRefusal(
      by,
      [weekly('lucas-mercredis-2025', { 3: ['MATIN'] })],
      'idempotency-key-reused',
      { idempotencyKey: 'used-before' },
    )
  })

  it('may be used again after a refusal', async () => {
    const by = await anotherFamily(table)
    const key = { idempotencyKey: 'refused-before' }
    await expectRefusal(by, [weekly('lucas-mercredis-2025', {})], 'nothing-to-change', key)
    expect((await submit(by, wishes, key)).requests).toHaveLength(1)
  })

  it('belongs to one family', async () => {
    const [by, other] = [await anotherFamily(table), await anotherFamily(table)]
    const [mine, theirs] = [
      await submit(by, wishes, { idempotencyKey: 'the-same-key' }),
      await submit(other, wishes, { idempotencyKey: 'the-same-key' }),
    ]
    expect(mine.number).not.toBe(theirs.number)
    expect(theirs.familyId).toBe(other.familyId)
  })

  it('has one effect for identical calls at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const by = await anotherFamily(table)
      const key = { idempotencyKey: `at-once-${round}` }
      const answers = await Promise.all(Array.from({ length: 3 }, () => submit(by, wishes, key)))
      const items = await itemsOf(by.familyId)
      expect(submissionEntity.pick(items)).toEqual([answers[0]])
      expect(receiptEntity.pick(items)).toHaveLength(1)
      expect(planningEntity.pick(items)).toMatchObject([{ version: 1 }])
      expect(answers).toEqual([answers[0], answers[0], answers[0]])
    }
  })

  it('answers alike when its twin books between its two reads', async () => {
    const by = await anotherFamily(table)
    const input = { by, wishes, idempotencyKey: 'between-two-reads', now: GUIDE_MORNING }
    const twins: Submission[] = []
    const overtaken: Table = {
      ...table,
      query: async (range) => {
        if (twins.length === 0) twins.push(await submitWishes(deps, input))
        return table.query(range)
      },
    }
    expect([await submitWishes({ ...deps, table: overtaken }, input)]).toEqual(twins)
    expect(submissionEntity.pick(await itemsOf(by.familyId))).toEqual(twins)
  })

  it('has one effect for two bodies at once, and refuses the other', async () => {
    const by = await anotherFamily(table)
    const bodies = [['JOURNEE'], ['MATIN'], ['APRES_MIDI']]
    const outcomes = await Promise.allSettled(
      bodies.map((units) =>
        submit(by, [weekly('lucas-mercredis-2025', { 3: units })], { idempotencyKey: 'the-same' }),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toMatchObject({ code: 'idempotency-key-reused' })
      }
    }
    expect(submissionEntity.pick(await itemsOf(by.familyId))).toHaveLength(1)
  })

  it('is forgotten a day later at the earliest', async () => {
    const by = await anotherFamily(table)
    await submit(by, wishes, { idempotencyKey: 'until-tomorrow' })
    const receipts = receiptEntity.pick(await itemsOf(by.familyId))
    expect(receipts).toMatchObject([{ expiresAt: GUIDE_MORNING.getTime() / 1000 + 86_400 }])
  })
})

describe('a submission is refused', () => {
  const meals = weekly('lucas-restauration-2025', { 2: ['REPAS'] })

  it('for an enrolment that another family has, without saying so', async () => {
    const others = await refusalOf(submit(TEST, [meals]))
    const nobodys = await refusalOf(submit(TEST, [weekly('nobodys', { 2: ['REPAS'] })]))
    expect(others).toEqual(nobodys)
    expect(others).toMatchObject({
      code: 'unknown-enrolment',
      faults: [{ pointer: '/body/wishes/0/enrolmentId' }],
    })
    expect(await planningsOf(TEST.familyId)).toEqual([])
  })

  it('for all its wishes when one of them is not possible', async () => {
    const by = await anotherFamily(table)
    const error = await expectRefusal(by, [meals, weekly('nobodys', {})], 'unknown-enrolment')
    expect(error.faults).toMatchObject([{ pointer: '/body/wishes/1/enrolmentId' }])
  })

  it.each([
    ['that no activity has', weekly('lucas-accueil-2025', { 1: ['SIESTE'] })],
    ['of another activity', weekly('lucas-accueil-2025', { 1: ['REPAS'] })],
    ['that families do not book', weekly('lucas-accueil-2025', { 1: ['ACC_S_HORS_DELAIS'] })],
    ['ticked on a day', ticked('lucas-accueil-2025', { '2025-09-01': ['ACC_S_HORS_DELAIS'] })],
    [
      'drawn as a line',
      wishSchema.parse({
        kind: 'lines',
        enrolmentId: 'lucas-accueil-2025',
        from: '2025-09-01',
        units: { ACC_S_HORS_DELAIS: '_' },
      }),
    ],
  ])('for a unit %s', async (_, wish) => {
    const by = await anotherFamily(table)
    const error = await expectRefusal(by, [meals, wish], 'unknown-unit')
    expect(error.faults).toEqual([
      {
        pointer: '/body/wishes/1',
        detail: 'Prestation inconnue dans l’activité « Accueil Pre/Post Scolaire ».',
      },
    ])
  })

  it('for units of one day that exclude each other, with the day and their names', async () => {
    const by = await anotherFamily(table)
    const error = await expectRefusal(
      by,
      [weekly('lucas-mercredis-2025', { 3: ['MATIN', 'JOURNEE'] })],
      'exclusive-units',
    )
    expect(error.detail).toBe(
      'Le mercredi 03/09/2025, Matin et Journée ne peuvent pas être réservés ensemble.',
    )
  })

  it.each([
    [
      'backwards',
      { from: '2025-09-02', to: '2025-09-01' },
      'Le premier jour doit précéder le dernier.',
    ],
    [
      'longer than a year',
      { from: '2025-09-01', to: '2026-09-02' },
      'Une période compte au plus 366 jours.',
    ],
    [
      'of the next year without its end',
      { from: '2026-09-01' },
      'Le premier jour doit précéder le dernier.',
    ],
  ] as const)('for a period %s', async (_, period, detail) => {
    const by = await anotherFamily(table)
    const wish = weekly('lucas-restauration-2025', { 2: ['REPAS'] }, period)
    const error = await expectRefusal(by, [meals, wish], 'period-out-of-range')
    expect(error.faults).toEqual([{ pointer: '/body/wishes/1', detail }])
  })

  it('for wishes for one enrolment that together span more than a year', async () => {
    const by = await anotherFamily(table)
    const error = await expectRefusal(
      by,
      [
        ticked('lucas-restauration-2025', { '2025-09-02': ['REPAS'] }),
        ticked('lucas-accueil-2025', { '2026-09-02': ['ACC_SOIR'] }),
        ticked('lucas-restauration-2025', { '2099-09-02': ['REPAS'] }),
      ],
      'period-out-of-range',
    )
    expect(error.faults).toMatchObject([{ pointer: '/body/wishes/2' }])
  })

  it('but not for a period of 366 days', async () => {
    const by = await anotherFamily(table)
    const wish = weekly(
      'lucas-restauration-2025',
      { 2: ['REPAS'] },
      { from: '2025-09-01', to: '2026-09-01' },
    )
    expect((await submit(by, [wish])).requests).toHaveLength(1)
  })

  it.each([
    ['nothing is booked and nothing wanted', weekly('lucas-restauration-2025', {})],
    ['every wanted day is closed', weekly('lucas-restauration-2025', { 3: ['REPAS'] })],
  ])('when %s', async (_, wish) => {
    await expectRefusal(await anotherFamily(table), [wish], 'nothing-to-change')
  })

  it('when it asks for what is booked already', async () => {
    const by = await anotherFamily(table)
    await submit(by, [meals])
    await expectRefusal(by, [meals], 'nothing-to-change')
  })

  it('when the whole period is past', async () => {
    const by = await anotherFamily(table)
    await expectRefusal(by, [meals], 'nothing-to-change', { now: new Date('2026-07-02T10:00:00Z') })
  })

  it('when the town has published no school year any more', async () => {
    const by = await anotherFamily(table)
    await expectRefusal(by, [meals], 'period-out-of-range', {
      now: new Date('2030-01-01T10:00:00Z'),
    })
  })

  it('with “not found” for a guardian who is not in the file, as for a family that does not exist', async () => {
    const guardianId = guardianIdSchema.parse('g9')
    const stranger = await refusalOf(submit({ ...DUPONT, guardianId }, [meals]))
    const nobody = await refusalOf(
      submit({ familyId: familyIdSchema.parse('9999'), guardianId }, [meals]),
    )
    expect(stranger).toMatchObject({ code: 'not-found' })
    expect(stranger).toEqual(nobody)
    expect(await planningsOf(familyIdSchema.parse('9999'))).toEqual([])
  })

  it('with “not found” for a guardian who has left, even with a key that was used before', async () => {
    const by = await anotherFamily(table)
    const key = { idempotencyKey: 'before-leaving' }
    await submit(by, [meals], key)
    await expectRefusal(
      { ...by, guardianId: guardianIdSchema.parse('g9') },
      [meals],
      'not-found',
      key,
    )
  })
})

describe('two guardians of a family at the same time', () => {
  const ROUNDS = 12

  it('lose nothing when they book different children and activities', async () => {
    const second = guardianIdSchema.parse('g2')
    for (let round = 0; round < ROUNDS; round += 1) {
      const by = await anotherFamily(table)
      await Promise.all([
        submit(by, [weekly('leo-restauration-2025', { 2: ['REPAS'] })]),
        submit({ ...by, guardianId: second }, [
          weekly('lucas-restauration-2025', { 4: ['REPAS'] }),
        ]),
        submit({ ...by, guardianId: second }, [weekly('leo-etudes-2025', { 1: ['ETUDES'] })]),
      ])
      expect(
        (await planningsOf(by.familyId)).map(({ childId, activityId, version }) => [
          childId,
          activityId,
          version,
        ]),
      ).toEqual([
        ['leo', 'ETUDES', 1],
        ['leo', 'RESTAURATION', 1],
        ['lucas', 'RESTAURATION', 1],
      ])
      expect(submissionEntity.pick(await itemsOf(by.familyId))).toHaveLength(3)
    }
  })

  it('lose nothing when they book other days of the same planning', async () => {
    const second = guardianIdSchema.parse('g2')
    const month = (to: IsoDate, from: IsoDate = addDays(to, -20)) => ({ from, to })
    for (let round = 0; round < ROUNDS; round += 1) {
      const by = await anotherFamily(table)
      await Promise.all([
        submit(by, [weekly('lucas-restauration-2025', { 2: ['REPAS'] }, month('2025-09-21'))]),
        submit({ ...by, guardianId: second }, [
          weekly('lucas-restauration-2025', { 4: ['REPAS'] }, month('2025-10-12')),
        ]),
      ])
      expect(await planningsOf(by.familyId)).toMatchObject([{ version: 2 }])
      expect(await lettersOf(by.familyId, MEALS, '2025-09-15', '2025-09-28')).toBe('.a........a...')
    }
  })

  it('get two requests that together say what changed, whichever comes first', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const by = await anotherFamily(table)
      const both = await Promise.all([
        submit(by, [ticked('lucas-restauration-2025', { '2025-09-02': ['REPAS'] })]),
        submit(by, [
          ticked('lucas-restauration-2025', {
            '2025-09-02': ['REPAS'],
            '2025-09-04': ['REPAS'],
          }),
        ]),
      ]).catch((error: unknown) => error)
      // Whoever comes second adds only what is not there yet; if that is nothing, they are told so.
      if (both instanceof PortalError) expect(both.code).toBe('nothing-to-change')
      const added = submissionEntity
        .pick(await itemsOf(by.familyId))
        .flatMap(({ requests }) => requests)
        .flatMap((request) => datedUnits(request, CHANGES.added).map(({ date }) => date))
      expect(added.toSorted()).toEqual(['2025-09-02', '2025-09-04'])
      expect(await lettersOf(by.familyId, MEALS, '2025-09-02', '2025-09-04')).toBe('a.a')
    }
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
