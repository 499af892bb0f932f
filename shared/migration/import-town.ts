import type { TownCatalogue } from '../catalogue/calendar.ts'
import { parisDate } from '../kernel/paris.ts'
import { forEachAtOnce } from '../platform/at-once.ts'
import type { Table } from '../platform/table.ts'
import { checkSheets, groupByFamily } from './check-rules.ts'
import { Crowds } from './crowds.ts'
import type { Tally } from './decide-rules.ts'
import { importFamily, type Outcome } from './import-family.ts'
import { KINDS, type Kind, type Refusal, type Sheets } from './model.ts'
import { readFolder, type Folder, type Reading } from './read-rules.ts'

/** So many families at a time. */
const AT_ONCE = 16

/** What an import has done, or would do. */
export interface ImportReport {
  readonly readings: readonly Reading[]
  /** Every refused line, in the order of the files. */
  readonly refusals: readonly Refusal[]
  readonly families: Tally & { readonly refused: number }
  /** Of the families that are taken over, the rows of each file. */
  readonly rows: Readonly<Record<Kind, Tally>>
}

const inOrder = (refusals: readonly Refusal[]): Refusal[] =>
  refusals.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || a.line - b.line)

/** The families of the lines that are refused: they are refused as a whole. */
const familiesOf = (sheets: Sheets, refusals: readonly Refusal[]): string[] => {
  const refused = new Set(refusals.map(({ kind, line }) => `${kind} ${String(line)}`))
  return KINDS.flatMap((kind) =>
    sheets[kind].flatMap(({ line, row }) =>
      refused.has(`${kind} ${String(line)}`) ? [row.family] : [],
    ),
  )
}

const NOTHING: Tally = { created: 0, changed: 0, same: 0 }

const plus = (a: Tally, b: Tally): Tally => ({
  created: a.created + b.created,
  changed: a.changed + b.changed,
  same: a.same + b.same,
})

const rowsOf = (outcomes: readonly Outcome[]): ImportReport['rows'] => {
  const of = (kind: Kind): Tally =>
    outcomes
      .map((outcome) => (outcome.kind === 'refused' ? NOTHING : outcome.tallies[kind]))
      .reduce(plus, NOTHING)
  return {
    families: of('families'),
    guardians: of('guardians'),
    children: of('children'),
    enrolments: of('enrolments'),
    means: of('means'),
    invoices: of('invoices'),
    credits: of('credits'),
  }
}

/**
 * Takes the families of the town's program before over, from its files: families, guardians, children,
 * enrolments, quotients, open invoices and credits [guide 2, 3]. Without `write` it tells what it would do.
 * A family with a refused line is refused whole, the others go on. What was taken over before is left
 * alone; so the same files again write nothing, and after a crash they are carried on with. No days are
 * booked, no account is opened and nobody is written to. The files lie in memory as a whole.
 *
 * @throws TableBusyError when the table stays busy for long; what was taken over stays.
 */
export const importTown = async (
  { table, town }: { readonly table: Table; readonly town: TownCatalogue },
  folder: Folder,
  { write, now }: { readonly write: boolean; readonly now: Date },
): Promise<ImportReport> => {
  const { sheets, readings, refusals: unread, spoiled, isReadable } = readFolder(folder)
  const today = parisDate(now)
  const faults = checkSheets(sheets, { catalogue: town.catalogue, today })
  const refused = new Set([...spoiled, ...familiesOf(sheets, faults)])
  const groups = groupByFamily(sheets)
  const clean = isReadable ? groups.filter(({ former }) => !refused.has(former)) : []
  const importing = { table, town, crowds: new Crowds(table, town, today, write), now, write }
  const outcomes = await forEachAtOnce(clean, AT_ONCE, (group) => importFamily(importing, group))
  // Of those that are refused already, what else stands in their way; what could not be read is unknown.
  const trying = { ...importing, crowds: new Crowds(table, town, today, false), write: false }
  const others = await forEachAtOnce(
    isReadable ? groups.filter(({ former }) => refused.has(former) && !spoiled.has(former)) : [],
    AT_ONCE,
    (group) => importFamily(trying, group),
  )
  const late = [...outcomes, ...others].flatMap((each) =>
    each.kind === 'refused' ? each.refusals : [],
  )
  const count = (kind: Outcome['kind']): number =>
    outcomes.filter((outcome) => outcome.kind === kind).length
  const named = new Set([...groups.map(({ former }) => former), ...spoiled])
  return {
    readings,
    refusals: inOrder([...unread, ...faults, ...late]),
    families: {
      created: count('created'),
      changed: count('changed'),
      same: count('same'),
      refused: named.size - clean.length + count('refused'),
    },
    rows: rowsOf(outcomes),
  }
}
