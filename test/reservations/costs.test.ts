import { beforeAll, describe, expect, it } from 'vitest'
import type { WholeFile } from '../../shared/families/model.ts'
import { createFamily } from '../../shared/families/create-family.ts'
import { readFamily } from '../../shared/families/read-family.ts'
import {
  activityIdSchema,
  childIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  groupIdSchema,
} from '../../shared/platform/schemas.ts'
import { decideRequest } from '../../shared/reservations/decide-request.ts'
import { listPendingRequests } from '../../shared/reservations/list-pending-requests.ts'
import { listRequests } from '../../shared/reservations/list-requests.ts'
import { readPlanning } from '../../shared/reservations/read-planning.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import {
  cesson,
  cessonTown,
  DUPONT,
  GUIDE_MORNING,
  guardian,
  openCesson,
  TEST,
  ticked,
  weekly,
} from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }
const clients = [documents]

const ACTIVITIES = [
  {
    activityId: 'ETUDES',
    groupId: 'ETUDES_E_PREVERT',
    week: { 1: ['ETUDES'], 2: ['ETUDES'], 4: ['ETUDES'] },
  },
  {
    activityId: 'RESTAURATION',
    groupId: 'RESTO_R_PREVERT',
    week: { 1: ['REPAS'], 2: ['REPAS'], 4: ['REPAS'], 5: ['REPAS'] },
  },
  {
    activityId: 'ACCUEIL',
    groupId: 'ACC_PP_SCO_E_PREVERT',
    week: {
      1: ['ACC_MATIN', 'ACC_SOIR'],
      2: ['ACC_MATIN', 'ACC_SOIR'],
      4: ['ACC_MATIN', 'ACC_SOIR'],
      5: ['ACC_MATIN', 'ACC_SOIR'],
    },
  },
] as const

/** Two children, each enrolled in the three unlimited activities for the year. */
const twoByThree = (): WholeFile => {
  const [model] = cesson.families
  if (model === undefined) throw new Error('The demo town has no family')
  const familyId = familyIdSchema.parse('2003')
  return {
    family: { familyId, name: model.name, address: model.address },
    guardians: model.guardians.map((each) => ({ ...each, familyId })),
    children: model.children.map((each) => ({ ...each, familyId })),
    enrolments: model.children.flatMap(({ childId }) =>
      ACTIVITIES.map(({ activityId, groupId }) => ({
        familyId,
        enrolmentId: enrolmentIdSchema.parse(`${childId}-${activityId}`),
        childId: childIdSchema.parse(childId),
        activityId: activityIdSchema.parse(activityId),
        groupId: groupIdSchema.parse(groupId),
        from: '2025-09-01' as const,
        until: '2026-07-03' as const,
      })),
    ),
    contacts: [],
    authorisations: [],
    means: [],
  }
}

describe('the cost of each use case, in units of DynamoDB and round trips', () => {
  beforeAll(async () => {
    await openCesson(table)
    await createFamily(table, twoByThree())
  })

  it('submits the year of two children in three unlimited activities by one transaction of at most 30 write units', async () => {
    const { result, cost } = await measure(clients, () =>
      submitWishes(deps, {
        by: { ...DUPONT, familyId: familyIdSchema.parse('2003') },
        wishes: ['leo', 'lucas'].flatMap((child) =>
          ACTIVITIES.map(({ activityId, week }) => weekly(`${child}-${activityId}`, week)),
        ),
        idempotencyKey: 'a-year-for-two',
        now: GUIDE_MORNING,
      }),
    )
    expect(result.requests).toHaveLength(6)
    expect(cost.calls['TransactWriteItems']).toBe(1)
    expect(cost.tableWrites + cost.indexWrites).toBeLessThanOrEqual(30)
    expectCost('submit the year of 2 children × 3 unlimited activities', cost)
  })

  it('reads the planning page of a family by one Query', async () => {
    const { cost } = await measure(clients, () =>
      readPlanning(deps, {
        actor: guardian({ ...DUPONT, familyId: familyIdSchema.parse('2003') }),
        query: { from: '2025-09-01', to: '2026-07-03' },
        now: GUIDE_MORNING,
      }),
    )
    expect(cost.calls).toEqual({ Query: 1 })
    expectCost('read the planning of 2 children × 3 activities × a year', cost)
  })

  it('reads the planning page at the same cost whatever the size of the town', async () => {
    const by = await anotherFamily(table)
    const page = async () => {
      const { cost } = await measure(clients, () =>
        readPlanning(deps, {
          actor: guardian(by),
          query: { from: '2025-09-01', to: '2026-07-03' },
          now: GUIDE_MORNING,
        }),
      )
      return cost
    }
    const book = (family: typeof by) =>
      submitWishes(deps, {
        by: family,
        wishes: [weekly('leo-restauration-2025', { 1: ['REPAS'], 2: ['REPAS'] })],
        idempotencyKey: 'the-year',
        now: GUIDE_MORNING,
      })
    await book(by)
    const before = await page()
    for (let neighbour = 0; neighbour < 100; neighbour += 1) {
      await book(await anotherFamily(table, DUPONT.familyId, ['leo-restauration-2025']))
    }
    expect(await page()).toEqual(before)
  })

  it('changes one day', async () => {
    const { cost } = await measure(clients, () =>
      submitWishes(deps, {
        by: DUPONT,
        wishes: [ticked('leo-restauration-2025', { '2025-09-02': ['REPAS'] })],
        idempotencyKey: 'one-day-only',
        now: GUIDE_MORNING,
      }),
    )
    expect(cost.tableWrites + cost.indexWrites).toBeLessThanOrEqual(10)
    expectCost('submit one day', cost)
  })

  it('reads the family page by one Query, the list of requests by two', async () => {
    const family = await measure(clients, () =>
      readFamily(deps, { actor: guardian(DUPONT), now: GUIDE_MORNING }),
    )
    const requests = await measure(clients, () =>
      listRequests(deps, {
        actor: guardian(DUPONT),
        query: { limit: 20, before: undefined },
        now: GUIDE_MORNING,
      }),
    )
    expect(family.cost.calls).toEqual({ Query: 1 })
    expect(requests.cost.calls).toEqual({ Query: 2 })
    expectCost('read the family page', family.cost)
    expectCost('list the requests of a family', requests.cost)
  })

  it('submits, lists and decides what staff decide', async () => {
    const submitted = await measure(clients, () =>
      submitWishes(deps, {
        by: TEST,
        wishes: [weekly('manon-mercredis-2025', { 3: ['JOURNEE'] })],
        idempotencyKey: 'all-wednesdays',
        now: GUIDE_MORNING,
      }),
    )
    const listed = await measure(clients, () =>
      listPendingRequests(deps, { query: { limit: 50 }, now: GUIDE_MORNING }),
    )
    const { familyId, number } = submitted.result
    const decided = await measure(clients, () =>
      decideRequest(table, {
        familyId,
        number,
        outcome: 'accepted',
        by: 'agent',
        now: GUIDE_MORNING,
      }),
    )
    expect(listed.result.requests).toHaveLength(1)
    expectCost('submit a year of Wednesdays that staff decide', submitted.cost)
    expectCost('list the requests that await a decision', listed.cost)
    expectCost('decide a request', decided.cost)
  })
})
