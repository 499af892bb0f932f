import { createHash } from 'node:crypto'
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  ResourceNotFoundException,
  ScanCommand,
  UpdateTableCommand,
  type AttributeValue,
  type DynamoDBClient,
  type StreamSpecification,
} from '@aws-sdk/client-dynamodb'

/** An item as DynamoDB holds it. */
type StoredItem = Record<string, AttributeValue>

/** How many items of one kind a table has, and the digest of all that they hold. */
export interface KindSummary {
  readonly items: number
  readonly digest: string
}

/** The most items of one write (a limit of DynamoDB). */
const BATCH = 25

/** Every item of a table, page by page, with what was written before each page was asked for. */
async function* pagesOf(client: DynamoDBClient, tableName: string): AsyncGenerator<StoredItem[]> {
  let from: StoredItem | undefined
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    )
    yield page.Items ?? []
    from = page.LastEvaluatedKey
  } while (from !== undefined)
}

/**
 * Every item of a table. Point-in-time recovery stands in for it on AWS, which needs no pause: here nobody
 * may write meanwhile, or the copy has some of it and lacks the rest.
 */
export const copyTable = async (
  client: DynamoDBClient,
  tableName: string,
): Promise<StoredItem[]> => {
  const items: StoredItem[] = []
  for await (const page of pagesOf(client, tableName)) items.push(...page)
  return items
}

/** The same text for the same item, in whatever order its attributes come. */
const canonical = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .map(([key, each]) => [key, canonical(each)])
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))
}

/** What a table holds, by the kind of the items: the same for two tables with the same items. */
export const summaryOf = async (
  items: Iterable<StoredItem> | AsyncIterable<StoredItem>,
): Promise<ReadonlyMap<string, KindSummary>> => {
  const digests = new Map<string, string[]>()
  for await (const item of items) {
    const kind = item['entity']?.S ?? 'counters'
    const digest = createHash('sha256')
      .update(JSON.stringify(canonical(item)))
      .digest('hex')
    const of = digests.get(kind) ?? []
    of.push(digest)
    digests.set(kind, of)
  }
  const kinds = [...digests].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return new Map(
    kinds.map(([kind, of]) => {
      const digest = createHash('sha256').update(of.toSorted().join('\n')).digest('hex')
      return [kind, { items: of.length, digest }]
    }),
  )
}

/** What a table holds, read as it is now. */
export const summaryOfTable = async (
  client: DynamoDBClient,
  tableName: string,
): Promise<ReadonlyMap<string, KindSummary>> => summaryOf(await copyTable(client, tableName))

/** A sentence for each kind of item in which two tables differ; none when they hold the same. */
export const differences = (
  one: ReadonlyMap<string, KindSummary>,
  other: ReadonlyMap<string, KindSummary>,
): string[] =>
  [...new Set([...one.keys(), ...other.keys()])].toSorted().flatMap((kind) => {
    const [left, right] = [one.get(kind), other.get(kind)]
    if (left?.digest === right?.digest) return []
    const [before, after] = [left?.items ?? 0, right?.items ?? 0]
    const counts = before === after ? `${String(before)} each, not the same` : ''
    return [`${kind}: ${counts === '' ? `${String(before)} and ${String(after)}` : counts}`]
  })

/** How a table is made: its keys, index and stream. */
export interface TableShape {
  readonly create: ConstructorParameters<typeof CreateTableCommand>[0]
  readonly stream: StreamSpecification | undefined
}

/** How a table is made, to make another like it under a name. */
export const shapeOf = async (
  client: DynamoDBClient,
  tableName: string,
  as: string,
): Promise<TableShape> => {
  const { Table: table } = await client.send(new DescribeTableCommand({ TableName: tableName }))
  return {
    create: {
      TableName: as,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: table?.KeySchema,
      AttributeDefinitions: table?.AttributeDefinitions,
      GlobalSecondaryIndexes: table?.GlobalSecondaryIndexes?.map(
        ({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }),
      ),
    },
    stream: table?.StreamSpecification,
  }
}

/**
 * Makes a table and fills it. Its stream begins when all is there, as that of a table which AWS restores:
 * nothing that was done before is done again by those who follow the stream.
 */
export const restoreTable = async (
  client: DynamoDBClient,
  { create, stream }: TableShape,
  items: readonly StoredItem[],
): Promise<void> => {
  const TableName = create.TableName ?? ''
  await client.send(new CreateTableCommand(create))
  for (let start = 0; start < items.length; start += BATCH) {
    let left = items.slice(start, start + BATCH).map((Item) => ({ PutRequest: { Item } }))
    while (left.length > 0) {
      const outcome = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [TableName]: left } }),
      )
      const unwritten = outcome.UnprocessedItems?.[TableName] ?? []
      left = unwritten.flatMap(({ PutRequest: put }) =>
        put?.Item === undefined ? [] : [{ PutRequest: { Item: put.Item } }],
      )
    }
  }
  if (stream === undefined) return
  await client.send(new UpdateTableCommand({ TableName, StreamSpecification: stream }))
}

/** Deletes a table where there is one. */
const dropTable = async (client: DynamoDBClient, tableName: string): Promise<void> => {
  try {
    await client.send(new DeleteTableCommand({ TableName: tableName }))
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error
  }
}

/**
 * Copies a table into another one, which is deleted again whatever happens, and compares both. A copy
 * that an earlier drill has left, because it was killed, is deleted before.
 *
 * @returns a sentence for each kind of item in which they differ.
 */
export const drill = async (client: DynamoDBClient, tableName: string): Promise<string[]> => {
  const copy = `${tableName}-drill`
  await dropTable(client, copy)
  const items = await copyTable(client, tableName)
  const { create } = await shapeOf(client, tableName, copy)
  try {
    await restoreTable(client, { create, stream: undefined }, items)
    return differences(await summaryOf(items), await summaryOfTable(client, copy))
  } finally {
    await dropTable(client, copy)
  }
}
