import { billFamily } from '../../../shared/billing/rules.ts'
import { regieIdSchema } from '../../../shared/platform/schemas.ts'
import { median } from '../bundles.ts'
import { benchFamily, type BenchFamily } from './families.ts'
import { plainTotal } from './plain.ts'
import { benchTown, MONTH } from './town.ts'

/** Families are made some at a time, as a run reads them page by page: no memory grows with them. */
const PAGE = 250

const BILLING = {
  month: MONTH,
  regieId: regieIdSchema.parse('ENF'),
  issuedOn: '2026-04-01',
} as const

const MEBIBYTE = 1024 * 1024

/** What a family owes and how many days of units it is for. */
const billOf = (family: BenchFamily): { total: number; cells: number } => {
  const account = { ...family, aids: [], dayCredits: [], reviews: [], carryOver: undefined }
  const bill = billFamily(benchTown, account, BILLING, new Map())
  if (bill.kind === 'anomalies') throw new Error(bill.details[0])
  if (bill.kind === 'nothing') return { total: 0, cells: 0 }
  const { document, units } = bill.draft
  return {
    total: document.total,
    cells: units.reduce((sum, { quantity }) => sum + quantity, 0),
  }
}

/** What some families come to, and what that took. */
interface Round {
  readonly families: number
  /** Of the processor, user and system; waiting for other processes is none of it. */
  readonly cpuSeconds: number
  readonly total: number
  readonly cells: number
  /** The most memory of the process that was seen. */
  readonly peakBytes: number
}

/** Computes the bills of the first families; the time to make the families is left out. */
const round = (families: number): Round => {
  let [cpu, total, cells, peakBytes] = [0, 0, 0, 0]
  for (let first = 0; first < families; first += PAGE) {
    const page = Array.from({ length: Math.min(PAGE, families - first) }, (_, index) =>
      benchFamily(first + index),
    )
    const before = process.cpuUsage()
    for (const family of page) {
      const bill = billOf(family)
      total += bill.total
      cells += bill.cells
    }
    const { user, system } = process.cpuUsage(before)
    cpu += user + system
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
  }
  return { families, cpuSeconds: cpu / 1e6, total, cells, peakBytes }
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

/** The medians of one size. */
export interface Size {
  readonly families: number
  readonly familiesPerSecondPerCore: number
  readonly millisecondsPerFamily: number
  readonly cellsPerFamily: number
  readonly peakMemoryMiB: number
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))

const sizeOf = (rounds: readonly Round[]): { size: Size; families: number; cpuSeconds: number } => {
  const [first] = rounds
  if (first === undefined) throw new Error('No rounds')
  const { families, cells } = first
  const cpuSeconds = median(rounds.map((each) => each.cpuSeconds))
  const size = {
    families,
    familiesPerSecondPerCore: Math.round(families / cpuSeconds),
    millisecondsPerFamily: rounded((cpuSeconds * 1000) / families, 4),
    cellsPerFamily: rounded(cells / families, 1),
    peakMemoryMiB: rounded(Math.max(...rounds.map(({ peakBytes }) => peakBytes)) / MEBIBYTE, 1),
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
    if (total !== billOf(family).total) {
      throw new Error(
        `Family ${number}: the plain total is ${total}, the bill ${billOf(family).total}`,
      )
    }
  }
  return { familiesPerSecondPerCore: Math.round((families * 1e6) / cpu) }
}

/** The figures of computing bills. */
export interface ComputeFigures {
  readonly sizes: readonly Size[]
  readonly familiesPerSecondPerCore: number
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
  round(Math.min(5000, largest))
  const checked = control(controlled)
  const all = new Map<number, Round[]>(sizes.map((size) => [size, []]))
  for (let turn = 0; turn < rounds; turn += 1) {
    for (const size of sizes) {
      const times = Math.min(10, largest / size)
      for (let again = 0; again < times; again += 1) all.get(size)?.push(round(size))
    }
  }
  const points = [...all.values()].map(sizeOf)
  const [first, last] = [points[0]?.size, points.at(-1)?.size]
  if (first === undefined || last === undefined) throw new Error('No sizes')
  return {
    sizes: points.map(({ size }) => size),
    familiesPerSecondPerCore: last.familiesPerSecondPerCore,
    // One size has no growth.
    growthExponent: points.length === 1 ? 1 : rounded(exponentOf(points), 3),
    peakMemoryMiB: Math.max(...points.map(({ size }) => size.peakMemoryMiB)),
    memoryGrowthMiB: rounded(last.peakMemoryMiB - first.peakMemoryMiB, 1),
    control: { families: controlled, ...checked },
  }
}
