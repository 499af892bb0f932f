import { beforeAll, expect, it } from 'vitest'
import { noticeEntity } from '../../shared/messages/notices.ts'
import { remindFamilies } from '../../shared/messages/remind-families.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import { cessonTown, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }

/** 17:30 in Paris, before the deadline of the week of 6 October. */
const TUESDAY = new Date('2025-09-30T15:30:00Z')

const USUAL = { '2025-09-15': 'a', '2025-09-22': 'a' } as const

const lunches = (familyId: FamilyId, letters: Readonly<Record<string, string>>) =>
  storePlannings(table, [
    planningWith(familyId, { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' }, letters),
  ])

const families = async (count: number, letters: Readonly<Record<string, string>>) => {
  const made: FamilyId[] = []
  while (made.length < count) {
    const { familyId } = await anotherFamily(table)
    await lunches(familyId, letters)
    made.push(familyId)
  }
  return made
}

const noticesOf = async (familyId: FamilyId) =>
  noticeEntity.pick(await table.query({ partition: familyPartition(familyId), from: ['NOTICE'] }))

let forgetful: readonly FamilyId[] = []

/** The world before the reminders: they are the one thing that a run leaves. */
const forget = async (): Promise<void> => {
  for (const notice of (await Promise.all(forgetful.map(noticesOf))).flat()) {
    await table.transact([{ kind: 'delete', key: noticeEntity.keyOf(notice) }])
  }
}

beforeAll(async () => {
  await openCesson(table)
  forgetful = await families(2, USUAL)
})

it(
  'neither loses nor doubles a reminder wherever it crashes [wish W5]',
  { timeout: 900_000 },
  async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        await forget()
        return {
          run: () => remindFamilies(deps, TUESDAY),
          check: async () => {
            for (const familyId of forgetful) expect(await noticesOf(familyId)).toHaveLength(1)
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['Query', 'GetItem', 'PutItem']),
    )
  },
)

it('costs a Query for each register with a near deadline, and a read, a Query and a write for each family that misses', async () => {
  await families(10, { ...USUAL, '2025-10-06': 'a' })
  await forget()
  const { result, cost } = await measure([documents], () => remindFamilies(deps, TUESDAY))
  expect(result).toEqual({ families: 2, notices: 2 })
  expectCost('remind 2 of 12 families of a week', cost)
  // Lunch, study and the leisure centre; the deadline of the evenings is not near.
  expect(cost.calls).toEqual({ GetItem: 2, PutItem: 2, Query: 3 + 2 })
})

it('costs nothing on a day without a deadline', async () => {
  const { result, cost } = await measure([documents], () =>
    remindFamilies(deps, new Date('2025-10-15T15:30:00Z')),
  )
  expect(result).toEqual({ families: 0, notices: 0 })
  expect(cost.calls).toEqual({})
})
