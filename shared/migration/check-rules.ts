import { normalEmail } from '../kernel/email.ts'
import { MIGRATION_FAULTS as FAULTS } from '../kernel/migration-texts.ts'
import type { Kind, Line, Refusal, Row, Sheets } from './model.ts'
import { faultsOfRow, keyOf, type Against } from './row-rules.ts'

/** Finds what stands twice in a file. */
class Seen {
  readonly #lines = new Map<string, number>()

  /** The line on which something stood first; nothing where this is the first. */
  before(id: string, line: number): number | undefined {
    const first = this.#lines.get(id)
    if (first === undefined) this.#lines.set(id, line)
    return first
  }
}

const checkFile = <K extends Kind>(
  kind: K,
  lines: readonly Line<K>[],
  against: Against,
  /** Whether keys are of one family, or of the whole town. */
  isOfTown: boolean,
): Refusal[] => {
  const seen = new Seen()
  return lines.flatMap(({ line, row }): Refusal[] => {
    const [field, key] = keyOf(kind, row)
    const first = seen.before(isOfTown ? key : `${familyIn(row)} ${key}`, line)
    return [
      ...faultsOfRow(kind, row, against).map((fault) => ({ kind, line, ...fault })),
      ...(first === undefined ? [] : [{ kind, line, field, reason: FAULTS.twice(key, first) }]),
    ]
  })
}

const familyIn = ({ family }: { readonly family: string }): string => family

/** The addresses that two guardians share: each is to sign in with its own. */
const sharedEmails = (guardians: readonly Line<'guardians'>[]): Refusal[] => {
  const seen = new Seen()
  return guardians.flatMap(({ line, row }) => {
    const first = seen.before(normalEmail(row.email), line)
    if (first === undefined) return []
    return [{ kind: 'guardians' as const, line, field: 'email', reason: FAULTS.emailTwice(first) }]
  })
}

/** All that is wrong in the files of a move by themselves, line by line. */
export const checkSheets = (sheets: Sheets, against: Against): Refusal[] => [
  ...checkFile('families', sheets.families, against, true),
  ...checkFile('guardians', sheets.guardians, against, false),
  ...sharedEmails(sheets.guardians),
  ...checkFile('children', sheets.children, against, false),
  ...checkFile('enrolments', sheets.enrolments, against, false),
  ...checkFile('means', sheets.means, against, false),
  ...checkFile('invoices', sheets.invoices, against, true),
  ...checkFile('credits', sheets.credits, against, false),
]

/** The rows of one family. */
export interface Group {
  readonly former: string
  readonly sheets: Sheets
}

/** The rows of the files by their family, the families in the order in which they are first named. */
export const groupByFamily = (sheets: Sheets): Group[] => {
  const by = {
    families: of(sheets.families),
    guardians: of(sheets.guardians),
    children: of(sheets.children),
    enrolments: of(sheets.enrolments),
    means: of(sheets.means),
    invoices: of(sheets.invoices),
    credits: of(sheets.credits),
  }
  const formers = new Set(Object.values(by).flatMap((groups) => [...groups.keys()]))
  return [...formers].map((former) => ({
    former,
    sheets: {
      families: by.families.get(former) ?? [],
      guardians: by.guardians.get(former) ?? [],
      children: by.children.get(former) ?? [],
      enrolments: by.enrolments.get(former) ?? [],
      means: by.means.get(former) ?? [],
      invoices: by.invoices.get(former) ?? [],
      credits: by.credits.get(former) ?? [],
    },
  }))
}

const of = <Of extends { readonly row: Row<Kind> }>(lines: readonly Of[]): Map<string, Of[]> =>
  Map.groupBy(lines, ({ row }) => row.family)
