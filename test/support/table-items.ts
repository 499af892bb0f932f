import { randomUUID } from 'node:crypto'
import { keyAttributes, type Item } from '../../shared/platform/entity.ts'
import type { Key, Segment } from '../../shared/platform/keys.ts'

/** The most bytes of an item (a limit of DynamoDB). */
export const ITEM_SIZE = 400 * 1024

/** What a request that DynamoDB cannot take is answered with. */
export const INVALID = { name: 'ValidationException' }

/** A partition that no other test writes to. */
export const ownPartition = (): readonly Segment[] => ['TEST', randomUUID()]

/** A key that no other test writes to. */
export const ownKey = (): Key => ({ partition: ownPartition(), sort: ['A'] })

/** An item of attributes at a key. */
export const item = (key: Key, more: object = {}): Item => ({ ...keyAttributes(key), ...more })

/** The attribute `number` of each item. */
export const numbersOf = (items: readonly Item[]): unknown[] => items.map(({ number }) => number)
