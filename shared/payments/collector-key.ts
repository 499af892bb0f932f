import { familyPartition, type Key } from '../platform/keys.ts'
import type { Paying } from './model.ts'

/**
 * Where it stands by whom an invoice is collected out of the hands of the régie: by an attempt to pay it
 * online as long as that is under way, or by the Trésor Public for good. Both are put there when nothing
 * is, so each excludes the other, whatever either has read before.
 */
export const collectorKey = ({ familyId, invoice }: Pick<Paying, 'familyId' | 'invoice'>): Key => ({
  partition: familyPartition(familyId),
  sort: ['LEDGER', 'COLLECTOR', invoice],
})
