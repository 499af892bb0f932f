import { regieIdOf } from '../catalogue/look-up.ts'
import type { Activity, Catalogue } from '../catalogue/model.ts'
import { ARREARS } from '../kernel/arrears-texts.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import type { RegieId } from '../platform/schemas.ts'
import { overdueOf, plannedInvoices, type Owed } from './debt-rules.ts'
import type { Owing } from './model.ts'

/** A régie with which a family books nothing more until it has paid. */
export interface Block {
  readonly regieId: RegieId
  readonly regie: string
  /** What is overdue, in cents. */
  readonly overdue: Cents
  /** Why, in French. */
  readonly detail: string
}

/**
 * The régies of which a family owes so much that it can book nothing of their activities: what is
 * overdue reaches the sum that the town has set. What awaits its validation does not count, nor what a
 * payment plan that is kept is for.
 */
export const blocksOf = (
  { town }: Pick<Catalogue, 'town'>,
  { debts, plans }: { debts: readonly Owed[]; plans: Owing['plans'] },
  today: IsoDate,
): Block[] => {
  const planned = plannedInvoices(plans, debts, today)
  return town.regies.flatMap(({ id, name, contact, arrears: { blockFrom } }) => {
    const debt = debts.find(({ regieId }) => regieId === id)
    if (blockFrom === undefined || debt === undefined) return []
    const overdue = sum(overdueOf(debt, planned, today).map(({ due }) => due))
    if (overdue < blockFrom) return []
    return [
      {
        regieId: id,
        regie: name,
        overdue,
        detail: ARREARS.blocked({ regie: name, overdue, contact }),
      },
    ]
  })
}

/** Those of the blocks that activities are subject to: each is billed by one régie. */
export const blocksFor = (
  catalogue: Pick<Catalogue, 'town'>,
  blocks: readonly Block[],
  activities: readonly Pick<Activity, 'regieId'>[],
): Block[] => {
  const billing = new Set(activities.map((activity) => regieIdOf(catalogue, activity)))
  return blocks.filter(({ regieId }) => billing.has(regieId))
}
