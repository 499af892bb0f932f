import { loadAccounts } from '../ledger/load-accounts.ts'
import { findFile } from '../families/imported-writes.ts'
import { pageOfFamilyIds } from '../families/list-families.ts'
import { sum } from '../kernel/money.ts'
import { forEachAtOnce } from '../platform/at-once.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Kind, Row } from './model.ts'
import {
  atTreasury,
  childRow,
  creditRows,
  enrolmentRow,
  familyRow,
  guardianRow,
  invoiceRows,
  meansRow,
} from './project-rules.ts'
import { keyOf } from './row-rules.ts'
import { findMovedIn } from './store.ts'
import { fileOf } from './write-rules.ts'

/** So many families at a time, and on a page of their list. */
const AT_ONCE = 16
const PAGE = 400

type Rows = { readonly [K in Kind]: Row<K>[] }

/** What an export has written. */
export interface TownExport {
  /** The text of each file. */
  readonly files: Readonly<Record<Kind, string>>
  readonly lines: Readonly<Record<Kind, number>>
  /** Invoices that the Treasury collects: they are no longer the town's to take along. */
  readonly leftOut: number
}

interface Exported {
  readonly rows: Rows
  readonly leftOut: number
}

/** The rows of a family, by the number that it has in the program before, or its own. */
const exportFamily = async (table: Table, familyId: FamilyId): Promise<Exported | undefined> => {
  const [file, ledger, moved] = await Promise.all([
    findFile(table, familyId),
    loadAccounts(table, familyId),
    findMovedIn(table, familyId),
  ])
  // Who is erased while the list is walked through is no more.
  if (file === undefined) return undefined
  const former = moved?.former ?? familyId
  return {
    rows: {
      families: [familyRow(file, former)],
      guardians: file.guardians.map((each) => guardianRow(each, former)),
      children: file.children.map((each) => childRow(each, former)),
      enrolments: file.enrolments.map((each) => enrolmentRow(each, former)),
      means: file.means.map((each) => meansRow(each, former)),
      invoices: invoiceRows(ledger, former),
      credits: creditRows(ledger, former),
    },
    leftOut: atTreasury(ledger),
  }
}

/** By family, then by what a row is known by: the same whatever the numbers of the families here. */
const inOrder = <K extends Kind>(kind: K, rows: readonly Row<K>[]): Row<K>[] =>
  rows
    .map((row) => ({ row, place: `${familyIn(row)} ${keyOf(kind, row)[1]}` }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ row }) => row)

const familyIn = ({ family }: { readonly family: string }): string => family

const fileIn = <K extends Kind>(kind: K, rows: readonly (readonly Row<K>[])[]): string =>
  fileOf(kind, inOrder(kind, rows.flat()))

/**
 * Everything that an import takes, of all families, in the same files: what is imported elsewhere and
 * exported again is the same, byte by byte. Bookings, contacts, authorisations, health and documents are
 * in no table. Three reads a family; all rows lie in memory before they are put in order.
 */
export const exportTown = async (table: Table): Promise<TownExport> => {
  const families: Exported[] = []
  let last: FamilyId | undefined
  do {
    const page = await pageOfFamilyIds(table, last, PAGE)
    const rows = await forEachAtOnce(page, AT_ONCE, (familyId) => exportFamily(table, familyId))
    families.push(...rows.filter((each) => each !== undefined))
    last = page.at(-1)
  } while (last !== undefined)
  const all = families.map(({ rows }) => rows)
  const lines = (kind: Kind): number => sum(all.map((rows) => rows[kind].length))
  return {
    files: {
      families: fileIn(
        'families',
        all.map((rows) => rows.families),
      ),
      guardians: fileIn(
        'guardians',
        all.map((rows) => rows.guardians),
      ),
      children: fileIn(
        'children',
        all.map((rows) => rows.children),
      ),
      enrolments: fileIn(
        'enrolments',
        all.map((rows) => rows.enrolments),
      ),
      means: fileIn(
        'means',
        all.map((rows) => rows.means),
      ),
      invoices: fileIn(
        'invoices',
        all.map((rows) => rows.invoices),
      ),
      credits: fileIn(
        'credits',
        all.map((rows) => rows.credits),
      ),
    },
    lines: {
      families: lines('families'),
      guardians: lines('guardians'),
      children: lines('children'),
      enrolments: lines('enrolments'),
      means: lines('means'),
      invoices: lines('invoices'),
      credits: lines('credits'),
    },
    leftOut: sum(families.map(({ leftOut }) => leftOut)),
  }
}
