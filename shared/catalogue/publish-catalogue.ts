import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { hashOf } from '../platform/hash.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { Catalogue } from './model.ts'
import { currentEdition, loadEdition, saveEdition, switchFrom, switchTo } from './store.ts'

/** The name of an edition: a hash of its content. */
const nameOf = (catalogue: Catalogue): string => hashOf(catalogue).slice(0, 16)

/**
 * Puts a catalogue in force: its edition is written first, then switched to in one write, so that a
 * crash leaves the earlier edition in force. Functions take it over within half a minute; the same
 * catalogue again changes nothing.
 *
 * @returns the name of the edition, a hash of its content.
 */
export const publishCatalogue = async (table: Table, catalogue: Catalogue): Promise<string> => {
  const edition = nameOf(catalogue)
  await saveEdition(table, edition, catalogue)
  await switchTo(table, edition)
  return edition
}

/**
 * Changes the catalogue in force, as it is now and not as a function remembers it. Of two changes at
 * once the second is made anew upon the first; none is lost.
 *
 * @param change gives the new catalogue, or the same object where nothing changes.
 * @throws PortalError `unavailable` before the first town file is loaded, `concurrent-change`.
 */
export const changeCatalogue = (
  table: Table,
  change: (catalogue: Catalogue) => Catalogue,
): Promise<Catalogue> =>
  again(async () => {
    const before = await currentEdition(table)
    if (before === undefined) throw new PortalError('unavailable')
    const held = await loadEdition(table, before)
    const catalogue = change(held)
    if (catalogue === held) return held
    const edition = nameOf(catalogue)
    await saveEdition(table, edition, catalogue)
    if (!(await switchFrom(table, before, edition))) throw new StaleReadError('catalogue')
    return catalogue
  })
