import type { Item } from '../../shared/platform/entity.ts'
import { TABLE_INDEX, TABLE_KEYS } from '../../shared/platform/keys.ts'

/** A request that DynamoDB refuses whatever the table holds, or that does not fit what it holds. */
export class ValidationException extends Error {
  override readonly name = 'ValidationException'
}

// Limits of DynamoDB, in bytes.
const ITEM_SIZE = 400 * 1024
const PARTITION_KEY_SIZE = 2048
const SORT_KEY_SIZE = 1024

const isMap = (value: unknown): value is Item => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Whether the document client writes a number as it is. */
const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER

/** A frozen copy of a value, without what is undefined. */
const frozen = (value: unknown): unknown => {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  // DynamoDB knows no zero below zero.
  if (isNumber(value)) return value + 0
  // Bytes cannot be frozen: nobody may write into them.
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  if (Array.isArray(value)) {
    const elements: unknown[] = value
    return Object.freeze(elements.filter((element) => element !== undefined).map(frozen))
  }
  if (isMap(value)) return frozenMap(value)
  throw new TypeError('Not a value that the document client writes')
}

const frozenMap = (map: Item): Item => {
  const copy: Item = {}
  for (const [name, value] of Object.entries(map)) {
    if (value !== undefined) copy[name] = frozen(value)
  }
  return Object.freeze(copy)
}

/** A copy of a stored value for its reader, who may change it. */
const loose = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(loose)
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  return isMap(value) ? looseMap(value) : value
}

/** A copy of a stored item for its reader. */
export const looseMap = (map: Item): Item => {
  const copy: Item = {}
  for (const [name, value] of Object.entries(map)) copy[name] = loose(value)
  return copy
}

const sizeOfNumber = (value: number): number => {
  const digits = String(Math.abs(value))
    .replace(/e.*$|\./g, '')
    .replace(/^0+|0+$/g, '')
  return 1 + Math.ceil(digits.length / 2) + (value < 0 ? 1 : 0)
}

/** The bytes that DynamoDB counts for a stored value. */
const sizeOf = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value === 'number') return sizeOfNumber(value)
  if (value instanceof Uint8Array) return value.length
  if (Array.isArray(value)) {
    return value.reduce((sum: number, element) => sum + 1 + sizeOf(element), 3)
  }
  return isMap(value) ? 3 + Object.keys(value).length + sizeOfMap(value) : 1
}

/** The bytes that DynamoDB counts for a stored item. */
export const sizeOfMap = (map: Item): number => {
  let size = 0
  for (const [name, value] of Object.entries(map)) size += Buffer.byteLength(name) + sizeOf(value)
  return size
}

/** Where an item is, in the table or in the index: the sort key as a string of its bytes. */
export interface Address {
  readonly partition: string
  readonly sort: string
}

/** One character for each byte, so that strings compare as DynamoDB compares keys. */
const bytesOf = (text: string): string => Buffer.from(text).toString('latin1')

const keyText = (item: Item, attribute: string, size: number): string => {
  const value = item[attribute]
  if (typeof value !== 'string' || value === '' || Buffer.byteLength(value) > size) {
    throw new ValidationException(`Not a key: ${attribute}`)
  }
  return value
}

/** Where the table keeps an item. */
export const addressOf = (item: Item): Address => ({
  partition: keyText(item, TABLE_KEYS.partition, PARTITION_KEY_SIZE),
  sort: bytesOf(keyText(item, TABLE_KEYS.sort, SORT_KEY_SIZE)),
})

/** Where the index shows an item; items of one sort key stand there in the order of the table. */
export const indexAddressOf = (item: Item): Address | undefined => {
  const { partition, sort } = TABLE_INDEX
  const shown = {
    partition: item[partition] === undefined ? '' : keyText(item, partition, PARTITION_KEY_SIZE),
    sort: item[sort] === undefined ? '' : bytesOf(keyText(item, sort, SORT_KEY_SIZE)),
  }
  if (shown.partition === '' || shown.sort === '') return undefined
  const inTable = addressOf(item)
  return { ...shown, sort: [shown.sort, inTable.partition, inTable.sort].join('\0') }
}

/** An item as the table keeps it, if DynamoDB would take it. */
export const storable = (item: Item): Item => {
  const stored = frozenMap(item)
  addressOf(stored)
  indexAddressOf(stored)
  if (sizeOfMap(stored) > ITEM_SIZE) throw new ValidationException('An item of more than 400 KB')
  return stored
}
