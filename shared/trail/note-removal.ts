import type { Write } from '../platform/expressions.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { TrailEntry } from './model.ts'
import { REMOVED } from './rules.ts'
import { trailItem } from './store.ts'

/** Who removes an item of a family file, and why. */
export interface Removal {
  readonly familyId: FamilyId
  readonly entity: TrailEntry['subject']
  /** The item within its family, `grand-mere`. */
  readonly id: string
  /** Whom or what it is about, as people name it. */
  readonly about: string
  /** The account of who removes it. */
  readonly by: string
  readonly now: Date
  readonly reason?: string | undefined
}

/**
 * The write that says who removes an item, for the transaction that deletes it: an item that is gone
 * cannot say it any more. What it held is added by the stream.
 */
export const removalWrite = ({ now, entity, ...removal }: Removal): Write => ({
  kind: 'put',
  item: trailItem({
    ...removal,
    subject: entity,
    at: now.toISOString(),
    kind: 'removed',
    version: REMOVED,
    fields: [],
  }),
})
