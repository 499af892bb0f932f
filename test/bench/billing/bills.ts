import { billFamily } from '../../../shared/billing/rules.ts'
import { regieIdSchema } from '../../../shared/platform/schemas.ts'
import type { BenchFamily } from './families.ts'
import { benchTown, MONTH } from './town.ts'

const BILLING = {
  month: MONTH,
  regieId: regieIdSchema.parse('ENF'),
  issuedOn: '2026-04-01',
} as const

/** What a family owes, by the rules of the real run, and how many days of units it is for. */
export const billOf = (family: BenchFamily): { total: number; cells: number } => {
  const account = { ...family, aids: [], dayCredits: [], reviews: [], carryOver: undefined }
  const bill = billFamily(benchTown, account, BILLING, new Map())
  if (bill.kind === 'anomalies') throw new Error(bill.details[0])
  if (bill.kind === 'nothing') return { total: 0, cells: 0 }
  const { document, units } = bill.draft
  return {
    total: document.total,
    cells: units.reduce((sum, { quantity }) => sum + quantity, 0),
  }
}
