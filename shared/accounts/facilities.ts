import type { Actor } from '../platform/http.ts'
import type { FacilityId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { findAccount } from './store.ts'

/**
 * The facilities to which a member of staff is limited: those of staff of a site, who see and note
 * nothing of the others. One read, none for the others.
 *
 * @returns nothing for staff of the town, who are not limited; an empty list for staff of a site
 * who may see none.
 */
export const facilitiesOf = async (
  table: Table,
  { account, roles }: Pick<Actor, 'account' | 'roles'>,
): Promise<readonly FacilityId[] | undefined> => {
  if (roles.includes('agent') || roles.includes('administrator')) return undefined
  const held = await findAccount(table, account)
  if (held === undefined || held.inactiveSince !== undefined) return []
  return held.facilities ?? []
}
