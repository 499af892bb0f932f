import { defineEntity } from '../platform/entity.ts'
import type { Write } from '../platform/expressions.ts'
import { hashOf } from '../platform/hash.ts'
import type { Key } from '../platform/keys.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { depositKeySchema, depositSchema, type Deposit, type DepositKey } from './deposit-model.ts'

/** Deposits lie beside the till of their régie. */
export const depositEntity = defineEntity({
  type: 'Deposit',
  schema: depositSchema,
  key: ({ regieId, number }: Pick<Deposit, 'regieId' | 'number'>): Key => ({
    partition: ['REGIE', regieId],
    sort: ['DEPOSIT', number],
  }),
})

/** It lies beside the till as well, under a hash: a key may say anything. */
export const depositKeyEntity = defineEntity({
  type: 'DepositKey',
  schema: depositKeySchema,
  key: ({ regieId, name }: Pick<DepositKey, 'regieId' | 'name'>): Key => ({
    partition: ['REGIE', regieId],
    sort: ['KEY_OF_DEPOSIT', name],
  }),
})

/** A deposit of a régie by its number. */
export const findDeposit = async (
  table: Table,
  address: Pick<Deposit, 'regieId' | 'number'>,
): Promise<Deposit | undefined> =>
  depositEntity.found(await table.get(depositEntity.keyOf(address)))

/** The deposit that a key of a régie has made before, if it has made one. */
export const findDepositOfKey = async (
  table: Table,
  { regieId, key }: { readonly regieId: RegieId; readonly key: string },
): Promise<Deposit | undefined> => {
  const name = hashOf(key)
  const used = depositKeyEntity.found(await table.get(depositKeyEntity.keyOf({ regieId, name })))
  return used && findDeposit(table, used)
}

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

/** The writes of a new deposit and of the key that has made it. */
export const depositWrites = (deposit: Deposit): Write[] => {
  const { regieId, number, idempotencyKey } = deposit
  const used = { regieId, number, name: hashOf(idempotencyKey) }
  return [
    { kind: 'put', item: depositEntity.toItem(deposit), when: { kind: 'absent' } },
    { kind: 'put', item: depositKeyEntity.toItem(used), when: { kind: 'absent' } },
  ]
}
