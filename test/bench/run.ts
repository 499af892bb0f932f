import { parseArgs } from 'node:util'
import type { FunctionName } from '../../shared/platform/functions.ts'
import { buildBundles, evaluate, median, mergeCommitted, readCommitted } from './bundles.ts'
import { measureHttp } from './http.ts'

/**
 * The benchmark: bundles beside a bare handler with the same clients, the costs that the tests hold
 * fast, and the latency of the whole portal beside its controls. Writes its part of `results.json`,
 * which is committed; prints a table, or with `--json` the same as one object.
 */

const RUNS = 15
const RESULTS = new URL('results.json', import.meta.url)
const COSTS = new URL('../golden/costs.json', import.meta.url)

interface BundleFigures {
  readonly bytes: number
  readonly controlBytes: number
  readonly sizeRatio: number
  /** Medians of fresh processes, in milliseconds. */
  readonly evaluation: number
  readonly controlEvaluation: number
  readonly evaluationRatio: number
}

const round = (value: number): number => Math.round(value * 100) / 100

const measureBundles = async (): Promise<Record<string, BundleFigures>> => {
  const bundles = await buildBundles()
  const timings = new Map<FunctionName, { own: number[]; control: number[] }>(
    bundles.names.map((name) => [name, { own: [], control: [] }]),
  )
  // In turns, so that both see the same machine.
  for (let run = 0; run < RUNS; run += 1) {
    for (const [name, { own, control }] of timings) {
      own.push(evaluate(bundles.path('function', name)))
      control.push(evaluate(bundles.path('control', name)))
    }
  }
  const figures = [...timings].map(([name, { own, control }]) => {
    const bytes = bundles.size('function', name)
    const controlBytes = bundles.size('control', name)
    return [
      name,
      {
        bytes,
        controlBytes,
        sizeRatio: round(bytes / controlBytes),
        evaluation: round(median(own)),
        controlEvaluation: round(median(control)),
        evaluationRatio: round(median(own) / median(control)),
      },
    ] as const
  })
  bundles.remove()
  return Object.fromEntries(figures)
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })

const results = {
  node: process.version,
  bundles: await measureBundles(),
  costs: readCommitted(COSTS),
  http: await measureHttp(),
}
mergeCommitted(RESULTS, results)

if (values.json) {
  process.stdout.write(`${JSON.stringify(results)}\n`)
} else {
  console.info(`Node ${results.node}; medians of ${String(RUNS)} fresh processes`)
  console.table(results.bundles)
  console.info('Latency in milliseconds; load and portal share the cores of this machine')
  console.table(results.http)
  console.info(`Units and round trips: ${COSTS.pathname.split('/').slice(-3).join('/')}`)
  console.table(results.costs)
}
