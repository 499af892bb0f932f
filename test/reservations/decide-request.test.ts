import { beforeAll, describe, expect, it } from 'vitest'
import { createFamily } from '../../shared/families/create-family.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import {
  childIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  unitIdSchema,
} from '../../shared/platform/schemas.ts'
import { decideRequest } from '../../shared/reservations/decide-request.ts'
import { listPendingRequests } from '../../shared/reservations/list-pending-requests.ts'
import { listRequests } from '../../shared/reservations/list-requests.ts'
import type { Submission, Wish } from '../../shared/reservations/model.ts'
import { readPlanning } from '../../shared/reservations/read-planning.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { planningEntity } from '../../shared/reservations/store.ts'
import {
  cesson,
  cessonTown,
  DUPONT,
  GUIDE_MORNING,
  guardian,
  openCesson,
  ticked,
  weekly,
} from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'

type Decision = Parameters<typeof decideRequest>[1]

const { table } = await freshTable()
const deps = { table, town: cessonTown }
const WEDNESDAY = '2025-09-03'

let keys = 0

const submit = (by: typeof DUPONT, ...wishes: Wish[]): Promise<Submission> => {
  keys += 1
  const idempotencyKey = `key-${keys}`
  return submitWishes(deps, { by, wishes, idempotencyKey, now: GUIDE_MORNING })
}

const decide = (
  { familyId, number }: Pick<Decision, 'familyId' | 'number'>,
  outcome: Decision['outcome'],
  about: Partial<Decision> = {},
): ReturnType<typeof decideRequest> =>
  decideRequest(table, { familyId, number, outcome, by: 'agent', now: GUIDE_MORNING, ...about })

/** The units of Lucas at the leisure centre on one Wednesday, as the planning page shows them. */
const wednesday = async (by: typeof DUPONT): Promise<Record<string, string>> => {
  const { children } = await readPlanning(deps, {
    actor: guardian(by),
    query: { from: WEDNESDAY, to: WEDNESDAY },
    now: GUIDE_MORNING,
  })
  const units = children
    .flatMap(({ enrolments }) => enrolments)
    .filter(({ activityId }) => activityId === 'MERCREDIS')
    .flatMap((enrolment) => enrolment.units)
  return Object.fromEntries(units.map(({ name, days }) => [name, days]))
}

const pending = async () =>
  (await listPendingRequests(deps, { query: { limit: 200 }, now: GUIDE_MORNING })).requests

const day = (...units: string[]): Wish => ticked('lucas-mercredis-2025', { [WEDNESDAY]: units })

beforeAll(async () => {
  await openCesson(table)
})

describe('a day at the leisure centre', () => {
  it('awaits staff, who find it in their list with the family [guide 48]', async () => {
    const by = await anotherFamily(table)
    const { number, familyName } = await submit(by, day('JOURNEE'))
    expect(await wednesday(by)).toEqual({ Matin: '.', 'Après-midi': '.', Journée: 'r' })
    expect((await pending()).filter((request) => request.familyId === by.familyId)).toMatchObject([
      {
        number,
        familyName,
        state: 'pending',
        stateLabel: 'En attente d’instruction',
        child: 'Lucas',
      },
    ])
  })

  it.each([
    ['accepted', 'a', 'Traitée positivement'],
    ['refused', 'n', 'Traitée négativement'],
  ] as const)('is %s by an agent, and no longer awaits them [guide 23, 48]', async (...row) => {
    const [outcome, letter, label] = row
    const by = await anotherFamily(table)
    const submission = await submit(by, day('JOURNEE'))
    const { request } = await decide(submission, outcome, { message: 'Bonne journée' })
    expect(request).toMatchObject({
      state: outcome,
      decision: { at: GUIDE_MORNING.toISOString(), by: 'agent', message: 'Bonne journée' },
    })
    expect(await wednesday(by)).toEqual({ Matin: '.', 'Après-midi': '.', Journée: letter })
    expect((await pending()).map(({ number }) => number)).not.toContain(submission.number)
    const { requests } = await listRequests(deps, {
      actor: guardian(by),
      query: { limit: 20, before: undefined },
      now: GUIDE_MORNING,
    })
    expect(requests).toMatchObject([{ stateLabel: label, message: 'Bonne journée' }])
  })

  it('is withdrawn at once while it is pending [guide 8, 48]', async () => {
    const by = await anotherFamily(table)
    await submit(by, day('JOURNEE'))
    const { requests } = await submit(by, day())
    expect(requests).toMatchObject([{ state: 'accepted', units: [{ changes: '-' }] }])
    expect(await wednesday(by)).toEqual({ Matin: '.', 'Après-midi': '.', Journée: '.' })
  })

  it('leaves the list of staff with the day that the family withdraws, and cannot be decided any more [guide 48]', async () => {
    for (const outcome of ['accepted', 'refused'] as const) {
      const by = await anotherFamily(table)
      const submission = await submit(by, day('JOURNEE'))
      await submit(by, day())
      expect((await pending()).map(({ number }) => number)).not.toContain(submission.number)
      await expect(decide(submission, outcome)).rejects.toMatchObject({ code: 'request-withdrawn' })
      expect(await wednesday(by)).toEqual({ Matin: '.', 'Après-midi': '.', Journée: '.' })
    }
  })

  it('that was withdrawn and asked for again is decided with the later request', async () => {
    const by = await anotherFamily(table)
    const first = await submit(by, day('JOURNEE'))
    await submit(by, day())
    const second = await submit(by, day('JOURNEE'))
    await expect(decide(first, 'refused')).rejects.toMatchObject({ code: 'request-withdrawn' })
    expect(await wednesday(by)).toMatchObject({ Journée: 'r' })
    await decide(second, 'accepted')
    expect(await wednesday(by)).toMatchObject({ Journée: 'a' })
  })

  it('whose cancellation is pending cannot be replaced in another request', async () => {
    const by = await anotherFamily(table)
    await decide(await submit(by, day('JOURNEE')), 'accepted')
    const cancellation = await submit(by, day())
    await expect(submit(by, day('MATIN'))).rejects.toMatchObject({ code: 'nothing-to-change' })
    await decide(cancellation, 'accepted')
    await submit(by, day('MATIN'))
    expect(await wednesday(by)).toEqual({ Matin: 'r', 'Après-midi': '.', Journée: '.' })
  })

  it('stays with staff while the family has changed a part of the request only', async () => {
    const by = await anotherFamily(table)
    const { number } = await submit(
      by,
      ticked('lucas-mercredis-2025', { [WEDNESDAY]: ['JOURNEE'], '2025-09-10': ['JOURNEE'] }),
    )
    await submit(by, day())
    expect((await pending()).map((request) => request.number)).toContain(number)
    const { request } = await decide({ familyId: by.familyId, number }, 'accepted')
    expect(request.decision?.units).toEqual([{ unitId: 'JOURNEE', changes: '.......+' }])
    expect(await wednesday(by)).toMatchObject({ Journée: '.' })
  })

  it('asks staff when it was accepted and is cancelled, and is still booked until then [guide 23, 48]', async () => {
    const by = await anotherFamily(table)
    await decide(await submit(by, day('JOURNEE')), 'accepted')
    const cancellation = await submit(by, day())
    expect(cancellation).toMatchObject({
      serviceEmails: ['education@cesson.example'],
      requests: [{ state: 'pending', units: [{ unitId: 'JOURNEE', changes: '-' }] }],
    })
    expect(await wednesday(by)).toMatchObject({ Journée: 'c' })
    await decide(cancellation, 'accepted')
    expect(await wednesday(by)).toMatchObject({ Journée: '.' })
  })

  it('comes back when staff refuse its cancellation', async () => {
    const by = await anotherFamily(table)
    await decide(await submit(by, day('JOURNEE')), 'accepted')
    await decide(await submit(by, day()), 'refused')
    expect(await wednesday(by)).toMatchObject({ Journée: 'a' })
  })

  it('makes room for its morning in one request: both come, or neither', async () => {
    for (const [outcome, after] of [
      ['accepted', { Matin: 'a', 'Après-midi': '.', Journée: '.' }],
      ['refused', { Matin: 'n', 'Après-midi': '.', Journée: 'a' }],
    ] as const) {
      const by = await anotherFamily(table)
      await decide(await submit(by, day('JOURNEE')), 'accepted')
      const change = await submit(by, day('MATIN'))
      expect(await wednesday(by)).toEqual({ Matin: 'r', 'Après-midi': '.', Journée: 'c' })
      await decide(change, outcome)
      expect(await wednesday(by)).toEqual(after)
    }
  })

  it('may be asked for again after a refusal', async () => {
    const by = await anotherFamily(table)
    await decide(await submit(by, day('JOURNEE')), 'refused')
    const again = await submit(by, day('JOURNEE'))
    expect(again.requests).toMatchObject([{ state: 'pending' }])
    await decide(again, 'accepted')
    expect(await wednesday(by)).toMatchObject({ Journée: 'a' })
  })
})

describe('a decision', () => {
  it('stands whatever is asked later for a brother on the same day', async () => {
    const [model] = cesson.families
    if (model === undefined) throw new Error('The demo town has no family')
    const familyId = familyIdSchema.parse('7001')
    await createFamily(table, {
      family: { familyId, name: 'FRATRIE', address: model.address },
      guardians: model.guardians.map((each) => ({ ...each, familyId })),
      children: model.children.map((each) => ({ ...each, familyId })),
      enrolments: model.enrolments
        .filter(({ enrolmentId }) => enrolmentId === 'lucas-mercredis-2025')
        .flatMap((each) => [
          { ...each, familyId },
          {
            ...each,
            familyId,
            enrolmentId: enrolmentIdSchema.parse('leo-mercredis-2025'),
            childId: childIdSchema.parse('leo'),
          },
        ]),
      contacts: [],
      authorisations: [],
      means: [],
    })
    const by = { familyId, guardianId: DUPONT.guardianId }
    const mine = await submit(by, day('JOURNEE'))
    await submit(by, ticked('leo-mercredis-2025', { [WEDNESDAY]: ['JOURNEE'] }))
    await decide(mine, 'accepted')
    const plannings = planningEntity.pick(
      await table.query({ partition: familyPartition(familyId) }),
    )
    // 3 September is the third letter of the school year.
    expect(
      plannings.map(({ childId, units }) => [childId, units[unitIdSchema.parse('JOURNEE')]?.[2]]),
    ).toEqual([
      ['leo', 'r'],
      ['lucas', 'a'],
    ])
  })

  it('finds a request behind others of its submission, and among many submissions', async () => {
    const by = await anotherFamily(table)
    await submit(by, weekly('leo-restauration-2025', { 2: ['REPAS'] }))
    const { requests } = await submit(
      by,
      weekly('leo-etudes-2025', { 1: ['ETUDES'] }),
      weekly('lucas-accueil-2025', { 1: ['ACC_MATIN'] }),
      day('JOURNEE'),
    )
    await submit(by, weekly('leo-restauration-2025', { 4: ['REPAS'] }))
    const wednesdays = requests.find(({ activityId }) => activityId === 'MERCREDIS')
    expect(wednesdays?.number).toBe((requests[0]?.number ?? 0) + 2)
    await decide({ familyId: by.familyId, number: wednesdays?.number ?? 0 }, 'accepted')
    expect(await wednesday(by)).toMatchObject({ Journée: 'a' })
  })

  it('changes nothing when it is sent again', async () => {
    const by = await anotherFamily(table)
    const submission = await submit(by, day('JOURNEE'))
    const first = await decide(submission, 'accepted', { message: 'Oui' })
    const partition = familyPartition(by.familyId)
    const before = await table.query({ partition })
    const second = await decide(submission, 'accepted', { message: 'Oui', by: 'another agent' })
    expect(second).toEqual(first)
    expect(await table.query({ partition })).toEqual(before)
  })

  it('cannot be reversed', async () => {
    for (const [outcome, other] of [
      ['accepted', 'refused'],
      ['refused', 'accepted'],
    ] as const) {
      const by = await anotherFamily(table)
      const submission = await submit(by, day('JOURNEE'))
      await decide(submission, outcome)
      await expect(decide(submission, other)).rejects.toMatchObject({ code: 'already-decided' })
      expect(await wednesday(by)).toMatchObject({ Journée: outcome === 'accepted' ? 'a' : 'n' })
    }
  })

  it('is one of two that come at the same time', async () => {
    for (let round = 0; round < 6; round += 1) {
      const by = await anotherFamily(table)
      const submission = await submit(by, day('JOURNEE'))
      const outcomes = await Promise.allSettled([
        decide(submission, 'accepted'),
        decide(submission, 'refused'),
      ])
      const [won] = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
      expect(await wednesday(by)).toMatchObject({
        Journée: won?.request.state === 'accepted' ? 'a' : 'n',
      })
    }
  })

  it('loses nothing that the family books at the same time', async () => {
    for (let round = 0; round < 6; round += 1) {
      const by = await anotherFamily(table)
      const submission = await submit(by, day('JOURNEE'))
      await Promise.all([
        decide(submission, 'accepted'),
        submit(by, ticked('lucas-mercredis-2025', { '2025-09-10': ['MATIN'] })),
      ])
      expect(await wednesday(by)).toMatchObject({ Journée: 'a' })
      const [planning] = planningEntity.pick(
        await table.query({ partition: familyPartition(by.familyId) }),
      )
      expect(planning).toMatchObject({ childId: childIdSchema.parse('lucas'), version: 3 })
      // 10 September is the tenth letter of the school year.
      expect(planning?.units[unitIdSchema.parse('MATIN')]?.[9]).toBe('r')
    }
  })

  it('leaves the other requests of the submission as they are', async () => {
    const by = await anotherFamily(table)
    const submission = await submit(
      by,
      weekly('lucas-restauration-2025', { 2: ['REPAS'] }),
      day('JOURNEE'),
    )
    const [wednesdays] = submission.requests.filter(({ activityId }) => activityId === 'MERCREDIS')
    if (wednesdays === undefined) throw new Error('No request for the leisure centre')
    const { submission: after } = await decide(
      { familyId: by.familyId, number: wednesdays.number },
      'refused',
    )
    expect(after.requests.map(({ activityId, state }) => [activityId, state])).toEqual(
      submission.requests.map(({ activityId }) => [
        activityId,
        activityId === 'MERCREDIS' ? 'refused' : 'accepted',
      ]),
    )
  })

  it('is refused for a request that needed none', async () => {
    const by = await anotherFamily(table)
    const submission = await submit(by, weekly('lucas-restauration-2025', { 2: ['REPAS'] }))
    for (const outcome of ['accepted', 'refused'] as const) {
      await expect(decide(submission, outcome)).rejects.toMatchObject({ code: 'already-decided' })
    }
  })

  it('finds no request under the number of another family, nor under one never given', async () => {
    const [by, other] = [await anotherFamily(table), await anotherFamily(table)]
    const { number } = await submit(by, day('JOURNEE'))
    await submit(other, day('JOURNEE'))
    for (const wrong of [
      { familyId: other.familyId, number },
      { familyId: by.familyId, number: number + 1_000_000 },
      { familyId: familyIdSchema.parse('9999'), number },
    ]) {
      await expect(decide(wrong, 'accepted')).rejects.toMatchObject({ code: 'not-found' })
    }
    expect(await wednesday(by)).toMatchObject({ Journée: 'r' })
  })
})
