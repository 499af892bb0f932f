import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { findErasure } from './store.ts'

/** Whether a family was erased, or its erasure has begun: nothing of it may come back. One read. */
export const wasErased = async (table: Table, familyId: FamilyId): Promise<boolean> =>
  (await findErasure(table, familyId)) !== undefined
