import type { Write } from '../platform/expressions.ts'
import type { HandOver } from './model.ts'
import { handOverWrite } from './store.ts'

/**
 * The writes by which the Treasury collects invoices from a day on [guide 30]: to be put into one
 * transaction with the list that they are on. Each is refused when the invoice is handed over already,
 * or somebody has begun to pay it online since the ledger was read.
 */
export const handOverWrites = (handOvers: readonly HandOver[]): Write[] =>
  handOvers.map(handOverWrite)
