import type { Guardian } from '../families/model.ts'
import { readFile } from '../families/read-file.ts'
import { isSameEmail } from '../kernel/email.ts'
import { PortalError } from '../kernel/errors.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'

/** Those of a family who have an address. */
interface Found {
  readonly familyName: string
  readonly holders: readonly Guardian[]
}

/** The guardians of a family who have an address; nobody where the family is gone. One Query. */
export const holdersIn = async (
  table: Table,
  familyId: FamilyId,
  email: string,
): Promise<Found> => {
  try {
    const { file } = await readFile(table, familyId, ['FILE', 'GUARDIAN'], true)
    const holders = file.guardians.filter((each) => isSameEmail(each.email, email))
    return { familyName: file.family.name, holders }
  } catch (error) {
    if (!(error instanceof PortalError) || error.code !== 'not-found') throw error
    return { familyName: '', holders: [] }
  }
}
