import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { deleteLink, findFamilyLink } from './store.ts'

/** Ends the secret link to the calendar of a family, if it has one. */
export const eraseLink = (table: Table, familyId: FamilyId): Promise<void> =>
  again(async () => {
    const held = await findFamilyLink(table, familyId)
    if (held !== undefined) await deleteLink(table, held)
  })
