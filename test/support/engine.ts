import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  type AttributeValue,
  type StreamSpecification,
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
import { afterAll } from 'vitest'
import { openTable, type Table } from '../../shared/platform/table.ts'
import { startDynoxide, type RunningEngine } from './dynoxide.ts'
import { TABLE_DEFINITION } from './table-definition.ts'

/** A table of its own for a test file, with its client. */
export interface TestTable {
  readonly tableName: string
  readonly endpoint: string
  /** The client behind `table`: what meters, crashes and faults are put on. */
  readonly documents: DynamoDBDocumentClient
  readonly table: Table
}

/** A table with its stream. */
export interface StreamedTable extends TestTable {
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

let engine: Promise<RunningEngine> | undefined

/** The engine of this test file, started when first asked for; or the one of `DYNAMODB_ENDPOINT`. */
export const engineOfThisFile = (): Promise<RunningEngine> => {
  if (engine !== undefined) return engine
  const given = process.env['DYNAMODB_ENDPOINT']
  if (given !== undefined && given !== '') {
    engine = Promise.resolve({ endpoint: given, stop: () => Promise.resolve() })
    return engine
  }
  const started = startDynoxide()
  engine = started
  afterAll(async () => (await started).stop())
  return started
}

const createTable = async (stream: StreamSpecification) => {
  const { endpoint } = await engineOfThisFile()
  const client = new DynamoDBClient({ endpoint })
  const tableName = `test-${randomUUID()}`
  const { TableDescription: description } = await client.send(
    new CreateTableCommand({
      TableName: tableName,
      ...TABLE_DEFINITION,
      StreamSpecification: stream,
    }),
  )
  const documents = DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
  })
  afterAll(async () => {
    await new DynamoDBClient({ endpoint }).send(new DeleteTableCommand({ TableName: tableName }))
    client.destroy()
  })
  const streamArn = description?.LatestStreamArn ?? ''
  return { tableName, endpoint, documents, table: openTable(documents, tableName), streamArn }
}

/**
 * A fresh table, deleted after the test file. Call it once at the top of a test file:
 * `const { table, documents } = await freshTable()`.
 *
 * It has no stream: the engine looks through all records of all streams at each write to a table
 * that has one, so a test file that reads none should not pay for it.
 */
export const freshTable = async (): Promise<TestTable> => {
  const { tableName, endpoint, documents, table } = await createTable({ StreamEnabled: false })
  return { tableName, endpoint, documents, table }
}

/** A fresh table as the stacks declare it, with its stream; see `freshTable`. */
export const streamedTable = async (): Promise<StreamedTable> => {
  const { streamArn, ...created } = await createTable(TABLE_DEFINITION.StreamSpecification)
  const streams = new DynamoDBStreamsClient({ endpoint: created.endpoint })
  afterAll(() => {
    streams.destroy()
  })
  return { ...created, newRecords: streamReader(streams, streamArn) }
}
