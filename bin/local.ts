import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { portalApp } from '../lib/app.ts'
import { BUNDLES, bundleFunctions } from '../lib/bundle.ts'
import { readInstant } from '../lib/local/clock.ts'
import { publishTariffs } from '../lib/local/demo-document.ts'
import { readTown, startOfDemo, welcome } from '../lib/local/demo.ts'
import { dataFolder } from '../lib/local/environment.ts'
import { eveOfMonth, liveLastMonth, morningOfMonth } from '../lib/local/last-month.ts'
import { startPortal } from '../lib/local/portal.ts'
import { SEED } from '../shared/school-calendar/seed.ts'

const REPOSITORY = join(import.meta.dirname, '..')
const TOWN = 'test/demo/cesson.json'

const settings = z.parse(
  z.object({
    PORT: z.coerce.number().int().min(1).max(65_534).default(3000),
    PORTAL_NOW: z
      .string()
      .refine((text) => readInstant(text) !== undefined, 'say a time such as 2025-07-15T10:00')
      .transform(readInstant)
      .optional(),
  }),
  process.env,
)
const town = readTown(JSON.parse(readFileSync(join(REPOSITORY, TOWN), 'utf8')))
const demoTime = startOfDemo(town, new Date())
/** When a newcomer's portal is to stand; before, the month before is lived and billed. */
const target = demoTime ?? morningOfMonth(Date.now())

/** Runs `npm run town -- load` against the parts that have just started. */
const load = (variables: Readonly<Record<string, string>>): Promise<void> =>
  new Promise((settle, fail) => {
    const child = spawn(process.execPath, [join(REPOSITORY, 'bin', 'town.ts'), 'load', TOWN], {
      cwd: REPOSITORY,
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child.on('error', fail).on('exit', (code) => {
      if (code === 0) settle()
      else fail(new Error(`The demo town could not be loaded (${TOWN})`))
    })
  })

const started = performance.now()
const assembly = join(REPOSITORY, 'cdk.out')
try {
  await bundleFunctions(BUNDLES)
  portalApp({ stage: 'demo', bundles: BUNDLES, outdir: assembly, checked: false }).synth()
  const portal = await startPortal({
    assembly,
    folder: dataFolder(),
    port: settings.PORT,
    fresh: process.argv.includes('--fresh'),
    now: settings.PORTAL_NOW,
    begin: eveOfMonth(target),
    load,
    schoolYears: SEED,
    environment: { PORTAL_URL: `http://localhost:${String(settings.PORT)}` },
    console: (line) => {
      console.error(line)
    },
  })
  if (portal.fresh && settings.PORTAL_NOW === undefined) await liveLastMonth(town, portal, target)
  if (portal.fresh) await publishTariffs(town, portal)
  let stopping = false
  const stop = async (code: number): Promise<void> => {
    if (stopping) return
    stopping = true
    await portal.stop()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0))
  void portal.failed.then((reason) => {
    console.error(reason)
    return stop(1)
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const notes: string[] = []
  if (portal.fresh && settings.PORTAL_NOW === undefined) {
    notes.push(
      demoTime === undefined
        ? 'It was set to the first of the month: the invoices of last month are just issued.'
        : 'It was set into the last school year of the demo town, which is over.',
    )
  }
  if (settings.PORTAL_NOW !== undefined && portal.now() - settings.PORTAL_NOW > 60_000) {
    notes.push('PORTAL_NOW is behind the clock of this data, which only moves forwards.')
  }
  console.log(`\nThe portal is up (${seconds} s).\n\n${welcome(town, portal, notes)}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
