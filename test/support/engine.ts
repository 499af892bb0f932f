import {
  CreateTableCommand,
  DeleteTableCommand,
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
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { AttributeValue as LambdaValue, DynamoDBRecord } from 'aws-lambda'
import { randomUUID } from 'node:crypto'
import { afterAll, inject } from 'vitest'
import { openTable, type Table } from '../../shared/platform/table.ts'
import { TABLE_DEFINITION } from './table-definition.ts'

/** A table of its own for a test file, with its clients and its stream. */
export interface TestTable {
  readonly tableName: string
  readonly endpoint: string
  /** The client behind `table`: what meters, crashes and faults are put on. */
  readonly documents: DynamoDBDocumentClient
  readonly table: Table
  /**
   * What was written since the last call, as Lambda hands it to a stream consumer. Feed a consumer
   * with `{ Records: await newRecords() }`.
   */
  readonly newRecords: () => Promise<DynamoDBRecord[]>
}

const lambdaValue = (value: AttributeValue): LambdaValue => {
  if (value.M !== undefined) return { M: lambdaImage(value.M) }
  if (value.L !== undefined) return { L: value.L.map(lambdaValue) }
  if (value.B !== undefined) return { B: Buffer.from(value.B).toString('base64') }
  if (value.BS !== undefined) {
    return { BS: value.BS.map((bytes) => Buffer.from(bytes).toString('base64')) }
  }
  if (value.S !== undefined) return { S: value.S }
  if (value.N !== undefined) return { N: value.N }
  if (value.BOOL !== undefined) return { BOOL: value.BOOL }
  if (value.NULL !== undefined) return { NULL: value.NULL }
  if (value.SS !== undefined) return { SS: value.SS }
  if (value.NS !== undefined) return { NS: value.NS }
  throw new TypeError('Unknown kind of attribute')
}

const lambdaImage = (image: Record<string, AttributeValue>): Record<string, LambdaValue> =>
  Object.fromEntries(Object.entries(image).map(([name, value]) => [name, lambdaValue(value)]))

const lambdaRecord = (
  { eventID, eventName, dynamodb = {} }: StreamRecord,
  streamArn: string,
): DynamoDBRecord => ({
  eventID: eventID ?? '',
  eventName: eventName ?? 'MODIFY',
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  eventSourceARN: streamArn,
  awsRegion: 'eu-west-3',
  dynamodb: {
    ApproximateCreationDateTime: (dynamodb.ApproximateCreationDateTime?.getTime() ?? 0) / 1000,
    SequenceNumber: dynamodb.SequenceNumber ?? '',
    SizeBytes: dynamodb.SizeBytes ?? 0,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
    ...(dynamodb.Keys && { Keys: lambdaImage(dynamodb.Keys) }),
    ...(dynamodb.NewImage && { NewImage: lambdaImage(dynamodb.NewImage) }),
    ...(dynamodb.OldImage && { OldImage: lambdaImage(dynamodb.OldImage) }),
  },
})

/** Reads a stream from its beginning; each call goes on where the last one ended. */
const streamReader = (
  client: DynamoDBStreamsClient,
  streamArn: string,
): (() => Promise<DynamoDBRecord[]>) => {
  const iterators = new Map<string, string | undefined>()
  return async () => {
    const { StreamDescription: stream } = await client.send(
      new DescribeStreamCommand({ StreamArn: streamArn }),
    )
    const records: DynamoDBRecord[] = []
    for (const { ShardId: shard = '' } of stream?.Shards ?? []) {
      if (!iterators.has(shard)) {
        const { ShardIterator: first } = await client.send(
          new GetShardIteratorCommand({
            StreamArn: streamArn,
            ShardId: shard,
            ShardIteratorType: 'TRIM_HORIZON',
          }),
        )
        iterators.set(shard, first)
      }
      let read = 0
      do {
        const iterator = iterators.get(shard)
        if (iterator === undefined) break
        const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator }))
        read = page.Records?.length ?? 0
        records.push(...(page.Records ?? []).map((record) => lambdaRecord(record, streamArn)))
        iterators.set(shard, page.NextShardIterator)
      } while (read > 0)
    }
    return records
  }
}

/**
 * A fresh table on the engine of this run, deleted after the test file. Call it once at the top of
 * a test file: `const { table, documents } = await freshTable()`.
 */
export const freshTable = async (): Promise<TestTable> => {
  const endpoint = inject('dynamodbEndpoint')
  const client = new DynamoDBClient({ endpoint })
  const streams = new DynamoDBStreamsClient({ endpoint })
  const tableName = `test-${randomUUID()}`
  const { TableDescription: description } = await client.send(
    new CreateTableCommand({ TableName: tableName, ...TABLE_DEFINITION }),
  )
  const documents = DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
  })
  afterAll(async () => {
    await new DynamoDBClient({ endpoint }).send(new DeleteTableCommand({ TableName: tableName }))
    client.destroy()
    streams.destroy()
  })
  return {
    tableName,
    endpoint,
    documents,
    table: openTable(documents, tableName),
    newRecords: streamReader(streams, description?.LatestStreamArn ?? ''),
  }
}
