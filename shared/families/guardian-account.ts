import { PortalError, StaleReadError } from '../kernel/errors.ts'
import type { FamilyId, GuardianId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Change, Guardian } from './model.ts'
import { familyEntity, guardianEntity } from './store.ts'

/** A guardian in a family. */
export interface GuardianAddress {
  readonly familyId: FamilyId
  readonly guardianId: GuardianId
}

/** A guardian as the file knows them; nothing when it does not. One read. */
export const findGuardian = async (
  table: Table,
  address: GuardianAddress,
): Promise<Guardian | undefined> =>
  guardianEntity.found(await table.get(guardianEntity.keyOf(address)))

/**
 * Writes into the file the e-mail by which a guardian signs in from now on. A guardian who is no
 * longer in the file, and one who has that e-mail already, stay as they are.
 *
 * @param by the account that has confirmed the address, or the member of staff, with their reason.
 * @throws StaleReadError when somebody has changed the guardian meanwhile.
 */
export const setGuardianEmail = async (
  table: Table,
  address: GuardianAddress,
  { email, by, reason, now }: { email: string; by: string; reason?: string | undefined; now: Date },
): Promise<void> => {
  const held = await findGuardian(table, address)
  if (held === undefined || held.email === email) return
  const version = held.version ?? 1
  const changed: Change = { at: now.toISOString(), by, ...(reason === undefined ? {} : { reason }) }
  const item = guardianEntity.toItem({ ...held, email, version: version + 1, changed })
  if (!(await table.put(item, { kind: 'version', version }))) throw new StaleReadError('guardian')
}

/**
 * Refuses a number that is no family's, or of a file that staff have set aside. One read.
 *
 * @throws PortalError `not-found`, `file-inactive`.
 */
export const requireFamily = async (table: Table, familyId: FamilyId): Promise<void> => {
  const item = await table.get(familyEntity.keyOf({ familyId }))
  if (item === undefined) throw new PortalError('not-found')
  const { inactiveSince } = familyEntity.fromItem(item)
  if (inactiveSince !== undefined) throw new PortalError('file-inactive')
}

/** Whether there is a file that staff have set aside, or merged into another. One read. */
export const isSetAside = async (table: Table, familyId: FamilyId): Promise<boolean> => {
  const item = await table.get(familyEntity.keyOf({ familyId }))
  return item !== undefined && familyEntity.fromItem(item).inactiveSince !== undefined
}

/** The file that took over one that was a duplicate of it, if one did. One read. */
export const successorOf = async (
  table: Table,
  familyId: FamilyId,
): Promise<FamilyId | undefined> =>
  familyEntity.found(await table.get(familyEntity.keyOf({ familyId })))?.mergedInto

/** Puts a guardian into the file of a family; the same again changes nothing. */
export const joinFamily = async (table: Table, guardian: Guardian): Promise<void> => {
  await table.put(guardianEntity.toItem(guardian), { kind: 'absent' })
}
