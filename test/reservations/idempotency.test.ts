import { describe, expect, it } from 'vitest'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import { guardianIdSchema } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { decideRequest } from '../../shared/reservations/decide-request.ts'
import { CHANGES, type Submission } from '../../shared/reservations/model.ts'
import { planningEntity, receiptEntity, submissionEntity } from '../../shared/reservations/store.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { datedUnits } from '../../shared/reservations/view.ts'
import { GUIDE_MORNING, ticked, weekly } from '../support/cesson.ts'
import { anotherFamily } from '../support/families.ts'
import {
  table,
  deps,
  submit,
  itemsOf,
  planningsOf,
  lettersOf,
  MEALS,
  expectRefusal,
} from './submit-fixture.ts'

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
