import type { Item } from '../platform/entity.ts'
import type { Paying } from './model.ts'
import { payingAmong } from './store.ts'

/** The invoices of a family that somebody is paying online, among the items of its ledger. */
export const payingIn = (items: readonly Item[]): Paying[] => payingAmong(items)
