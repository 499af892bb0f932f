import { defineEntity, type Item } from '../platform/entity.ts'
import { familyPartition, type Key, type Segment } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { trailEntrySchema, type TrailEntry } from './model.ts'

/** The entries of a family lie in the order of their time; the same change makes the same key. */
export type TrailAddress = Pick<TrailEntry, 'familyId' | 'at' | 'subject' | 'id' | 'version'>

export const trailEntryEntity = defineEntity({
  type: 'TrailEntry',
  schema: trailEntrySchema,
  key: ({ familyId, at, subject, id, version }: TrailAddress): Key => ({
    partition: familyPartition(familyId),
    sort: ['TRAIL', at, subject, id, version],
  }),
})

/** How long an entry is kept, in seconds: five years, as long as what it tells of may be disputed. */
const LIFETIME = 5 * 366 * 86_400

/** The item of an entry, which its day of being forgotten goes with. */
export const trailItem = (entry: Omit<TrailEntry, 'expiresAt'>): Item =>
  trailEntryEntity.toItem({
    ...entry,
    expiresAt: Math.floor(Date.parse(entry.at) / 1000) + LIFETIME,
  })

/** The key of an entry without its family, from its instant to its version. */
export const placeOf = ({ at, subject, id, version }: TrailAddress): readonly Segment[] => [
  at,
  subject,
  id,
  version,
]

/**
 * The entries of a family, newest first.
 *
 * @param from the place of the newest entry to read, the very newest unless given.
 */
export const listTrail = async (
  table: Table,
  familyId: FamilyId,
  { from, limit }: { readonly from?: readonly Segment[] | undefined; readonly limit: number },
): Promise<TrailEntry[]> =>
  trailEntryEntity.pick(
    await table.query({
      partition: familyPartition(familyId),
      from: ['TRAIL'],
      to: ['TRAIL', ...(from ?? [])],
      newestFirst: true,
      limit,
    }),
  )
