import { billOf } from './bills.ts'
import { benchFamily, type BenchFamily } from './families.ts'
import type { Report, Round } from './report.ts'

/**
 * One measurement of computing bills, in a process of its own: what it takes at most is thus its own.
 * Takes as arguments how many families there are, and how many times they are billed one after the
 * other; prints what each time took.
 */

/** Families are made some at a time, as many as the worker of a run bills: no memory grows with them. */
const PAGE = 50

/** As often are as many families billed before anything is measured: by then all of it is compiled. */
const WARM_UP = { families: 500, times: 80 }

/** A page as a run reads it: nothing of it is shared with another page. */
const pageOf = (first: number, count: number): BenchFamily[] =>
  Array.from({ length: count }, (_, index) => structuredClone(benchFamily(first + index)))

/** Bills the first families page by page; the time to make the families is left out. */
const bill = (families: number): Round => {
  let [cpu, wall, total, cells] = [0, 0, 0, 0]
  for (let first = 0; first < families; first += PAGE) {
    const page = pageOf(first, Math.min(PAGE, families - first))
    // What their making has left behind is not for the bills to clear away.
    globalThis.gc?.({ type: 'minor', execution: 'sync' })
    const [before, started] = [process.cpuUsage(), performance.now()]
    for (const family of page) {
      const made = billOf(family)
      total += made.total
      cells += made.cells
    }
    const { user, system } = process.cpuUsage(before)
    cpu += user + system
    wall += performance.now() - started
  }
  return { families, cpuSeconds: cpu / 1e6, wallSeconds: wall / 1e3, total, cells }
}

const [families = 0, times = 0] = process.argv.slice(2).map(Number)
const cold = bill(WARM_UP.families)
for (let time = 0, page = pageOf(0, WARM_UP.families); time < WARM_UP.times; time += 1) {
  for (const family of page) billOf(family)
}
const rounds = Array.from({ length: times }, () => bill(families))
globalThis.gc?.()
const report: Report = {
  cold,
  rounds,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  heapBytes: process.memoryUsage().heapUsed,
}
process.stdout.write(JSON.stringify(report))
