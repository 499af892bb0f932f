import { defineEntity } from '../platform/entity.ts'
import { familyPartition, type Key } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { changeRequestSchema, type ChangeRequest } from './model.ts'
import { stateOf } from './rules.ts'

export const changeRequestEntity = defineEntity({
  type: 'ChangeRequest',
  schema: changeRequestSchema,
  key: ({ familyId, number }: { familyId: FamilyId; number: number }): Key => ({
    partition: familyPartition(familyId),
    sort: ['CHANGE', number],
  }),
  // Only what awaits staff is in the index, in the order of its numbers.
  index: (change) =>
    stateOf(change) === 'pending'
      ? { partition: ['CHANGES', 'pending'], sort: [change.number] }
      : undefined,
})

/** A request for changes; nothing if the family has none of that number. */
export const findChange = async (
  table: Table,
  address: { readonly familyId: FamilyId; readonly number: number },
): Promise<ChangeRequest | undefined> => {
  const item = await table.get(changeRequestEntity.keyOf(address))
  return item && changeRequestEntity.fromItem(item)
}

/** The requests for changes of a family, the newest first. */
export const listChangesOf = async (
  table: Table,
  familyId: FamilyId,
  limit: number,
): Promise<ChangeRequest[]> =>
  changeRequestEntity.pick(
    await table.query({
      partition: familyPartition(familyId),
      from: ['CHANGE'],
      newestFirst: true,
      limit,
    }),
  )

/** The requests for changes that await staff, of all families, from a number on. */
export const listPendingChanges = async (
  table: Table,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<ChangeRequest[]> =>
  changeRequestEntity.pick(
    await table.query({
      partition: ['CHANGES', 'pending'],
      from: [from],
      // Behind every number of nine digits.
      to: [],
      index: true,
      limit,
    }),
  )
