import { beforeAll, describe, expect, it } from 'vitest'
import { closeActivity } from '../../shared/catalogue/close-activity.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { billFamily } from '../../shared/billing/rules.ts'
import { schoolYearOf } from '../../shared/catalogue/calendar.ts'
import { eachDay, weekdayOf, type IsoDate } from '../../shared/kernel/dates.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import { noticeIn } from '../../shared/messages/notices.ts'
import { readRoster } from '../../shared/places/release-places.ts'
import { listWaiting } from '../../shared/places/waiting-list.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { activityIdSchema, regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import { closeDay, releaseDay, type ClosingJob } from '../../shared/reservations/close-day.ts'
import { followPlaces } from '../../shared/reservations/follow-places.ts'
import { letterOn } from '../../shared/reservations/lines.ts'
import { loadHousehold } from '../../shared/reservations/load-household.ts'
import { planningsAmong, submissionEntity } from '../../shared/reservations/store.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { GUIDE_MORNING, ticked, type DUPONT } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable, streamedTable } from '../support/engine.ts'
import {
  GRANDS,
  JOURNEE,
  limitedFamily,
  limitedTown,
  MATIN,
  MONDAY,
  openLimited,
  PETITS,
  TUESDAY,
  VACANCES,
} from '../support/limited.ts'
import { expectCost, measure } from '../support/meter.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'

const { table, documents, newRecords } = await streamedTable()
/** For the editions of a catalogue, of which the stream has nothing to tell. */
const quiet = await freshTable()
const town = limitedTown({ places: 1 })
const deps = { table, town }

beforeAll(async () => {
  await openLimited(table, town)
})

const book = (by: typeof DUPONT, days: Parameters<typeof ticked>[1], child = 'child1') =>
  submitWishes(deps, {
    by,
    wishes: [ticked(`${child}-vacances`, days)],
    idempotencyKey: `${child}-${Object.entries(days).flat(2).join('-')}`,
    now: GUIDE_MORNING,
  })

const close = (date: IsoDate, now = GUIDE_MORNING, activityId = VACANCES, on = table) =>
  closeDay(on, { parameters: { activityId }, body: { date, reason: 'Grève' }, now })

const jobFor = (date: IsoDate, ...familyIds: FamilyId[]): ClosingJob => ({
  activityId: VACANCES,
  date,
  reason: 'Grève',
  at: GUIDE_MORNING.toISOString(),
  familyIds,
})

const everythingOf = ({ familyId }: typeof DUPONT) =>
  table.query({ partition: familyPartition(familyId) })

const noticesOf = async (by: typeof DUPONT) =>
  (await everythingOf(by)).flatMap((item) => noticeIn(item) ?? [])

const letterOf = async (by: typeof DUPONT, unit: typeof MATIN, date: IsoDate) =>
  letterOn(planningsAmong(await everythingOf(by))[0], unit, date)

/** The planning of a child with one letter. */
const noted = ({ familyId }: typeof DUPONT, letter: string) =>
  planningWith(
    familyId,
    { child: 'child1', activity: 'VACANCES', unit: 'MATIN' },
    { '2025-10-24': letter },
  )

const codeOf = (error: unknown): unknown => (error instanceof PortalError ? error.code : error)

describe('the closing of a day after bookings exist', () => {
  it('releases what each child has on the day, tells its guardians why, and bills nothing', async () => {
    const by = await limitedFamily(table)
    await book(by, { [MONDAY]: ['JOURNEE'], [TUESDAY]: ['MATIN'] })
    const rival = await limitedFamily(table)
    const waiting = await book(rival, { [MONDAY]: ['MATIN'] })
    expect(waiting.requests).toMatchObject([{ state: 'waiting' }])

    const jobs = await close(MONDAY)
    expect(jobs.flatMap(({ familyIds }) => familyIds)).toEqual([by.familyId, rival.familyId])
    for (const job of jobs) expect(await releaseDay(table, job)).toBe(2)

    expect(await letterOf(by, JOURNEE, MONDAY)).toBe('.')
    expect(await letterOf(by, MATIN, TUESDAY)).toBe('a')
    expect(await noticesOf(by)).toMatchObject([
      {
        to: [
          { email: 'madelainedupont@famille.example' },
          { email: 'juliendupont@famille.example' },
        ],
        content: {
          kind: 'closed',
          reason: 'Grève',
          groupId: PETITS,
          days: [{ date: MONDAY, unitIds: ['JOURNEE'] }],
        },
      },
    ])
    // Who waited waits no more, and its request says so.
    expect(await letterOf(rival, MATIN, MONDAY)).toBe('.')
    expect(await listWaiting(table, { activityId: VACANCES, groupId: PETITS }, MONDAY)).toEqual([])
    const [submission] = submissionEntity.pick(await everythingOf(rival))
    expect(submission?.requests).toMatchObject([{ state: 'refused', units: [{ changes: 'n' }] }])
  })

  it('bills nothing of a closed day, even before it is released', async () => {
    const by = await limitedFamily(table)
    await book(by, { '2025-10-22': ['JOURNEE'] })
    const jobs = await close('2025-10-22')
    expect(jobs).toHaveLength(1)
    const household = await loadHousehold(table, by.familyId, schoolYearOf(MONDAY))
    const bill = (on: typeof town) =>
      billFamily(
        on,
        { ...household, aids: [], dayCredits: [], reviews: [], carryOver: undefined },
        { month: '2025-10', regieId: regieIdSchema.parse('ENF'), issuedOn: '2025-11-01' },
        new Map(),
      ).kind
    expect(bill(town)).toBe('draft')
    expect(bill(await townCatalogue(table)())).toBe('nothing')
  })

  it('gives the places back, by the stream, and to nobody who waits', async () => {
    const by = await limitedFamily(table)
    await book(by, { '2025-10-23': ['JOURNEE'] })
    await newRecords()
    await close('2025-10-23')
    await releaseDay(table, jobFor('2025-10-23', by.familyId))
    const follow = streamHandler(async (change) =>
      followPlaces({ table, town: await townCatalogue(table)() }, { ...change, at: GUIDE_MORNING }),
    )
    for (let Records = await newRecords(); Records.length > 0; Records = await newRecords()) {
      expect(await follow({ Records })).toEqual({ batchItemFailures: [] })
    }
    const roster = await readRoster(table, {
      activityId: VACANCES,
      groupId: PETITS,
      monday: MONDAY,
    })
    expect(roster?.left.get('40')).toBe(1)
    expect(roster?.freed.get('40') ?? 0).toBe(0)
    expect(roster?.holdings.get(`${by.familyId}/child1`)).toBeUndefined()
  })

  it('catches in its second pass what a function with the earlier catalogue has booked, by a mail of its own', async () => {
    const by = await limitedFamily(table, [PETITS, GRANDS])
    const job = jobFor('2025-10-27', by.familyId)
    await book(by, { '2025-10-27': ['MATIN'] })
    await close('2025-10-27')
    expect(await releaseDay(table, job)).toBe(1)
    expect(await releaseDay(table, job)).toBe(0)
    // `deps` still holds the catalogue of before.
    await book(by, { '2025-10-27': ['JOURNEE'] })
    await book(by, { '2025-10-27': ['MATIN'] }, 'child2')
    expect(await releaseDay(table, job)).toBe(2)
    expect(await releaseDay(table, job)).toBe(0)
    expect((await noticesOf(by)).map(({ noticeId }) => noticeId)).toEqual([
      'CLOSED-VACANCES-2025-10-27-child1-2',
      'CLOSED-VACANCES-2025-10-27-child1-4',
      'CLOSED-VACANCES-2025-10-27-child2-2',
    ])
  })

  it.each(['j', 'n', '.'])('leaves a day that nobody owes as it is: %s', async (letter) => {
    const by = await limitedFamily(table)
    await storePlannings(table, [noted(by, letter)])
    expect(await releaseDay(table, jobFor('2025-10-24', by.familyId))).toBe(0)
    expect(await noticesOf(by)).toEqual([])
    expect(await letterOf(by, MATIN, '2025-10-24')).toBe(letter)
  })

  it.each(['a', 'l', 'c', 'u', 'e'])('releases whatever is owed: %s', async (letter) => {
    const by = await limitedFamily(table)
    await storePlannings(table, [noted(by, letter)])
    expect(await releaseDay(table, jobFor('2025-10-24', by.familyId))).toBe(1)
    expect(await letterOf(by, MATIN, '2025-10-24')).toBe('.')
  })

  it('lets two closures at once both stand', async () => {
    const dates = ['2026-02-23', '2026-02-24', '2026-02-25'] as const
    await Promise.all(dates.map((date) => closeActivity(table, { activityId: VACANCES, date })))
    const { catalogue } = await townCatalogue(table)()
    const { opening } = catalogue.activities.find(({ id }) => id === VACANCES) ?? {}
    expect(opening?.closedOn).toEqual(expect.arrayContaining([...dates]))
  })

  it('takes a day that is over, and refuses one without the activity and an unknown activity', async () => {
    const refused = (closing: Promise<unknown>) => closing.then(() => 'done', codeOf)
    const later = new Date('2025-10-29T10:00:00Z')
    expect(await refused(close('2025-10-28', later))).toBe('done')
    expect(await refused(close('2025-10-29', later))).toBe('done')
    expect(await refused(close('2025-11-04'))).toBe('period-out-of-range')
    const unknown = activityIdSchema.parse('PISCINE')
    expect(await refused(close(MONDAY, GUIDE_MORNING, unknown))).toBe('not-found')
  })

  it('costs a Query and a transaction for a child, a Query for a family with nothing that day', async () => {
    const [by, other] = [await limitedFamily(table), await limitedFamily(table)]
    await book(by, { '2025-10-30': ['JOURNEE'] })
    const one = await measure([documents], () =>
      releaseDay(table, jobFor('2025-10-30', by.familyId)),
    )
    const none = await measure([documents], () =>
      releaseDay(table, jobFor('2025-10-30', other.familyId)),
    )
    expect(one.cost.calls).toEqual({ Query: 1, TransactWriteItems: 1 })
    expect(none.cost.calls).toEqual({ Query: 1 })
    expectCost('release a closed day of a child', one.cost)
  })

  it('has one effect and one mail wherever it breaks', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const [by, rival] = [await limitedFamily(table), await limitedFamily(table)]
        await book(by, { '2025-10-31': ['JOURNEE'] })
        await book(rival, { '2025-10-31': ['MATIN'] })
        const job = jobFor('2025-10-31', by.familyId, rival.familyId)
        return {
          run: () => releaseDay(table, job),
          check: async () => {
            for (const family of [by, rival]) {
              expect(await noticesOf(family)).toHaveLength(1)
              const [planning] = planningsAmong(await everythingOf(family))
              expect(planning?.version).toBe(2)
              expect(planning?.waits).toBeUndefined()
            }
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  })

  it('closes the day once wherever the call breaks, and hands out its jobs', async () => {
    const days = eachDay('2026-04-20', '2026-04-30').filter((date) => weekdayOf(date) < 6)
    let runs = 0
    await limitedFamily(quiet.table)
    await crashEverywhere({
      clients: [quiet.documents],
      // Every item of the edition is a call: one kind for those who try again, one for the SDK.
      kinds: ['dies-after'],
      scenario: async () => {
        runs += 1
        const file = limitedTown({ places: 1 + (runs % 7) })
        // A town that is opened anew: one that is updated would stay closed on the days before.
        await quiet.table.transact([
          { kind: 'delete', key: { partition: ['CATALOGUE'], sort: ['CURRENT'] } },
        ])
        await openLimited(quiet.table, file)
        const date = days[runs % days.length] ?? MONDAY
        return {
          run: () => close(date, GUIDE_MORNING, VACANCES, quiet.table),
          check: async (jobs) => {
            expect(jobs.length).toBeGreaterThan(0)
            const { catalogue } = await townCatalogue(quiet.table)()
            const { opening } = catalogue.activities.find(({ id }) => id === VACANCES) ?? {}
            expect(opening?.closedOn).toEqual([date])
          },
        }
      },
    })
    expect(runs).toBeGreaterThan(5)
  })
})
