import { LEDGER } from '../kernel/billing-texts.ts'
import type { Regie } from './regie-model.ts'

/** The means of payment of a régie as its invoices and reminders name them. */
export const payableLabels = ({ payableBy }: Pick<Regie, 'payableBy'>): string[] =>
  payableBy.map(({ means, label }) => label ?? LEDGER.means[means])
