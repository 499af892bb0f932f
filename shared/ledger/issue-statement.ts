import { listDocuments } from '../billing/find-invoice.ts'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Letter } from '../documents/model.ts'
import { readFile } from '../families/read-file.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { statementLetter } from './print-statement.ts'
import { statementOf } from './statement-rules.ts'
import { loadLedger } from './store.ts'

/**
 * The yearly statement of a family as a letter, from its whole ledger: it is stored nowhere.
 *
 * @param now the day of the statement is that of Paris.
 * @throws PortalError `not-found` when there is no such family, `period-out-of-range` for a year that
 * is not over.
 */
export const issueStatement = async (
  { table, town: { catalogue } }: { table: Table; town: TownCatalogue },
  { familyId, year, now }: { familyId: FamilyId; year: string; now: Date },
): Promise<Letter> => {
  const issuedOn = parisDate(now)
  if (year >= issuedOn.slice(0, 4)) throw new PortalError('period-out-of-range')
  const [{ file }, ledger, documents] = await Promise.all([
    readFile(table, familyId, ['FILE', 'GUARDIAN']),
    loadLedger(table, familyId),
    listDocuments(table, familyId),
  ])
  const statement = statementOf(year, {
    ledger,
    carried: documents.flatMap(({ kind, document }) => (kind === 'carried' ? [document] : [])),
    children: file.children,
    childCare: catalogue.town.childCare ?? [],
  })
  const { family, guardians } = file
  return statementLetter(catalogue.town, statement, { family, guardians, issuedOn })
}
