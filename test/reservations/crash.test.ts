import { beforeAll, describe, expect, it } from 'vitest'
import { familyPartition } from '../../shared/platform/keys.ts'
import { decideRequest } from '../../shared/reservations/decide-request.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { planningEntity, submissionEntity } from '../../shared/reservations/store.ts'
import { isDue } from '../../shared/reservations/rules.ts'
import { cessonTown, GUIDE_MORNING, guideWishes, openCesson, weekly } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }

const everythingOf = (familyId: string) => table.query({ partition: familyPartition(familyId) })

describe('a crash at any call', () => {
  beforeAll(async () => {
    await openCesson(table)
  })

  it('leaves one submission with its plannings after the client has tried again', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const by = await anotherFamily(table)
        const run = () =>
          submitWishes(deps, {
            by,
            wishes: guideWishes,
            idempotencyKey: 'the-same-key',
            now: GUIDE_MORNING,
          })
        return {
          run,
          check: async (submission) => {
            const items = await everythingOf(by.familyId)
            expect(submissionEntity.pick(items)).toEqual([submission])
            expect(planningEntity.pick(items).map(({ version }) => version)).toEqual([1, 1, 1, 1])
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  })

  it('leaves one decision after the agent has tried again', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const by = await anotherFamily(table)
        const { number } = await submitWishes(deps, {
          by,
          wishes: [weekly('lucas-mercredis-2025', { 3: ['JOURNEE'] })],
          idempotencyKey: 'the-same-key',
          now: GUIDE_MORNING,
        })
        return {
          run: () =>
            decideRequest(table, {
              familyId: by.familyId,
              number,
              outcome: 'accepted',
              by: 'agent',
              now: GUIDE_MORNING,
            }),
          check: async ({ request }) => {
            const items = await everythingOf(by.familyId)
            expect(request.state).toBe('accepted')
            expect(submissionEntity.pick(items)).toMatchObject([
              { version: 2, requests: [{ state: 'accepted' }] },
            ])
            const [planning] = planningEntity.pick(items)
            expect(planning?.version).toBe(2)
            // The first Wednesday of the year is its third day.
            expect(isDue(Object.values(planning?.units ?? {})[0]?.[2] ?? '')).toBe(true)
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  })
})
