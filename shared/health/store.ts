import { defineEntity, type Item } from '../platform/entity.ts'
import { nextVersion, type Write } from '../platform/expressions.ts'
import { familyPartition, type Key, type Segment } from '../platform/keys.ts'
import type { ChildId, FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import {
  healthConsentSchema,
  sealedRecordSchema,
  type HealthConsent,
  type SealedRecord,
} from './model.ts'

/** Where the health record of a child lies. */
export interface HealthAddress {
  readonly familyId: FamilyId
  readonly childId: ChildId
}

/** Outside the file: who reads that is not shown what is sealed. */
const beside = ({ familyId, childId }: HealthAddress, ...sort: Segment[]): Key => ({
  partition: familyPartition(familyId),
  sort: ['HEALTH', childId, ...sort],
})

export const sealedRecordEntity = defineEntity({
  type: 'HealthRecord',
  schema: sealedRecordSchema,
  key: (address: HealthAddress) => beside(address),
})

export const healthConsentEntity = defineEntity({
  type: 'HealthConsent',
  schema: healthConsentSchema,
  key: (address: HealthAddress) => beside(address, 'CONSENT'),
})

/** What is kept of the health of a child. */
export interface HealthFile {
  readonly address: HealthAddress
  readonly sealed: SealedRecord | undefined
  readonly consent: HealthConsent | undefined
}

/** The health record of a child and the consent to it, by one Query. */
export const findHealth = async (table: Table, address: HealthAddress): Promise<HealthFile> => {
  const { partition, sort } = beside(address)
  const items: Item[] = await table.query({ partition, from: sort })
  return {
    address,
    sealed: sealedRecordEntity.pick(items)[0],
    consent: healthConsentEntity.pick(items)[0],
  }
}

/** The write of a record of which the version before it is the present one. */
export const recordWrite = (record: SealedRecord): Write => nextVersion(sealedRecordEntity, record)

/** The write that deletes a record which is still at a version. */
export const recordDeletion = ({ version, ...address }: SealedRecord): Write => ({
  kind: 'delete',
  key: sealedRecordEntity.keyOf(address),
  when: { kind: 'version', version },
})

/** The write of a consent of which the version before it is the present one. */
export const consentWrite = (consent: HealthConsent): Write =>
  nextVersion(healthConsentEntity, consent)
