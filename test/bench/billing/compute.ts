import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median } from '../bundles.ts'
import { billOf } from './bills.ts'
import { benchFamily } from './families.ts'
import { plainTotal } from './plain.ts'
import { reportSchema, type Report } from './report.ts'

const PROCESS = fileURLToPath(new URL('round.ts', import.meta.url))

const MEBIBYTE = 1024 * 1024

/**
 * V8 gives young objects more room on a machine with more memory, whatever they need. As little as on
 * a small one, in MiB: then what a process takes follows from what it does.
 */
const YOUNG_MEBIBYTES = 16

/** Bills so many families so many times, in a process of its own. */
const measure = (families: number, times: number): Report => {
  const flags = ['--expose-gc', `--max-semi-space-size=${YOUNG_MEBIBYTES}`]
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, PROCESS, String(families), String(times)],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(stderr)
  return reportSchema.parse(JSON.parse(stdout))
}

/** How the time grows with the number of families: the slope of its line on logarithmic axes. */
const exponentOf = (points: readonly { families: number; cpuSeconds: number }[]): number => {
  const logs = points.map(
    ({ families, cpuSeconds }) => [Math.log(families), Math.log(cpuSeconds)] as const,
  )
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(logs.map(([each]) => each)), mean(logs.map(([, each]) => each))]
  const covariance = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0)
  return covariance / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0)
}

/** The figures of one size: medians of its rounds, the largest of what its processes took. */
export interface Size {
  readonly families: number
  readonly rounds: number
  readonly familiesPerSecondPerCore: number
  /** The best round: what is left when the machine does least beside it. */
  readonly bestPerSecondPerCore: number
  /** By the clock, on a machine that does other things too. */
  readonly familiesPerSecond: number
  readonly millisecondsPerFamily: number
  readonly cellsPerFamily: number
  readonly peakMemoryMiB: number
  /** What is still in use after all of them. */
  readonly heapMiB: number
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))

const sizeOf = (
  reports: readonly Report[],
): { size: Size; families: number; cpuSeconds: number } => {
  const rounds = reports.flatMap((report) => report.rounds)
  const [first] = rounds
  if (first === undefined) throw new Error('No rounds')
  const { families, cells } = first
  const cpu = rounds.map(({ cpuSeconds }) => cpuSeconds)
  const cpuSeconds = median(cpu)
  const size = {
    families,
    rounds: rounds.length,
    familiesPerSecondPerCore: Math.round(families / cpuSeconds),
    bestPerSecondPerCore: Math.round(families / Math.min(...cpu)),
    familiesPerSecond: Math.round(families / median(rounds.map(({ wallSeconds }) => wallSeconds))),
    millisecondsPerFamily: rounded((cpuSeconds * 1000) / families, 4),
    cellsPerFamily: rounded(cells / families, 1),
    peakMemoryMiB: rounded(Math.max(...reports.map(({ peakBytes }) => peakBytes)) / MEBIBYTE, 1),
    heapMiB: rounded(Math.max(...reports.map(({ heapBytes }) => heapBytes)) / MEBIBYTE, 1),
  }
  return { size, families, cpuSeconds }
}

/** The same families priced plainly, cell by cell; fails when the totals differ. */
const control = (families: number): { familiesPerSecondPerCore: number } => {
  let cpu = 0
  for (let number = 0; number < families; number += 1) {
    const family = benchFamily(number)
    const before = process.cpuUsage()
    const total = plainTotal(family)
    const { user, system } = process.cpuUsage(before)
    cpu += user + system
    const bill = billOf(family).total
    if (total !== bill) throw new Error(`Family ${number}: plainly ${total}, billed ${bill}`)
  }
  return { familiesPerSecondPerCore: Math.round((families * 1e6) / cpu) }
}

/** The figures of computing bills. */
export interface ComputeFigures {
  readonly sizes: readonly Size[]
  /** Of the largest size. */
  readonly familiesPerSecondPerCore: number
  /** The first 500 families of a process, while nothing is compiled yet. */
  readonly coldPerSecondPerCore: number
  readonly growthExponent: number
  readonly peakMemoryMiB: number
  /** From the smallest to the largest size. */
  readonly memoryGrowthMiB: number
  readonly control: { readonly families: number; readonly familiesPerSecondPerCore: number }
}

/**
 * Computes the bills of growing numbers of families in one thread, several times in turn, so that
 * what else the machine does falls on all sizes alike. Small sizes are done more often.
 */
export const computeFigures = (
  sizes: readonly number[],
  { rounds, controlled }: { rounds: number; controlled: number },
): ComputeFigures => {
  const largest = Math.max(...sizes)
  const checked = control(controlled)
  const all = new Map<number, Report[]>(sizes.map((size) => [size, []]))
  for (let turn = 0; turn < rounds; turn += 1) {
    for (const size of sizes) all.get(size)?.push(measure(size, Math.min(10, largest / size)))
  }
  const points = [...all.values()].map(sizeOf)
  const cold = [...all.values()].flat().map((report) => report.cold)
  const [first, last] = [points[0]?.size, points.at(-1)?.size]
  if (first === undefined || last === undefined) throw new Error('No sizes')
  return {
    sizes: points.map(({ size }) => size),
    familiesPerSecondPerCore: last.familiesPerSecondPerCore,
    coldPerSecondPerCore: Math.round(
      median(cold.map(({ families, cpuSeconds }) => families / cpuSeconds)),
    ),
    // One size has no growth.
    growthExponent: points.length === 1 ? 1 : rounded(exponentOf(points), 3),
    peakMemoryMiB: Math.max(...points.map(({ size }) => size.peakMemoryMiB)),
    memoryGrowthMiB: rounded(last.peakMemoryMiB - first.peakMemoryMiB, 1),
    control: { families: controlled, ...checked },
  }
}
