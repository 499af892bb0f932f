import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Account } from './model.ts'
import { listAccountsOf } from './store.ts'

/** The accounts of the guardians of a family, of former ones too. One Query, of the index. */
export const familyAccounts = (table: Table, familyId: FamilyId): Promise<readonly Account[]> =>
  listAccountsOf(table, familyId)
