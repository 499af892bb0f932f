import { describe, expect, it } from 'vitest'
import { findCount, type Crowd } from '../../shared/enrolments/capacity.ts'
import {
  activityIdSchema,
  enrolmentIdSchema,
  groupIdSchema,
  schoolYearIdSchema,
} from '../../shared/platform/schemas.ts'
import { changeGroup } from '../../shared/reservations/change-group.ts'
import { GUIDE_MORNING } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { interleave } from '../support/interleave.ts'
import { clubTown, enrolling, limited, type Family } from './fixture.ts'

const { table, documents } = await freshTable()

/** A club of two groups, with the counts of its places. */
const club = (capacity: number) => {
  const groups = [limited(capacity), limited(capacity, 'PETITS')]
  const town = clubTown({ decision: 'automatic', groups })
  const cases = enrolling(table, town)
  const crowd = (groupId: string): Crowd => ({
    activityId: activityIdSchema.parse(town.club),
    groupId: groupIdSchema.parse(groupId),
    schoolYear: schoolYearIdSchema.parse('2025-2026'),
  })
  const ask = async (
    family: Family,
    [from, until]: readonly [string, string],
    groupId = 'GRANDS',
  ): Promise<string> => {
    const asked = await cases.ask(
      family,
      { from, until, groupId },
      { key: `${groupId}-of-${from}` },
    )
    return asked.enrolmentId ?? ''
  }
  return {
    ...cases,
    ask,
    counts: async () =>
      Promise.all(['GRANDS', 'PETITS'].map((groupId) => findCount(table, crowd(groupId)))),
    change: ({ familyId }: Family, enrolmentId: string, from: '2025-11-05' | '2026-01-07') =>
      changeGroup(
        { table, town: town.town },
        {
          parameters: { familyId, enrolmentId: enrolmentIdSchema.parse(enrolmentId) },
          body: { groupId: groupIdSchema.parse('PETITS'), from },
          now: GUIDE_MORNING,
        },
      ),
  }
}

const AUTUMN = ['2025-09-03', '2025-12-17'] as const
const SPRING = ['2026-01-07', '2026-07-01'] as const

describe('a child who is enrolled twice in a group', () => {
  it('takes one place, and gives it back with the last of its enrolments', async () => {
    const { ask, end, counts } = club(1)
    const family = await anotherFamily(table)
    const autumn = await ask(family, AUTUMN)
    // The group is full, and the child is one of those who fill it.
    const spring = await ask(family, SPRING)
    expect(await counts()).toEqual([1, undefined])
    await end(family, autumn, '2025-10-01')
    expect(await counts()).toEqual([1, undefined])
    await end(family, spring, '2026-01-06')
    expect(await counts()).toEqual([0, undefined])
  })

  it('takes a place anew after an early end, which has given the one before back', async () => {
    const { ask, end, counts } = club(1)
    const [family, rival] = [await anotherFamily(table), await anotherFamily(table)]
    const autumn = await ask(family, AUTUMN)
    await end(family, autumn, '2025-11-05')
    expect(await counts()).toEqual([0, undefined])
    const spring = await ask(family, SPRING)
    expect(await counts()).toEqual([1, undefined])
    await expect(ask(rival, SPRING)).rejects.toMatchObject({ code: 'group-full' })
    await end(family, spring, '2026-03-04')
    expect(await counts()).toEqual([0, undefined])
  })

  it('gives its place back once, also when two agents end its enrolment at the same moment', async () => {
    const ways = await interleave([documents], async () => {
      const { ask, end, counts } = club(2)
      const family = await anotherFamily(table)
      const enrolmentId = await ask(family, AUTUMN)
      await ask(await anotherFamily(table), AUTUMN)
      return {
        one: () => end(family, enrolmentId, '2025-11-26'),
        other: () => end(family, enrolmentId, '2025-10-01'),
        check: async (outcomes) => {
          expect(outcomes.map(({ status }) => status)).toContain('fulfilled')
          expect(await counts()).toEqual([1, undefined])
        },
      }
    })
    expect(ways).toBeGreaterThan(10)
  })

  it('keeps its place when one of its enrolments changes to another group, and takes none twice there', async () => {
    const { ask, change, counts } = club(1)
    const family = await anotherFamily(table)
    const autumn = await ask(family, AUTUMN)
    const spring = await ask(family, SPRING)
    await change(family, autumn, '2025-11-05')
    expect(await counts()).toEqual([1, 1])
    await change(family, spring, '2026-01-07')
    expect(await counts()).toEqual([0, 1])
  })

  it('has no place to give when it ends early and changes its group as a whole', async () => {
    const { ask, end, change, counts } = club(1)
    const [family, rival] = [await anotherFamily(table), await anotherFamily(table)]
    const spring = await ask(family, SPRING)
    await end(family, spring, '2026-03-04')
    await ask(rival, SPRING)
    await change(family, spring, '2026-01-07')
    expect(await counts()).toEqual([1, undefined])
  })
})
