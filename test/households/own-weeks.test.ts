import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Calendars, schoolYearOf, type TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { activitySchema, townSchema } from '../../shared/catalogue/model.ts'
import type { Child } from '../../shared/families/model.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { booksOn } from '../../shared/families/rights-rules.ts'
import { childEntity } from '../../shared/families/store.ts'
import { addDays, eachDay, isoWeekOf, mondayOf } from '../../shared/kernel/dates.ts'
import { activityIdSchema, unitIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { readLine, yearsOf } from '../../shared/reservations/lines.ts'
import { loadHousehold } from '../../shared/reservations/load-household.ts'
import { bookOnBehalf } from '../../shared/reservations/book-on-behalf.ts'
import { previewWishes } from '../../shared/reservations/preview-wishes.ts'
import { readPlanning } from '../../shared/reservations/read-planning.ts'
import { withdrawRequest } from '../../shared/reservations/withdraw-request.ts'
import { createCalendarLink } from '../../shared/calendars/link.ts'
import { readCalendar } from '../../shared/calendars/read-calendar.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { dates } from '../support/arbitraries.ts'
import {
  cesson,
  cessonTown,
  DUPONT,
  guardian,
  GUIDE_MORNING,
  ticked,
  weekly,
} from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { SHARED_CHILD, separatedParents } from '../support/separated-parents.ts'
import { AGENT } from '../enrolments/fixture.ts'

const { table } = await freshTable()
const MERCREDIS = activityIdSchema.parse('MERCREDIS')

/** The demo town, in which Wednesdays are accepted at once, by a rule of who books which days. */
const townThat = (booking: 'own-weeks' | 'any'): TownCatalogue => {
  const activities = cesson.catalogue.activities.map((activity) =>
    activity.id === MERCREDIS
      ? activitySchema.parse({ ...activity, decision: 'automatic' })
      : activity,
  )
  const town = townSchema.parse({ ...cesson.catalogue.town, sharedChildren: { booking } })
  const catalogue = { ...cesson.catalogue, town, activities }
  return { catalogue, calendars: new Calendars(catalogue) }
}
const town = townThat('own-weeks')

const edit = async (familyId: FamilyId, change: Partial<Child>) => {
  const { file } = await readFile(table, familyId)
  const [child] = file.children
  if (child === undefined) throw new Error('No child')
  await table.put(childEntity.toItem({ ...child, ...change }))
}

const alternating = async () => {
  const both = await separatedParents(table)
  await edit(both.mother, { custody: { weeks: 'even', from: '2025-09-15' } })
  await edit(both.father, { custody: { weeks: 'odd', from: '2025-09-15' } })
  return both
}

const autumn = { from: '2025-09-01', to: '2025-10-15' } as const
const everyWednesday = [weekly('mercredis', { 3: ['JOURNEE'] }, autumn)]
const by = (familyId: FamilyId) => ({ ...DUPONT, familyId })

const book = (familyId: FamilyId, held = town) =>
  submitWishes(
    { table, town: held },
    {
      by: by(familyId),
      wishes: everyWednesday,
      idempotencyKey: 'every-wednesday',
      now: GUIDE_MORNING,
    },
  )

const bookedDays = async (familyId: FamilyId) => {
  const { plannings } = await loadHousehold(table, familyId, schoolYearOf(autumn.to))
  const years = yearsOf(plannings, { childId: SHARED_CHILD, activityId: MERCREDIS })
  const line = readLine(years, unitIdSchema.parse('JOURNEE'), autumn.from, autumn.to)
  return eachDay(autumn.from, autumn.to).filter((_, index) => 'al'.includes(line[index] ?? '.'))
}

describe('a child who alternates', () => {
  it('is booked by each household in its own weeks, and told why in those of the other', async () => {
    const { mother, father } = await alternating()
    const asTicked = {
      '2025-09-17': ['JOURNEE'],
      '2025-09-24': ['JOURNEE'],
      '2025-10-08': ['JOURNEE'],
    }
    const { kept } = await previewWishes(
      { table, town },
      {
        actor: guardian(by(mother)),
        body: { wishes: [ticked('mercredis', asTicked)] },
        now: GUIDE_MORNING,
      },
    )
    expect(kept.map(({ date, reason }) => [date, reason])).toEqual(
      ['2025-09-24', '2025-10-08'].map((date) => [date, 'Semaine de l’autre foyer de l’enfant']),
    )
    await book(mother)
    // Before the first day on which it alternates any day is for either of them.
    expect(await bookedDays(mother)).toEqual([
      '2025-09-03',
      '2025-09-10',
      '2025-09-17',
      '2025-10-01',
      '2025-10-15',
    ])
    await book(father)
    expect(await bookedDays(father)).toEqual(['2025-09-24', '2025-10-08'])
  })

  it('shows the days of the other household as closed in the planning, with the reason', async () => {
    const { mother } = await alternating()
    const { children, availabilityLegend } = await readPlanning(
      { table, town },
      {
        actor: guardian(by(mother)),
        query: { from: '2025-09-15', to: '2025-09-28' },
        now: GUIDE_MORNING,
      },
    )
    // Two weeks from Monday on: the 38th is even, the 39th odd.
    expect(children[0]?.enrolments[0]?.availability).toBe('--o------g----')
    expect(availabilityLegend).toContainEqual({
      letter: 'g',
      meaning: 'Semaine de l’autre foyer de l’enfant',
    })
  })

  it('may be booked any day where the town, or staff for this child, say so', async () => {
    const first = await alternating()
    await book(first.mother, townThat('any'))
    expect(await bookedDays(first.mother)).toHaveLength(7)
    const second = await alternating()
    await edit(second.mother, { custody: { weeks: 'even', from: '2025-09-15', rule: 'any' } })
    await book(second.mother)
    expect(await bookedDays(second.mother)).toHaveLength(7)
  })

  it('is booked by staff in the weeks of either household', async () => {
    const { mother } = await alternating()
    await bookOnBehalf(
      { table, town },
      {
        parameters: { familyId: mother },
        headers: { 'idempotency-key': 'on-behalf-1' },
        body: { wishes: everyWednesday, reason: 'Accord des parents', justified: false },
        actor: AGENT,
        now: GUIDE_MORNING,
      },
    )
    expect(await bookedDays(mother)).toHaveLength(7)
  })
})

describe('a guardian without authority', () => {
  it('books nothing for the child and does not see its planning; the other guardian does', async () => {
    const { mother } = await separatedParents(table)
    await edit(mother, {
      authorityWithdrawn: [{ guardianId: DUPONT.guardianId, since: '2025-07-15' }],
    })
    await expect(book(mother)).rejects.toMatchObject({ code: 'unknown-enrolment' })
    const planning = await readPlanning(
      { table, town },
      { actor: guardian(by(mother)), query: {}, now: GUIDE_MORNING },
    )
    expect(planning.children).toEqual([])
    await edit(mother, {
      authorityWithdrawn: [{ guardianId: DUPONT.guardianId, since: '2025-07-16' }],
    })
    await book(mother)
    expect(await bookedDays(mother)).toHaveLength(7)
  })
})

describe('a guardian who has lost authority', () => {
  it('withdraws no request for the child, and its days leave their calendar', async () => {
    const { mother } = await separatedParents(table)
    const { requests } = await submitWishes(
      { table, town: cessonTown },
      {
        by: by(mother),
        wishes: everyWednesday,
        idempotencyKey: 'before-the-judgment',
        now: GUIDE_MORNING,
      },
    )
    const [request] = requests
    expect(request?.state).toBe('pending')
    const link = await createCalendarLink(
      { table, newSecret: () => 'a-secret-of-the-mother' },
      { actor: guardian(by(mother)), now: GUIDE_MORNING },
    )
    const calendar = () =>
      readCalendar(
        { table, town: cessonTown },
        { parameters: { secret: link.path.replace('/calendars/', '') }, now: GUIDE_MORNING },
      )
    const days = async () => (await calendar()).match(/BEGIN:VEVENT/g)?.length ?? 0
    const before = await days()
    await edit(mother, {
      authorityWithdrawn: [{ guardianId: DUPONT.guardianId, since: '2025-07-15' }],
    })
    await expect(
      withdrawRequest(table, {
        actor: guardian(by(mother)),
        parameters: { number: request?.number ?? 0 },
        now: GUIDE_MORNING,
      }),
    ).rejects.toMatchObject({ code: 'not-found' })
    expect([before, await days()]).toEqual([7, 0])
  })
})

describe('the laws of weeks', () => {
  it('of two households each day from the first on is for one of them alone, and a week for the same one', () => {
    fc.assert(
      fc.property(dates(), dates(), fc.constantFrom('even', 'odd'), (date, from, weeks) => {
        const other = weeks === 'even' ? 'odd' : 'even'
        const [mine, theirs] = ([weeks, other] as const).map((each) =>
          booksOn({ custody: { weeks: each, from } }, date, 'own-weeks'),
        )
        expect([mine, theirs].filter(Boolean)).toHaveLength(date < from ? 2 : 1)
        const monday = mondayOf(date)
        if (monday < from) return
        const week = eachDay(monday, addDays(monday, 6)).map((day) =>
          booksOn({ custody: { weeks, from } }, day, 'own-weeks'),
        )
        expect(new Set(week).size).toBe(1)
      }),
    )
  })

  it('weeks are numbered as ISO 8601 does', () => {
    expect(
      (
        [
          '2024-12-30',
          '2026-01-01',
          '2027-01-03',
          '2020-12-31',
          '2021-01-04',
          '2025-09-17',
        ] as const
      ).map(isoWeekOf),
    ).toEqual([1, 1, 53, 53, 1, 38])
    fc.assert(
      fc.property(dates(), (date) => {
        const next = isoWeekOf(addDays(date, 7))
        expect([isoWeekOf(date) + 1, 1]).toContain(next)
        expect(isoWeekOf(mondayOf(date))).toBe(isoWeekOf(date))
      }),
    )
  })
})
