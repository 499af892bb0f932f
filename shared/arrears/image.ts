import type { Item } from '../platform/entity.ts'
import type { Owing } from './model.ts'
import { owingAmong } from './store.ts'

/** What a family owes and what was agreed about it, among the items of its file, which whoever books reads anyway. */
export const owingIn = (items: readonly Item[]): Owing => owingAmong(items)
