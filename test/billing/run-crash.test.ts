import { describe, expect, it } from 'vitest'
import { billFamilies } from '../../shared/billing/bill-families.ts'
import { issueDocuments } from '../../shared/billing/issue-documents.ts'
import type { BillingJob } from '../../shared/billing/model.ts'
import { openRun, type Opened } from '../../shared/billing/open-run.ts'
import { readBillingRun } from '../../shared/billing/read-runs.ts'
import type { SendJobs } from '../../shared/billing/run-steps.ts'
import { noteReviews } from '../../shared/billing/store.ts'
import { tellPage } from '../../shared/billing/tell-page.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { regieIdSchema, type FamilyId, type RegieId } from '../../shared/platform/schemas.ts'
import { cessonTown } from '../support/cesson.ts'
import { crashEverywhere, InjectedCrash } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { expectCost, measure } from '../support/meter.ts'
import { storePlannings } from '../support/plannings.ts'
import {
  documentsOfFamilies,
  hungryFamilies,
  mealsOf,
  mealsOn,
  OCTOBER,
  placesOf,
  SEPTEMBER_DAYS,
} from './run-fixture.ts'

const { table, documents } = await freshTable()

let regies = 0

/** A régie that nothing else bills by. */
const ownRegie = (): { regieId: RegieId; town: TownCatalogue } => {
  regies += 1
  const regieId = regieIdSchema.parse(`T${String(regies).padStart(3, '0')}`)
  const { town } = cessonTown.catalogue
  const changed = { ...town, regies: town.regies.map((regie) => ({ ...regie, id: regieId })) }
  return {
    regieId,
    town: { ...cessonTown, catalogue: { ...cessonTown.catalogue, town: changed } },
  }
}

const NOVEMBER = new Date('2025-11-01T05:00:00Z')

/** A queue whose messages stay until they are worked off without an error. */
const openQueue = () => {
  const waiting: BillingJob[] = []
  const send: SendJobs = (jobs) => {
    waiting.push(...jobs)
    return Promise.resolve()
  }
  return { waiting, send }
}

/** A régie whose month is opened for families. */
const openedRun = async (families: readonly FamilyId[], at = OCTOBER, regie = ownRegie()) => {
  const queue = openQueue()
  const month = at === OCTOBER ? ('2025-09' as const) : ('2025-10' as const)
  const address = { month, regieId: regie.regieId }
  await openRun({ table, send: queue.send }, { ...address, at, excluded: [], families })
  const deps = { table, town: regie.town, send: queue.send }
  const workOff = async (): Promise<void> => {
    for (;;) {
      const [job] = queue.waiting
      if (job === undefined) return
      if (job.step === 'compute') await billFamilies(deps, job)
      if (job.step === 'issue') await issueDocuments(deps, job)
      if (job.step === 'mail') await tellPage(table, job, () => Promise.resolve())
      queue.waiting.shift()
    }
  }
  return { ...regie, ...deps, ...address, queue, workOff }
}

const job = (
  { month, regieId }: { month: BillingJob['month']; regieId: RegieId },
  step: BillingJob['step'],
): BillingJob => ({ step, month, regieId, revision: 1, page: 0 })

describe(
  'wherever the worker of a run dies, its job delivered again finishes it',
  { timeout: 900_000 },
  () => {
    it('opens a run once and hands out all of its work', async () => {
      await crashEverywhere({
        clients: [documents],
        scenario: async () => {
          const families = await hungryFamilies(table, 2)
          const { regieId, town } = ownRegie()
          const queue = openQueue()
          const opening = {
            month: '2025-09' as const,
            regieId,
            at: OCTOBER,
            excluded: [],
            families,
          }
          const deps = { table, town, send: queue.send }
          return {
            run: () => openRun(deps, opening),
            check: async ({ run: { revision } }: Opened) => {
              const steps = queue.waiting.filter((each) => each.revision === revision)
              expect(steps.map(({ step }) => step)).toContain('compute')
              for (const each of [...queue.waiting]) await billFamilies(deps, each)
              for (const each of queue.waiting.filter(({ step }) => step === 'issue')) {
                await issueDocuments(deps, each)
              }
              expect(placesOf(await documentsOfFamilies(table, families))).toEqual([1, 2])
            },
          }
        },
      })
    })

    it('computes each draft once and goes on to issue it', async () => {
      const crashes = await crashEverywhere({
        clients: [documents],
        scenario: async () => {
          const families = await hungryFamilies(table, 2)
          const run = await openedRun(families)
          run.queue.waiting.length = 0
          return {
            run: () => billFamilies(run, job(run, 'compute')),
            check: async () => {
              expect(run.queue.waiting).toContainEqual(job(run, 'issue'))
              expect(await readBillingRun(table, { parameters: run })).toMatchObject({
                state: 'checked',
                progress: { computed: 2, issued: 0 },
                tally: { invoices: 2, total: 4160 },
              })
            },
          }
        },
      })
      expect(crashes.map(({ operation }) => operation)).toContain('DeleteItem')
    })

    it('issues each document once, with contiguous numbers, and goes on to mail it', async () => {
      const crashes = await crashEverywhere({
        clients: [documents],
        scenario: async () => {
          const families = await hungryFamilies(table, 2)
          const run = await openedRun(families)
          await billFamilies(run, job(run, 'compute'))
          run.queue.waiting.length = 0
          return {
            run: () => issueDocuments(run, job(run, 'issue')),
            check: async () => {
              expect(placesOf(await documentsOfFamilies(table, families))).toEqual([1, 2])
              expect(run.queue.waiting).toContainEqual(job(run, 'mail'))
              // The next page begins where this one has ended.
              const november = await openedRun(families, NOVEMBER, run)
              await november.workOff()
              expect(placesOf(await documentsOfFamilies(table, families))).toEqual([1, 2, 3, 4])
            },
          }
        },
      })
      expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
    })

    it('tells each page until it is told', async () => {
      await crashEverywhere({
        clients: [documents],
        scenario: async () => {
          const families = await hungryFamilies(table, 2)
          const run = await openedRun(families)
          await billFamilies(run, job(run, 'compute'))
          await issueDocuments(run, job(run, 'issue'))
          const told: number[] = []
          return {
            run: () =>
              tellPage(table, job(run, 'mail'), (issued) => {
                told.push(issued.length)
                return Promise.resolve()
              }),
            check: async () => {
              expect(told).toContain(2)
              const { state } = await readBillingRun(table, { parameters: run })
              expect(state).toBe('mailed')
            },
          }
        },
      })
    })

    it('sends again what was not sent when the queue failed', async () => {
      const families = await hungryFamilies(table, 2)
      const run = await openedRun(families)
      run.queue.waiting.length = 0
      const broken = { ...run, send: () => Promise.reject(new InjectedCrash('queue')) }
      await expect(billFamilies(broken, job(run, 'compute'))).rejects.toThrow('queue')
      expect((await readBillingRun(table, { parameters: run })).state).toBe('checked')
      await billFamilies(run, job(run, 'compute'))
      expect(run.queue.waiting).toEqual([job(run, 'issue')])
    })

    it('corrects once what it takes back by a credit note', async () => {
      await crashEverywhere({
        clients: [documents],
        // The other kinds differ in what is retried where, as the test before shows; a month takes long.
        kinds: ['dies-before', 'dies-after'],
        scenario: async () => {
          const families = await hungryFamilies(table, 2)
          const [familyId] = families
          if (familyId === undefined) throw new Error('No family')
          await storePlannings(table, [mealsOf(familyId, mealsOn('2025-09', SEPTEMBER_DAYS))])
          const run = await openedRun(families)
          await run.workOff()
          await storePlannings(table, [mealsOf(familyId, {})])
          await noteReviews(table, { familyId, regieId: run.regieId, now: OCTOBER }, ['2025-09'])
          const november = await openedRun(families, NOVEMBER, run)
          await billFamilies(november, job(november, 'compute'))
          return {
            run: () => issueDocuments(november, job(november, 'issue')),
            check: async () => {
              const issued = await documentsOfFamilies(table, families)
              expect(placesOf(issued)).toEqual([1, 2, 3])
              expect(placesOf(issued, 'credit-note')).toEqual([1])
              const reviews = await table.query({
                partition: ['FAMILY', familyId],
                from: ['FILE', 'BILLING', 'REVIEW'],
              })
              expect(reviews).toEqual([])
            },
          }
        },
      })
    })
  },
)

it('costs one write unit and at most one read unit a family, beside its pages and numbers', async () => {
  const run = await openedRun(await hungryFamilies(table, 50))
  const computing = await measure([documents], () => billFamilies(run, job(run, 'compute')))
  expectCost('compute a page of 50 families', computing.cost)
  const issuing = await measure([documents], () => issueDocuments(run, job(run, 'issue')))
  expectCost('issue a page of 50 families', issuing.cost)
  expect(issuing.cost.calls).toMatchObject({ PutItem: 52, TransactWriteItems: 1 })
})
