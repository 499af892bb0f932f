import { parseArgs } from 'node:util'
import { computeFigures } from './billing/compute.ts'
import { engineFigures } from './billing/engine.ts'
import { mergeCommitted } from './bundles.ts'

/**
 * The monthly bills of 1,000, 10,000 and 100,000 families with two children each, with every line and
 * its explanation as a run keeps them, computed in one thread of a process of its own for each size;
 * beside them, in the same run, the same families priced plainly cell by cell, which must give the
 * same totals. Then a run with the engine: what it reads and writes for a family, and what it writes
 * when it is run again.
 *
 * A second of a core is one of the processor that the process used, user and system together, all of
 * its threads: other processes of a shared machine take none of it, though they slow down its caches.
 * It counts from when the code is compiled on; what the first families of a process take is told
 * apart. The memory is that of the whole process; it must not grow with the number of families.
 *
 * Writes its part of `results.json`, which is committed, at the full sizes only; prints tables, or
 * with `--json` one object. Ends with 1 when something that is asked of it is not met.
 */

const RESULTS = new URL('results.json', import.meta.url)

const SIZES = [1000, 10_000, 100_000]

/** In MiB, within which the memory of a process is the same: that of one generation of young objects. */
const MEMORY_GROWTH = 16

/**
 * Noethysweb 1.3.3.8, measured once elsewhere: its own models and its function that collects what is
 * billed, on Django 5.2 with SQLite, 84 charges for each family, without HTTP and PDF; third-party
 * libraries of its screens were stubbed. In milliseconds of computing per family.
 */
const PEER = [
  { families: 50, millisecondsPerFamily: 15.3 },
  { families: 200, millisecondsPerFamily: 19.3 },
  { families: 400, millisecondsPerFamily: 23.3 },
  { families: 800, millisecondsPerFamily: 31.8 },
  { families: 1600, millisecondsPerFamily: 49.5 },
]

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** The largest number of families; fewer for a quick look, of which no results are kept. */
    families: { type: 'string', default: String(SIZES.at(-1)) },
    rounds: { type: 'string', default: '3' },
    /** How many families the run with the engine bills; none for no such run, and no results kept. */
    stored: { type: 'string', default: '500' },
  },
})
const largest = Number(values.families)
const sizes = SIZES.filter((size) => size <= largest)

const given = process.env['DYNAMODB_ENDPOINT']
const started = performance.now()
const compute = computeFigures(sizes.length === 0 ? [largest] : sizes, {
  rounds: Number(values.rounds),
  controlled: Math.min(1000, largest),
})
const stored = Number(values.stored)
const engine =
  stored === 0 ? undefined : await engineFigures(stored, given === '' ? undefined : given)
const results = {
  familiesPerSecondPerCore: compute.familiesPerSecondPerCore,
  coldPerSecondPerCore: compute.coldPerSecondPerCore,
  growthExponent: compute.growthExponent,
  peakMemoryMiB: compute.peakMemoryMiB,
  memoryGrowthMiB: compute.memoryGrowthMiB,
  readUnitsPerFamily: engine?.readUnitsPerFamily,
  writeUnitsPerFamily: engine?.writeUnitsPerFamily,
  runReadUnitsPerFamily: engine?.runReadUnitsPerFamily,
  runWriteUnitsPerFamily: engine?.runWriteUnitsPerFamily,
  rerunWrites: engine?.rerunWrites,
  redeliveryWrites: engine?.redeliveryWrites,
  sizes: compute.sizes,
  control: compute.control,
  engine: engine && { families: engine.families, familiesPerSecond: engine.familiesPerSecond },
  wholeSeconds: Math.round((performance.now() - started) / 1000),
}
if (largest === SIZES.at(-1) && engine !== undefined) mergeCommitted(RESULTS, { billing: results })

const failures = [
  ...(results.familiesPerSecondPerCore < 30_000
    ? [`${results.familiesPerSecondPerCore} families a second, 30,000 asked`]
    : []),
  ...(sizes.length > 1 && Math.abs(results.growthExponent - 1) > 0.03
    ? [`exponent ${results.growthExponent}, 1.00 ± 0.03 asked`]
    : []),
  ...(sizes.length > 1 && results.memoryGrowthMiB > MEMORY_GROWTH
    ? [`${results.memoryGrowthMiB} MiB more for the largest size`]
    : []),
  ...(engine !== undefined && engine.readUnitsPerFamily > 1
    ? [`${engine.readUnitsPerFamily} read units of a family's file, 1 asked`]
    : []),
  ...(engine !== undefined && engine.writeUnitsPerFamily > 1
    ? [`${engine.writeUnitsPerFamily} write units of a family's document, 1 asked`]
    : []),
  ...(engine !== undefined && engine.rerunWrites > 0
    ? [`${engine.rerunWrites} writes of a run again, none asked`]
    : []),
]

if (values.json) {
  process.stdout.write(`${JSON.stringify(results)}\n`)
} else {
  console.info('\nBills computed in one thread')
  console.table(compute.sizes)
  console.info(
    `Growth exponent ${results.growthExponent}; ${results.memoryGrowthMiB} MiB more memory for the largest size`,
  )
  console.info(
    `Control, cell by cell, ${compute.control.families} families with the same totals: ${compute.control.familiesPerSecondPerCore} a second`,
  )
  console.info(
    '\nThe peer, measured elsewhere: Noethysweb 1.3.3.8, its own billing function on SQLite, 84 charges a family, no HTTP, no PDF; it grows with the square of the families',
  )
  console.table(
    PEER.map(({ families, millisecondsPerFamily }) => ({
      families,
      theirMilliseconds: millisecondsPerFamily,
      ourMilliseconds: compute.sizes[0]?.millisecondsPerFamily,
      times: Math.round(millisecondsPerFamily / (compute.sizes[0]?.millisecondsPerFamily ?? 1)),
    })),
  )
  if (engine !== undefined) {
    console.info('\nA run with the engine')
    console.table(engine)
  }
  console.info(`All in ${results.wholeSeconds} s`)
}
for (const failure of failures) console.error(`Not met: ${failure}`)
process.exitCode = failures.length === 0 ? 0 : 1
