import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { WholeLedger } from './model.ts'
import { loadLedger } from './store.ts'

/**
 * All that a family was invoiced and has paid, as it stands now: one consistent Query. `settle` tells
 * what pays what.
 */
export const loadAccounts = async (table: Table, familyId: FamilyId): Promise<WholeLedger> =>
  loadLedger(table, familyId)
