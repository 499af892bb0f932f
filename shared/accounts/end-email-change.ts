import type { Table } from '../platform/table.ts'
import { dropEmailChange } from './store.ts'

/**
 * Ends the change of e-mail that waits for its link, if one does: whoever shuts others out of an
 * account, by another password or by signing out everywhere, shuts out the address they asked for.
 */
export const endEmailChange = (table: Table, account: string): Promise<void> =>
  dropEmailChange(table, account)
