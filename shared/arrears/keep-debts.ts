import { StaleReadError } from '../kernel/errors.ts'
import { loadAccounts } from '../ledger/load-accounts.ts'
import { ENTITY_ATTRIBUTE } from '../platform/keys.ts'
import { again } from '../platform/retry.ts'
import { familyIdSchema, type FamilyId } from '../platform/schemas.ts'
import type { Change } from '../platform/stream.ts'
import type { Table } from '../platform/table.ts'
import type { Write } from '../platform/expressions.ts'
import { debtsOf, type Owed } from './debt-rules.ts'
import type { Debt } from './model.ts'
import { DEBT_ENTITIES } from './names.ts'
import { debtEnd, debtWrite, loadOwing } from './store.ts'

/** How often what is stored is compared with the ledger: each time somebody may have been faster. */
const ROUNDS = 5

const isSame = (held: Debt, { name, invoices }: Owed): boolean =>
  held.name === name && JSON.stringify(held.invoices) === JSON.stringify(invoices)

/** The writes that make the stored debts of a family those of its ledger. */
const corrections = (held: readonly Debt[], wanted: readonly Owed[]): Write[] => [
  ...wanted.flatMap((owed) => {
    const before = held.find(({ regieId }) => regieId === owed.regieId)
    return before !== undefined && isSame(before, owed) ? [] : [debtWrite(before, owed)]
  }),
  ...held
    .filter(({ regieId }) => !wanted.some((owed) => owed.regieId === regieId))
    .map((each) => debtEnd(each)),
]

/**
 * Makes the stored debts of a family those of its ledger [guide 28]. They are read before the ledger,
 * written only as they were read, and compared once more after each write, so that the last word is
 * that of the newest ledger whoever writes: changes may come twice, late or in any order.
 *
 * @throws StaleReadError, TableBusyError when the ledger changes faster than that.
 */
export const keepDebts = (table: Table, familyId: FamilyId): Promise<void> =>
  again(async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { debts } = await loadOwing(table, familyId)
      const writes = corrections(debts, debtsOf(await loadAccounts(table, familyId)))
      if (writes.length === 0) return
      const outcome = await table.transact(writes)
      if (!outcome.done) throw new StaleReadError('debt')
    }
    throw new StaleReadError('ledger')
  })

const ENTITIES: ReadonlySet<unknown> = new Set(DEBT_ENTITIES)

/**
 * Follows the ledgers: whatever is invoiced, credited, paid, given back or handed over changes what a
 * family owes. Two Queries where nothing does; four and a transaction where something changes.
 *
 * @throws when the table fails for now: the stream delivers the change again.
 */
export const followLedger = async (table: Table, { before, after }: Change): Promise<void> => {
  const item = after ?? before
  if (item === undefined || !ENTITIES.has(item[ENTITY_ATTRIBUTE])) return
  await keepDebts(table, familyIdSchema.parse(item['familyId']))
}
