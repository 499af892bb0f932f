import { expect, it } from 'vitest'
import { claimWrites, findCount, type Crowd } from '../../shared/enrolments/capacity.ts'
import { countGroups } from '../../shared/enrolments/count-groups.ts'
import { enrolmentWrites } from '../../shared/families/change-enrolment.ts'
import { readWholeFile } from '../../shared/families/read-file.ts'
import {
  activityIdSchema,
  childIdSchema,
  enrolmentIdSchema,
  groupIdSchema,
  schoolYearIdSchema,
} from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { changeGroup } from '../../shared/reservations/change-group.ts'
import { GUIDE_DAY, GUIDE_MORNING } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { clubTown, enrolling, limited } from './fixture.ts'

const { table, documents } = await freshTable()

/** A quarter past three in Paris: before and after the last day of those who leave in December. */
const BEFORE = new Date('2025-12-17T02:15:00Z')
const AFTER = new Date('2025-12-18T02:15:00Z')

const AUTUMN = { until: '2025-12-17' }
const SPRING = { from: '2026-01-07', until: '2026-07-01' }

/** A club of one group, and maybe another, that is counted each night. */
const countedClub = (capacity: number, ...others: readonly ReturnType<typeof limited>[]) => {
  const club = clubTown({ decision: 'automatic', groups: [limited(capacity), ...others] })
  const crowd: Crowd = {
    activityId: activityIdSchema.parse(club.club),
    groupId: groupIdSchema.parse('GRANDS'),
    schoolYear: schoolYearIdSchema.parse('2025-2026'),
  }
  return {
    ...enrolling(table, club),
    town: club.town,
    crowd,
    count: () => findCount(table, crowd),
    night: (now: Date, on: Table = table, pause = () => Promise.resolve()) =>
      countGroups({ table: on, town: club.town, pause }, now),
  }
}

it('frees the places of enrolments that are over in the night after their last day', async () => {
  const { ask, count, night } = countedClub(2)
  const [first, second, third] = [
    await anotherFamily(table),
    await anotherFamily(table),
    await anotherFamily(table),
  ]
  await ask(first, AUTUMN)
  await ask(second)
  await expect(ask(third, SPRING)).rejects.toMatchObject({ code: 'group-full' })
  expect(await night(BEFORE)).toEqual({ checked: 1, corrected: 0 })
  expect(await count()).toBe(2)
  expect(await night(AFTER)).toEqual({ checked: 1, corrected: 1 })
  expect(await count()).toBe(1)
  expect(await night(AFTER)).toEqual({ checked: 1, corrected: 0 })
  await expect(ask(third, SPRING, { key: 'third-again', now: AFTER })).resolves.toMatchObject({
    state: 'accepted',
  })
})

it('takes no place away again that an early end or a change of group has made free at once', async () => {
  const { ask, end, count, night, town } = countedClub(2, limited(1, 'PETITS'))
  const [leaving, moving, next] = [
    await anotherFamily(table),
    await anotherFamily(table),
    await anotherFamily(table),
  ]
  const { enrolmentId = '' } = await ask(leaving)
  const moved = await ask(moving)
  await end(leaving, enrolmentId, '2025-12-17')
  await changeGroup(
    { table, town },
    {
      parameters: {
        familyId: moving.familyId,
        enrolmentId: enrolmentIdSchema.parse(moved.enrolmentId),
      },
      body: { groupId: groupIdSchema.parse('PETITS'), from: '2025-11-05' },
      now: GUIDE_MORNING,
    },
  )
  expect(await count()).toBe(0)
  expect(await night(GUIDE_MORNING)).toEqual({ checked: 2, corrected: 0 })
  expect(await ask(next)).toMatchObject({ state: 'accepted' })
  expect(await count()).toBe(1)
})

it('corrects a count that is too low, whoever came past it', async () => {
  const { ask, count, night, crowd } = countedClub(5)
  const family = await anotherFamily(table)
  await ask(family)
  const { file } = await readWholeFile(table, family.familyId)
  const { activityId, groupId } = crowd
  const brought = {
    ...{ familyId: family.familyId, enrolmentId: enrolmentIdSchema.parse('by-file') },
    ...{ childId: childIdSchema.parse('lucas'), activityId, groupId },
    ...({ from: '2025-09-03', until: '2026-07-01' } as const),
  }
  await table.transact(enrolmentWrites(file, [brought]))
  expect(await count()).toBe(1)
  expect(await night(GUIDE_MORNING)).toEqual({ checked: 1, corrected: 1 })
  expect(await count()).toBe(2)
})

it('leaves a count alone that moves while the register is read', async () => {
  const { ask, count, night, crowd, town } = countedClub(3)
  await ask(await anotherFamily(table), AUTUMN)
  const activity = town.catalogue.activities.find(({ id }) => id === crowd.activityId)
  const claim = { crowd, group: 'Grands', today: GUIDE_DAY }
  let queries = 0
  const busy: Table = {
    ...table,
    query: async (query) => {
      const items = await table.query(query)
      queries += 1
      if (queries === 2) await table.transact(await claimWrites(table, activity ?? {}, claim))
      return items
    },
  }
  expect(await night(AFTER, busy)).toEqual({ checked: 1, corrected: 0 })
  expect(await count()).toBe(2)
})

it('leaves a count alone whose register shows somebody only after the pause', async () => {
  const { ask, count, night } = countedClub(3)
  await ask(await anotherFamily(table), AUTUMN)
  const [late, family] = [AFTER, await anotherFamily(table)]
  const enrol = async (): Promise<void> => {
    await ask(family, SPRING, { key: 'in-the-pause', now: late })
  }
  expect(await night(late, table, enrol)).toEqual({ checked: 1, corrected: 0 })
  expect(await count()).toBe(2)
  expect(await night(late)).toEqual({ checked: 1, corrected: 1 })
  expect(await count()).toBe(1)
})

it('keeps counting a group whose capacity was lifted, for when it has one again', async () => {
  const { ask, count, town } = countedClub(3)
  await ask(await anotherFamily(table), AUTUMN)
  const activities = town.catalogue.activities.map((each) => ({
    ...each,
    enrolment: undefined,
  }))
  const free = { ...town, catalogue: { ...town.catalogue, activities } }
  const pause = () => Promise.resolve()
  expect(await countGroups({ table, town: free, pause }, AFTER)).toEqual({
    ...{ checked: 1, corrected: 1 },
  })
  expect(await count()).toBe(0)
})

it('leaves a group uncounted that nobody has counted, and its activity unread', async () => {
  const { night, count } = countedClub(3)
  const { result, cost } = await measure([documents], () => night(AFTER))
  expect(result).toEqual({ checked: 0, corrected: 0 })
  expect(cost.calls['Query']).toBeUndefined()
  expect(await count()).toBeUndefined()
})

it('counts the school year that is to come once the town has it, and none that is over', async () => {
  const { ask, night, town } = countedClub(3)
  await ask(await anotherFamily(table))
  const days = ['2025-08-20', '2026-08-31', '2026-09-01', '2024-08-20']
  const checked: number[] = []
  for (const day of days) {
    checked.push((await night(new Date(`${day}T01:15:00Z`))).checked)
  }
  expect(town.catalogue.schoolYears.map(({ id }) => id)).toContain('2025-2026')
  expect(checked).toEqual([1, 1, 0, 0])
})

it('does the same wherever it is cut off', async () => {
  const crashes = await crashEverywhere({
    clients: [documents],
    scenario: async () => {
      const { ask, end, count, night } = countedClub(3)
      const [first, second, third] = [
        await anotherFamily(table),
        await anotherFamily(table),
        await anotherFamily(table),
      ]
      await ask(first, AUTUMN)
      await ask(second)
      const { enrolmentId = '' } = await ask(third)
      await end(third, enrolmentId, '2026-03-04')
      return {
        run: () => night(AFTER),
        check: async () => {
          expect(await count()).toBe(1)
        },
      }
    },
  })
  expect(new Set(crashes.map(({ operation }) => operation))).toEqual(
    new Set(['GetItem', 'Query', 'TransactWriteItems']),
  )
}, 60_000)

it('costs a read for each group of the town and each child, a Query, and as much again and a write where a count is wrong', async () => {
  const { ask, night } = countedClub(3)
  await ask(await anotherFamily(table), AUTUMN)
  await ask(await anotherFamily(table))
  const { cost } = await measure([documents], () => night(AFTER))
  expectCost('count the children of a group at night, one of whom has left', cost)
})
