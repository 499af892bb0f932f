import type { Item } from '../platform/entity.ts'
import { endWait } from '../places/waiting-list.ts'
import type { Table } from '../platform/table.ts'
import { planningsAmong } from './store.ts'

/** Takes the children of a family off all waiting lists that its plannings name. */
export const eraseWaits = async (table: Table, items: readonly Item[]): Promise<void> => {
  for (const { activityId, waits = [] } of planningsAmong(items)) {
    for (const wait of waits) await endWait(table, { ...wait, activityId })
  }
}
