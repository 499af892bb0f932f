import { PortalError } from '../kernel/errors.ts'
import type { Item } from '../platform/entity.ts'
import type { Actor } from '../platform/http.ts'
import { familyPartition, type Segment } from '../platform/keys.ts'
import type { FamilyId, GuardianId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { FamilyFile, Guardian } from './model.ts'
import { fileAmong, guardianEntity } from './store.ts'

/** A family file, and the items of other capabilities that the same Query brought. */
export interface ReadFile {
  readonly file: FamilyFile
  readonly items: readonly Item[]
}

/**
 * Loads a family file by one Query. Items that other capabilities keep in the file, such as
 * plannings, come along: their sort keys lie between those of the file.
 *
 * @param to the last prefix of the file to read, its end unless given.
 * @param stale at half the price, and perhaps without what was written in the last moments.
 * @throws PortalError `not-found` when there is no such family.
 */
export const readFile = async (
  table: Table,
  familyId: FamilyId,
  to: readonly Segment[] = ['FILE'],
  stale = false,
): Promise<ReadFile> => {
  const partition = familyPartition(familyId)
  const items = await table.query({ partition, from: ['FILE'], to, stale })
  const file = fileAmong(items)
  if (file === undefined) throw new PortalError('not-found')
  return { file, items }
}

/** The family and the guardian that a parent's token names; staff have none. */
export const householdOf = (actor: Actor): { familyId: FamilyId; guardianId: GuardianId } => {
  if (actor.family === undefined) throw new PortalError('forbidden')
  return actor.family
}

/**
 * The guardian who acts, as the file knows them: a token outlives a removal from the family by up
 * to an hour, the file does not.
 *
 * @throws PortalError `not-found`, the same as for a family that does not exist.
 */
export const actingGuardian = (file: FamilyFile, guardianId: GuardianId): Guardian => {
  const guardian = file.guardians.find((each) => each.guardianId === guardianId)
  if (guardian === undefined) throw new PortalError('not-found')
  return guardian
}

/**
 * Refuses a guardian who is not, or no longer, in the file of the family that their token names, for
 * use cases that do not load the file. One read.
 *
 * @throws PortalError `not-found`.
 */
export const admitGuardian = async (
  table: Table,
  household: ReturnType<typeof householdOf>,
): Promise<FamilyId> => {
  if ((await table.get(guardianEntity.keyOf(household))) === undefined) {
    throw new PortalError('not-found')
  }
  return household.familyId
}
