import type * as z from 'zod'
import { csvOf } from '../kernel/csv.ts'
import { MAIL_HEALTH } from '../kernel/mail-health-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import { shortDate } from '../kernel/texts.ts'
import { invoicesToPost } from '../messages/receipts.ts'
import type { Call } from '../platform/http.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { holdersIn } from './holders-in.ts'
import type { MailAddress, Standing } from './model.ts'
import type { listMailProblemsRoute } from './routes.ts'
import { standingOf } from './rules.ts'
import { listAddresses } from './store.ts'

type Reply = z.input<(typeof listMailProblemsRoute)['reply']>
type ListedProblem = Reply['problems'][number]

const SEPARATOR = '_'

/** So many addresses of the table for one page. */
const PAGE = 100

/** The problem of one family with an address; nothing when none of its guardians has it any more. */
const problemsOf = async (
  table: Table,
  familyId: FamilyId,
  own: Pick<ListedProblem, 'addressId' | 'email'> & Standing,
): Promise<ListedProblem[]> => {
  const { familyName, holders } = await holdersIn(table, familyId, own.email)
  if (holders.length === 0) return []
  const post = own.problem === 'undeliverable' ? await invoicesToPost(table, familyId) : []
  return holders.map(({ guardianId, title, firstName, lastName }) => ({
    ...own,
    holder: 'family',
    family: { familyId, name: familyName },
    guardian: { guardianId, name: `${title} ${firstName} ${lastName}` },
    invoicesToPost: post,
  }))
}

/** An address in the list: once for each guardian who has it. */
const listed = async (table: Table, address: MailAddress): Promise<ListedProblem[]> => {
  const { addressId, email, families, isTowns } = address
  const standing = standingOf(address)
  if (standing === undefined) return []
  const own = { addressId, email, ...standing }
  if (isTowns) return [{ ...own, holder: 'town', invoicesToPost: [] }]
  if (families.length === 0) return [{ ...own, holder: 'unknown', invoicesToPost: [] }]
  const ofFamilies = await Promise.all(families.map((familyId) => problemsOf(table, familyId, own)))
  return ofFamilies.flat()
}

/**
 * The addresses that have problems, the newest first, with whose they are and the invoices that go by
 * post for it. An address that no guardian has any more is left out. One Query of the index, and for
 * each family one of its file and one of what became of its mails.
 */
export const listMailProblems = async (
  table: Table,
  { query: { after, limit } }: Pick<Call<typeof listMailProblemsRoute>, 'query'>,
): Promise<Reply> => {
  const until = after?.split(SEPARATOR) ?? []
  const addresses = await listAddresses(table, { until, limit: limit + 1 })
  const shown = await Promise.all(addresses.slice(0, limit).map((each) => listed(table, each)))
  const following = addresses.at(limit)
  const since = following && standingOf(following)?.since
  return {
    problems: shown.flat(),
    next: since === undefined ? undefined : `${since}${SEPARATOR}${following?.addressId ?? ''}`,
  }
}

const rowOf = (problem: ListedProblem): string[] => [
  problem.family?.familyId ?? MAIL_HEALTH.holders[problem.holder],
  problem.family?.name ?? '',
  problem.guardian?.name ?? '',
  problem.email,
  MAIL_HEALTH.problems[problem.problem],
  shortDate(parisDate(new Date(problem.since))),
  problem.invoicesToPost.join(', '),
]

/** The whole list as a table for a spreadsheet. */
export const exportMailProblems = async (table: Table): Promise<string> => {
  const rows: string[][] = []
  let after: string | undefined
  do {
    const page = await listMailProblems(table, { query: { after, limit: PAGE } })
    rows.push(...page.problems.map(rowOf))
    after = page.next
  } while (after !== undefined)
  return csvOf([[...MAIL_HEALTH.columns], ...rows])
}
