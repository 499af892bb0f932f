import { beforeEach, describe, expect, it } from 'vitest'
import { openDueRuns } from '../../shared/billing/open-due-runs.ts'
import { carryOverPut, inputsAmong } from '../../shared/billing/store.ts'
import type { CarryOver, InvoiceLine, IssuedDocument } from '../../shared/billing/model.ts'
import { readFile } from '../../shared/families/read-file.ts'
import type { IsoMonth } from '../../shared/kernel/dates.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { memoryTable, type MemoryTable } from '../support/memory-table.ts'
import { storePlannings } from '../support/plannings.ts'
import {
  billingQueues,
  documentsOfFamilies,
  ENF,
  hungryFamilies,
  mealsOf,
  mealsOn,
  OCTOBER,
  OCTOBER_DAYS,
  SEPTEMBER_DAYS,
  totalsOf,
  townWith,
} from './run-fixture.ts'

const NOVEMBER = new Date('2025-11-01T05:00:00Z')
const DECEMBER = new Date('2025-12-01T05:00:00Z')
const JANUARY = new Date('2026-01-01T05:00:00Z')

/** School days of November 2025. */
const NOVEMBER_DAYS = [3, 4, 6, 7, 10, 13, 14, 17]

/** A table whose reads at half the price show what `old` held. */
const laggingBehind = (old: Table, table: Table): Table => ({
  ...table,
  query: (range) => (range.stale === true ? old : table).query(range),
})

let table: MemoryTable
let familyId: FamilyId

beforeEach(async () => {
  table = memoryTable()
  const [only] = await hungryFamilies(table, 1)
  if (only === undefined) throw new Error('No family')
  familyId = only
  await storePlannings(table, [
    mealsOf(familyId, {
      ...mealsOn('2025-09', SEPTEMBER_DAYS),
      ...mealsOn('2025-10', OCTOBER_DAYS),
      ...mealsOn('2025-11', NOVEMBER_DAYS),
    }),
  ])
})

/** Bills the month before a due time, with reads that lag behind `old`. */
const bill = async (minimum: number, due: Date, old: Table = table): Promise<void> => {
  const [town, lagging] = [townWith({ minimum }), laggingBehind(old, table)]
  const queues = billingQueues({ table: lagging, town })
  await openDueRuns({ table: lagging, town, send: queues.send }, due)
  await queues.work()
}

const documents = (): Promise<IssuedDocument[]> => documentsOfFamilies(table, [familyId])

const carried = async (): Promise<{ month: IsoMonth; amount: number }[]> =>
  inputsAmong((await readFile(table, familyId)).items).carryOvers.map(({ month, amount }) => ({
    month,
    amount,
  }))

const carriedLines = async (): Promise<Partial<InvoiceLine>[]> =>
  (await documents())
    .filter(({ kind }) => kind === 'invoice')
    .flatMap(({ document }) => document.lines.filter(({ kind }) => kind === 'carried'))
    .map(({ month, amount }) => ({ month, amount }))

describe('a read that lags behind what was carried over', () => {
  it('does not lose what it does not show: the next invoice that sees it bills it', async () => {
    const before = table.clone()
    await bill(3000, OCTOBER)
    await bill(0, NOVEMBER, before)
    expect(totalsOf(await documents(), 'invoice')).toEqual([1664])
    expect(await carried()).toEqual([{ month: '2025-09', amount: 2080 }])
    await bill(0, DECEMBER)
    expect(totalsOf(await documents(), 'invoice')).toEqual([1664 + 2080, 1664])
    expect(await carriedLines()).toEqual([{ month: '2025-09', amount: 2080 }])
    expect(await carried()).toEqual([])
  })

  it('does not write over what it does not show: both months are carried together', async () => {
    const before = table.clone()
    await bill(9000, OCTOBER)
    await bill(9000, NOVEMBER, before)
    expect(await carried()).toEqual([{ month: '2025-10', amount: 2080 + 1664 }])
    await bill(0, DECEMBER)
    expect(totalsOf(await documents(), 'invoice')).toEqual([2080 + 1664 + 1664])
  })

  it('does not bill again what was billed and still shows', async () => {
    await bill(3000, OCTOBER)
    const carrying = table.clone()
    await bill(0, NOVEMBER)
    expect(totalsOf(await documents(), 'invoice')).toEqual([2080 + 1664])
    await bill(0, DECEMBER, carrying)
    expect(totalsOf(await documents(), 'invoice')).toEqual([1664, 2080 + 1664])
    expect(await carriedLines()).toEqual([{ month: '2025-09', amount: 2080 }])
    await bill(0, JANUARY)
    expect(await documents()).toHaveLength(3)
  })
})

describe('what is carried over is not what a draft bills', () => {
  const other: Omit<CarryOver, 'familyId'> = { regieId: ENF, month: '2025-08', amount: 999 }

  /** Bills October up to the issuing, then has something else carried over in the place of September. */
  const replaced = async (minimum: number) => {
    await bill(minimum, OCTOBER)
    const town = townWith({ minimum })
    const queues = billingQueues({ table, town })
    await openDueRuns({ table, town, send: queues.send }, NOVEMBER)
    await queues.work('issue')
    const [held] = inputsAmong((await readFile(table, familyId)).items).carryOvers
    await table.transact([carryOverPut({ familyId, ...other }, held)])
    return { queues, held }
  }

  it.each([
    ['an invoice', 3000, 'invoice'],
    ['what is carried on', 9000, 'carried'],
  ] as const)('gives the job of %s back until it is', async (_, minimum, kind) => {
    const { queues, held } = await replaced(minimum)
    const [job] = queues.sent.filter(({ step }) => step === 'issue')
    if (job === undefined || held === undefined) throw new Error('Nothing to issue')
    await expect(queues.deliver(job)).rejects.toThrow('Given back')
    expect(totalsOf(await documents(), 'invoice')).toEqual([])
    expect(await carried()).toEqual([{ month: '2025-08', amount: 999 }])
    await table.transact([carryOverPut(held, { familyId, ...other })])
    await queues.deliver(job)
    expect(totalsOf(await documents(), kind)).toContain(2080 + 1664)
    expect(await carried()).toHaveLength(kind === 'invoice' ? 0 : 1)
  })
})
