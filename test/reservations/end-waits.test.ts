import { describe, expect, it } from 'vitest'
import { Calendars, type TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'
import { listOver, listWaiting, waitingWrite } from '../../shared/places/waiting-list.ts'
import type { Range } from '../../shared/platform/expressions.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { enrolmentIdSchema, requestNumberSchema } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { changeGroup } from '../../shared/reservations/change-group.ts'
import { letterOn } from '../../shared/reservations/lines.ts'
import { listSubmissions, planningEntity } from '../../shared/reservations/store.ts'
import { sweepPlaces } from '../../shared/reservations/sweep-places.ts'
import { GUIDE_MORNING, ticked } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { drain } from '../support/drain.ts'
import { streamedTable } from '../support/engine.ts'
import {
  centreOf,
  GRANDS,
  limitedFamily,
  limitedTown,
  MATIN,
  MONDAY,
  PETITS,
  VACANCES,
} from '../support/limited.ts'
import { submitAnew } from '../support/submissions.ts'

const engine = await streamedTable()
const { table, documents } = engine
const town = limitedTown({ places: 1 })

type Family = Awaited<ReturnType<typeof limitedFamily>>

const book = (
  by: Family,
  dates: readonly IsoDate[],
  { on = town, units = ['MATIN'] }: { on?: TownCatalogue; units?: readonly string[] } = {},
) => {
  const days = Object.fromEntries(dates.map((date) => [date, units]))
  return submitAnew({ table, town: on }, by, [ticked('child1-vacances', days)])
}

/** A family that waits for days on which another one has the only place. */
const waitingFamily = async (...dates: IsoDate[]): Promise<{ holder: Family; waiting: Family }> => {
  const [holder, waiting] = [await limitedFamily(table), await limitedFamily(table)]
  await book(holder, dates)
  await book(waiting, dates)
  return { holder, waiting }
}

/** The deadline for adding a day: noon in Paris of the fifteenth day before, and so long after it. */
const deadlineOf = (date: IsoDate, milliseconds = 0): Date =>
  new Date(town.calendars.deadlineOf(centreOf(town), 'add', date).getTime() + milliseconds)

const sweep = (at: Date, on = town, through: Table = table) =>
  sweepPlaces({ table: through, town: on }, at)

const everythingOf = ({ familyId }: Family) => table.query({ partition: familyPartition(familyId) })

const letterOf = async (by: Family, date: IsoDate): Promise<string> =>
  letterOn(planningEntity.pick(await everythingOf(by))[0], MATIN, date)

const requestOf = async ({ familyId }: Family) =>
  (await listSubmissions(table, familyId, { limit: 1 }))[0]?.requests[0]

const noticesOf = ({ familyId }: Family) =>
  table.query({ partition: familyPartition(familyId), from: ['NOTICE'] })

const waitersOf = (date: IsoDate, groupId = PETITS) =>
  listWaiting(table, { activityId: VACANCES, groupId }, date)

describe('a child who waits until the deadline for adding the day', () => {
  it('is refused at that instant and no sooner, and its guardians are told once [wish W2, W3]', async () => {
    const { waiting } = await waitingFamily(MONDAY)
    expect(await sweep(deadlineOf(MONDAY, -1))).toMatchObject({ ended: 0 })
    expect(await letterOf(waiting, MONDAY)).toBe('w')
    expect(await noticesOf(waiting)).toEqual([])

    expect(await sweep(deadlineOf(MONDAY))).toMatchObject({ ended: 1 })
    expect(await letterOf(waiting, MONDAY)).toBe('n')
    expect(await requestOf(waiting)).toMatchObject({ state: 'refused', units: [{ changes: 'n' }] })
    expect(await waitersOf(MONDAY)).toEqual([])
    expect(await noticesOf(waiting)).toMatchObject([
      {
        to: [
          { email: 'madelainedupont@famille.example' },
          { email: 'juliendupont@famille.example' },
        ],
        content: {
          kind: 'wait-over',
          child: 'Léo',
          groupId: PETITS,
          days: [{ date: MONDAY, unitIds: [MATIN] }],
        },
      },
    ])

    const before = await everythingOf(waiting)
    expect(await sweep(deadlineOf(MONDAY, 60_000))).toMatchObject({ ended: 0 })
    expect(await everythingOf(waiting)).toEqual(before)
  })

  it('hears of the days of a request in one mail; a day of a later deadline goes on waiting', async () => {
    const [first, second, third] = ['2025-10-21', '2025-10-22', '2025-10-24'] as const
    const { waiting } = await waitingFamily(first, second, third)
    await sweep(deadlineOf(second))
    expect(await noticesOf(waiting)).toMatchObject([
      { content: { days: [{ date: first }, { date: second }] } },
    ])
    expect(await requestOf(waiting)).toMatchObject({
      state: 'waiting',
      units: [{ changes: 'nn.w' }],
    })
    expect(await letterOf(waiting, third)).toBe('w')
    await sweep(deadlineOf(third))
    expect(await requestOf(waiting)).toMatchObject({ state: 'refused' })
    expect(await noticesOf(waiting)).toHaveLength(2)
  })

  it('keeps the days of the same request that it has', async () => {
    const [full, free] = ['2025-10-27', '2025-10-28'] as const
    await book(await limitedFamily(table), [full])
    const by = await limitedFamily(table)
    await book(by, [full, free])
    await sweep(deadlineOf(free))
    expect(await requestOf(by)).toMatchObject({ state: 'accepted', units: [{ changes: 'n+' }] })
    expect(await letterOf(by, free)).toBe('a')
  })

  it('is refused in its new group, too, and where the town has given the activity up', async () => {
    const date = '2025-10-30'
    const { waiting } = await waitingFamily(date)
    const other = await limitedFamily(table, [GRANDS])
    await book(other, [date])
    await changeGroup(
      { table, town },
      {
        parameters: {
          familyId: waiting.familyId,
          enrolmentId: enrolmentIdSchema.parse('child1-vacances'),
        },
        body: { groupId: GRANDS, from: '2025-10-29' },
        now: GUIDE_MORNING,
      },
    )
    expect(await waitersOf(date, GRANDS)).toHaveLength(1)
    const catalogue = {
      ...town.catalogue,
      activities: town.catalogue.activities.filter(({ id }) => id !== VACANCES),
    }
    await sweep(deadlineOf(date), { catalogue, calendars: new Calendars(catalogue) })
    expect(await waitersOf(date, GRANDS)).toEqual([])
    expect(await noticesOf(waiting)).toMatchObject([{ content: { groupId: GRANDS } }])
  })

  it('goes on waiting where the town has put the deadline off meanwhile', async () => {
    const date = '2025-10-31'
    const { holder, waiting } = await waitingFamily(date)
    const later = limitedTown({ places: 1, daysAhead: 10 })
    await sweep(deadlineOf(date), later)
    expect(await letterOf(waiting, date)).toBe('w')
    expect(await listOver(table, deadlineOf(date), 10)).toEqual([])

    await drain(engine, { table, town: later }, deadlineOf(date))
    await book(holder, [date], { on: later, units: [] })
    await drain(engine, { table, town: later }, deadlineOf(date))
    expect(await letterOf(waiting, date)).toBe('a')
  })
})

describe('the sweep of an index that is behind', () => {
  /** The table, with an index that shows what it shows now. */
  const lagging = (at: Date): Table => {
    const shown = table.query({
      partition: ['WAITING', 'ends'],
      from: [],
      to: [at.toISOString()],
      index: true,
    })
    return {
      ...table,
      query: (range: Range) => (range.partition[1] === 'ends' ? shown : table.query(range)),
    }
  }

  it('tells nobody who has left the list, or was given the place', async () => {
    const [left, given] = ['2025-12-22', '2025-12-23'] as const
    const { waiting: leaving } = await waitingFamily(left)
    const { holder, waiting: lucky } = await waitingFamily(given)
    const stale = lagging(deadlineOf(given))
    expect(await stale.query({ partition: ['WAITING', 'ends'] })).toHaveLength(2)

    await book(leaving, [left], { units: [] })
    await book(holder, [given], { units: [] })
    await drain(engine, { table, town }, GUIDE_MORNING)
    await sweep(deadlineOf(given), town, stale)
    expect(await letterOf(leaving, left)).toBe('.')
    expect(await letterOf(lucky, given)).toBe('a')
    expect(await noticesOf(leaving)).toEqual([])
    expect(await noticesOf(lucky)).toMatchObject([{ content: { kind: 'given' } }])
  })

  it('leaves an offer its time', async () => {
    const offering = limitedTown({ places: 1, waiting: { kind: 'offered', hours: 48 } })
    const date = '2025-12-29'
    const { holder, waiting } = await waitingFamily(date)
    const stale = lagging(deadlineOf(date))
    expect(await stale.query({ partition: ['WAITING', 'ends'] })).toHaveLength(1)
    const justBefore = deadlineOf(date, -3_600_000)
    await book(holder, [date], { on: offering, units: [] })
    await drain(engine, { table, town: offering }, justBefore)
    expect(await letterOf(waiting, date)).toBe('o')
    await sweep(justBefore, offering, stale)
    expect(await letterOf(waiting, date)).toBe('o')
    await sweep(deadlineOf(date), offering)
    expect((await noticesOf(waiting)).map(({ content }) => content)).toMatchObject([
      { kind: 'offered', until: deadlineOf(date).toISOString() },
      { kind: 'offer-over' },
    ])
  })

  it('deletes an entry of which no planning knows', async () => {
    const date = '2025-12-30'
    await waitingFamily(date)
    const [entry] = await waitersOf(date)
    if (entry === undefined) throw new Error('Nobody waits')
    const stray = { ...entry, number: requestNumberSchema.parse(900_000) }
    await table.transact([waitingWrite(stray)])
    await sweep(deadlineOf(date))
    expect(await waitersOf(date)).toEqual([])
  })
})

it('ends a wait once wherever the sweep breaks off', async () => {
  const monday = '2026-02-23'
  const crashes = await crashEverywhere({
    clients: [documents],
    scenario: async () => {
      const dates = [monday, addDays(monday, 1)] as const
      const by = await limitedFamily(table)
      await book(await limitedFamily(table), dates)
      await book(by, dates)
      return {
        run: () => sweep(deadlineOf(dates[1])),
        check: async () => {
          for (const date of dates) {
            expect(await letterOf(by, date)).toBe('n')
            expect(await waitersOf(date)).toEqual([])
          }
          expect(await requestOf(by)).toMatchObject({ state: 'refused' })
          expect(await noticesOf(by)).toHaveLength(1)
        },
      }
    },
  })
  expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
})
