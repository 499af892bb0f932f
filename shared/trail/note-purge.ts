import { PURGED } from '../kernel/erasure-texts.ts'
import { ENTITY_WORDS } from '../kernel/trail-texts.ts'
import type { Item } from '../platform/entity.ts'
import { ENTITY_ATTRIBUTE } from '../platform/keys.ts'
import { idOf, imageOf, REMOVED } from './rules.ts'
import { trailItem } from './store.ts'

/**
 * The entries that tell that the purge deletes items of a family file, to be put before it does: they say
 * that there was such an item and nothing of what it held.
 */
export const purgeNotes = (items: readonly Item[], now: Date): Item[] =>
  items.flatMap((item) => {
    const image = imageOf(item)
    if (image === undefined) return []
    const { [ENTITY_ATTRIBUTE]: subject, familyId } = image
    return [
      trailItem({
        familyId,
        at: now.toISOString(),
        kind: 'removed',
        subject,
        id: idOf(image),
        version: REMOVED,
        about: ENTITY_WORDS[subject],
        reason: PURGED,
        fields: [],
      }),
    ]
  })
