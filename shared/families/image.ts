import type { Item } from '../platform/entity.ts'
import type { Table } from '../platform/table.ts'
import type { Child, FamilyFile, Means } from './model.ts'
import { childEntity, fileAmong, meansEntity } from './store.ts'

/** The means of a family in an image of the stream; nothing if the image is of something else. */
export const meansIn = (image: Item): Means | undefined => meansEntity.pick([image])[0]

/** The family file among the items of a family of all kinds; nothing if there is none. */
export const fileIn = (items: readonly Item[]): FamilyFile | undefined => fileAmong(items)

/** The children among the items of a family, be its file gone or not. */
export const childrenIn = (items: readonly Item[]): Child[] => childEntity.pick(items)

/** A child of a file; nothing if there is none. One read. */
export const findChild = async (
  table: Table,
  address: Pick<Child, 'familyId' | 'childId'>,
): Promise<Child | undefined> => childEntity.found(await table.get(childEntity.keyOf(address)))
