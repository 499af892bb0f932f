import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { TableBusyError } from '../kernel/errors.ts'
import { keyAttributes, type Item } from './entity.ts'
import {
  conditionOf,
  COUNTER,
  keyCondition,
  nextVersion,
  transactItem,
  updateExpressions,
  type Condition,
  type Range,
  type Update,
  type Write,
} from './expressions.ts'
import { TABLE_INDEX, type Key } from './keys.ts'

/** The item after an update; or, refused by its checks, the item as it is, if there is one. */
export type UpdateOutcome =
  | { readonly done: true; readonly item: Item }
  | { readonly done: false; readonly held: Item | undefined }

/** What became of a transaction: done, or refused by the conditions of some of its writes. */
export type TransactionOutcome =
  | { readonly done: true }
  | {
      readonly done: false
      /** By position of the write: what the table holds there; nothing if the item is missing. */
      readonly refused: ReadonlyMap<number, Item | undefined>
    }

/** The one table, in the words of the stores. Every read is of one partition; nothing scans. */
export interface Table {
  readonly get: (key: Key) => Promise<Item | undefined>
  /** Every item of a range, over as many pages as it takes, up to `limit`. */
  readonly query: (range: Range) => Promise<Item[]>
  /** Writes one item; false when the condition refuses it. */
  readonly put: (item: Item, when?: Condition) => Promise<boolean>
  /** Deletes an item, whether it is there or not. */
  readonly delete: (key: Key) => Promise<void>
  /** Changes attributes of one item, in one conditional write that no other write can come between. */
  readonly update: (key: Key, change: Update) => Promise<UpdateOutcome>
  /** Writes all or nothing. */
  readonly transact: (writes: readonly Write[]) => Promise<TransactionOutcome>
  /** Adds to a counter and returns where it stands then. */
  readonly count: (key: Key, by: number) => Promise<number>
}

/** Why a transaction may be cancelled without any fault of what it writes. */
const BUSY_REASONS: ReadonlySet<string> = new Set([
  'None',
  'ProvisionedThroughputExceeded',
  'ThrottlingError',
  'TransactionConflict',
])

/** What a call failed with; a write by itself also fails where a transaction is under way on its item. */
const failureOf = (error: unknown): unknown =>
  error instanceof TransactionConflictException
    ? new TableBusyError('write', { cause: error })
    : error

/** The value of a counter item as `transact` returns it when a move is refused. */
export const counterValue = (item: Item | undefined): number => {
  const value = item?.[COUNTER]
  return typeof value === 'number' ? value : 0
}

/** The table `tableName` behind a client. */
export const openTable = (client: DynamoDBDocumentClient, tableName: string): Table => ({
  get: async (key) => {
    const { Item: item } = await client.send(
      new GetCommand({ TableName: tableName, Key: keyAttributes(key), ConsistentRead: true }),
    )
    return item
  },

  query: async (range) => {
    const items: Item[] = []
    let start: Record<string, unknown> | undefined
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: tableName,
          ...(range.index === true
            ? { IndexName: TABLE_INDEX.name }
            : { ConsistentRead: range.stale !== true }),
          ...keyCondition(range),
          ScanIndexForward: range.newestFirst !== true,
          ...(range.limit === undefined ? {} : { Limit: range.limit - items.length }),
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      )
      items.push(...(page.Items ?? []))
      start = page.LastEvaluatedKey
    } while (start !== undefined && (range.limit === undefined || items.length < range.limit))
    return items
  },

  put: async (item, when) => {
    try {
      await client.send(new PutCommand({ TableName: tableName, Item: item, ...conditionOf(when) }))
      return true
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false
      throw failureOf(error)
    }
  },

  delete: async (key) => {
    try {
      await client.send(new DeleteCommand({ TableName: tableName, Key: keyAttributes(key) }))
    } catch (error) {
      throw failureOf(error)
    }
  },

  update: async (key, change) => {
    try {
      const { Attributes: item = {} } = await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyAttributes(key),
          ...updateExpressions(change),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return { done: true, item }
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw failureOf(error)
      return { done: false, held: error.Item && unmarshall(error.Item) }
    }
  },

  transact: async (writes) => {
    try {
      await client.send(
        new TransactWriteCommand({
          TransactItems: writes.map((write) => transactItem(tableName, write)),
        }),
      )
      return { done: true }
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      const reasons = error.CancellationReasons ?? []
      const refused = new Map(
        reasons.flatMap(({ Code, Item: held }, position) =>
          Code === 'ConditionalCheckFailed'
            ? [[position, held === undefined ? undefined : unmarshall(held)] as const]
            : [],
        ),
      )
      if (refused.size > 0) return { done: false, refused }
      // A conflict or throttling says nothing about the data; anything else is our own mistake.
      const busy = reasons.every(({ Code }) => Code === undefined || BUSY_REASONS.has(Code))
      throw busy ? new TableBusyError('transaction', { cause: error }) : error
    }
  },

  count: async (key, by) => {
    try {
      const { Attributes: attributes } = await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyAttributes(key),
          UpdateExpression: 'ADD #value :by',
          ExpressionAttributeNames: { '#value': COUNTER },
          ExpressionAttributeValues: { ':by': by },
          ReturnValues: 'UPDATED_NEW',
        }),
      )
      return counterValue(attributes)
    } catch (error) {
      throw failureOf(error)
    }
  },
})

/** Keeps a value that carries its next version; false when the item is no more what was read. */
export const putNext = <Value extends { readonly version: number }>(
  table: Table,
  entity: { readonly toItem: (value: Value) => Item },
  value: Value,
): Promise<boolean> => {
  const { item, when } = nextVersion(entity, value)
  return table.put(item, when)
}

/**
 * A document client that reuses its connection; one per function, made at module scope.
 *
 * @param attempts how often a call that is throttled is sent, with pauses that grow; as the SDK has it unless
 * told.
 */
export const documentClient = (attempts?: number): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient(attempts === undefined ? {} : { maxAttempts: attempts }),
    {
      marshallOptions: { removeUndefinedValues: true },
    },
  )
