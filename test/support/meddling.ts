import type { Table } from '../../shared/platform/table.ts'

/** A table on which something else happens once, between what a use case has read and its first transaction. */
export const meddling = (table: Table, act: () => Promise<unknown>): Table => {
  let acted = false
  return {
    ...table,
    transact: async (writes) => {
      if (!acted) {
        acted = true
        await act()
      }
      return table.transact(writes)
    },
  }
}
