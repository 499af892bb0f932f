import { StaleReadError } from '../kernel/errors.ts'
import type { Item } from '../platform/entity.ts'
import { ENTITY_ATTRIBUTE, familyPartition, TABLE_KEYS, type Key } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { canonical } from '../trail/words-rules.ts'
import { erasureOf } from './erasure-rules.ts'
import { kindOf } from './kinds.ts'

/** So many writes at a time. */
const AT_ONCE = 25

/** Where an item lies. */
export const keyOf = (item: Item): Key => ({
  partition: String(item[TABLE_KEYS.partition]).split('#'),
  sort: String(item[TABLE_KEYS.sort]).split('#'),
})

/** All that a family has, whichever capability keeps it. One Query. */
export const itemsOf = (table: Table, familyId: FamilyId, stale = false): Promise<Item[]> =>
  table.query({ partition: familyPartition(familyId), stale })

/** Does something to each of many, some at a time; at the first failure nothing more is begun. */
const forAll = async (
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> => {
  for (let start = 0; start < items.length; start += AT_ONCE) {
    await Promise.all(items.slice(start, start + AT_ONCE).map(work))
  }
}

/** Deletes items, be it that some are gone. */
export const deleteItems = (table: Table, items: readonly Item[]): Promise<void> =>
  forAll(items, (item) => table.delete(keyOf(item)))

const isSame = (one: Item, other: Item): boolean => canonical(one) === canonical(other)

/**
 * Makes one item anonymous, of the version that was read where it has one.
 *
 * @throws StaleReadError when it has changed since it was read.
 */
const anonymise = async (table: Table, item: Item, after: Item): Promise<void> => {
  const { version } = item
  const when = typeof version === 'number' ? ({ kind: 'version', version } as const) : undefined
  if (!(await table.put(after, when))) throw new StaleReadError('item')
}

/**
 * Erases the items of a family, each as its kind is: accounting data becomes anonymous, all else is
 * deleted, the family itself last, so that nobody takes for gone what is not. What is done already costs
 * no write.
 *
 * @throws StaleReadError when accounting data has changed since it was read.
 */
export const eraseItems = async (table: Table, items: readonly Item[]): Promise<void> => {
  await forAll(items, async (item) => {
    const erasure = erasureOf(kindOf, item)
    if (erasure === 'delete') return
    const after = erasure.anonymise(item)
    if (!isSame(item, after)) await anonymise(table, item, after)
  })
  const gone = items.filter((item) => erasureOf(kindOf, item) === 'delete')
  const isFamily = (item: Item): boolean => item[ENTITY_ATTRIBUTE] === 'Family'
  await deleteItems(
    table,
    gone.filter((item) => !isFamily(item)),
  )
  await deleteItems(table, gone.filter(isFamily))
}
