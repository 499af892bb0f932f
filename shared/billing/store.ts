import * as z from 'zod'
import { addMonths, firstDayOf, type IsoDate, type IsoMonth } from '../kernel/dates.ts'
import { defineEntity, keyAttributes, type Item } from '../platform/entity.ts'
import type { Write } from '../platform/expressions.ts'
import { ENTITY_ATTRIBUTE, familyPartition, type Key, type Segment } from '../platform/keys.ts'
import {
  centsSchema,
  familyIdSchema,
  isoDateSchema,
  isoMonthSchema,
  regieIdSchema,
  type FamilyId,
  type RegieId,
} from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import {
  aidSchema,
  carriedSchema,
  carryOverSchema,
  creditNoteSchema,
  dayCreditSchema,
  invoiceSchema,
  reviewSchema,
  type Aid,
  type Carried,
  type CarryOver,
  type CreditNote,
  type DayCredit,
  type Invoice,
  type IssuedDocument,
  type Review,
} from './model.ts'
import { hashOfBody, pack, unpack } from './pack.ts'

/** In the family file, so that the one Query of the household brings it along. */
const inFile = (familyId: FamilyId, ...sort: Segment[]): Key => ({
  partition: familyPartition(familyId),
  sort: ['FILE', 'BILLING', ...sort],
})

const aidEntity = defineEntity({
  type: 'Aid',
  schema: aidSchema,
  key: ({ familyId, aidId }: { familyId: FamilyId; aidId: string }) =>
    inFile(familyId, 'AID', aidId),
})

const dayCreditEntity = defineEntity({
  type: 'DayCredit',
  schema: dayCreditSchema,
  key: ({ familyId, creditId }: { familyId: FamilyId; creditId: string }) =>
    inFile(familyId, 'CREDIT', creditId),
})

/** Each month carries once at most for a family and régie: `202509` is no other carry-over than September's. */
const carryOverVersion = ({ month }: CarryOver): number => Number(month.replace('-', ''))

const carryOverEntity = defineEntity({
  type: 'CarryOver',
  schema: carryOverSchema.extend({ version: z.int().positive() }),
  key: ({ familyId, regieId }: { familyId: FamilyId; regieId: string }) =>
    inFile(familyId, 'CARRIED', regieId),
})

type ReviewAddress = Pick<Review, 'familyId' | 'regieId' | 'month'>

const reviewEntity = defineEntity({
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

/** A document as it lies in the table: packed, to fit one write unit, and sealed by a hash. */
const packedSchema = z.object({
  number: z.string().optional(),
  familyId: familyIdSchema,
  regieId: regieIdSchema,
  month: isoMonthSchema,
  issuedOn: isoDateSchema,
  dueOn: isoDateSchema.optional(),
  /** In cents. */
  total: centsSchema,
  /** The SHA-256 of `body`. */
  hash: z.string().length(64),
  /** As bytes; a stream hands them over as text. */
  body: z.union([
    z.instanceof(Uint8Array),
    z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64'))),
  ]),
})

type Heads = Omit<z.infer<typeof packedSchema>, 'hash' | 'body'>

/** One kind of document. */
const defineDocument = <Schema extends z.ZodType<Heads>>(
  type: string,
  schema: Schema,
  sortOf: (document: z.infer<Schema>) => readonly Segment[],
) => {
  const fromItem = (item: Item): z.infer<Schema> => {
    const { body, hash } = packedSchema.parse(item)
    if (hashOfBody(body) !== hash) throw new RangeError('A document is not what was issued')
    return schema.parse(unpack(body))
  }
  return {
    toItem: (value: z.infer<Schema>): Item => {
      const document = schema.parse(value)
      const { number, familyId, regieId, month, issuedOn, dueOn, total } = document
      const body = pack(document)
      const sort = ['LEDGER', issuedOn, ...sortOf(document)]
      return {
        ...{ number, familyId, regieId, month, issuedOn, dueOn, total },
        ...{ body, hash: hashOfBody(body) },
        [ENTITY_ATTRIBUTE]: type,
        ...keyAttributes({ partition: familyPartition(familyId), sort }),
      }
    },
    fromItem,
    /** The document in an item; nothing if the item is of another kind. */
    in: (item: Item) => (item[ENTITY_ATTRIBUTE] === type ? fromItem(item) : undefined),
  }
}

/**
 * The key of an invoice is its number: who writes it twice writes one. That a family has no second
 * one for a month is a matter of the run, which has each family once.
 */
export const invoiceEntity = defineDocument('Invoice', invoiceSchema, ({ number }) => [
  'INVOICE',
  number,
])

export const creditNoteEntity = defineDocument('CreditNote', creditNoteSchema, ({ number }) => [
  'CREDIT_NOTE',
  number,
])

/** Months that are billed on the same day have each their own. */
export const carriedEntity = defineDocument('Carried', carriedSchema, ({ regieId, month }) => [
  'CARRIED',
  regieId,
  month,
])

/** The item of a document. */
export const documentItem = (issued: IssuedDocument): Item => {
  switch (issued.kind) {
    case 'invoice':
      return invoiceEntity.toItem(issued.document)
    case 'credit-note':
      return creditNoteEntity.toItem(issued.document)
    case 'carried':
      return carriedEntity.toItem(issued.document)
  }
}

/** The document in an item of a ledger; nothing if the item is of another kind. */
const documentIn = (item: Item): IssuedDocument | undefined => {
  const invoice: Invoice | undefined = invoiceEntity.in(item)
  if (invoice !== undefined) return { kind: 'invoice', document: invoice }
  const creditNote: CreditNote | undefined = creditNoteEntity.in(item)
  if (creditNote !== undefined) return { kind: 'credit-note', document: creditNote }
  const carried: Carried | undefined = carriedEntity.in(item)
  return carried === undefined ? undefined : { kind: 'carried', document: carried }
}

/** A family's documents that were issued from a day to a day, newest first: one Query. */
export const documentsBetween = async (
  table: Table,
  familyId: FamilyId,
  { from, to }: { from?: IsoDate; to?: IsoDate } = {},
): Promise<IssuedDocument[]> => {
  const items = await table.query({
    partition: familyPartition(familyId),
    from: from === undefined ? ['LEDGER'] : ['LEDGER', from],
    to: to === undefined ? ['LEDGER'] : ['LEDGER', to],
    newestFirst: true,
  })
  return items.flatMap((item) => documentIn(item) ?? [])
}

/** A family's documents that may bill a month: none is issued before the month is over. */
export const documentsSince = async (
  table: Table,
  familyId: FamilyId,
  month: IsoMonth,
): Promise<IssuedDocument[]> =>
  documentsBetween(table, familyId, { from: firstDayOf(addMonths(month, 1)) })
