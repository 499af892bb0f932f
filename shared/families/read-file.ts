import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Item } from '../platform/entity.ts'
import type { Actor } from '../platform/http.ts'
import { familyPartition, type Segment } from '../platform/keys.ts'
import type { ChildId, FamilyId, GuardianId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { AuthorisationSheet, FamilyFile, Guardian, WholeFile } from './model.ts'
import { mayParent } from './rights-rules.ts'
import { authorisationSheetEntity, fileAmong, guardianEntity, wholeFileAmong } from './store.ts'

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

/**
 * Loads a family file with the authorisations of its children, and all that other capabilities keep in
 * the file, by one Query.
 *
 * @throws PortalError `not-found` when there is no such family.
 */
export const readWholeFile = async (
  table: Table,
  familyId: FamilyId,
): Promise<{ readonly file: WholeFile; readonly items: readonly Item[] }> => {
  const items = await table.query({ partition: familyPartition(familyId), from: ['FILE'] })
  const file = wholeFileAmong(items)
  if (file === undefined) throw new PortalError('not-found')
  return { file, items }
}

/**
 * All that is kept of a family, whichever capability keeps it, by one Query of the whole partition: for
 * who has to see everything.
 *
 * @throws PortalError `not-found` when there is no such family.
 */
export const readEverything = async (table: Table, familyId: FamilyId): Promise<ReadFile> => {
  const items = await table.query({ partition: familyPartition(familyId) })
  const file = fileAmong(items)
  if (file === undefined) throw new PortalError('not-found')
  return { file, items }
}

/** The authorisations of the children of a family, for who has read the rest of its file. One Query. */
export const readSheets = async (
  table: Table,
  familyId: FamilyId,
): Promise<readonly AuthorisationSheet[]> =>
  authorisationSheetEntity.pick(
    await table.query({ partition: familyPartition(familyId), from: ['FILE', 'SHEET'] }),
  )

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
export const actingGuardian = (
  file: Pick<FamilyFile, 'guardians'>,
  guardianId: GuardianId,
): Guardian => {
  const guardian = file.guardians.find((each) => each.guardianId === guardianId)
  if (guardian === undefined) throw new PortalError('not-found')
  return guardian
}

/**
 * Refuses what a family whose file was set aside does no more: it sees and pays, and books nothing.
 *
 * @throws PortalError `file-inactive`.
 */
export const refuseInactive = ({ family }: FamilyFile): void => {
  if (family.inactiveSince !== undefined) throw new PortalError('file-inactive')
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

/** A guardian who reads, and about which children. */
export interface AdmittedParent {
  readonly familyId: FamilyId
  readonly guardianId: GuardianId
  /** Whether a child is in their file and under their authority. */
  readonly mayRead: (childId: ChildId) => boolean
}

/**
 * Admits a guardian to what is kept of the children over whom they have authority, for use cases that
 * do not load the file. One Query.
 *
 * @throws PortalError `not-found` for a guardian who is not, or no longer, in the file.
 */
export const admitParent = async (
  table: Table,
  { actor, now }: { readonly actor: Actor; readonly now: Date },
): Promise<AdmittedParent> => {
  const { familyId } = householdOf(actor)
  const { file } = await readFile(table, familyId, ['FILE', 'GUARDIAN'])
  return admittedTo(file, { actor, now })
}

/**
 * The same for a file that has been read.
 *
 * @throws PortalError `not-found` for a guardian who is not, or no longer, in the file.
 */
export const admittedTo = (
  file: Pick<FamilyFile, 'guardians' | 'children'>,
  { actor, now }: { readonly actor: Actor; readonly now: Date },
): AdmittedParent => {
  const household = householdOf(actor)
  actingGuardian(file, household.guardianId)
  const today = parisDate(now)
  const children = new Set(
    file.children
      .filter((child) => mayParent(child, household.guardianId, today))
      .map(({ childId }) => childId),
  )
  return { ...household, mayRead: (childId) => children.has(childId) }
}
