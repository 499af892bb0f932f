import type { Catalogue } from '../catalogue/model.ts'
import type { FamilyFile } from '../families/model.ts'
import { PURGED } from '../kernel/erasure-texts.ts'
import { hashOf } from '../platform/hash.ts'
import type { Change } from '../platform/stream.ts'
import type { Table } from '../platform/table.ts'
import type { TrailEntry } from './model.ts'
import { entryOf } from './rules.ts'
import { listTrail, trailItem } from './store.ts'
import { canonical, namesOf } from './words-rules.ts'

/** How far the time of a removal may lie from that of its note, in milliseconds. */
const NEAR = 60_000

/** The same of a removal by the purge, which a run that was cut off may finish later. */
const A_DAY = 86_400_000

/** How many of the newest entries are looked through for it. */
const NEWEST = 100

/** What the one who removed an item has noted of it, as `removalWrite` does. */
const noteOfRemoval = async (
  table: Table,
  { familyId, subject, id, at }: Omit<TrailEntry, 'expiresAt'>,
): Promise<TrailEntry | undefined> =>
  (await listTrail(table, familyId, { limit: NEWEST })).find(
    (entry) =>
      entry.kind === 'removed' &&
      entry.subject === subject &&
      entry.id === id &&
      Math.abs(Date.parse(entry.at) - Date.parse(at)) <= (entry.by === undefined ? A_DAY : NEAR),
  )

/**
 * Notes a change of an item of a family file in its trail: who, when, why, and each field before and
 * after. One write, the same for the same change however often it is told; a deletion costs one Query,
 * for the note of who deleted it. Values of health are masked.
 *
 * @param file as it is now, for the names of what the item refers to.
 */
export const noteChange = async (
  { table, catalogue }: { readonly table: Table; readonly catalogue: Catalogue },
  file: FamilyFile,
  change: Change,
): Promise<void> => {
  const mark = (): string => hashOf(canonical([change.before, change.after])).slice(0, 16)
  const entry = entryOf(namesOf(catalogue, file), change, mark)
  if (entry === undefined) return
  const isUnsigned = entry.kind === 'removed' && entry.by === undefined
  const note = isUnsigned ? await noteOfRemoval(table, entry) : undefined
  // What the purge has deleted must not come back as the trail of its deletion.
  if (note !== undefined && note.by === undefined && note.reason === PURGED) return
  await table.put(
    trailItem(
      note === undefined ? entry : { ...entry, at: note.at, by: note.by, reason: note.reason },
    ),
  )
}
