import { defineEntity } from '../platform/entity.ts'
import type { Write } from '../platform/expressions.ts'
import { familyPartition, type Key, type Segment } from '../platform/keys.ts'
import type { FamilyId, GuardianId } from '../platform/schemas.ts'
import { putNext, type Table } from '../platform/table.ts'
import {
  consentSchema,
  fetchSchema,
  sealedTokenSchema,
  type QuotientConsent,
  type QuotientFetch,
  type SealedToken,
} from './model.ts'

/** Beside the file: who reads that does not pay for it, and one Query reads all of it. */
const beside = (familyId: FamilyId, ...sort: Segment[]): Key => ({
  partition: familyPartition(familyId),
  sort: ['QUOTIENT', ...sort],
})

export const consentEntity = defineEntity({
  type: 'QuotientConsent',
  schema: consentSchema,
  key: (address: { familyId: FamilyId; guardianId: GuardianId }) =>
    beside(address.familyId, 'CONSENT', address.guardianId),
})

export const fetchEntity = defineEntity({
  type: 'QuotientFetch',
  schema: fetchSchema,
  key: (address: { familyId: FamilyId; at: string; by: string }) =>
    beside(address.familyId, 'FETCH', address.at, address.by),
})

const tokenEntity = defineEntity({
  type: 'QuotientToken',
  schema: sealedTokenSchema,
  key: (): Key => ({ partition: ['SECRETS'], sort: ['QUOTIENT_TOKEN'] }),
})

/** What is kept of the quotients of a family beside the means in its file. */
export interface QuotientFile {
  /** One of each guardian at most. */
  readonly consents: readonly QuotientConsent[]
  /** The earliest first. */
  readonly fetches: readonly QuotientFetch[]
}

/** The consents and all fetches of a family, by one Query. */
export const loadQuotients = async (table: Table, familyId: FamilyId): Promise<QuotientFile> => {
  const { partition, sort } = beside(familyId)
  const items = await table.query({ partition, from: sort })
  return { consents: consentEntity.pick(items), fetches: fetchEntity.pick(items) }
}

/** The consent of a guardian, by one read. */
export const findConsent = async (
  table: Table,
  address: { readonly familyId: FamilyId; readonly guardianId: GuardianId },
): Promise<QuotientConsent | undefined> => {
  const item = await table.get(consentEntity.keyOf(address))
  return item && consentEntity.fromItem(item)
}

/** Keeps a consent of which the version before it is the present one; false when it is not. */
export const putConsent = (table: Table, consent: QuotientConsent): Promise<boolean> =>
  putNext(table, consentEntity, consent)

/** The write of what became of a question; the same again is the same. */
export const fetchWrite = (fetch: QuotientFetch): Write => ({
  kind: 'put',
  item: fetchEntity.toItem(fetch),
})

/** The sealed token of the town; nothing before an administrator has set it. */
export const findToken = async (table: Table): Promise<SealedToken | undefined> => {
  const item = await table.get(tokenEntity.keyOf({}))
  return item && tokenEntity.fromItem(item)
}

/** Keeps the sealed token of the town in the place of the one before. */
export const putToken = async (table: Table, token: SealedToken): Promise<void> => {
  await table.put(tokenEntity.toItem(token))
}
