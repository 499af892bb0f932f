import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { DETAILS } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { meansOn } from '../tariffs/person.ts'
import { countsFrom, sameMeans, viewMeans } from './means-rules.ts'
import type { listMeansRoute, noteMeansRoute, removeMeansRoute } from './means-routes.ts'
import type { Means } from './model.ts'
import { readFile } from './read-file.ts'
import { meansEntity } from './store.ts'

type Reply = z.input<(typeof listMeansRoute)['reply']>

/** The means of a family, the earliest first. */
const loadMeans = async (table: Table, familyId: FamilyId): Promise<readonly Means[]> =>
  (await readFile(table, familyId, ['FILE', 'MEANS'])).file.means

const viewList = (familyId: FamilyId, means: readonly Means[], today: IsoDate): Reply => {
  const counting = meansOn(means, today)
  return {
    familyId,
    means: means.map((each) => ({
      ...viewMeans(each),
      notedAt: each.notedAt,
      notedBy: each.notedBy,
      reason: each.reason,
      inForce: each === counting,
    })),
  }
}

/**
 * What a family has shown of its means, and what of it counts today [guide 53]. One Query.
 *
 * @throws PortalError `not-found`.
 */
export const listMeans = async (
  table: Table,
  { parameters: { familyId }, now }: Pick<Call<typeof listMeansRoute>, 'parameters' | 'now'>,
): Promise<Reply> => viewList(familyId, await loadMeans(table, familyId), parisDate(now))

/**
 * Notes what a family shows of its means, in the place of what it showed for the same day. From when
 * on it counts is the town's rule (`countsFrom`): the reply says which day that is. A family that
 * shows no quotient has none; a quotient of 0 is one. The same again writes nothing. What reaches
 * back into invoiced months is corrected by the next billing run, which follows the table.
 *
 * @throws PortalError `not-found`.
 */
export const noteMeans = async (
  { table, town }: { table: Table; town: TownCatalogue },
  {
    parameters: { familyId, from },
    body: { reason, ...shown },
    actor,
    now,
  }: Pick<Call<typeof noteMeansRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<Reply> => {
  const today = parisDate(now)
  const held = await loadMeans(table, familyId)
  const noted: Means = {
    ...shown,
    familyId,
    from: countsFrom(town.catalogue.town, { from, today, reason }),
    notedAt: now.toISOString(),
    notedBy: actor.account,
    ...(reason === undefined ? {} : { reason }),
  }
  if (held.some((each) => sameMeans(each, noted))) return viewList(familyId, held, today)
  await table.put(meansEntity.toItem(noted))
  const others = held.filter((each) => each.from !== noted.from)
  const means = [...others, noted].toSorted((a, b) => (a.from < b.from ? -1 : 1))
  return viewList(familyId, means, today)
}

/**
 * Removes means that do not count yet: what counts, or has counted, is replaced and never forgotten.
 * What is not there is removed already.
 *
 * @throws PortalError `not-found`, `period-out-of-range` for means that count.
 */
export const removeMeans = async (
  table: Table,
  {
    parameters: { familyId, from },
    now,
  }: Pick<Call<typeof removeMeansRoute>, 'parameters' | 'now'>,
): Promise<Reply> => {
  const today = parisDate(now)
  const held = await loadMeans(table, familyId)
  if (held.some((each) => each.from === from)) {
    if (from <= today) {
      const faults = [{ pointer: '/path/from', detail: DETAILS.meansCount }]
      throw new PortalError('period-out-of-range', { faults })
    }
    await table.delete(meansEntity.keyOf({ familyId, from }))
  }
  return viewList(
    familyId,
    held.filter((each) => each.from !== from),
    today,
  )
}
