import { describe, expect, it } from 'vitest'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { unitIdSchema } from '../../shared/platform/schemas.ts'
import { bookOnBehalf } from '../../shared/reservations/book-on-behalf.ts'
import { readLine, yearsOf } from '../../shared/reservations/lines.ts'
import { loadHousehold } from '../../shared/reservations/load-household.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { schoolYearOf } from '../../shared/catalogue/calendar.ts'
import { anotherFamily } from '../support/families.ts'
import { cesson, GUIDE_MORNING, ticked } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { Calendars } from '../../shared/catalogue/calendar.ts'

const { table } = await freshTable()
const town = { catalogue: cesson.catalogue, calendars: new Calendars(cesson.catalogue) }

const MONDAY: IsoDate = '2025-09-08'
/** Monday morning itself: the deadline of Monday was on the Thursday before. */
const TOO_LATE = new Date('2025-09-08T06:00:00Z')

type Family = Awaited<ReturnType<typeof anotherFamily>>

const behalf = (
  { familyId }: Family,
  units: readonly string[],
  { justified = false, date = MONDAY, key = `agent-${units.join('-')}-${String(justified)}` } = {},
) =>
  bookOnBehalf(
    { table, town },
    {
      parameters: { familyId },
      headers: { 'idempotency-key': key },
      body: {
        wishes: [ticked('lucas-restauration-2025', { [date]: units })],
        reason: 'Appel de la famille à 8 h',
        justified,
      },
      actor: { account: 'agent-1', roles: ['agent'], family: undefined },
      now: TOO_LATE,
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
    : readLine(yearsOf([planning], planning), unitIdSchema.parse('REPAS'), MONDAY, MONDAY)
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
})
