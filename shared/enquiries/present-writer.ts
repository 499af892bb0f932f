import { findGuardian } from '../families/guardian-account.ts'
import type { Guardian } from '../families/model.ts'
import type { Table } from '../platform/table.ts'
import type { Writer } from './model.ts'

/** How a guardian is called in an enquiry, and where they are reached. */
export const contactOf = ({
  title,
  firstName,
  lastName,
  email,
}: Guardian): Pick<Writer, 'name' | 'email'> => ({
  name: `${title} ${firstName} ${lastName}`,
  email,
})

/**
 * Who wrote an enquiry as they are known now: a guardian may have another e-mail than then, and is nobody
 * any more once they have left the family. A visitor is who they said they are. One read for a guardian.
 */
export const presentWriter = async (table: Table, writer: Writer): Promise<Writer | undefined> => {
  if (writer.kind === 'visitor') return writer
  const guardian = await findGuardian(table, writer)
  return guardian && { ...writer, ...contactOf(guardian) }
}
