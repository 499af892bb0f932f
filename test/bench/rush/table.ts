import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb'
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams'
import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { Item } from '../../../shared/platform/entity.ts'
import type { Change } from '../../../shared/platform/stream.ts'
import { TABLE_DEFINITION } from '../../support/table-definition.ts'

/** Where a rush takes place. */
export interface Place {
  readonly endpoint: string
  readonly tableName: string
}

const local = (endpoint: string) => ({
  endpoint,
  region: 'eu-west-3',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
})

/** A document client as functions have it, with a connection for each of many callers. */
export const openClient = (endpoint: string): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...local(endpoint), requestHandler: { httpAgent: { maxSockets: 256 } } }),
    { marshallOptions: { removeUndefinedValues: true } },
  )

/** Creates the one table as the stacks declare it. */
export const createTable = async ({ endpoint, tableName }: Place): Promise<void> => {
  const client = new DynamoDBClient(local(endpoint))
  await client.send(new CreateTableCommand({ TableName: tableName, ...TABLE_DEFINITION }))
  client.destroy()
}

/** Deletes the table with all it holds. */
export const deleteTable = async ({ endpoint, tableName }: Place): Promise<void> => {
  const client = new DynamoDBClient(local(endpoint))
  await client.send(new DeleteTableCommand({ TableName: tableName }))
  client.destroy()
}

/** The most items that one batch writes (a limit of DynamoDB). */
const BATCH = 25

/** Stores items as they are, many at a time. */
export const storeAll = async (
  { endpoint, tableName }: Place,
  items: readonly Item[],
): Promise<void> => {
  const documents = openClient(endpoint)
  for (let at = 0; at < items.length; at += BATCH) {
    const batch = items.slice(at, at + BATCH).map((item) => ({ PutRequest: { Item: item } }))
    await documents.send(new BatchWriteCommand({ RequestItems: { [tableName]: batch } }))
  }
  documents.destroy()
}

/** Every item of the table: what no use case may ask for, and a check of the books must. */
export const readEverything = async ({ endpoint, tableName }: Place): Promise<Item[]> => {
  const documents = openClient(endpoint)
  const items: Item[] = []
  let start: Record<string, unknown> | undefined
  do {
    const page = await documents.send(
      new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    )
    items.push(...(page.Items ?? []))
    start = page.LastEvaluatedKey
  } while (start !== undefined)
  documents.destroy()
  return items
}

const imageOf = (image: Record<string, AttributeValue> | undefined): Item | undefined =>
  image && unmarshall(image)

const changeOf = ({ dynamodb = {} }: StreamRecord): Omit<Change, 'at'> => ({
  before: imageOf(dynamodb.OldImage),
  after: imageOf(dynamodb.NewImage),
})

/** Reads the stream of a table from its beginning; each call brings a page, an empty one at its end. */
export const streamOf = async ({
  endpoint,
  tableName,
}: Place): Promise<() => Promise<Omit<Change, 'at'>[]>> => {
  const { Table: table } = await new DynamoDBClient(local(endpoint)).send(
    new DescribeTableCommand({ TableName: tableName }),
  )
  const client = new DynamoDBStreamsClient(local(endpoint))
  const { StreamDescription: stream } = await client.send(
    new DescribeStreamCommand({ StreamArn: table?.LatestStreamArn }),
  )
  const { ShardIterator: first } = await client.send(
    new GetShardIteratorCommand({
      StreamArn: table?.LatestStreamArn,
      ShardId: stream?.Shards?.at(-1)?.ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  )
  let iterator = first
  return async () => {
    const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator }))
    iterator = page.NextShardIterator
    return (page.Records ?? []).map(changeOf)
  }
}
