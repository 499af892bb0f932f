import type { Item } from '../platform/entity.ts'
import type { Invoice } from './model.ts'
import { invoiceEntity } from './store.ts'

/** The invoice in an image of the stream; nothing if the image is of something else. */
export const invoiceIn = (image: Item): Invoice | undefined => invoiceEntity.pick([image])[0]
