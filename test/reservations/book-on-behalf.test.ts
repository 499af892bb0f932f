import { describe, expect, it } from 'vitest'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { unitIdSchema } from '../../shared/platform/schemas.ts'
import { bookOnBehalf } from '../../shared/reservations/book-on-behalf.ts'
import type { Wish } from '../../shared/reservations/model.ts'
import { readLine, yearsOf } from '../../shared/reservations/lines.ts'
import { loadHousehold } from '../../shared/reservations/load-household.ts'
import { submitWishesRoute } from '../../shared/reservations/routes.ts'
import { receiptEntity } from '../../shared/reservations/store.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { schoolYearOf } from '../../shared/catalogue/calendar.ts'
import { anotherFamily } from '../support/families.ts'
import { cesson, GUIDE_MORNING, ticked, weekly } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { Calendars } from '../../shared/catalogue/calendar.ts'

const { table } = await freshTable()
const town = { catalogue: cesson.catalogue, calendars: new Calendars(cesson.catalogue) }

const MONDAY: IsoDate = '2025-09-08'
/** Monday morning itself: the deadline of Monday was on the Thursday before. */
const TOO_LATE = new Date('2025-09-08T06:00:00Z')

const MEAL = unitIdSchema.parse('REPAS')

type Family = Awaited<ReturnType<typeof anotherFamily>>

const behalf = (
  { familyId }: Family,
  units: readonly string[],
  {
    justified = false,
    date = MONDAY,
    key = `agent-${units.join('-')}-${String(justified)}`,
    wishes = [ticked('lucas-restauration-2025', { [date]: units })],
    now = TOO_LATE,
  }: {
    justified?: boolean
    date?: IsoDate
    key?: string
    wishes?: Wish[]
    now?: Date
  } = {},
) =>
  bookOnBehalf(
    { table, town },
    {
      parameters: { familyId },
      headers: { 'idempotency-key': key },
      body: {
        wishes,
        reason: 'Appel de la famille à 8 h',
        justified,
      },
      actor: { account: 'agent-1', roles: ['agent'], family: undefined },
      now,
    },
  )

const book = (by: Family, units: readonly string[], now: Date, key = 'family-key') =>
  submitWishes(
    { table, town },
    {
      by,
      wishes: [ticked('lucas-restauration-2025', { [MONDAY]: units })],
      idempotencyKey: key,
      now,
    },
  )

const letterOf = async ({ familyId }: Family): Promise<string> => {
  const { plannings } = await loadHousehold(table, familyId, schoolYearOf(MONDAY))
  const planning = plannings.find(
    ({ activityId, childId }) => activityId === 'RESTAURATION' && childId === 'lucas',
  )
  return planning === undefined
    ? '.'
    : readLine(yearsOf([planning], planning), MEAL, MONDAY, MONDAY)
}

describe('an agent in the place of a family', () => {
  it('adds a day after the deadline, at the late price, which the family cannot [guide 49, 50]', async () => {
    const family = await anotherFamily(table)
    await expect(book(family, ['REPAS'], TOO_LATE)).rejects.toMatchObject({
      code: 'nothing-to-change',
    })
    const submission = await behalf(family, ['REPAS'])
    expect(submission.onBehalf).toEqual({
      account: 'agent-1',
      reason: 'Appel de la famille à 8 h',
    })
    expect(submission.by.email).toBe('madelainedupont@famille.example')
    expect(await letterOf(family)).toBe('l')
  })

  it('cancels after the deadline what stays owed, or is excused if that is justified [guide 50]', async () => {
    const [owing, excused] = [await anotherFamily(table), await anotherFamily(table)]
    for (const family of [owing, excused]) await book(family, ['REPAS'], GUIDE_MORNING)
    await behalf(owing, [])
    expect(await letterOf(owing)).toBe('u')
    await behalf(excused, [], { justified: true })
    expect(await letterOf(excused)).not.toMatch(/[auclre]/)
  })

  it('books nothing on a closed day', async () => {
    const family = await anotherFamily(table)
    await expect(behalf(family, ['REPAS'], { date: '2025-11-11' })).rejects.toMatchObject({
      code: 'nothing-to-change',
    })
  })

  it('may use a key that the family has used', async () => {
    const family = await anotherFamily(table)
    await book(family, ['REPAS'], GUIDE_MORNING, 'the-same-key')
    await behalf(family, [], { key: 'the-same-key' })
    expect(await letterOf(family)).toBe('u')
  })

  it('keeps out of the keys that a family can send', async () => {
    const family = await anotherFamily(table)
    const key = submitWishesRoute.headers.shape['idempotency-key']
    await behalf(family, ['REPAS'], { key: 'by-an-agent' })
    const items = await table.query({ partition: familyPartition(family.familyId) })
    const keys = receiptEntity.pick(items).map((receipt) => receipt.key)
    expect(keys).toHaveLength(1)
    expect(key.safeParse('STAFF-by-an-agent').success).toBe(true)
    for (const each of keys) expect(key.safeParse(each).success).toBe(false)
  })
})

describe('a month that is over', () => {
  const OCTOBER = new Date('2025-10-02T08:00:00Z')
  const LUNCHES = 'lucas-restauration-2025'

  it.each<[string, Wish, string]>([
    ['a day ticked', ticked(LUNCHES, { [MONDAY]: ['REPAS'] }), 'l'],
    ['weeks of the whole year', weekly(LUNCHES, { 1: ['REPAS'] }), 'l'],
    [
      'a line',
      { ...ticked(LUNCHES, {}), kind: 'lines', from: MONDAY, units: { [MEAL]: 'x' } },
      'l',
    ],
  ])('is booked by staff, for the next invoice to correct: %s', async (_, wish, letter) => {
    const family = await anotherFamily(table)
    await behalf(family, [], { wishes: [wish], now: OCTOBER })
    expect(await letterOf(family)).toBe(letter)
  })

  it.each([
    [true, '.'],
    [false, 'u'],
  ])('is cancelled by staff, and owed unless that is justified: %s', async (justified, letter) => {
    const family = await anotherFamily(table)
    await book(family, ['REPAS'], GUIDE_MORNING)
    await behalf(family, [], { justified, now: OCTOBER })
    expect(await letterOf(family)).toBe(letter)
  })

  it('is out of reach of the family', async () => {
    const family = await anotherFamily(table)
    await expect(book(family, ['REPAS'], OCTOBER)).rejects.toMatchObject({
      code: 'nothing-to-change',
    })
  })

  it('gives again the answer that it gave in its time', async () => {
    const family = await anotherFamily(table)
    const once = await behalf(family, ['REPAS'])
    expect(await behalf(family, ['REPAS'], { now: OCTOBER })).toEqual(once)
  })
})
