import * as z from 'zod'
import {
  ENTITY_ATTRIBUTE,
  join,
  TABLE_INDEX,
  TABLE_KEYS,
  VERSION_ATTRIBUTE,
  type Key,
} from './keys.ts'

/** An item as the table holds it. */
export type Item = Record<string, unknown>

/** What `Entity` is made from. */
interface Definition<Type extends string, Schema extends z.ZodObject, Address> {
  /** The name in the `entity` attribute. */
  readonly type: Type
  readonly schema: Schema
  /**
   * What makes an item of each version of the schema, the first one first, one of the next version:
   * there are as many as versions before the present one. They are never changed or taken away, because
   * items are rewritten only when somebody next keeps them. An attribute that is changed in place
   * (`Table.update`) must mean the same in each version.
   */
  readonly upgrades?: readonly ((item: Item) => Item)[]
  /**
   * What makes an item of the next version one of the present version. A version takes two releases, since
   * the code before goes on beside the new one while that spreads, and comes back when it is taken back: the
   * first release only reads the next version, by this; the second writes it.
   */
  readonly ahead?: (item: Item) => Item
  /** How items of the present version lie in the table where that is smaller than what is spoken of. */
  readonly packing?: {
    readonly pack: (value: z.infer<Schema>) => Item
    /** The attributes of the value, unchecked. */
    readonly unpack: (item: Item) => Item
  }
  /** Where a value lives; takes no more of it than its address. */
  readonly key: (address: Address) => Key
  /** Where the index shows a value; nothing keeps it out of the index. */
  readonly index?: (value: z.infer<Schema>) => Key | undefined
}

/** One kind of item: its name, schema, key and index, declared once, checked on write and on read. */
export interface Entity<Type extends string, Schema extends z.ZodObject, Address> {
  readonly type: Type
  readonly schema: Schema
  /** Of the schema: from 1, told by stored items from 2 on. */
  readonly version: number
  readonly keyOf: (address: Address) => Key
  /** The item to store, checked. */
  readonly toItem: (value: z.infer<Schema> & Address) => Item
  /**
   * The value of a stored item, checked; of an older version, brought to the present one.
   *
   * @throws NewerItemError for an item that a later deployment has written.
   */
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

/** An item that a later version of the code has written: a deployment was rolled back too far. */
export class NewerItemError extends Error {
  override readonly name = 'NewerItemError'

  constructor(type: string, stored: number, known: number) {
    super(
      `${type} is stored in version ${String(stored)}, this code reads up to ${String(known)}: deploy the later code again`,
    )
  }
}

const storedVersion = z.int().min(2).default(1)

/** Declares a kind of item. */
export const defineEntity = <Type extends string, Schema extends z.ZodObject, Address>(
  definition: Definition<Type, Schema, Address>,
): Entity<Type, Schema, Address> => {
  const { type, schema, key, index, packing, ahead, upgrades = [] } = definition
  const version = upgrades.length + 1
  const presentOf = (item: Item): Item => {
    const stored = storedVersion.parse(item[VERSION_ATTRIBUTE])
    if (stored === version + 1 && ahead !== undefined) return ahead(item)
    if (stored > version) throw new NewerItemError(type, stored, version)
    return upgrades.slice(stored - 1).reduce((held, upgrade) => upgrade(held), item)
  }
  const fromItem = (item: Item): z.infer<Schema> => {
    const present = presentOf(item)
    return z.parse<Schema>(schema, packing === undefined ? present : packing.unpack(present))
  }
  const packed = (value: z.infer<Schema>): Item =>
    packing === undefined ? value : packing.pack(value)
  return {
    type,
    schema,
    version,
    keyOf: key,
    toItem: (value) => ({
      ...packed(z.parse<Schema>(schema, value)),
      [ENTITY_ATTRIBUTE]: type,
      ...(version === 1 ? {} : { [VERSION_ATTRIBUTE]: version }),
      ...keyAttributes(key(value)),
      ...indexAttributes(index?.(value)),
    }),
    fromItem,
    found: (item) => (item === undefined ? undefined : fromItem(item)),
    pick: (items) => items.filter((item) => item[ENTITY_ATTRIBUTE] === type).map(fromItem),
  }
}

/** Whether an error says that a stored item is not what its schema asks for, or newer than the code. */
export const isUnreadable = (error: unknown): boolean =>
  error instanceof z.ZodError || error instanceof NewerItemError
