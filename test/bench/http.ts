import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { freePort } from '../../lib/local/free-port.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { sessionSchema } from '../../shared/sessions/routes.ts'
import { cesson, weekly } from '../support/cesson.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..')

/** How long calls took, in milliseconds, and how many a second were answered. */
export interface Latency {
  readonly calls: number
  readonly concurrency: number
  readonly p50: number
  readonly p99: number
  readonly perSecond: number
}

const round = (value: number): number => Math.round(value * 10) / 10

const time = async (
  calls: number,
  concurrency: number,
  call: (index: number) => Promise<void>,
): Promise<Latency> => {
  const durations: number[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < calls; index = next++) {
      const start = performance.now()
      await call(index)
      durations.push(performance.now() - start)
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: concurrency }, worker))
  const seconds = (performance.now() - start) / 1000
  const sorted = durations.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0
  return {
    calls,
    concurrency,
    p50: round(at(0.5)),
    p99: round(at(0.99)),
    perSecond: round(calls / seconds),
  }
}

const startPortal = async (): Promise<{
  environment: Record<string, string>
  stop: () => Promise<void>
}> => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-'))
  const portal = spawn(process.execPath, [join(REPOSITORY, 'bin', 'local.ts')], {
    cwd: REPOSITORY,
    env: {
      ...process.env,
      PORT: String(await freePort()),
      PORTAL_DATA: folder,
      PORTAL_NOW: '2025-07-15T10:41',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const chunk of portal.stdout) {
    if (String(chunk).includes('The portal is up')) break
  }
  return {
    environment: z
      .record(z.string(), z.coerce.string())
      .parse(JSON.parse(readFileSync(join(folder, 'environment.json'), 'utf8'))),
    stop: async () => {
      const exited = once(portal, 'exit')
      portal.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const YEAR = [
  weekly('leo-etudes-2025', { 1: ['ETUDES'], 4: ['ETUDES'] }),
  weekly('leo-restauration-2025', { 1: ['REPAS'], 2: ['REPAS'], 4: ['REPAS'], 5: ['REPAS'] }),
  weekly('lucas-accueil-2025', { 1: ['ACC_SOIR'], 2: ['ACC_SOIR'], 4: ['ACC_SOIR'] }),
  weekly('lucas-restauration-2025', { 1: ['REPAS'], 2: ['REPAS'], 4: ['REPAS'], 5: ['REPAS'] }),
]
const NO_YEAR = YEAR.map((wish) => ({ ...wish, weeks: [[]] }))

/**
 * The latency of the whole portal on one machine, load and portal sharing its cores. Beside it, in
 * the same run, two controls: a route that touches no table, which shows what gateway and function
 * cost alone, and the bare Query of the engine that the planning page is made from.
 */
export const measureHttp = async (): Promise<Record<string, Latency>> => {
  const { environment, stop } = await startPortal()
  try {
    const url = environment['portalUrl'] ?? ''
    const json = { 'content-type': 'application/json' }
    const [account] = cesson.accounts
    const session = await fetch(`${url}/sessions`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ login: account?.email, password: account?.password }),
    })
    const { idToken } = sessionSchema.parse(await session.json())
    const authorization = { authorization: `Bearer ${idToken}` }

    const get = (path: string) => async (): Promise<void> => {
      const response = await fetch(`${url}${path}`, { headers: authorization })
      await response.arrayBuffer()
      if (response.status !== 200) throw new Error(`${path} answered ${String(response.status)}`)
    }
    const submit = async (index: number): Promise<void> => {
      const response = await fetch(`${url}/submissions`, {
        method: 'POST',
        headers: { ...json, ...authorization, 'idempotency-key': `benchmark-${String(index)}` },
        body: JSON.stringify({ wishes: index % 2 === 0 ? YEAR : NO_YEAR }),
      })
      const body = await response.text()
      if (response.status !== 201) throw new Error(body)
    }
    Object.assign(process.env, environment)
    const table = openTable(documentClient(), environment['TABLE_NAME'] ?? '')
    const query = async (): Promise<void> => {
      await table.query({ partition: familyPartition('1001'), from: ['FILE'] })
    }
    const planning = get('/planning?from=2025-09-01&to=2026-07-03')

    await time(50, 4, planning)
    return {
      'control: route without a table': await time(400, 4, get('/openapi.json')),
      'control: bare Query of the engine': await time(400, 4, query),
      'planning page, a year of two children': await time(400, 4, planning),
      'submission of a year of two children': await time(100, 1, submit),
    }
  } finally {
    await stop()
  }
}
