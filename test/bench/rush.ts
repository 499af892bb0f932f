import { parseArgs } from 'node:util'
import { mergeCommitted } from './bundles.ts'
import { bareUpdatesPerSecond } from './rush/bare.ts'
import { missed, round, unbalanced } from './rush/figures.ts'
import { killableEngine, runKill } from './rush/kill.ts'
import { runControl, runRush, type Details } from './rush/scenario.ts'

/**
 * The opening of holiday places: 5,000 families want one session of 60 places, 2,500 families want
 * 20 such sessions. All clients live in one process and share the lock windows; each family asks as
 * soon as a client is free for it, which is faster than any town's minute. Beside it, in the same
 * run and in the same weather, a control that counts places inside transactions (fewer families: its
 * collapse lasts as long as there are places), and the engine's bare conditional updates of one item.
 * At last a rush is killed in the middle, process and engine, and must leave books that balance.
 *
 * Writes its part of `results.json`, which is committed; prints tables, or with `--json` one object.
 * Ends with 1 when anything that is asked of it is not met.
 */

const RESULTS = new URL('results.json', import.meta.url)

const FAMILIES = 5000
const PLACES = 60
const BARE_MILLISECONDS = 5000

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** Fewer for a quick look, of which no results are kept. */
    families: { type: 'string', default: String(FAMILIES) },
    clients: { type: 'string', default: '64' },
  },
})
const families = Number(values.families)
const clients = Number(values.clients)

const given = process.env['DYNAMODB_ENDPOINT']
const unitsAreExact = given === undefined || given === ''

const measure = async () => {
  const engine = await killableEngine(unitsAreExact ? undefined : given)
  const place = (tableName: string) => ({ endpoint: engine.url(), tableName })
  const session = { sessions: 1, places: PLACES }
  try {
    return {
      one: await runRush(place('rush-one'), { families, ...session }, clients),
      bare: await bareUpdatesPerSecond(place('rush-bare'), clients, BARE_MILLISECONDS),
      control: await runControl(
        place('rush-control'),
        { families: Math.ceil(families / 5), ...session },
        clients,
      ),
      many: await runRush(
        place('rush-many'),
        { families: Math.ceil(families / 2), sessions: 20, places: PLACES },
        clients,
      ),
      killed: await runKill(
        engine,
        { families: Math.ceil(families / 10), sessions: 4, places: PLACES },
        { clients, share: 0.3 },
      ),
    }
  } finally {
    await engine.remove()
  }
}

const started = performance.now()
const { one, bare, control, many, killed } = await measure()
const results = {
  ...one.figures,
  bareUpdatesPerSecond: bare,
  control: control.figures,
  sessions: many.figures,
  killed,
  wholeSeconds: round((performance.now() - started) / 1000),
}
if (families === FAMILIES) mergeCommitted(RESULTS, { rush: results })

const failures = [
  ...missed(one.figures, { unitsAreExact }).map((what) => `one session: ${what}`),
  ...missed(many.figures, { unitsAreExact }).map((what) => `20 sessions: ${what}`),
  ...unbalanced(killed).map((what) => `killed in the middle: ${what}`),
  ...(killed.giveUps === 0 ? [] : [`killed in the middle: ${killed.giveUps} give-ups`]),
]

const print = (title: string, figures: object, details?: Details): void => {
  console.info(`\n${title}`)
  console.table(figures)
  if (details === undefined) return
  console.table(details.writes)
  console.info('conflicts', details.conflicts, 'throttled', details.throttles)
}

if (values.json) {
  process.stdout.write(`${JSON.stringify(results)}\n`)
} else {
  const seats = `${PLACES} places`
  print(`${one.figures.families} families, one session of ${seats}`, one.figures, one.details)
  console.info(`Bare conditional updates of one item: ${bare} a second`)
  print(`Control: the counter in the transaction, ${seats}`, control.figures, control.details)
  print(`${many.figures.families} families, 20 sessions of ${seats}`, many.figures, many.details)
  print('Killed in the middle: process and engine', killed)
  console.info(`All in ${results.wholeSeconds} s`)
}
for (const failure of failures) console.error(`Not met: ${failure}`)
process.exitCode = failures.length === 0 ? 0 : 1
