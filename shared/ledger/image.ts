import type { Item } from '../platform/entity.ts'
import type { WholeLedger } from './model.ts'
import { ledgerAmong } from './store.ts'

/** All that a family was invoiced and has paid, among its items of all kinds. */
export const ledgerIn = (items: readonly Item[]): WholeLedger => ledgerAmong(items)
