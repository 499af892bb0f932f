import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { hashOf } from '../platform/hash.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { MOST_CLOSINGS, type Activity, type Catalogue } from './model.ts'
import { currentEdition, loadEdition, saveEdition, switchFrom } from './store.ts'

/** The name of an edition: a hash of its content. */
const nameOf = (catalogue: Catalogue): string => hashOf(catalogue).slice(0, 16)

/** Writes an edition, then switches to it in one write: a crash leaves the earlier one in force. */
const putInForce = async (
  table: Table,
  before: string | undefined,
  catalogue: Catalogue,
): Promise<string> => {
  const edition = nameOf(catalogue)
  await saveEdition(table, edition, catalogue)
  if (!(await switchFrom(table, before, edition))) throw new StaleReadError('catalogue')
  return edition
}

/** An activity that stays closed on the days on which it was; the same object when it is already. */
const stillClosed = (activity: Activity, before: Activity | undefined): Activity => {
  const { opening } = activity
  const added = before?.opening.closedOn.filter((date) => !opening.closedOn.includes(date)) ?? []
  if (added.length === 0) return activity
  const closedOn = [...opening.closedOn, ...added].toSorted()
  if (closedOn.length > MOST_CLOSINGS) throw new PortalError('request-too-large')
  return { ...activity, opening: { ...opening, closedOn } }
}

/**
 * Puts the catalogue of a town file in force. Activities that were there before stay closed on the
 * days on which they were: staff have closed some since the file was written, and families were
 * told. Functions take it over within half a minute; the same catalogue again changes nothing.
 *
 * @returns the name of the edition, a hash of its content.
 * @throws PortalError `request-too-large` when an activity would be closed on too many days,
 * `concurrent-change`.
 */
export const publishCatalogue = (table: Table, catalogue: Catalogue): Promise<string> =>
  again(async () => {
    const before = await currentEdition(table)
    if (before === undefined) return putInForce(table, before, catalogue)
    const held = await loadEdition(table, before)
    const activities = catalogue.activities.map((activity) =>
      stillClosed(
        activity,
        held.activities.find(({ id }) => id === activity.id),
      ),
    )
    return putInForce(table, before, { ...catalogue, activities })
  })

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
    await putInForce(table, before, catalogue)
    return catalogue
  })
