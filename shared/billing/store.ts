import * as z from 'zod'
import type { IsoMonth } from '../kernel/dates.ts'
import { defineEntity, type Item } from '../platform/entity.ts'
import type { Write } from '../platform/expressions.ts'
import { ENTITY_ATTRIBUTE, familyPartition, type Key, type Segment } from '../platform/keys.ts'
import type { FamilyId, RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import {
  aidSchema,
  carryOverSchema,
  dayCreditSchema,
  reviewSchema,
  type Aid,
  type CarryOver,
  type DayCredit,
  type Review,
} from './model.ts'

/** In the family file, so that the one Query of the household brings it along. */
const inFile = (familyId: FamilyId, ...sort: Segment[]): Key => ({
  partition: familyPartition(familyId),
  sort: ['FILE', 'BILLING', ...sort],
})

export const aidEntity = defineEntity({
  type: 'Aid',
  schema: aidSchema,
  key: ({ familyId, aidId }: { familyId: FamilyId; aidId: string }) =>
    inFile(familyId, 'AID', aidId),
})

export const dayCreditEntity = defineEntity({
  type: 'DayCredit',
  schema: dayCreditSchema,
  key: ({ familyId, creditId }: { familyId: FamilyId; creditId: string }) =>
    inFile(familyId, 'CREDIT', creditId),
})

/** Each month carries once at most for a family and régie: `202509` is no other carry-over than September's. */
const carryOverVersion = ({ month }: CarryOver): number => Number(month.replace('-', ''))

export const carryOverEntity = defineEntity({
  type: 'CarryOver',
  schema: carryOverSchema.extend({ version: z.int().positive() }),
  key: ({ familyId, regieId }: { familyId: FamilyId; regieId: string }) =>
    inFile(familyId, 'CARRIED', regieId),
})

type ReviewAddress = Pick<Review, 'familyId' | 'regieId' | 'month'>

export const reviewEntity = defineEntity({
  type: 'Review',
  schema: reviewSchema,
  key: ({ familyId, regieId, month }: ReviewAddress) => inFile(familyId, 'REVIEW', regieId, month),
})

/** What a family's bills depend on beside its file and plannings. */
export interface BillingInputs {
  readonly aids: readonly Aid[]
  readonly dayCredits: readonly DayCredit[]
  readonly reviews: readonly Review[]
  readonly carryOvers: readonly CarryOver[]
}

/** The inputs of billing among the items of a family file. */
export const inputsAmong = (items: readonly Item[]): BillingInputs => ({
  aids: aidEntity.pick(items),
  dayCredits: dayCreditEntity.pick(items),
  reviews: reviewEntity.pick(items),
  carryOvers: carryOverEntity.pick(items),
})

/** Notes what somebody else pays for a family, or notes it anew. */
export const saveAid = async (table: Table, aid: Aid): Promise<void> => {
  await table.put(aidEntity.toItem(aid))
}

/** Forgets an aid that was noted in error; one that is over ends by its own date. */
export const removeAid = (table: Table, aid: Pick<Aid, 'familyId' | 'aidId'>): Promise<void> =>
  table.delete(aidEntity.keyOf(aid))

/** Notes days that a family has paid in advance, or notes them anew. */
export const saveDayCredit = async (table: Table, credit: DayCredit): Promise<void> => {
  await table.put(dayCreditEntity.toItem(credit))
}

/** Forgets days paid in advance that were noted in error. */
export const removeDayCredit = (
  table: Table,
  credit: Pick<DayCredit, 'familyId' | 'creditId'>,
): Promise<void> => table.delete(dayCreditEntity.keyOf(credit))

/**
 * Notes that months of a family may bill otherwise than before. A note that is there is renewed: a
 * run that has read the older one leaves it to the next.
 */
export const noteReviews = async (
  table: Table,
  { familyId, regieId, now }: { familyId: FamilyId; regieId: RegieId; now: Date },
  months: readonly IsoMonth[],
): Promise<void> => {
  for (const month of months) {
    const address = { familyId, regieId, month }
    await table.update(reviewEntity.keyOf(address), {
      set: { ...address, [ENTITY_ATTRIBUTE]: reviewEntity.type },
      // Beginning at the time, no version comes twice though notes come and go.
      move: { version: { by: 1, start: now.getTime() } },
    })
  }
}

/** Ends a review that a bill has taken into account, unless it was renewed since. */
export const reviewEnd = (review: Review): Write => ({
  kind: 'delete',
  key: reviewEntity.keyOf(review),
  when: { kind: 'version', version: review.version },
})

/**
 * Keeps what is carried to a family's next invoice, in the place of what had been.
 *
 * @param before what it takes into account: the write is refused if something else is carried.
 */
export const carryOverPut = (carryOver: CarryOver, before: CarryOver | undefined): Write => ({
  kind: 'put',
  item: carryOverEntity.toItem({ ...carryOver, version: carryOverVersion(carryOver) }),
  when: { kind: 'version', version: before === undefined ? 0 : carryOverVersion(before) },
})

/** Ends what was carried to an invoice that now bills it; refused if something else is carried. */
export const carryOverEnd = (carryOver: CarryOver): Write => ({
  kind: 'delete',
  key: carryOverEntity.keyOf(carryOver),
  when: { kind: 'version', version: carryOverVersion(carryOver) },
})
