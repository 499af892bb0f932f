import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { deleteAddress, findAddress, saveAddress } from './store.ts'

const eraseAddress = (table: Table, familyId: FamilyId, email: string): Promise<void> =>
  again(async () => {
    const held = await findAddress(table, email)
    if (held === undefined) return
    const families = held.families.filter((each) => each !== familyId)
    if (families.length === 0 && !held.isTowns) await deleteAddress(table, email)
    else if (families.length < held.families.length) await saveAddress(table, { ...held, families })
  })

/**
 * Forgets what is known of the addresses of a family. What is known of one that another family or the
 * town uses as well stays, without this family: a mail that came back there would come back again. One
 * read and at most one write for each; again without effect.
 *
 * @throws StaleReadError when others keep coming first.
 */
export const eraseAddresses = async (
  table: Table,
  familyId: FamilyId,
  emails: readonly string[],
): Promise<void> => {
  for (const email of emails) await eraseAddress(table, familyId, email)
}
