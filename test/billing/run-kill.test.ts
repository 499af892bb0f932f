import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import type { BillingJob } from '../../shared/billing/model.ts'
import { openRun } from '../../shared/billing/open-run.ts'
import { readBillingRun } from '../../shared/billing/read-runs.ts'
import { SEQUENCES } from '../../shared/platform/keys.ts'
import { openTable } from '../../shared/platform/table.ts'
import { killableEngine } from '../bench/rush/kill.ts'
import { createTable, openClient, storeAll } from '../bench/rush/table.ts'
import { memoryTable } from '../support/memory-table.ts'
import { documentsOfFamilies, ENF, hungryFamilies, OCTOBER, placesOf } from './run-fixture.ts'

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url))
const FAMILIES = 140
const KILLS = 6

const given = process.env['DYNAMODB_ENDPOINT']
const engine = await killableEngine(given === '' ? undefined : given)
afterAll(() => engine.remove())

/**
 * Works off jobs in a process of its own, which is killed with the engine at a random moment after
 * its first job unless it is to end.
 *
 * @returns whether it had ended before.
 */
const work = async (
  tableName: string,
  jobs: readonly BillingJob[],
  isKilled: boolean,
): Promise<boolean> => {
  const child = spawn(process.execPath, [CHILD, engine.url(), tableName, JSON.stringify(jobs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  if (!isKilled) {
    child.stdout.resume()
    await ended
    expect(child.exitCode).toBe(0)
    return true
  }
  await Promise.race([once(child.stdout, 'data'), ended])
  await wait(Math.random() * 150)
  const hadEnded = child.exitCode !== null
  child.kill('SIGKILL')
  await engine.kill()
  await ended
  await engine.restart()
  return hadEnded
}

test('killing the workers and the engine again and again leaves contiguous numbers and one invoice a family', async () => {
  const tableName = 'billing-killed'
  const memory = memoryTable()
  const families = await hungryFamilies(memory, FAMILIES)
  await createTable({ endpoint: engine.url(), tableName })
  await storeAll({ endpoint: engine.url(), tableName }, memory.items())

  const jobs: BillingJob[] = []
  const opener = openClient(engine.url())
  const send = (sent: readonly BillingJob[]): Promise<void> => {
    jobs.push(...sent)
    return Promise.resolve()
  }
  const opening = { month: '2025-09' as const, regieId: ENF, at: OCTOBER, excluded: [], families }
  await openRun({ table: openTable(opener, tableName), send }, opening)
  opener.destroy()

  let cut = 0
  for (let kill = 0; kill < KILLS; kill += 1) {
    // What was sent meanwhile is lost with the process: the queue delivers again what was not done.
    if (!(await work(tableName, jobs, true))) cut += 1
  }
  await work(tableName, jobs, false)

  const documents = openClient(engine.url())
  const table = openTable(documents, tableName)
  const issued = await documentsOfFamilies(table, families)
  expect(placesOf(issued)).toEqual(families.map((_, index) => index + 1))
  expect(issued).toHaveLength(FAMILIES)
  const series = await table.get({ partition: SEQUENCES, sort: ['INVOICE', ENF, '2025'] })
  expect(series?.['value']).toBe(FAMILIES)
  expect(await readBillingRun(table, { parameters: opening })).toMatchObject({
    state: 'issued',
    tally: { invoices: FAMILIES, total: FAMILIES * 2080 },
  })
  expect(cut).toBeGreaterThan(0)
  documents.destroy()
})
