import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { addDays, weekdayOf, type IsoDate } from '../../shared/kernel/dates.ts'
import { loadRosters } from '../../shared/places/load-rosters.ts'
import { holderKey, slotKey } from '../../shared/places/rules.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import type { UnitId } from '../../shared/platform/schemas.ts'
import { familyEntity } from '../../shared/families/store.ts'
import { answerOffer } from '../../shared/reservations/answer-offer.ts'
import { yearsOf, readLine } from '../../shared/reservations/lines.ts'
import { loadHousehold } from '../../shared/reservations/load-household.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { listSubmissions } from '../../shared/reservations/store.ts'
import { sweepPlaces } from '../../shared/reservations/sweep-places.ts'
import {
  childIdSchema,
  circumstanceIdSchema,
  schoolYearIdSchema,
} from '../../shared/platform/schemas.ts'
import { GUIDE_MORNING, ticked } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { drain } from '../support/drain.ts'
import { streamedTable } from '../support/engine.ts'
import { expectCost, measure } from '../support/meter.ts'
import { failNext } from '../support/faults.ts'
import {
  APRES_MIDI,
  JOURNEE,
  limitedFamily,
  limitedTown,
  MATIN,
  MONDAY,
  PETITS,
  VACANCES,
} from '../support/limited.ts'

const CHILD = childIdSchema.parse('child1')
const YEAR = schoolYearIdSchema.parse('2025-2026')
const BOTH_WORK = circumstanceIdSchema.parse('PARENTS_ACTIFS')
const engine = await streamedTable()
const { table, documents } = engine

type Family = Awaited<ReturnType<typeof limitedFamily>>

/** A week of its own for each test: the rosters of the others do not matter. */
const WEEKS: readonly IsoDate[] = [
  '2025-10-20',
  '2025-10-27',
  '2025-12-22',
  '2025-12-29',
  '2026-02-23',
  '2026-03-02',
  '2026-04-20',
  '2026-04-27',
  '2026-07-06',
  '2026-07-13',
  '2026-07-20',
  '2026-07-27',
  '2026-08-03',
  '2026-08-10',
]
let used = 0
const freshDay = (): IsoDate => {
  const day = WEEKS[used] ?? MONDAY
  used += 1
  return day
}

const book = (
  town: TownCatalogue,
  by: Family,
  days: Readonly<Record<IsoDate, readonly string[]>>,
  {
    child = 1,
    key = `key-${by.familyId}-${String(Math.random()).slice(2)}`,
    now = GUIDE_MORNING,
  } = {},
) =>
  submitWishes(
    { table, town },
    { by, wishes: [ticked(`child${String(child)}-vacances`, days)], idempotencyKey: key, now },
  )

const lettersOf = async (
  by: Family,
  date: IsoDate,
  units: readonly UnitId[] = [MATIN, APRES_MIDI, JOURNEE],
  childId = 'child1',
): Promise<string> => {
  const { plannings } = await loadHousehold(table, by.familyId, YEAR)
  const own = plannings.filter((planning) => planning.childId === childId)
  const [planning] = own
  if (planning === undefined) return '...'
  return units.map((unit) => readLine(yearsOf(own, planning), unit, date, date)).join('')
}

const rosterOf = async (date: IsoDate) =>
  (await loadRosters(table, VACANCES, PETITS, date, date))[0]

const noticesOf = async (by: Family): Promise<string[]> =>
  (await table.query({ partition: familyPartition(by.familyId), from: ['NOTICE'] })).map((item) =>
    String(item['noticeId']).replace(/-.*/, ''),
  )

describe('a day with one place left', () => {
  it('goes to who asks first; the next waits, and gets it at once when it is given up [wish W2, W3]', async () => {
    const town = limitedTown({ places: 1 })
    const date = freshDay()
    const [first, second, third] = [
      await limitedFamily(table),
      await limitedFamily(table),
      await limitedFamily(table),
    ]
    expect((await book(town, first, { [date]: ['JOURNEE'] })).requests[0]?.state).toBe('accepted')
    expect((await book(town, second, { [date]: ['JOURNEE'] })).requests[0]?.state).toBe('waiting')
    expect((await book(town, third, { [date]: ['MATIN'] })).requests[0]?.state).toBe('waiting')
    await drain(engine, { table, town }, GUIDE_MORNING)
    expect(await lettersOf(second, date)).toBe('..w')

    await book(town, first, { [date]: [] })
    await drain(engine, { table, town }, GUIDE_MORNING)
    expect(await lettersOf(first, date)).toBe('...')
    expect(await lettersOf(second, date)).toBe('..a')
    expect(await lettersOf(third, date)).toBe('w..')
    expect(await noticesOf(second)).toEqual(['GIVEN'])
    expect(await noticesOf(third)).toEqual([])
    const roster = await rosterOf(date)
    expect([...(roster?.holdings.keys() ?? [])]).toEqual([
      holderKey({ familyId: second.familyId, childId: CHILD }),
    ])
    expect(roster?.left.get(slotKey(1, 0))).toBe(0)
  })

  it('is offered with a time to answer, then to the next, and given to who takes it [wish W2]', async () => {
    const town = limitedTown({ places: 1, waiting: { kind: 'offered', hours: 24 } })
    const booking = { table, town }
    const date = freshDay()
    const families = [
      await limitedFamily(table),
      await limitedFamily(table),
      await limitedFamily(table),
      await limitedFamily(table),
    ] as const
    const [holder, silent, declining, taking] = families
    for (const family of families) await book(town, family, { [date]: ['JOURNEE'] })
    await book(town, holder, { [date]: [] })
    await drain(engine, booking, GUIDE_MORNING)
    expect(await lettersOf(silent, date)).toBe('..o')

    const nextDay = new Date(GUIDE_MORNING.getTime() + 24 * 3_600_000)
    expect(await sweepPlaces(booking, new Date(nextDay.getTime() - 1))).toMatchObject({
      ended: 0,
    })
    expect(await sweepPlaces(booking, nextDay)).toMatchObject({ ended: 1 })
    await drain(engine, booking, nextDay)
    expect(await lettersOf(silent, date)).toBe('..n')
    expect(await noticesOf(silent)).toEqual(['OFFERED', 'OVER'])
    expect(await lettersOf(declining, date)).toBe('..o')

    const answer = (by: Family, number: number, accepted: boolean, now = nextDay) =>
      answerOffer(booking, { by, offer: { number, date, unitId: JOURNEE }, accepted, now })
    const numberOf = async (by: Family): Promise<number> =>
      (await listSubmissions(table, by.familyId, { limit: 1 }))[0]?.number ?? 0
    const late = new Date(nextDay.getTime() + 25 * 3_600_000)
    await expect(answer(declining, await numberOf(declining), true, late)).rejects.toMatchObject({
      code: 'offer-over',
    })
    await answer(declining, await numberOf(declining), false)
    await drain(engine, booking, nextDay)
    expect(await lettersOf(declining, date)).toBe('...')
    await answer(taking, await numberOf(taking), true)
    await drain(engine, booking, nextDay)
    expect(await lettersOf(taking, date)).toBe('..a')
    expect((await rosterOf(date))?.holdings.size).toBe(1)
    await expect(answer(taking, await numberOf(taking), true)).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('takes both halves for a whole day, and one half leaves the other [guide 39]', async () => {
    const town = limitedTown({ places: 1 })
    const date = freshDay()
    const [morning, afternoon, whole] = [
      await limitedFamily(table),
      await limitedFamily(table),
      await limitedFamily(table),
    ]
    await book(town, morning, { [date]: ['MATIN'] })
    expect((await book(town, whole, { [date]: ['JOURNEE'] })).requests[0]?.state).toBe('waiting')
    await book(town, afternoon, { [date]: ['APRES_MIDI'] })
    expect(await lettersOf(morning, date)).toBe('a..')
    expect(await lettersOf(afternoon, date)).toBe('.a.')

    await book(town, morning, { [date]: [] })
    await drain(engine, { table, town }, GUIDE_MORNING)
    expect(await lettersOf(whole, date)).toBe('..w')
    await book(town, afternoon, { [date]: [] })
    await drain(engine, { table, town }, GUIDE_MORNING)
    expect(await lettersOf(whole, date)).toBe('..a')
  })

  it('goes by the priorities of the town before the order of arrival', async () => {
    const town = limitedTown({
      places: 1,
      priorities: [{ kind: 'circumstance', circumstance: BOTH_WORK }],
    })
    const date = freshDay()
    const [holder, early, working] = [
      await limitedFamily(table),
      await limitedFamily(table),
      await limitedFamily(table),
    ]
    const { file } = await loadHousehold(table, working.familyId, YEAR)
    await table.put(familyEntity.toItem({ ...file.family, circumstances: [BOTH_WORK] }))
    for (const family of [holder, early, working]) await book(town, family, { [date]: ['MATIN'] })
    await book(town, holder, { [date]: [] })
    await drain(engine, { table, town }, GUIDE_MORNING)
    expect(await lettersOf(working, date)).toBe('a..')
    expect(await lettersOf(early, date)).toBe('w..')
  })

  it('accepts the days that have room and lets the others wait, in one request [guide 46]', async () => {
    const town = limitedTown({ places: 1 })
    const monday = freshDay()
    const tuesday = addDays(monday, 1)
    const [first, second] = [await limitedFamily(table), await limitedFamily(table)]
    await book(town, first, { [monday]: ['JOURNEE'] })
    const { requests } = await book(town, second, { [monday]: ['JOURNEE'], [tuesday]: ['JOURNEE'] })
    expect(requests).toMatchObject([
      {
        state: 'accepted',
        from: monday,
        to: tuesday,
        units: [{ unitId: 'JOURNEE', changes: 'w+' }],
      },
    ])
  })

  it('never is taken twice, however many ask for it at once [wish W1]', async () => {
    const town = limitedTown({ places: 3 })
    const date = freshDay()
    const families = await Promise.all(Array.from({ length: 20 }, () => limitedFamily(table)))
    const answers = await Promise.all(
      families.map((family) => book(town, family, { [date]: ['MATIN'] })),
    )
    const states = answers.map(({ requests }) => requests[0]?.state)
    expect(states.filter((state) => state === 'accepted')).toHaveLength(3)
    expect(states.filter((state) => state === 'waiting')).toHaveLength(17)
    expect((await rosterOf(date))?.holdings.size).toBe(3)
    await drain(engine, { table, town }, GUIDE_MORNING)
    expect((await rosterOf(date))?.holdings.size).toBe(3)
  })

  it('is refused with the reason where the town has no waiting list', async () => {
    const town = limitedTown({ places: 1, waiting: { kind: 'none' } })
    const date = freshDay()
    const [first, second] = [await limitedFamily(table), await limitedFamily(table)]
    await book(town, first, { [date]: ['JOURNEE'] })
    await expect(book(town, second, { [date]: ['JOURNEE'] })).rejects.toMatchObject({
      code: 'nothing-to-change',
    })
    await book(town, first, { [date]: [] })
    await drain(engine, { table, town }, GUIDE_MORNING)
    expect((await book(town, second, { [date]: ['JOURNEE'] })).requests[0]?.state).toBe('accepted')
  })
})

describe('a booking of places', () => {
  it('has one effect wherever it breaks and is called again', async () => {
    const places = 500
    const town = limitedTown({ places })
    const date = freshDay()
    const slot = slotKey(weekdayOf(date), 0)
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const family = await limitedFamily(table)
        const key = holderKey({ familyId: family.familyId, childId: CHILD })
        return {
          run: () => book(town, family, { [date]: ['MATIN'] }, { key: 'the-same-key' }),
          check: async ({ requests }) => {
            expect(requests[0]?.state).toBe('accepted')
            expect(await lettersOf(family, date)).toBe('a..')
            const held = await rosterOf(date)
            expect(held?.holdings.get(key)?.days).toBe('A......')
            expect(held?.left.get(slot)).toBe(places - (held?.holdings.size ?? 0))

            await book(town, family, { [date]: [] })
            await drain(engine, { table, town }, GUIDE_MORNING)
            const freed = await rosterOf(date)
            expect(freed?.holdings.has(key)).toBe(false)
            expect(freed?.left.get(slot)).toBe(places - (freed?.holdings.size ?? 0))
          },
        }
      },
    })
  })

  it('is carried out by the sweep when nobody calls again', async () => {
    const town = limitedTown({ places: 1 })
    const date = freshDay()
    const family = await limitedFamily(table)
    const dies = failNext(documents, TransactWriteCommand, [new Error('The process died')])
    onTestFinished(dies)
    await expect(book(town, family, { [date]: ['JOURNEE'] })).rejects.toThrow('The process died')
    dies()
    expect(await lettersOf(family, date)).toBe('...')
    expect((await rosterOf(date))?.holdings.size).toBe(1)
    await drain(engine, { table, town }, GUIDE_MORNING)
    expect((await rosterOf(date))?.holdings.size).toBe(1)
    await sweepPlaces({ table, town }, new Date(GUIDE_MORNING.getTime() + 61_000))
    expect(await lettersOf(family, date)).toBe('..a')
  })
})

describe('the cost of counted places', () => {
  it('is at most four writes and fifteen units for a booking, of a group of sixty', async () => {
    const town = limitedTown({ places: 60 })
    const date = freshDay()
    for (let index = 0; index < 59; index += 1) {
      await book(town, await limitedFamily(table), { [date]: ['JOURNEE'] })
    }
    const [last, late] = [await limitedFamily(table), await limitedFamily(table)]
    const booked = await measure([documents], () => book(town, last, { [date]: ['JOURNEE'] }))
    expect(booked.result.requests[0]?.state).toBe('accepted')
    expectCost('book the last of 60 counted places', booked.cost)
    const waits = await measure([documents], () => book(town, late, { [date]: ['JOURNEE'] }))
    expect(waits.result.requests[0]?.state).toBe('waiting')
    expectCost('wait for one of 60 counted places', waits.cost)
    for (const { calls, tableWrites, indexWrites } of [booked.cost, waits.cost]) {
      const { PutItem = 0, UpdateItem = 0, TransactWriteItems = 0 } = calls
      expect(PutItem + UpdateItem + TransactWriteItems).toBeLessThanOrEqual(4)
      expect(tableWrites + indexWrites).toBeLessThanOrEqual(15)
    }
  })
})
