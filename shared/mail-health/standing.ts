import type { Table } from '../platform/table.ts'
import type { Standing } from './model.ts'
import { standingOf } from './rules.ts'
import { findAddress } from './store.ts'

/** What stands against an address, if anything does. One read. */
export const standingOfAddress = async (
  table: Table,
  email: string,
): Promise<Standing | undefined> => {
  const address = await findAddress(table, email)
  return address && standingOf(address)
}
