import type { Write } from '../platform/expressions.ts'
import type { Family } from './model.ts'
import { familyEntity } from './store.ts'
import { versionOf } from './view-file.ts'

/**
 * The write of a family as the portal itself wants it, under its next version; refused when it is no
 * longer what it was when it was read.
 */
export const familyWrite = (held: Family, wanted: Family): Write => {
  const version = versionOf(held)
  return {
    kind: 'put',
    item: familyEntity.toItem({ ...wanted, version: version + 1 }),
    when: { kind: 'version', version },
  }
}
