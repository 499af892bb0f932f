import * as z from 'zod'
import { ENTITY_ATTRIBUTE, join, TABLE_INDEX, TABLE_KEYS, type Key } from './keys.ts'

/** An item as the table holds it. */
export type Item = Record<string, unknown>

/** What `Entity` is made from. */
interface Definition<Type extends string, Schema extends z.ZodObject, Address> {
  /** The name in the `entity` attribute. */
  readonly type: Type
  readonly schema: Schema
  /** Where a value lives; takes no more of it than its address. */
  readonly key: (address: Address) => Key
  /** Where the index shows a value; nothing keeps it out of the index. */
  readonly index?: (value: z.infer<Schema>) => Key | undefined
}

/** One kind of item: its name, schema, key and index, declared once, checked on write and on read. */
export interface Entity<Type extends string, Schema extends z.ZodObject, Address> {
  readonly type: Type
  readonly schema: Schema
  readonly keyOf: (address: Address) => Key
  /** The item to store, checked. */
  readonly toItem: (value: z.infer<Schema> & Address) => Item
  /** The value of a stored item, checked. */
  readonly fromItem: (item: Item) => z.infer<Schema>
  /** The value of an item that may not be there, checked. */
  readonly found: (item: Item | undefined) => z.infer<Schema> | undefined
  /** The values among items of several kinds, in their order. */
  readonly pick: (items: readonly Item[]) => z.infer<Schema>[]
}

/** The attributes of a key in the table. */
export const keyAttributes = (key: Key): Record<string, string> => ({
  [TABLE_KEYS.partition]: join(key.partition),
  [TABLE_KEYS.sort]: join(key.sort),
})

const indexAttributes = (key: Key | undefined): Record<string, string> =>
  key === undefined
    ? {}
    : { [TABLE_INDEX.partition]: join(key.partition), [TABLE_INDEX.sort]: join(key.sort) }

/** Declares a kind of item. */
export const defineEntity = <Type extends string, Schema extends z.ZodObject, Address>(
  definition: Definition<Type, Schema, Address>,
): Entity<Type, Schema, Address> => {
  const { type, schema, key, index } = definition
  const fromItem = (item: Item): z.infer<Schema> => z.parse<Schema>(schema, item)
  return {
    type,
    schema,
    keyOf: key,
    toItem: (value) => ({
      ...z.parse<Schema>(schema, value),
      [ENTITY_ATTRIBUTE]: type,
      ...keyAttributes(key(value)),
      ...indexAttributes(index?.(value)),
    }),
    fromItem,
    found: (item) => (item === undefined ? undefined : fromItem(item)),
    pick: (items) => items.filter((item) => item[ENTITY_ATTRIBUTE] === type).map(fromItem),
  }
}

/** Whether an error says that a stored item is not what its schema asks for. */
export const isUnreadable = (error: unknown): boolean => error instanceof z.ZodError
