import { describe, expect, it } from 'vitest'
import { checkRun } from '../../shared/billing/manage-runs.ts'
import { openDueRuns, openWaitingRuns } from '../../shared/billing/open-due-runs.ts'
import { openRun } from '../../shared/billing/open-run.ts'
import { listBillingRuns } from '../../shared/billing/read-runs.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import type { IsoMonth } from '../../shared/kernel/dates.ts'
import { regieIdSchema, type FamilyId, type RegieId } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { memoryTable } from '../support/memory-table.ts'
import {
  billingQueues,
  documentsOfFamilies,
  ENF,
  hungryFamilies,
  OCTOBER,
  placesOf,
  totalsOf,
  townWith,
} from './run-fixture.ts'

const NOVEMBER = new Date('2025-11-01T05:00:00Z')
/** The other kinds of crashes differ in what is retried where; a month takes long. */
const KINDS = ['dies-before', 'dies-after'] as const
const DECEMBER = new Date('2025-12-01T05:00:00Z')

/** Seven o'clock in the winter mornings of Paris. */
const morning = (day: string): Date => new Date(`${day}T06:00:00Z`)

/** A town with more régies, which bill nothing and check nothing. */
const withOthers = (known: TownCatalogue, others: readonly string[]): TownCatalogue => {
  const { town } = known.catalogue
  const added = others.flatMap((id) =>
    town.regies.map((regie) => ({
      ...regie,
      id: regieIdSchema.parse(id),
      issue: 'automatic' as const,
    })),
  )
  const regies = [...town.regies, ...added]
  return { ...known, catalogue: { ...known.catalogue, town: { ...town, regies } } }
}

/** A régie whose drafts the accountant checks, so that a month stays open as long as a test wants. */
const openWorld = ({ table, families, regieId = ENF, others = [] }: World) => {
  const town = withOthers(townWith({ id: regieId, issue: 'checked' }), others)
  const queues = billingQueues({ table, town })
  const deps = { table, town, send: queues.send }
  return {
    ...{ table, families, queues, deps },
    schedule: (due: Date) => openDueRuns(deps, due),
    checkDaily: (due: Date) => openWaitingRuns(deps, due),
    /** The accountant checks a month, and it is issued. */
    finish: async (month: IsoMonth, at: Date, revision = 1) => {
      await queues.work()
      const check = {
        ...{ parameters: { month, regieId }, body: { revision }, now: at },
        actor: { account: 'accountant-1', roles: ['accountant' as const], family: undefined },
        ...{ query: undefined, form: undefined, headers: undefined },
      }
      await checkRun(deps, check)
      await queues.work()
    },
    /** All months that are open or issued, the newest first. */
    months: async () =>
      (await listBillingRuns(table)).runs
        .filter((run) => run.regieId === regieId)
        .map(({ month, state }) => `${month} ${state}`),
  }
}

interface World {
  readonly table: Table
  readonly families: readonly FamilyId[]
  readonly regieId?: RegieId
  readonly others?: readonly string[]
}

describe('a month that was due while the one before was open [guide 29] [wish W7]', () => {
  const world = async () => {
    const table = memoryTable()
    return { ...openWorld({ table, families: await hungryFamilies(table, 2) }), memory: table }
  }

  it('is opened on the morning after that one is issued, and bears that day', async () => {
    const { schedule, checkDaily, finish, months, queues, table, families } = await world()
    await schedule(OCTOBER)
    await schedule(NOVEMBER)
    await checkDaily(morning('2025-11-04'))
    expect(await months()).toEqual(['2025-09 prepared'])
    await finish('2025-09', morning('2025-11-04'))
    expect(await months()).toEqual(['2025-09 mailed'])
    await checkDaily(morning('2025-11-05'))
    expect(await months()).toEqual(['2025-10 prepared', '2025-09 mailed'])
    await queues.work()
    await finish('2025-10', morning('2025-11-05'))
    const documents = await documentsOfFamilies(table, families)
    expect(totalsOf(documents, 'invoice')).toEqual([1664, 2080, 1664, 2080])
    expect(documents[0]?.document).toMatchObject({ month: '2025-10', issuedOn: '2025-11-05' })
  })

  it('writes nothing on any other morning', async () => {
    const { schedule, checkDaily, finish, memory } = await world()
    const writes = async (day: string): Promise<number> => {
      const before = memory.changes().length
      await checkDaily(morning(day))
      return memory.changes().length - before
    }
    expect(await writes('2025-09-30')).toBe(0)
    await schedule(OCTOBER)
    expect(await writes('2025-10-02')).toBe(0)
    await schedule(NOVEMBER)
    await schedule(NOVEMBER)
    expect(await writes('2025-11-02')).toBe(0)
    await finish('2025-09', morning('2025-11-04'))
    expect(await writes('2025-11-05')).toBeGreaterThan(0)
    expect(await writes('2025-11-06')).toBe(0)
    await finish('2025-10', morning('2025-11-06'))
    expect(await writes('2025-11-07')).toBe(0)
  })

  it('comes before the months after it, each in its turn', async () => {
    const { schedule, checkDaily, finish, months } = await world()
    for (const due of [OCTOBER, NOVEMBER, DECEMBER]) await schedule(due)
    await finish('2025-09', morning('2025-12-02'))
    await checkDaily(morning('2025-12-03'))
    await checkDaily(morning('2025-12-04'))
    expect(await months()).toEqual(['2025-10 prepared', '2025-09 mailed'])
    await finish('2025-10', morning('2025-12-04'))
    await checkDaily(morning('2025-12-05'))
    expect(await months()).toEqual(['2025-11 prepared', '2025-10 mailed', '2025-09 mailed'])
  })

  it('is left alone where the accountant has opened it meanwhile', async () => {
    const { schedule, checkDaily, finish, months, deps, queues, families } = await world()
    await schedule(OCTOBER)
    await schedule(NOVEMBER)
    await finish('2025-09', morning('2025-11-04'))
    const opening = { month: '2025-10' as const, regieId: ENF, excluded: [], families }
    await openRun(deps, { ...opening, at: new Date('2025-11-04T10:00:00Z'), by: 'accountant-1' })
    const jobs = queues.sent.length
    await checkDaily(morning('2025-11-05'))
    expect(queues.sent).toHaveLength(jobs)
    await finish('2025-10', morning('2025-11-05'))
    await checkDaily(morning('2025-11-06'))
    expect(await months()).toEqual(['2025-10 mailed', '2025-09 mailed'])
  })

  it('does not keep the months of other régies, and is handed out once the queue is back', async () => {
    const table = memoryTable()
    const families = await hungryFamilies(table, 1)
    const { schedule, finish, queues, deps } = openWorld({ table, families, others: ['AUT'] })
    await schedule(OCTOBER)
    await queues.work()
    await schedule(NOVEMBER)
    await finish('2025-09', morning('2025-11-04'))
    const broken = { ...deps, send: () => Promise.reject(new Error('No queue')) }
    await expect(openWaitingRuns(broken, morning('2025-11-05'))).rejects.toThrow('not opened')
    await openWaitingRuns(deps, morning('2025-11-05'))
    await queues.work()
    const { runs } = await listBillingRuns(table)
    expect(runs.map(({ month, regieId, state }) => [month, regieId, state])).toEqual([
      ['2025-10', 'ENF', 'computed'],
      ['2025-10', 'AUT', 'mailed'],
      ['2025-09', 'ENF', 'mailed'],
      ['2025-09', 'AUT', 'mailed'],
    ])
  })
})

describe(
  'wherever the schedule or the daily check die, their next call',
  { timeout: 300_000 },
  () => {
    let regies = 0

    /** A régie of its own with families of its own, whose September is open. */
    const crashWorld = async (table: Table, families: readonly FamilyId[]) => {
      regies += 1
      const regieId = regieIdSchema.parse(`V${String(regies).padStart(3, '0')}`)
      const world = openWorld({ table, families, regieId })
      await world.schedule(OCTOBER)
      const issued = async () =>
        (await documentsOfFamilies(table, families)).filter(
          ({ document }) => document.regieId === regieId,
        )
      return { ...world, issued }
    }

    it('keeps the month that waits, opens it once and bills everybody once', async () => {
      const { table, documents } = await freshTable()
      const families = await hungryFamilies(table, 1)
      await crashEverywhere({
        clients: [documents],
        kinds: KINDS,
        scenario: async () => {
          const { schedule, checkDaily, finish, queues, issued } = await crashWorld(table, families)
          return {
            run: () => schedule(NOVEMBER),
            check: async () => {
              await finish('2025-09', morning('2025-11-04'))
              await checkDaily(morning('2025-11-05'))
              await queues.work()
              await finish('2025-10', morning('2025-11-05'))
              expect(placesOf(await issued())).toEqual([1, 2])
            },
          }
        },
      })
    })

    it('opens the month once and bills everybody once', async () => {
      const { table, documents } = await freshTable()
      const families = await hungryFamilies(table, 1)
      const crashes = await crashEverywhere({
        clients: [documents],
        kinds: KINDS,
        scenario: async () => {
          const world = await crashWorld(table, families)
          await world.schedule(NOVEMBER)
          await world.finish('2025-09', morning('2025-11-04'))
          return {
            run: () => world.checkDaily(morning('2025-11-05')),
            check: async () => {
              await world.checkDaily(morning('2025-11-06'))
              expect((await world.months())[0]).toBe('2025-10 prepared')
              await world.queues.work()
              const revision = Math.max(...world.queues.sent.map((job) => job.revision))
              await world.finish('2025-10', morning('2025-11-06'), revision)
              expect(placesOf(await world.issued())).toEqual([1, 2])
            },
          }
        },
      })
      expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
    })
  },
)
