import { beforeAll, describe, expect, it } from 'vitest'
import { countHeads } from '../../shared/attendance/count-heads.ts'
import { justifyAbsence } from '../../shared/attendance/justify-absence.ts'
import { readDaySheet } from '../../shared/attendance/read-sheet.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import { cessonTown, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { expectCost, measure } from '../support/meter.ts'
import { AGENT, ids, mark, MEALS, openFamilies, send, write } from './fixture.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }
const clients = [documents]

/** How many read units the issue allows for a day sheet. */
const MOST_READS = 40

const CARE = {
  activityId: ids.activity('ACCUEIL'),
  groupId: ids.group('ACC_PP_SCO_M_PREVERT'),
} as const

describe('the cost of the registers of 200 children, in units of DynamoDB and round trips', () => {
  let families: FamilyId[] = []

  beforeAll(async () => {
    await openCesson(table)
    const numbers = Array.from({ length: 200 }, (_, index) => 3000 + index)
    families = await openFamilies(table, numbers, [MEALS, CARE])
    for (const familyId of families) {
      await write(table, familyId, {
        'lucas RESTAURATION REPAS 2025-09-02': 'a',
        'lucas RESTAURATION REPAS 2025-09-04': 'a',
        'lucas ACCUEIL ACC_MATIN 2025-09-02': 'a',
        'lucas ACCUEIL ACC_SOIR 2025-09-02': 'a',
      })
    }
  })

  const readSheet = (activityId = MEALS.activityId) =>
    measure(clients, () =>
      readDaySheet(deps, {
        actor: AGENT,
        parameters: { activityId, date: MEALS.date },
        query: {
          show: 'booked',
          group: activityId === MEALS.activityId ? MEALS.groupId : CARE.groupId,
        },
      }),
    )

  it('the day sheet of a canteen: one Query of at most 40 units', async () => {
    const { result, cost } = await readSheet()
    expect(result.groups[0]?.children).toHaveLength(200)
    expectCost('read the day sheet of 200 children', cost)
    expect(cost.reads).toBeLessThanOrEqual(MOST_READS)
    expect(cost.calls).toEqual({ GetItem: 1, Query: 1 })
  })

  it('the day sheet of an activity with two units a day', async () => {
    const { result, cost } = await readSheet(CARE.activityId)
    expect(result.groups[0]?.children[0]?.units).toHaveLength(2)
    expectCost('read the day sheet of 200 children with two units each', cost)
    expect(cost.reads).toBeLessThanOrEqual(MOST_READS)
  })

  it('the headcounts of a week', async () => {
    const { result, cost } = await measure(clients, () =>
      countHeads(deps, {
        actor: AGENT,
        parameters: { activityId: MEALS.activityId },
        query: { week: MEALS.date },
        now: new Date('2025-09-01T08:00:00Z'),
      }),
    )
    expect(result.total[0]?.expected).toBe(400)
    expectCost('count the heads of a week among 200 children', cost)
    expect(cost.calls).toEqual({ Query: 1 })
  })

  it('a whole sheet in one call, and one mark more', async () => {
    const whole = await measure(clients, () =>
      send(
        table,
        families.map((familyId, index) =>
          mark(familyId, 'lucas', index % 40 === 0 ? 'absent' : 'present'),
        ),
      ),
    )
    expect(whole.result.marks).toHaveLength(200)
    expectCost('mark 200 children, five of them absent', whole.cost)

    const [familyId = ids.family('')] = families
    const late = await measure(clients, () =>
      send(table, [mark(familyId, 'lucas', 'present', { markedAt: '2025-09-02T10:20:00.000Z' })]),
    )
    expectCost('correct one mark on the sheet of 200 children', late.cost)

    const { result, cost } = await readSheet()
    expect(result.groups[0]?.children[0]?.units[0]?.mark).toBeDefined()
    expectCost('read the day sheet of 200 children with their marks', cost)
  })

  it('an absence of a week', async () => {
    const familyId = families[1] ?? ids.family('')
    const { result, cost } = await measure(clients, () =>
      justifyAbsence(deps, {
        parameters: { familyId },
        body: {
          childId: ids.child('lucas'),
          activityId: MEALS.activityId,
          from: '2025-09-02',
          to: '2025-09-08',
          receivedOn: '2025-09-03',
        },
        now: new Date('2025-09-09T08:00:00Z'),
      }),
    )
    expect(result.days.map(({ date }) => date)).toEqual(['2025-09-02', '2025-09-04'])
    expectCost('justify an absence of a week', cost)
  })
})
