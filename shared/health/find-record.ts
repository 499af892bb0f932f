import { actingGuardian, householdOf, readFile } from '../families/read-file.ts'
import { childOf } from '../families/rights-rules.ts'
import type { Child } from '../families/model.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Actor } from '../platform/http.ts'
import type { ChildId, FamilyId, GuardianId } from '../platform/schemas.ts'
import type { Sealed, Sealer } from '../platform/sealer.ts'
import type { Table } from '../platform/table.ts'
import {
  healthRecordSchema,
  type HealthConsent,
  type HealthRecord,
  type SealedRecord,
} from './model.ts'
import { findHealth, type HealthAddress, type HealthFile } from './store.ts'

/** What a sealed record is bound to: it opens for this child, at this version, as this and nothing else. */
const contextOf = ({ familyId, childId }: HealthAddress, version: number) => ({
  purpose: 'health-record',
  family: familyId,
  child: childId,
  version: String(version),
})

/** Seals a record for where it is to lie and the version that it is to have. */
export const sealRecord = (
  sealer: Sealer,
  record: HealthRecord,
  { address, version }: { readonly address: HealthAddress; readonly version: number },
): Promise<Sealed> => sealer.seal(JSON.stringify(record), contextOf(address, version))

/** Opens a record. @throws when it was moved, put back or tampered with. */
export const openRecord = async (sealer: Sealer, sealed: SealedRecord): Promise<HealthRecord> =>
  healthRecordSchema.parse(JSON.parse(await sealer.open(sealed, contextOf(sealed, sealed.version))))

/**
 * What is kept of the health of a child. A child of two households has one record, so that nobody who
 * cares for it reads half of what is known: where it lies already, else with the file of the lower
 * number. One Query, two for a child of two households.
 */
export const healthOf = async (
  table: Table,
  { familyId, childId, otherHousehold }: Child,
): Promise<HealthFile> => {
  const homes = [{ familyId, childId }, ...(otherHousehold === undefined ? [] : [otherHousehold])]
  const found = await Promise.all(
    homes
      .toSorted((a, b) => (a.familyId < b.familyId ? -1 : 1))
      .map((address) => findHealth(table, address)),
  )
  const held = found.find(({ sealed }) => sealed !== undefined) ?? found[0]
  if (held === undefined) throw new Error('A child has a household')
  return held
}

/** Whether anything is kept of the health of a child, a consent to it included. One Query or two. */
export const hasHealthRecord = async (table: Table, child: Child): Promise<boolean> => {
  const { sealed, consent } = await healthOf(table, child)
  return sealed !== undefined || consent !== undefined
}

/** A child, the guardian who asks about it, and what is kept of its health. */
export interface GuardedHealth {
  readonly child: Child
  readonly by: { readonly familyId: FamilyId; readonly guardianId: GuardianId }
  readonly health: HealthFile
  /** The name of a guardian of this household; nothing of one of another. */
  readonly guardian: (by: HealthConsent['by']) => string | undefined
}

/**
 * The health of a child for a guardian with authority over it. Two Queries, three for a child of two
 * households.
 *
 * @throws PortalError `not-found` for a child that is not of the guardian's family or over whom they have
 * no authority, and for somebody who is not, or no longer, a guardian of the family.
 */
export const guardedHealth = async (
  table: Table,
  { actor, childId, now }: { readonly actor: Actor; readonly childId: ChildId; readonly now: Date },
): Promise<GuardedHealth> => {
  const by = householdOf(actor)
  const { file } = await readFile(table, by.familyId, ['FILE', 'GUARDIAN'])
  actingGuardian(file, by.guardianId)
  const child = childOf(file, by.guardianId, { childId, today: parisDate(now) })
  return {
    child,
    by,
    health: await healthOf(table, child),
    guardian: ({ familyId, guardianId }) => {
      const named = file.guardians.find((each) => each.guardianId === guardianId)
      if (familyId !== by.familyId || named === undefined) return undefined
      return `${named.firstName} ${named.lastName}`
    },
  }
}
