import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { publishCatalogue } from '../../shared/catalogue/publish-catalogue.ts'
import type { Catalogue } from '../../shared/catalogue/model.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { schoolYearIdSchema, unitIdSchema } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { noticeIn } from '../../shared/messages/notices.ts'
import { releaseDay, type ClosingJob } from '../../shared/reservations/close-day.ts'
import { letterOn } from '../../shared/reservations/lines.ts'
import { planningsAmong } from '../../shared/reservations/store.ts'
import { publicHolidays } from '../../shared/kernel/public-holidays.ts'
import { rowsOfAll } from '../../lib/local/open-data.ts'
import {
  rowSchema,
  type CalendarSource,
  type OfficialYear,
  type RefreshReport,
} from '../../shared/school-calendar/model.ts'
import { readSchoolCalendar } from '../../shared/school-calendar/read-refresh.ts'
import { refreshCalendar } from '../../shared/school-calendar/refresh-calendar.ts'
import { readSchoolCalendarRoute } from '../../shared/school-calendar/routes.ts'
import { SEED } from '../../shared/school-calendar/seed.ts'
import { cesson, DUPONT, GUIDE_DAY, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'

/** A Monday morning before the school year 2025-2026. */
const SUMMER = new Date('2025-08-04T04:00:00Z')
/** One in its middle, before the winter holidays of zone C. */
const WINTER = new Date('2026-02-02T05:00:00Z')

const Y2025 = schoolYearIdSchema.parse('2025-2026')
const Y2026 = schoolYearIdSchema.parse('2026-2027')

const MEALS = unitIdSchema.parse('REPAS')

/** The official dates with the winter holidays of 2025-2026 in zone C on other days. */
const winterOn = (from: IsoDate, back: IsoDate): OfficialYear[] =>
  SEED.map((year) =>
    year.zone === 'C' && year.id === Y2025
      ? {
          ...year,
          holidays: year.holidays.map((each, index) =>
            index === 2 ? { ...each, from, back } : each,
          ),
        }
      : year,
  )

/** The winter holidays a week earlier than they are. */
const EARLIER = winterOn('2026-02-14', '2026-03-02')

const ADDRESSES = ['https://data.education.gouv.fr', 'https://calendrier.api.gouv.fr']

const sourceOf = (years: readonly OfficialYear[]): CalendarSource => ({
  addresses: ADDRESSES,
  rows: () => Promise.resolve({ rows: z.array(rowSchema).parse(rowsOfAll(years)) }),
  publicHolidays: (year) => Promise.resolve({ days: [...publicHolidays(year).keys()] }),
})

const SILENT: CalendarSource = {
  addresses: ADDRESSES,
  rows: () => Promise.resolve({ why: 'nobody answers' }),
  publicHolidays: () => Promise.resolve({ why: 'nobody answers' }),
}

const inForce = async (table: Table): Promise<Catalogue> => (await townCatalogue(table)()).catalogue

const refresh = async (
  table: Table,
  source: CalendarSource,
  due = SUMMER,
  jobs: ClosingJob[] = [],
  now = due,
): Promise<RefreshReport> => {
  const send = (more: readonly ClosingJob[]): Promise<void> => {
    jobs.push(...more)
    return Promise.resolve()
  }
  return refreshCalendar({ table, source, send }, await inForce(table), { due, now })
}

const winterOf = async (table: Table) =>
  (await inForce(table)).schoolYears.find(({ id }) => id === Y2025)?.holidays[2]

const opened = async (): Promise<Table> => {
  const { table } = await freshTable()
  await openCesson(table)
  return table
}

/** The demo town with other winter holidays in its file, or another school day. */
const townWith = (holidays: Catalogue['schoolYears'][number]['holidays']): Catalogue => ({
  ...cesson.catalogue,
  schoolYears: cesson.catalogue.schoolYears.map((year) =>
    year.id === Y2025 ? { ...year, holidays } : year,
  ),
})

const [YEAR] = cesson.catalogue.schoolYears
const HOLIDAYS = YEAR?.holidays ?? []

describe('the school calendar of the town [guide 24]', () => {
  it('stays as it is while the ministry says the same', async () => {
    const table = await opened()
    const before = await inForce(table)
    expect(await refresh(table, sourceOf(SEED))).toEqual({
      added: [],
      changed: [],
      own: [],
      unreadable: [],
      publicHolidays: [],
    })
    expect(await inForce(table)).toEqual(before)
  })

  it('follows the ministry when it moves holidays, and tells which days', async () => {
    const table = await opened()
    await refresh(table, sourceOf(SEED))
    const { changed } = await refresh(table, sourceOf(EARLIER))
    expect(await winterOf(table)).toEqual({
      name: 'Vacances d’hiver',
      from: '2026-02-14',
      back: '2026-03-02',
    })
    expect(changed).toMatchObject([{ schoolYear: Y2025 }])
    expect(changed[0]?.days).toHaveLength(14)
    // Told once.
    expect((await refresh(table, sourceOf(EARLIER))).changed).toEqual([])
  })

  it('leaves a day that the town has decided on, and each later change of the ministry too', async () => {
    const table = await opened()
    const bridge = { name: 'Pont du maire', from: '2026-05-22', back: '2026-05-23' } as const
    await publishCatalogue(table, townWith([...HOLIDAYS, bridge]), GUIDE_DAY)
    const { own, changed } = await refresh(table, sourceOf(EARLIER))
    expect(own).toEqual([{ schoolYear: Y2025, days: ['2026-05-22'] }])
    expect(changed[0]?.days).not.toContain('2026-05-22')
    const year = (await inForce(table)).schoolYears.find(({ id }) => id === Y2025)
    expect(year?.holidays).toContainEqual(bridge)
    expect(await winterOf(table)).toMatchObject({ from: '2026-02-14' })
  })

  it('leaves a day of school that the town holds within the holidays', async () => {
    const table = await opened()
    const split = HOLIDAYS.flatMap((holiday, index) =>
      index === 2 ? [{ ...holiday, from: '2026-02-24' } as const] : [holiday],
    )
    await publishCatalogue(table, townWith(split), GUIDE_DAY)
    const days = ['2026-02-21', '2026-02-22', '2026-02-23']
    expect((await refresh(table, sourceOf(SEED))).own).toEqual([{ schoolYear: Y2025, days }])
    expect(await winterOf(table)).toMatchObject({ from: '2026-02-24' })
  })

  it('leaves the days that are over, so that what is billed of them stays', async () => {
    const table = await opened()
    const later = winterOn('2026-01-26', '2026-02-09')
    await refresh(table, sourceOf(later), WINTER)
    const year = (await inForce(table)).schoolYears.find(({ id }) => id === Y2025)
    expect(year?.holidays[2]).toMatchObject({ from: '2026-02-03', back: '2026-02-09' })
  })

  it('gets the next school year once the ministry has published all of it', async () => {
    const { table } = await freshTable()
    const [first] = cesson.catalogue.schoolYears
    if (first === undefined) throw new Error('The demo town has a school year')
    const alone = { ...cesson.catalogue, schoolYears: [first] }
    await publishCatalogue(table, alone, GUIDE_DAY)
    const unfinished = SEED.map((year) =>
      year.id === Y2026 ? { ...year, holidays: year.holidays.slice(0, 3) } : year,
    )
    expect((await refresh(table, sourceOf(unfinished))).added).toEqual([])
    expect((await refresh(table, sourceOf(SEED))).added).toEqual([Y2026])
    expect((await inForce(table)).schoolYears[1]).toMatchObject({
      id: Y2026,
      zone: 'C',
      firstDay: '2026-09-01',
      lastDay: '2027-07-02',
    })

    // The file of the town does not know that year, and does not take it away.
    await publishCatalogue(table, alone, GUIDE_DAY)
    expect((await inForce(table)).schoolYears.map(({ id }) => id)).toEqual([Y2025, Y2026])
  })

  it('is compared with the dates of the portal while the data set has never answered', async () => {
    const { table } = await freshTable()
    const [first] = cesson.catalogue.schoolYears
    if (first === undefined) throw new Error('The demo town has a school year')
    await publishCatalogue(table, { ...cesson.catalogue, schoolYears: [first] }, GUIDE_DAY)
    const report = await refresh(table, SILENT)
    expect(report.added).toEqual([Y2026])
    expect(report.unreadable).toEqual(Array.from({ length: 3 }, () => 'nobody answers'))
    // What the town then says otherwise than the seed is not taken for its decision.
    expect((await refresh(table, sourceOf(EARLIER))).own).toEqual([])
    expect(await winterOf(table)).toMatchObject({ from: '2026-02-14' })
  })

  it('stays as it was last read while the data set is silent, incomplete or contradicts itself', async () => {
    const table = await opened()
    await refresh(table, sourceOf(EARLIER))
    const before = await inForce(table)
    const overlapping = winterOn('2025-12-27', '2026-01-10')
    const emptied: CalendarSource = { ...SILENT, rows: () => Promise.resolve({ rows: [] }) }
    for (const [source, why] of [
      [SILENT, 'nobody answers'],
      [emptied, '2025-2026: incomplete'],
      [sourceOf(overlapping), '2025-2026: Vacances d’Hiver'],
    ] as const) {
      expect((await refresh(table, source)).unreadable).toContain(why)
      expect(await inForce(table)).toEqual(before)
    }
    expect((await refresh(table, sourceOf(EARLIER))).changed).toEqual([])
  })

  it('changes no day that is over when it is run by hand for an older time', async () => {
    const table = await opened()
    await refresh(table, sourceOf(SEED))
    const jobs: ClosingJob[] = []
    const inWinter = new Date('2026-02-18T10:00:00Z')
    const { changed } = await refresh(table, sourceOf(EARLIER), SUMMER, jobs, inWinter)
    expect(changed[0]?.days[0]).toBe('2026-02-19')
    expect(jobs.map(({ date }) => date).toSorted()[0]).toBe('2026-02-19')
    // One that runs before its time changes nothing of today either.
    const other = await opened()
    await refresh(other, sourceOf(SEED))
    const early = await refresh(other, sourceOf(EARLIER), inWinter, [], SUMMER)
    expect(early.changed[0]?.days[0]).toBe('2026-02-19')
  })

  it('keeps for staff what the last refresh has found, and what the last one moved', async () => {
    const table = await opened()
    const read = async () => readSchoolCalendarRoute.reply.parse(await readSchoolCalendar(table))
    expect(await read()).toEqual({})
    const { changed } = await refresh(table, sourceOf(EARLIER))
    const moved = { ranAt: SUMMER.toISOString(), added: [], changed }
    expect(await read()).toEqual({
      last: {
        ...{ due: SUMMER.toISOString(), ranAt: SUMMER.toISOString(), zone: 'C' },
        ...{ sources: ADDRESSES, added: [], changed, own: [], unreadable: [], publicHolidays: [] },
        findings: [expect.stringMatching(/^Jours modifiés .* en 2025-2026 : 14\/02\/2026, 15/)],
      },
      moved,
    })
    const later = new Date('2025-08-11T04:00:05Z')
    await refresh(table, SILENT, new Date('2025-08-11T04:00:00Z'), [], later)
    expect(await read()).toMatchObject({
      last: {
        due: '2025-08-11T04:00:00.000Z',
        ranAt: later.toISOString(),
        changed: [],
        unreadable: ['nobody answers', 'nobody answers', 'nobody answers'],
        findings: ['Calendrier officiel illisible (nobody answers) : la mairie garde ses dates.'],
      },
      moved,
    })
    await refresh(table, sourceOf(EARLIER))
    expect((await read()).last?.findings).toEqual([
      'Le calendrier scolaire de la mairie suit celui du ministère.',
    ])
  })

  it('tells of public holidays that only the State has, or only the portal', async () => {
    const table = await opened()
    const source: CalendarSource = {
      ...sourceOf(SEED),
      publicHolidays: (year) =>
        Promise.resolve({
          days: [...publicHolidays(year).keys()]
            .filter((date) => date !== '2025-05-08')
            .concat(year === 2026 ? ['2026-06-15'] : []),
        }),
    }
    const report = await refresh(table, source)
    expect(report.publicHolidays).toEqual(['2025-05-08', '2026-06-15'])
  })
})

describe('bookings on a day that becomes one of holidays', () => {
  /** The day sheet of meals on the Monday of the week that becomes holidays. */
  const DAY: IsoDate = '2026-02-16'

  const DAYS: readonly IsoDate[] = [DAY, '2026-03-16']

  const meal = planningWith(
    DUPONT.familyId,
    { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' },
    { [DAY]: 'a', '2026-03-16': 'a' },
  )

  const everything = (table: Table) => table.query({ partition: familyPartition(DUPONT.familyId) })

  const letters = async (table: Table): Promise<string[]> => {
    const [planning] = planningsAmong(await everything(table))
    return DAYS.map((date) => letterOn(planning, MEALS, date))
  }

  it('are released, and the family is told why; those of other days stay', async () => {
    const table = await opened()
    await storePlannings(table, [meal])
    const jobs: ClosingJob[] = []
    await refresh(table, sourceOf(EARLIER), SUMMER, jobs)
    for (const job of jobs) await releaseDay(table, job)
    expect(await letters(table)).toEqual(['.', 'a'])
    const notices = (await everything(table)).flatMap((item) => noticeIn(item) ?? [])
    expect(notices).toMatchObject([
      {
        content: {
          kind: 'closed',
          reason: 'Le calendrier scolaire officiel a changé : ce jour est désormais en vacances.',
          days: [{ date: DAY }],
        },
      },
    ])
  })

  it('are released on days of school that were holidays, for what is open in holidays only', async () => {
    const table = await opened()
    const jobs: ClosingJob[] = []
    await refresh(table, sourceOf(EARLIER), SUMMER, jobs)
    const closed = (activity: string) => [
      ...new Set(jobs.filter(({ activityId }) => activityId === activity).map(({ date }) => date)),
    ]
    expect(closed('VACANCES')).toEqual([
      '2026-03-02',
      '2026-03-03',
      '2026-03-04',
      '2026-03-05',
      '2026-03-06',
    ])
    expect(closed('RESTAURATION')).toEqual(['2026-02-16', '2026-02-17', '2026-02-19', '2026-02-20'])
  })
})

/** The demo town with its meals alone: an edition of few items. */
const small: Catalogue = {
  ...cesson.catalogue,
  categories: cesson.catalogue.categories.slice(0, 1),
  facilities: cesson.catalogue.facilities.slice(0, 1),
  activities: cesson.catalogue.activities.filter(({ id }) => id === 'RESTAURATION'),
  priceLists: [],
  diets: [],
}

it('does all of it once, wherever a refresh breaks off', async () => {
  const { table, documents } = await freshTable()
  // What the closing looks for: a planning in the register of the activity.
  await storePlannings(table, [
    planningWith(
      DUPONT.familyId,
      { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' },
      { '2026-03-09': 'a' },
    ),
  ])
  const longer = winterOn('2026-02-21', '2026-03-10')
  await crashEverywhere({
    clients: [documents],
    scenario: async () => {
      for (const { zone, id } of SEED) {
        await table.delete({ partition: ['SCHOOL_CALENDAR'], sort: ['ZONE', zone, id] })
      }
      await publishCatalogue(table, small, GUIDE_DAY)
      const jobs: ClosingJob[] = []
      return {
        run: () => refresh(table, sourceOf(longer), SUMMER, jobs),
        check: async () => {
          expect(await winterOf(table)).toMatchObject({ from: '2026-02-21', back: '2026-03-10' })
          const told = jobs.map(({ activityId, date }) => `${activityId} ${date}`)
          expect([...new Set(told)]).toEqual(['RESTAURATION 2026-03-09'])
        },
      }
    },
  })
})
