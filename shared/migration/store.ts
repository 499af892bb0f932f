import { defineEntity } from '../platform/entity.ts'
import type { Write } from '../platform/expressions.ts'
import { familyPartition, type Key } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { movedInSchema, movedNumberSchema, type MovedIn } from './model.ts'

/** It stays when the family is erased, so that no later import brings it back. */
export const movedNumberEntity = defineEntity({
  type: 'MovedNumber',
  schema: movedNumberSchema,
  key: ({ former }: { former: string }): Key => ({
    partition: ['MOVED_IN', former],
    sort: ['NUMBER'],
  }),
})

export const movedInEntity = defineEntity({
  type: 'MovedIn',
  schema: movedInSchema,
  key: ({ familyId }: { familyId: FamilyId }): Key => ({
    partition: familyPartition(familyId),
    sort: ['MOVED_IN'],
  }),
})

/** The number here of a family of the program before; nothing if it was never taken over. */
export const findNumber = async (table: Table, former: string): Promise<FamilyId | undefined> =>
  movedNumberEntity.found(await table.get(movedNumberEntity.keyOf({ former })))?.familyId

/** What was taken over of a family; nothing if it did not come by an import, or was erased. */
export const findMovedIn = async (table: Table, familyId: FamilyId): Promise<MovedIn | undefined> =>
  movedInEntity.found(await table.get(movedInEntity.keyOf({ familyId })))

/** The write that gives a family of the program before its number, refused when it has one. */
export const numberWrite = (former: string, familyId: FamilyId): Write => ({
  kind: 'put',
  item: movedNumberEntity.toItem({ former, familyId }),
  when: { kind: 'absent' },
})

/** The write of what was taken over, refused when another import has come in between. */
export const movedInWrite = (moved: MovedIn): Write => ({
  kind: 'put',
  item: movedInEntity.toItem(moved),
  when: { kind: 'version', version: moved.version - 1 },
})
