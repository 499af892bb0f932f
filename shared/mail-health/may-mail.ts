import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { NO_USE, noteNews } from './note-news.ts'
import { mayBeTried } from './rules.ts'
import { findAddress } from './store.ts'

/** A mail that is about to be sent. */
interface Attempt {
  readonly to: string
  /** Whose mail it is, if it is a family's. */
  readonly familyId?: FamilyId | undefined
  /** Whether people may do without it: reminders, news. */
  readonly isInformational: boolean
}

/**
 * Whether a mail may be tried. One read; one write the first time that a mail of a family is kept from
 * an address, so that staff see which families do not get theirs.
 */
export const mayMail = async (
  table: Table,
  { to, familyId, isInformational }: Attempt,
): Promise<boolean> => {
  const address = await findAddress(table, to)
  if (mayBeTried(address, { isInformational })) return true
  const use = familyId === undefined ? NO_USE : { families: [familyId], isTowns: false }
  await noteNews(table, to, { kind: 'withheld' }, use)
  return false
}
