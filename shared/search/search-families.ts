import type * as z from 'zod'
import { PortalError } from '../kernel/errors.ts'
import { FAULTS } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { searchFamiliesRoute } from './routes.ts'
import { fits, SHORTEST, wordOf, wordsAsked } from './rules.ts'
import { findEntries } from './store.ts'

type Reply = z.input<(typeof searchFamiliesRoute)['reply']>

/** The most families that a search shows. */
const SHOWN = 50

/** The most entries that one Query reads: a family has several, and other words leave some out. */
const READ = 400

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * The families that have, for each word asked for, a word that begins with it: a name, an address of
 * mail, a phone or the number of the file. By one Query of the index for the longest word; the others
 * are looked for in what it brings. What has just been written is found a moment later.
 *
 * @throws PortalError `invalid-request` when no word has two letters or digits.
 */
export const searchFamilies = async (
  table: Table,
  { query: { search } }: Pick<Call<typeof searchFamiliesRoute>, 'query'>,
): Promise<Reply> => {
  const words = wordsAsked(search)
  const [longest = ''] = words.toSorted((a, b) => b.length - a.length)
  if (longest.length < SHORTEST) {
    const detail = FAULTS.atLeast(String(SHORTEST), FAULTS.characters)
    throw new PortalError('invalid-request', { faults: [{ pointer: '/query/search', detail }] })
  }
  const entries = await findEntries(table, longest, { exact: false, limit: READ })
  const found = new Map(
    entries
      .filter((entry) => fits(entry, words))
      .map(({ familyId, label }) => [familyId, { familyId, ...label }]),
  )
  const families = [...found.values()].toSorted(
    (a, b) => order(wordOf(a.name), wordOf(b.name)) || order(a.familyId, b.familyId),
  )
  return {
    families: families.slice(0, SHOWN),
    more: families.length > SHOWN || entries.length === READ,
  }
}
