import type * as z from 'zod'
import { readFile } from '../families/read-file.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { readMailHealthRoute } from './routes.ts'
import { standingOfAddress } from './standing.ts'

type Reply = z.input<(typeof readMailHealthRoute)['reply']>

/**
 * What stands against the addresses of a family's guardians: nothing when mails arrive. One Query of the
 * file and one read for each guardian.
 *
 * @throws PortalError `not-found` when there is no such family.
 */
export const readMailHealth = async (
  table: Table,
  { parameters: { familyId } }: Pick<Call<typeof readMailHealthRoute>, 'parameters'>,
): Promise<Reply> => {
  const { file } = await readFile(table, familyId, ['FILE', 'GUARDIAN'], true)
  const standings = await Promise.all(
    file.guardians.map(async ({ guardianId, email }) => {
      const standing = await standingOfAddress(table, email)
      return standing && { guardianId, email, ...standing }
    }),
  )
  return { problems: standings.filter((each) => each !== undefined) }
}
