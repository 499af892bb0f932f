import { defineEntity, type Item } from '../platform/entity.ts'
import { nextVersion, type Write } from '../platform/expressions.ts'
import { familyPartition, type Key, type Segment } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import { putNext, type Table } from '../platform/table.ts'
import { collectorKey } from './collector-key.ts'
import { attemptSchema, payingSchema, type Attempt, type Paying } from './model.ts'

/** Attempts that PayFiP is still to be asked about, and those that a person must look at. */
const FOLLOWED: readonly Segment[] = ['ONLINE']
const REVIEWS: readonly Segment[] = ['ONLINE_REVIEW']

/** Where the index shows an attempt: by its operation, since that is all a notification tells. */
const placeOf = (attempt: Attempt): Key | undefined => {
  const { askAfter, createdAt, idOp, paymentId, regieId, state } = attempt
  if (state === 'review') return { partition: REVIEWS, sort: [regieId, createdAt, paymentId] }
  if (askAfter === undefined) return undefined
  return { partition: FOLLOWED, sort: idOp === undefined ? ['OPENING', paymentId] : ['OPEN', idOp] }
}

/** Beside the ledger: what came to nothing is not read with each of its pages. */
export const attemptEntity = defineEntity({
  type: 'OnlineAttempt',
  schema: attemptSchema,
  key: ({ familyId, paymentId }: Pick<Attempt, 'familyId' | 'paymentId'>): Key => ({
    partition: familyPartition(familyId),
    sort: ['ONLINE', paymentId],
  }),
  index: placeOf,
})

/** In the ledger, with which it is read. */
export const payingEntity = defineEntity({
  type: 'PayingInvoice',
  schema: payingSchema,
  key: collectorKey,
})

/** The invoices of a family that are being paid, among its items. */
export const payingAmong = (items: readonly Item[]): Paying[] => payingEntity.pick(items)

/** An attempt; nothing if there is none. One read. */
export const findAttempt = async (
  table: Table,
  address: Pick<Attempt, 'familyId' | 'paymentId'>,
): Promise<Attempt | undefined> =>
  attemptEntity.found(await table.get(attemptEntity.keyOf(address)))

/** All attempts of a family, by one Query. */
export const listAttempts = async (table: Table, familyId: FamilyId): Promise<Attempt[]> =>
  attemptEntity.pick(
    await table.query({ partition: familyPartition(familyId), from: ['ONLINE'], stale: true }),
  )

/** All attempts that PayFiP is still to be asked about, as the index shows them a moment late. */
export const listFollowed = async (table: Table): Promise<Attempt[]> =>
  attemptEntity.pick(await table.query({ partition: FOLLOWED, index: true }))

/** The attempt of an operation that is still followed, as the index shows it a moment late. */
export const findByOperation = async (table: Table, idOp: string): Promise<Attempt | undefined> => {
  const items = await table.query({ partition: FOLLOWED, from: ['OPEN', idOp], index: true })
  return attemptEntity.pick(items)[0]
}

/** The attempts that a person must look at, by régie, the oldest first. */
export const listReviews = async (table: Table, most: number): Promise<Attempt[]> =>
  attemptEntity.pick(await table.query({ partition: REVIEWS, index: true, limit: most }))

/** The write of an attempt as it stands now: refused when it has changed since it was read. */
export const attemptWrite = (attempt: Attempt): Write => nextVersion(attemptEntity, attempt)

/** Keeps an attempt as it stands now; false when it has changed since it was read. */
export const keepAttempt = (table: Table, attempt: Attempt): Promise<boolean> =>
  putNext(table, attemptEntity, attempt)

/** The writes that hold the invoices of an attempt: refused when another holds one, or the Treasury collects it. */
export const holdWrites = ({ familyId, regieId, parts, paymentId, createdAt }: Attempt): Write[] =>
  parts.map((part) => ({
    kind: 'put',
    item: payingEntity.toItem({ ...part, familyId, regieId, paymentId, since: createdAt }),
    when: { kind: 'absent' },
  }))

/** The writes that let the invoices of an attempt go. */
export const releaseWrites = ({ familyId, parts }: Attempt): Write[] =>
  parts.map(({ invoice }) => ({
    kind: 'delete',
    key: payingEntity.keyOf({ familyId, invoice }),
  }))
