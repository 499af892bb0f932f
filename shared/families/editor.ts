import type { Actor } from '../platform/http.ts'
import type { FamilyId, GuardianId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Writer } from './file-rules.ts'
import type { FamilyFile, Guardian } from './model.ts'
import { actingGuardian, householdOf, readFile, refuseInactive } from './read-file.ts'

/** Who edits a file: a guardian their own, or staff any with a reason. */
export interface Editor {
  readonly familyId: FamilyId
  readonly account: string
  /** The guardian who edits; staff have none. */
  readonly guardianId?: GuardianId
  /** Why staff edit; parents need no reason. */
  readonly reason?: string
}

/** A guardian who edits their own family's file. */
export const parentEditor = (actor: Actor): Editor & { readonly guardianId: GuardianId } => ({
  ...householdOf(actor),
  account: actor.account,
})

/** A member of staff who edits a family's file. */
export const staffEditor = (actor: Actor, familyId: FamilyId, reason: string): Editor => ({
  familyId,
  account: actor.account,
  reason,
})

export const writerOf = ({ guardianId }: Editor): Writer =>
  guardianId === undefined ? 'staff' : 'parent'

/** What an edit leaves on what it writes. */
export const changedBy = (
  { account, reason }: Editor,
  now: Date,
): { readonly at: string; readonly by: string; readonly reason?: string } => ({
  at: now.toISOString(),
  by: account,
  ...(reason === undefined ? {} : { reason }),
})

/**
 * The file that somebody edits, by one Query, and the guardian who does. A file that was set aside is
 * edited by staff alone.
 *
 * @throws PortalError `not-found`, also for a guardian who is no longer in the file; `file-inactive`.
 */
export const openForEdit = async (
  table: Table,
  { familyId, guardianId }: Editor,
): Promise<{ readonly file: FamilyFile; readonly guardian: Guardian | undefined }> => {
  const { file } = await readFile(table, familyId, ['FILE', 'MEANS'])
  if (guardianId === undefined) return { file, guardian: undefined }
  const guardian = actingGuardian(file, guardianId)
  refuseInactive(file)
  return { file, guardian }
}
