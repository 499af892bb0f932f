import { StaleReadError } from '../kernel/errors.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { defineEntity, type Item } from '../platform/entity.ts'
import { nextVersion, type Write } from '../platform/expressions.ts'
import { familyPartition, type Key, type Segment } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import {
  erasureReportSchema,
  erasureRequestSchema,
  erasureWatchSchema,
  purgeReportSchema,
  retentionWarningSchema,
  type ErasureReport,
  type ErasureRequest,
  type ErasureWatch,
  type PurgeReport,
  type RetentionWarning,
} from './model.ts'

export const erasureRequestEntity = defineEntity({
  type: 'ErasureRequest',
  schema: erasureRequestSchema,
  key: ({ familyId, number }: { familyId: FamilyId; number: number }): Key => ({
    partition: familyPartition(familyId),
    sort: ['ERASURE_REQUEST', number],
  }),
  // Only what awaits an answer is in the index, what is due first.
  index: ({ state, dueOn, number }) =>
    state === 'pending' ? { partition: ['ERASURE_REQUESTS'], sort: [dueOn, number] } : undefined,
})

export const retentionWarningEntity = defineEntity({
  type: 'RetentionWarning',
  schema: retentionWarningSchema,
  key: ({ familyId }: { familyId: FamilyId }): Key => ({
    partition: familyPartition(familyId),
    sort: ['RETENTION_WARNING'],
  }),
})

/** Outside the family's partition, which it outlives. */
export const erasureReportEntity = defineEntity({
  type: 'ErasureReport',
  schema: erasureReportSchema,
  key: ({ familyId }: { familyId: FamilyId }): Key => ({
    partition: ['ERASURE', familyId],
    sort: ['REPORT'],
  }),
  index: ({ startedAt, familyId }) => ({ partition: ['ERASURES'], sort: [startedAt, familyId] }),
})

export const erasureWatchEntity = defineEntity({
  type: 'ErasureWatch',
  schema: erasureWatchSchema,
  key: ({ familyId }: { familyId: FamilyId }): Key => ({
    partition: ['ERASURE', familyId],
    sort: ['WATCH'],
  }),
  index: ({ lookAgainOn, familyId }) => ({
    partition: ['ERASURE_WATCHES'],
    sort: [lookAgainOn, familyId],
  }),
})

export const purgeReportEntity = defineEntity({
  type: 'PurgeReport',
  schema: purgeReportSchema,
  key: ({ day }: { day: IsoDate }): Key => ({ partition: ['PURGES'], sort: [day] }),
})

/** A request of a family for its erasure, if it has one of that number. One read. */
export const findErasureRequest = async (
  table: Table,
  address: { readonly familyId: FamilyId; readonly number: number },
): Promise<ErasureRequest | undefined> => {
  const item = await table.get(erasureRequestEntity.keyOf(address))
  return item && erasureRequestEntity.fromItem(item)
}

/** The requests of a family for its erasure, the newest first. One Query. */
export const listErasureRequestsOf = async (
  table: Table,
  familyId: FamilyId,
): Promise<ErasureRequest[]> =>
  erasureRequestEntity.pick(
    await table.query({
      partition: familyPartition(familyId),
      from: ['ERASURE_REQUEST'],
      newestFirst: true,
    }),
  )

/** The requests of all families that await an answer, what is due first, from a place on. */
export const listPendingErasureRequests = async (
  table: Table,
  { from, limit }: { readonly from: readonly Segment[]; readonly limit: number },
): Promise<ErasureRequest[]> =>
  erasureRequestEntity.pick(
    await table.query({ partition: ['ERASURE_REQUESTS'], from, to: [], index: true, limit }),
  )

/** The write of a request at its version, in place of the version before. */
export const erasureRequestWrite = (request: ErasureRequest): Write =>
  nextVersion(erasureRequestEntity, request)

/** The erasure of a family; nothing where it never began. One read. */
export const findErasure = async (
  table: Table,
  familyId: FamilyId,
): Promise<ErasureReport | undefined> => {
  const item = await table.get(erasureReportEntity.keyOf({ familyId }))
  return item && erasureReportEntity.fromItem(item)
}

/** The erasures of the town, the newest first. */
export const listErasures = async (
  table: Table,
  { from, limit }: { readonly from: readonly Segment[]; readonly limit: number },
): Promise<ErasureReport[]> =>
  erasureReportEntity.pick(
    await table.query({
      partition: ['ERASURES'],
      from: [],
      to: from,
      index: true,
      newestFirst: true,
      limit,
    }),
  )

/**
 * Begins an erasure: its report, that the purge looks at it again, and the family, which from now on
 * nobody books for, all or nothing.
 *
 * @param family the write of the family as it was read.
 * @throws StaleReadError when the family has changed since, or somebody else has begun.
 */
export const beginErasure = async (
  table: Table,
  report: ErasureReport,
  watch: ErasureWatch,
  family: Write,
): Promise<void> => {
  const absent = { kind: 'absent' } as const
  const { done } = await table.transact([
    { kind: 'put', item: erasureReportEntity.toItem(report), when: absent },
    { kind: 'put', item: erasureWatchEntity.toItem(watch), when: absent },
    family,
  ])
  if (!done) throw new StaleReadError('erasure')
}

/** Notes that an erasure is done. */
export const endErasure = async (table: Table, report: ErasureReport): Promise<void> => {
  await table.put(erasureReportEntity.toItem(report))
}

/** The erased families that the purge looks at again by a day. One Query of the index. */
export const listWatches = async (table: Table, until: IsoDate): Promise<ErasureWatch[]> =>
  erasureWatchEntity.pick(
    await table.query({ partition: ['ERASURE_WATCHES'], from: [], to: [until], index: true }),
  )

/** Has the purge look at an erased family again on another day. */
export const saveWatch = async (table: Table, watch: ErasureWatch): Promise<void> => {
  await table.put(erasureWatchEntity.toItem(watch))
}

/** Ends the watch: nothing is left of the family. */
export const endWatch = (table: Table, watch: ErasureWatch): Promise<void> =>
  table.delete(erasureWatchEntity.keyOf(watch))

/** The warning that a family was given, among its items. */
export const warningAmong = (items: readonly Item[]): RetentionWarning | undefined =>
  retentionWarningEntity.pick(items)[0]

/** Notes that a family was warned. */
export const saveWarning = async (table: Table, warning: RetentionWarning): Promise<void> => {
  await table.put(retentionWarningEntity.toItem(warning))
}

/** Takes a warning back: somebody has come again. */
export const dropWarning = (table: Table, warning: RetentionWarning): Promise<void> =>
  table.delete(retentionWarningEntity.keyOf(warning))

/** The run of the purge of a day; nothing where it never began. One read. */
export const findPurge = async (table: Table, day: IsoDate): Promise<PurgeReport | undefined> => {
  const item = await table.get(purgeReportEntity.keyOf({ day }))
  return item && purgeReportEntity.fromItem(item)
}

/** The runs of the purge, the newest first. */
export const listPurges = async (table: Table, limit: number): Promise<PurgeReport[]> =>
  purgeReportEntity.pick(await table.query({ partition: ['PURGES'], newestFirst: true, limit }))

/** Notes how far a run of the purge is. */
export const savePurge = async (table: Table, report: PurgeReport): Promise<void> => {
  await table.put(purgeReportEntity.toItem(report))
}
