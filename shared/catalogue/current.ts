import { PortalError } from '../kernel/errors.ts'
import type { Table } from '../platform/table.ts'
import { Calendars, type TownCatalogue } from './calendar.ts'
import type { Catalogue } from './model.ts'
import { currentEdition, loadEdition, loadTownIn } from './store.ts'

/** For how long a function trusts the edition it holds, in milliseconds. */
const FRESH_FOR = 30_000

/**
 * The catalogue of the town, kept in the memory of the function: loaded once, asked every half a
 * minute whether a newer edition is in force, so that requests cost no read for it.
 */
export const townCatalogue = (table: Table): (() => Promise<TownCatalogue>) => {
  let held: { edition: string; value: TownCatalogue } | undefined
  let checkedAt = Number.NEGATIVE_INFINITY

  return async () => {
    if (held !== undefined && performance.now() - checkedAt < FRESH_FOR) return held.value
    const edition = await currentEdition(table)
    if (edition === undefined) throw new PortalError('unavailable')
    if (held?.edition !== edition) {
      const catalogue = await loadEdition(table, edition)
      held = { edition, value: { edition, catalogue, calendars: new Calendars(catalogue) } }
    }
    checkedAt = performance.now()
    return held.value
  }
}

/**
 * What the town said of itself in an edition, which never changes; of no edition, what it says now.
 * One read unless it is the edition in force.
 */
export const townIn = async (
  table: Table,
  now: TownCatalogue,
  edition: string | undefined,
): Promise<Catalogue['town']> =>
  edition === undefined || edition === now.edition ? now.catalogue.town : loadTownIn(table, edition)
