import type { Table } from '../platform/table.ts'
import type { Child } from './model.ts'
import { childEntity } from './store.ts'
import { versionOf } from './view-file.ts'

/**
 * Takes from the file of a child what it says of its health: diets and the care plan. The portal does it by
 * itself, so that the item keeps who edited it last; what somebody has edited since is left as it is.
 */
export const clearHealth = async (table: Table, held: Child): Promise<void> => {
  const version = versionOf(held)
  const { diets, allergy, carePlanUntil, ...rest } = held
  if (diets === undefined && allergy === undefined && carePlanUntil === undefined) return
  const item = childEntity.toItem({ ...rest, version: version + 1 })
  await table.put(item, { kind: 'version', version })
}
