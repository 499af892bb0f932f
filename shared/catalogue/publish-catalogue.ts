import { hashOf } from '../platform/hash.ts'
import type { Table } from '../platform/table.ts'
import type { Catalogue } from './model.ts'
import { saveEdition, switchTo } from './store.ts'

/**
 * Puts a catalogue in force: its edition is written first, then switched to in one write, so that a
 * crash leaves the earlier edition in force. Functions take it over within half a minute; the same
 * catalogue again changes nothing.
 *
 * @returns the name of the edition, a hash of its content.
 */
export const publishCatalogue = async (table: Table, catalogue: Catalogue): Promise<string> => {
  const edition = hashOf(catalogue).slice(0, 16)
  await saveEdition(table, edition, catalogue)
  await switchTo(table, edition)
  return edition
}
