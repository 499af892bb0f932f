import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb'
import {
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
import { endOf, join, startOf, TABLE_INDEX, TABLE_KEYS, type Key, type Segment } from './keys.ts'

/** When an item may be written. */
export type Condition =
  | { readonly kind: 'absent' }
  /** The stored item has this `version`; version 0 means that there is none yet. */
  | { readonly kind: 'version'; readonly version: number }

/** One write of a transaction. */
export type Write =
  | { readonly kind: 'put'; readonly item: Item; readonly when?: Condition }
  /** Moves a counter from a known value to another; a counter that does not exist stands at 0. */
  | { readonly kind: 'move-counter'; readonly key: Key; readonly from: number; readonly to: number }

/** A part of one partition, in order of its sort keys. */
export interface Range {
  readonly partition: readonly Segment[]
  /** The first prefix of the range; the whole partition without it. */
  readonly from?: readonly Segment[]
  /** The last prefix of the range, included; `from` without it. */
  readonly to?: readonly Segment[]
  readonly index?: boolean
  readonly newestFirst?: boolean
  readonly limit?: number
}

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

const COUNTER = 'value'

const conditionOf = (
  when: Condition | undefined,
): {
  ConditionExpression?: string
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Record<string, unknown>
} => {
  if (when === undefined) return {}
  if (when.kind === 'absent' || when.version === 0) {
    return {
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': TABLE_KEYS.partition },
    }
  }
  return {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': when.version },
  }
}

const transactItem = (
  tableName: string,
  write: Write,
): NonNullable<ConstructorParameters<typeof TransactWriteCommand>[0]['TransactItems']>[number] => {
  if (write.kind === 'put') {
    return {
      Put: {
        TableName: tableName,
        Item: write.item,
        ...conditionOf(write.when),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    }
  }
  return {
    Update: {
      TableName: tableName,
      Key: keyAttributes(write.key),
      UpdateExpression: 'SET #value = :to',
      ConditionExpression:
        write.from === 0 ? 'attribute_not_exists(#value) OR #value = :from' : '#value = :from',
      ExpressionAttributeNames: { '#value': COUNTER },
      ExpressionAttributeValues: { ':from': write.from, ':to': write.to },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  }
}

const keyCondition = (
  range: Range,
): {
  KeyConditionExpression: string
  ExpressionAttributeNames: Record<string, string>
  ExpressionAttributeValues: Record<string, string>
} => {
  const names = range.index === true ? TABLE_INDEX : TABLE_KEYS
  const from = range.from ?? []
  return {
    KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#partition': names.partition, '#sort': names.sort },
    ExpressionAttributeValues: {
      ':partition': join(range.partition),
      ':from': startOf(from),
      ':to': endOf(range.to ?? from),
    },
  }
}

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
          ...(range.index === true ? { IndexName: TABLE_INDEX.name } : { ConsistentRead: true }),
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
      throw error
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
  },
})

/** A document client that reuses its connection; one per function, made at module scope. */
export const documentClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({}), {
    marshallOptions: { removeUndefinedValues: true },
  })
