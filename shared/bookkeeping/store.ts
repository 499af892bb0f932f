import type { IsoMonth } from '../kernel/dates.ts'
import { defineEntity } from '../platform/entity.ts'
import type { Write } from '../platform/expressions.ts'
import type { Key } from '../platform/keys.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { closingSchema, type Closing } from './model.ts'

/** Closings lie beside the till of their régie. */
export const closingEntity = defineEntity({
  type: 'Closing',
  schema: closingSchema,
  key: ({ regieId, month }: Pick<Closing, 'regieId' | 'month'>): Key => ({
    partition: ['REGIE', regieId],
    sort: ['CLOSING', month],
  }),
})

/** The write of a closing. */
export const closingWrite = (closing: Closing): Write => ({
  kind: 'put',
  item: closingEntity.toItem(closing),
  when: { kind: 'absent' },
})

/** The closing of a month. */
export const findClosing = async (
  table: Table,
  address: { readonly regieId: RegieId; readonly month: IsoMonth },
): Promise<Closing | undefined> =>
  closingEntity.found(await table.get(closingEntity.keyOf(address)))

/** The closings of a régie, the newest first. */
export const listClosingsOf = async (
  table: Table,
  regieId: RegieId,
  limit: number,
): Promise<Closing[]> => {
  const partition = ['REGIE', regieId]
  const items = await table.query({ partition, from: ['CLOSING'], newestFirst: true, limit })
  return closingEntity.pick(items)
}
