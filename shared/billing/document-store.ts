import * as z from 'zod'
import { addMonths, firstDayOf, type IsoDate, type IsoMonth } from '../kernel/dates.ts'
import { keyAttributes, type Item } from '../platform/entity.ts'
import { ENTITY_ATTRIBUTE, familyPartition, type Segment } from '../platform/keys.ts'
import {
  bytesSchema,
  centsSchema,
  familyIdSchema,
  isoDateSchema,
  isoMonthSchema,
  regieIdSchema,
  type FamilyId,
} from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import {
  carriedSchema,
  creditNoteSchema,
  invoiceSchema,
  type Carried,
  type CreditNote,
  type Invoice,
  type IssuedDocument,
} from './model.ts'
import { hashOfBody, pack, unpack } from './pack.ts'

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
  body: bytesSchema,
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

/**
 * A family's documents that may bill a month: none is issued before the month is over. What was taken over
 * from another program bills none.
 */
export const documentsSince = async (
  table: Table,
  familyId: FamilyId,
  month: IsoMonth,
): Promise<IssuedDocument[]> => {
  const from = firstDayOf(addMonths(month, 1))
  const documents = await documentsBetween(table, familyId, { from })
  return documents.filter(({ document }) => document.former === undefined)
}
