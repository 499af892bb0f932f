import { defineEntity } from '../platform/entity.ts'
import type { Key } from '../platform/keys.ts'
import type { Table } from '../platform/table.ts'
import { claimPaymentsSchema, type ClaimPayments } from './model.ts'

type Address = Pick<ClaimPayments, 'regieId' | 'month'>

/** They lie beside the till of their régie, in which they do not count: no family paid them. */
export const claimPaymentsEntity = defineEntity({
  type: 'ClaimPayments',
  schema: claimPaymentsSchema,
  key: ({ regieId, month }: Address): Key => ({
    partition: ['REGIE', regieId],
    sort: ['CLAIM_PAYMENTS', month],
  }),
})

/** What third parties have paid for a month; nothing noted is version 0. */
export const findClaimPayments = async (
  table: Table,
  { regieId, month }: Address,
): Promise<ClaimPayments> =>
  claimPaymentsEntity.found(await table.get(claimPaymentsEntity.keyOf({ regieId, month }))) ?? {
    ...{ regieId, month, version: 0, payments: [] },
  }

/** Keeps what they have paid as it stands now; false when it has changed since it was read. */
export const putClaimPayments = (table: Table, held: ClaimPayments): Promise<boolean> =>
  table.put(claimPaymentsEntity.toItem(held), { kind: 'version', version: held.version - 1 })
