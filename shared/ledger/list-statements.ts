import { listDocuments } from '../billing/find-invoice.ts'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { readFile } from '../families/read-file.ts'
import { STATEMENT_PAPER } from '../kernel/paper-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { statementOf } from './statement-rules.ts'
import { loadLedger } from './store.ts'

/** The statement of a year, as a list names it. */
export interface ListedStatement {
  readonly year: string
  readonly number: string
  /** How many children it names, and what was paid for them in cents. */
  readonly children: number
  readonly total: number
}

/** The years from a first to a last one, the newest first. */
const yearsBetween = (first: string, last: string): string[] => {
  const count = Math.max(0, Number(last) - Number(first) + 1)
  return Array.from({ length: count }, (_, index) => String(Number(last) - index))
}

/**
 * The years that are over and in which a family has paid for something, newest first, with what its
 * statement of child care says. They come from the ledger each time: it is stored nowhere.
 *
 * @throws PortalError `not-found` when there is no such family.
 */
export const listStatements = async (
  { table, town: { catalogue } }: { table: Table; town: TownCatalogue },
  { familyId, now }: { familyId: FamilyId; now: Date },
): Promise<ListedStatement[]> => {
  const [{ file }, ledger, documents] = await Promise.all([
    readFile(table, familyId, ['FILE', 'FAMILY']),
    loadLedger(table, familyId),
    listDocuments(table, familyId),
  ])
  const first = ledger.payments
    .filter(({ state }) => state === 'validated')
    .map(({ paidOn }) => paidOn)
    .toSorted()[0]
  if (first === undefined) return []
  const sources = {
    ledger,
    carried: documents.flatMap(({ kind, document }) => (kind === 'carried' ? [document] : [])),
    children: file.children,
    childCare: catalogue.town.childCare ?? [],
  }
  const last = String(Number(parisDate(now).slice(0, 4)) - 1)
  return yearsBetween(first.slice(0, 4), last).map((year) => {
    const { children, total } = statementOf(year, sources)
    return {
      year,
      number: STATEMENT_PAPER.number(year, familyId),
      children: children.length,
      total,
    }
  })
}
