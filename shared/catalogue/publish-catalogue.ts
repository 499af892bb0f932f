import type { IsoDate } from '../kernel/dates.ts'
import { PortalError, StaleReadError, type ErrorCode, type Fault } from '../kernel/errors.ts'
import { REGIES } from '../kernel/billing-texts.ts'
import { TARIFF_FAULTS } from '../kernel/tariff-texts.ts'
import { hashOf } from '../platform/hash.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { PriceList } from '../tariffs/model.ts'
import { regieIdOf } from './look-up.ts'
import { MOST_CLOSINGS, MOST_SCHOOL_YEARS, type Activity, type Catalogue } from './model.ts'
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

const refuse = (code: ErrorCode, faults: readonly Fault[]): void => {
  if (faults.length > 0) throw new PortalError(code, { faults })
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
 * The price lists that have begun and that a catalogue would change or drop: families were told
 * their prices, and months that they priced may still be corrected.
 */
const faultsOfBegunLists = (
  held: readonly PriceList[],
  wanted: readonly PriceList[],
  today: IsoDate,
): Fault[] =>
  held
    .filter(({ from }) => from <= today)
    .flatMap((list) => {
      const index = wanted.findIndex(({ id }) => id === list.id)
      const same = wanted[index]
      if (same !== undefined && hashOf(same) === hashOf(list)) return []
      const pointer = '/catalogue/priceLists' + (index === -1 ? '' : `/${String(index)}`)
      return [{ pointer, detail: TARIFF_FAULTS.inForce(list.name, list.from) }]
    })

/**
 * The price lists that a catalogue adds with a beginning in the past, though their service had
 * prices then: months that were billed would cost something else.
 */
const faultsOfPastLists = (
  held: readonly PriceList[],
  wanted: readonly PriceList[],
  today: IsoDate,
): Fault[] => {
  const begun = held.filter(({ from }) => from <= today)
  return wanted.flatMap(({ id, name, service, from }, index) => {
    const isNew = from < today && !begun.some((list) => list.id === id)
    return isNew && begun.some((list) => list.service === service && from <= list.until)
      ? [
          {
            pointer: `/catalogue/priceLists/${String(index)}`,
            detail: TARIFF_FAULTS.past(name, service, from),
          },
        ]
      : []
  })
}

/**
 * The activities that a catalogue hands to another régie: that one would bill again the months that
 * the first has billed. The default, the town's first régie, counts as well.
 */
const faultsOfMoves = (held: Catalogue, wanted: Catalogue): Fault[] =>
  wanted.activities.flatMap((activity, index) => {
    const before = held.activities.find(({ id }) => id === activity.id)
    if (before === undefined) return []
    const regieId = regieIdOf(held, before)
    return regieIdOf(wanted, activity) === regieId
      ? []
      : [
          {
            pointer: `/catalogue/activities/${String(index)}/regieId`,
            detail: REGIES.billsAlready(activity.name, regieId),
          },
        ]
  })

/**
 * Puts the catalogue of a town file in force. Activities that were there before stay closed on the
 * days on which they were: staff have closed some since the file was written, and families were
 * told. School years that the file does not name stay as well: the official calendar adds them. Price
 * lists that have begun stay as they are; those that begin later may change, and a service that has
 * prices gets no others for days that are past. Activities stay with their régie.
 * The first catalogue of a town is free. Functions take it over within half a minute; the same
 * catalogue again changes nothing.
 *
 * @param today the day it is in Paris.
 * @returns the name of the edition, a hash of its content.
 * @throws PortalError `price-list-in-force` with each list that has begun and would change, or that
 * is new and would price days that are past, `regie-in-use` with each activity that would change its
 * régie, `request-too-large` when an activity would be closed on too many days, `concurrent-change`.
 */
export const publishCatalogue = (
  table: Table,
  catalogue: Catalogue,
  today: IsoDate,
): Promise<string> =>
  again(async () => {
    const before = await currentEdition(table)
    if (before === undefined) return putInForce(table, before, catalogue)
    const held = await loadEdition(table, before)
    const lists = [held.priceLists, catalogue.priceLists, today] as const
    refuse('price-list-in-force', [...faultsOfBegunLists(...lists), ...faultsOfPastLists(...lists)])
    refuse('regie-in-use', faultsOfMoves(held, catalogue))
    const activities = catalogue.activities.map((activity) =>
      stillClosed(
        activity,
        held.activities.find(({ id }) => id === activity.id),
      ),
    )
    const { schoolYears } = catalogue
    const others = held.schoolYears.filter(({ id }) => !schoolYears.some((year) => year.id === id))
    const years = [...schoolYears, ...others].slice(0, MOST_SCHOOL_YEARS)
    return putInForce(table, before, { ...catalogue, activities, schoolYears: years })
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
