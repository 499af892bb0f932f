import { defineEntity } from '../platform/entity.ts'
import type { Write } from '../platform/expressions.ts'
import type { Key } from '../platform/keys.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { depositSchema, type Deposit } from './deposit-model.ts'

/** Deposits lie beside the till of their régie. */
export const depositEntity = defineEntity({
  type: 'Deposit',
  schema: depositSchema,
  key: ({ regieId, number }: Pick<Deposit, 'regieId' | 'number'>): Key => ({
    partition: ['REGIE', regieId],
    sort: ['DEPOSIT', number],
  }),
})

/** A deposit of a régie by its number. */
export const findDeposit = async (
  table: Table,
  address: Pick<Deposit, 'regieId' | 'number'>,
): Promise<Deposit | undefined> =>
  depositEntity.found(await table.get(depositEntity.keyOf(address)))

/** The deposits of a régie, the newest first, from below a number on. */
export const listDepositsOf = async (
  table: Table,
  regieId: RegieId,
  { limit, before }: { readonly limit: number; readonly before?: number | undefined },
): Promise<Deposit[]> => {
  const newest = before === undefined ? {} : { to: ['DEPOSIT', before - 1] }
  const items = await table.query({
    partition: ['REGIE', regieId],
    from: before === undefined ? ['DEPOSIT'] : ['DEPOSIT', 0],
    ...newest,
    newestFirst: true,
    limit,
  })
  return depositEntity.pick(items)
}

/** The write of a new deposit. */
export const depositWrite = (deposit: Deposit): Write => ({
  kind: 'put',
  item: depositEntity.toItem(deposit),
  when: { kind: 'absent' },
})
