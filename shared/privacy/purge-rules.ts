import type { Purged, ReportLine } from './model.ts'

/** Nothing purged. */
export const NOTHING_PURGED: Purged = { lines: [], warned: 0, erased: 0, withheld: 0, held: 0 }

/** All lines of several reports, the counts of one kind and end added up. */
const addLines = (lines: readonly ReportLine[]): ReportLine[] =>
  [...Map.groupBy(lines, ({ kind, outcome }) => `${kind} ${outcome}`)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [first, ...others]]) =>
      first === undefined
        ? []
        : [{ ...first, count: others.reduce((sum, { count }) => sum + count, first.count) }],
    )

/** What several parts of a purge come to. */
export const totalPurged = (parts: readonly Purged[]): Purged => {
  const total = (count: 'warned' | 'erased' | 'withheld' | 'held'): number =>
    parts.reduce((sum, part) => sum + part[count], 0)
  return {
    lines: addLines(parts.flatMap(({ lines }) => lines)),
    warned: total('warned'),
    erased: total('erased'),
    withheld: total('withheld'),
    held: total('held'),
  }
}
