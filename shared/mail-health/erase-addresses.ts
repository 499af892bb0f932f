import type { Table } from '../platform/table.ts'
import { deleteAddress } from './store.ts'

/** Forgets what is known of addresses. One write for each. */
export const eraseAddresses = async (table: Table, emails: readonly string[]): Promise<void> => {
  for (const email of emails) await deleteAddress(table, email)
}
