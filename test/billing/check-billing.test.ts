import { beforeEach, expect, it } from 'vitest'
import { unbilledMonths } from '../../shared/billing/check-billing.ts'
import { openDueRuns } from '../../shared/billing/open-due-runs.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import { openCesson } from '../support/cesson.ts'
import { memoryTable, type MemoryTable } from '../support/memory-table.ts'
import { billingQueues, ENF, hungryFamilies, OCTOBER, townWith } from './run-fixture.ts'

const town = townWith({ billedByDay: 5 })
let table: MemoryTable

const at = (day: string): Date => new Date(`${day}T05:00:00Z`)

beforeEach(async () => {
  table = memoryTable()
  await openCesson(table)
  await hungryFamilies(table, 1)
})

it('says that last month is not billed from the day of the régie on, not before [wish W7]', async () => {
  expect(await unbilledMonths({ table, town }, at('2025-10-04'))).toEqual([])
  const forgotten = [{ regieId: ENF, month: '2025-09', state: undefined }]
  expect(await unbilledMonths({ table, town }, at('2025-10-05'))).toEqual(forgotten)
  expect(await unbilledMonths({ table, town }, at('2025-10-31'))).toEqual(forgotten)
})

it('says so until the documents are issued [wish W7]', async () => {
  const queues = billingQueues({ table, town })
  await openDueRuns({ table, town, send: queues.send }, OCTOBER)
  const seen = async () =>
    (await unbilledMonths({ table, town }, at('2025-10-06'))).map(({ state }) => state)
  expect(await seen()).toEqual(['prepared'])
  await queues.work('issue')
  expect(await seen()).toEqual(['checked'])
  await queues.work('mail')
  expect(await seen()).toEqual([])
})

it('finds a month that was forgotten up to a year ago, and none in which nobody came [wish W7]', async () => {
  const months = async (day: string) =>
    (await unbilledMonths({ table, town }, at(day))).map(({ month }) => month)
  expect(await months('2025-09-30')).toEqual([])
  expect(await months('2026-08-06')).toEqual(['2025-09', '2025-10'])
  expect(await months('2026-10-20')).toEqual(['2025-10'])
  expect(await months('2026-11-20')).toEqual([])
})

it('leaves a régie in peace that has no activity with days that are due', async () => {
  const other = townWith({})
  const regies = other.catalogue.town.regies.flatMap((regie) => [
    regie,
    { ...regie, id: regieIdSchema.parse('AUT') },
  ])
  const changed = { ...other.catalogue.town, regies }
  const both = { ...other, catalogue: { ...other.catalogue, town: changed } }
  const found = await unbilledMonths({ table, town: both }, at('2025-10-05'))
  expect(found.map(({ regieId }) => regieId)).toEqual([ENF])
})
