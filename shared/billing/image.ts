import type { Item } from '../platform/entity.ts'
import type { Carried, CreditNote, Invoice } from './model.ts'
import { carriedEntity, creditNoteEntity, invoiceEntity } from './document-store.ts'

/** The invoice in an item or an image of the stream; nothing if it is of something else. */
export const invoiceIn = (item: Item): Invoice | undefined => invoiceEntity.in(item)

/** The credit note in an item or an image of the stream; nothing if it is of something else. */
export const creditNoteIn = (item: Item): CreditNote | undefined => creditNoteEntity.in(item)

/** What is carried to a later invoice, in an item of a ledger; nothing if it is of something else. */
export const carriedIn = (item: Item): Carried | undefined => carriedEntity.in(item)
