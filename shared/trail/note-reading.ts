import type { Write } from '../platform/expressions.ts'
import type { ChildId, FamilyId } from '../platform/schemas.ts'
import { trailItem } from './store.ts'

/** That somebody has read the health record of a child. */
export interface Reading {
  readonly familyId: FamilyId
  readonly childId: ChildId
  /** The child as people name it. */
  readonly about: string
  /** The account of who reads. */
  readonly by: string
  readonly now: Date
  /** What it was read for, where that is known: the sheet of an activity. */
  readonly reason?: string
}

/**
 * The write that notes a reading of a health record, which is due before its values are shown (RGPD,
 * art. 32): for `table.put` by itself, or for the transaction of whatever it goes with. The same
 * account reading the same child at the same instant is one reading.
 */
export const readingWrite = ({
  familyId,
  childId,
  about,
  by,
  now,
  reason,
}: Reading): Extract<Write, { kind: 'put' }> => ({
  kind: 'put',
  item: trailItem({
    familyId,
    at: now.toISOString(),
    kind: 'read',
    subject: 'HealthRecord',
    id: childId,
    version: `READ-${by}`,
    about,
    by,
    ...(reason === undefined ? {} : { reason }),
    fields: [],
  }),
})
