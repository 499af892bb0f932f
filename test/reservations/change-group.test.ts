import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import { readRoster } from '../../shared/places/release-places.ts'
import { listWaiting } from '../../shared/places/waiting-list.ts'
import { enrolmentIdSchema, groupIdSchema, type GroupId } from '../../shared/platform/schemas.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import { changeGroup } from '../../shared/reservations/change-group.ts'
import { followPlaces } from '../../shared/reservations/follow-places.ts'
import { loadHousehold } from '../../shared/reservations/load-household.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { sweepPlaces } from '../../shared/reservations/sweep-places.ts'
import { schoolYearOf } from '../../shared/catalogue/calendar.ts'
import { GUIDE_MORNING, ticked, type DUPONT } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { streamedTable } from '../support/engine.ts'
import { failNext } from '../support/faults.ts'
import {
  GRANDS,
  limitedFamily,
  limitedTown,
  MONDAY,
  openLimited,
  PETITS,
  TUESDAY,
  VACANCES,
} from '../support/limited.ts'
import { expectCost, measure } from '../support/meter.ts'

const { table, documents, newRecords } = await streamedTable()
const town = limitedTown({ places: 1 })
const deps = { table, town }
const wide = { table, town: limitedTown({ places: 500 }) }

beforeAll(async () => {
  await openLimited(table, town)
})

const book = (by: typeof DUPONT, days: Parameters<typeof ticked>[1], on = deps) =>
  submitWishes(on, {
    by,
    wishes: [ticked('child1-vacances', days)],
    idempotencyKey: `child1-${Object.entries(days).flat(2).join('-')}`,
    now: GUIDE_MORNING,
  })

const move = (
  { familyId }: typeof DUPONT,
  groupId: GroupId,
  from: IsoDate,
  { on = deps, enrolmentId = 'child1-vacances', now = GUIDE_MORNING } = {},
) =>
  changeGroup(on, {
    parameters: { familyId, enrolmentId: enrolmentIdSchema.parse(enrolmentId) },
    body: { groupId, from },
    now,
  })

/** What the stream does, on the morning of the guide, of what was written since the last time. */
const follow = async (): Promise<void> => {
  const handle = streamHandler((change) => followPlaces(deps, { ...change, at: GUIDE_MORNING }))
  for (let Records = await newRecords(); Records.length > 0; Records = await newRecords()) {
    expect(await handle({ Records })).toEqual({ batchItemFailures: [] })
  }
}

const heldBy = async ({ familyId }: typeof DUPONT, groupId: GroupId, monday = MONDAY) => {
  const roster = await readRoster(table, { activityId: VACANCES, groupId, monday })
  return roster?.holdings.get(`${familyId}/child1`)?.days ?? '.......'
}

const enrolmentsOf = async ({ familyId }: typeof DUPONT) => {
  const { file } = await loadHousehold(table, familyId, schoolYearOf(MONDAY))
  return file.enrolments
    .map(({ groupId, from, until }) => ({ groupId, from, until }))
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
}

const refused = (moving: Promise<unknown>): Promise<unknown> =>
  moving.then(
    () => 'done',
    (error: unknown) => (error instanceof PortalError ? error.code : error),
  )

describe('a child that changes its group', () => {
  it('takes its bookings along: places of the new group first, then those of the old one go back', async () => {
    const by = await limitedFamily(table)
    await book(by, { [MONDAY]: ['JOURNEE'], [TUESDAY]: ['MATIN'], '2025-10-28': ['JOURNEE'] })
    const reply = await move(by, GRANDS, TUESDAY)
    expect(reply).toMatchObject({ from: TUESDAY, until: '2026-08-21', activityId: 'VACANCES' })
    expect(await enrolmentsOf(by)).toEqual([
      { groupId: PETITS, from: MONDAY, until: MONDAY },
      { groupId: GRANDS, from: TUESDAY, until: '2026-08-21' },
    ])
    // C is both halves of the day, A the morning.
    expect(await heldBy(by, GRANDS)).toBe('.A.....')
    expect(await heldBy(by, PETITS)).toBe('CA.....')
    await follow()
    expect(await heldBy(by, GRANDS)).toBe('.A.....')
    expect(await heldBy(by, PETITS)).toBe('C......')
    expect(await heldBy(by, GRANDS, '2025-10-27')).toBe('.C.....')
    expect(await heldBy(by, PETITS, '2025-10-27')).toBe('.......')

    // The same call again says the same and writes nothing.
    const { result, cost } = await measure([documents], () => move(by, GRANDS, TUESDAY))
    expect(result).toEqual(reply)
    expect(cost.calls).toEqual({ Query: 1 })
  })

  it('is refused with the days that are full, and gives back what it had claimed', async () => {
    const [by, rival] = [await limitedFamily(table), await limitedFamily(table, [GRANDS])]
    await book(by, { '2025-10-22': ['MATIN'], '2025-10-29': ['MATIN'] })
    await book(rival, { '2025-10-29': ['JOURNEE'] })
    const refusal = await move(by, GRANDS, TUESDAY).catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      code: 'group-full',
      detail: 'Le groupe n’a pas de place pour l’enfant : mercredi 29/10/2025.',
    })
    expect(await enrolmentsOf(by)).toHaveLength(1)

    // From a later day on there is nothing to claim.
    expect(await refused(move(by, GRANDS, '2025-10-30'))).toBe('done')
    await follow()
    expect(await heldBy(by, GRANDS)).toBe('.......')
    expect(await heldBy(by, PETITS)).toBe('..A....')
  })

  it('takes its place on waiting lists along', async () => {
    const [holder, by] = [await limitedFamily(table), await limitedFamily(table)]
    await book(holder, { '2025-10-23': ['MATIN'] })
    await book(by, { '2025-10-23': ['MATIN'] })
    const listOf = (groupId: GroupId) =>
      listWaiting(table, { activityId: VACANCES, groupId }, '2025-10-23')
    const [before] = await listOf(PETITS)
    await move(by, GRANDS, '2025-10-22')
    expect(await listOf(PETITS)).toEqual([])
    expect(await listOf(GRANDS)).toEqual([{ ...before, groupId: GRANDS }])
    // There is a place in the new group, which the stream gives.
    await follow()
    expect(await listOf(GRANDS)).toEqual([])
    expect(await heldBy(by, GRANDS)).toBe('...A...')
  })

  it('changes the whole enrolment from its first day on', async () => {
    const by = await limitedFamily(table)
    const reply = await move(by, GRANDS, MONDAY)
    expect(reply.enrolmentId).toBe('child1-vacances')
    expect(await enrolmentsOf(by)).toEqual([{ groupId: GRANDS, from: MONDAY, until: '2026-08-21' }])
    expect(await move(by, GRANDS, MONDAY)).toEqual(reply)
  })

  it('keeps what a later attempt claims for days booked since the first one', async () => {
    const by = await limitedFamily(table)
    const [first, later] = ['2026-02-23', '2026-03-03'] as const
    const dieOnce = async (moving: () => Promise<unknown>): Promise<void> => {
      const dies = failNext(documents, TransactWriteCommand, [new Error('The process died')])
      onTestFinished(dies)
      await expect(moving()).rejects.toThrow('The process died')
      dies()
    }
    await book(by, { [first]: ['JOURNEE'] }, wide)
    await dieOnce(() => move(by, GRANDS, first, { on: wide }))
    await book(by, { [later]: ['MATIN'] }, wide)
    await dieOnce(() => move(by, GRANDS, first, { on: wide }))
    await follow()
    expect(await heldBy(by, GRANDS, first)).toBe('C......')
    expect(await heldBy(by, GRANDS, '2026-03-02')).toBe('.A.....')

    await move(by, GRANDS, first, { on: wide })
    await follow()
    expect(await heldBy(by, GRANDS, '2026-03-02')).toBe('.A.....')
    expect(await heldBy(by, PETITS, first)).toBe('.......')
    expect(await heldBy(by, PETITS, '2026-03-02')).toBe('.......')
  })

  it('from its first day on gives back what a booking on its way has claimed in the old group', async () => {
    const by = await limitedFamily(table)
    const dies = failNext(documents, TransactWriteCommand, [new Error('The process died')])
    onTestFinished(dies)
    await expect(book(by, { '2026-07-06': ['JOURNEE'] })).rejects.toThrow('The process died')
    dies()
    await follow()
    expect(await heldBy(by, PETITS, '2026-07-06')).toBe('C......')

    await move(by, GRANDS, MONDAY)
    await follow()
    expect(await heldBy(by, PETITS, '2026-07-06')).toBe('.......')
    await sweepPlaces(deps, new Date(GUIDE_MORNING.getTime() + 61_000))
    await follow()
    expect(await heldBy(by, PETITS, '2026-07-06')).toBe('.......')
    expect(await heldBy(by, GRANDS, '2026-07-06')).toBe('C......')
  })

  it('is refused for unknown enrolments and groups, the same group, and a day outside the enrolment', async () => {
    const by = await limitedFamily(table)
    const unknown = groupIdSchema.parse('PETITS')
    expect(await refused(move(by, unknown, TUESDAY))).toBe('not-found')
    expect(await refused(move(by, GRANDS, TUESDAY, { enrolmentId: 'other' }))).toBe(
      'unknown-enrolment',
    )
    expect(await refused(move(by, PETITS, TUESDAY))).toBe('nothing-to-change')
    expect(await refused(move(by, GRANDS, '2025-10-19'))).toBe('period-out-of-range')
    expect(await refused(move(by, GRANDS, '2026-08-22'))).toBe('period-out-of-range')
    const now = new Date('2025-10-23T10:00:00Z')
    expect(await refused(move(by, GRANDS, '2025-10-22', { now }))).toBe('period-out-of-range')
  })

  it('costs three Queries, one claim for each week with bookings and one transaction', async () => {
    const by = await limitedFamily(table)
    await book(by, { '2026-04-22': ['JOURNEE'] }, wide)
    const { cost } = await measure([documents], () => move(by, GRANDS, '2026-04-22', { on: wide }))
    expect(cost.calls).toMatchObject({ Query: 3, TransactWriteItems: 1 })
    expectCost('change the group of a child with a day booked', cost)
  })

  it('has one effect wherever it breaks and is called again, and no place is lost', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const by = await limitedFamily(table)
        await book(by, { '2026-04-20': ['JOURNEE'], '2026-04-28': ['MATIN'] }, wide)
        return {
          run: () => move(by, GRANDS, '2026-04-20', { on: wide }),
          check: async () => {
            expect(await enrolmentsOf(by)).toMatchObject([
              { groupId: PETITS, until: '2026-04-19' },
              { groupId: GRANDS, from: '2026-04-20' },
            ])
            expect(await heldBy(by, GRANDS, '2026-04-20')).toBe('C......')
            expect(await heldBy(by, GRANDS, '2026-04-27')).toBe('.A.....')
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['UpdateItem', 'TransactWriteItems']),
    )
    await follow()
    const roster = await readRoster(table, {
      activityId: VACANCES,
      groupId: PETITS,
      monday: '2026-04-20',
    })
    expect(roster?.holdings.size).toBe(0)
  })
})
