import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type DynamoDBStreamsClient,
} from '@aws-sdk/client-dynamodb-streams'
import * as z from 'zod'
import { filterSchema } from '../local/filters.ts'
import { plain } from '../local/stream.ts'

/** Where the records lie that a stream consumer has given up, as Lambda says it. */
export const batchSchema = z.object({
  streamArn: z.string(),
  shardId: z.string(),
  startSequenceNumber: z.string(),
  endSequenceNumber: z.string(),
  approximateArrivalOfFirstRecord: z.string(),
  approximateArrivalOfLastRecord: z.string(),
  batchSize: z.number(),
})
export type Batch = z.infer<typeof batchSchema>

const recordSchema = z.looseObject({
  eventName: z.string(),
  dynamodb: z.looseObject({
    SequenceNumber: z.string(),
    ApproximateCreationDateTime: z.coerce.date(),
    Keys: z.object({ pk: z.object({ S: z.string() }) }).optional(),
    NewImage: z.record(z.string(), z.unknown()).optional(),
    OldImage: z.record(z.string(), z.unknown()).optional(),
  }),
})

/** A record as a function is shown it. */
export type StreamRecord = z.infer<typeof recordSchema>

/** What a stream answers about records that are older than it keeps: 24 hours. */
const FORGOTTEN = new Set([
  'TrimmedDataAccessException',
  'ResourceNotFoundException',
  'ExpiredIteratorException',
])

/** After so many empty pages in a row a shard is asked no more: what was looked for must have come by then. */
const MOST_EMPTY_PAGES = 20

const pages = async (client: DynamoDBStreamsClient, batch: Batch): Promise<StreamRecord[]> => {
  const { streamArn: StreamArn, shardId: ShardId, startSequenceNumber, endSequenceNumber } = batch
  await client.send(new DescribeStreamCommand({ StreamArn }))
  const first = await client.send(
    new GetShardIteratorCommand({
      ...{ StreamArn, ShardId, ShardIteratorType: 'AT_SEQUENCE_NUMBER' },
      SequenceNumber: startSequenceNumber,
    }),
  )
  const end = BigInt(endSequenceNumber)
  const records: StreamRecord[] = []
  let iterator = first.ShardIterator
  let empty = 0
  while (iterator !== undefined && empty < MOST_EMPTY_PAGES) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator }))
    for (const record of page.Records ?? []) {
      const read = recordSchema.parse(plain(record))
      const sequence = BigInt(read.dynamodb.SequenceNumber)
      if (sequence <= end) records.push(read)
      if (sequence >= end) return records
    }
    empty = page.Records === undefined || page.Records.length === 0 ? empty + 1 : 0
    iterator = page.NextShardIterator
  }
  // A part of a batch would pass for the whole, and the rest be lost.
  throw new Error('The stream does not answer to the end of the batch: try again')
}

/**
 * The records of a batch once more, those that the function was shown: nothing when the stream has
 * forgotten them.
 *
 * @param patterns of which a record must fit one; all records without any.
 */
export const readRecords = async (
  client: DynamoDBStreamsClient,
  batch: Batch,
  patterns: readonly string[],
): Promise<StreamRecord[] | undefined> => {
  const wanted =
    patterns.length === 0
      ? () => true
      : filterSchema.parse({ Filters: patterns.map((Pattern) => ({ Pattern })) })
  const records = await pages(client, batch).catch((error: unknown) => {
    if (error instanceof Error && FORGOTTEN.has(error.name)) return []
    throw error
  })
  const shown = records.filter(wanted)
  return shown.length === 0 ? undefined : shown
}

/**
 * The event that Lambda would hand over for records. Their time is told from the arrival that the batch
 * notes: the clock of a portal on one machine is not that of its engine.
 */
export const eventOf = (batch: Batch, records: readonly StreamRecord[]): object => {
  const firstWritten = records[0]?.dynamodb.ApproximateCreationDateTime.getTime() ?? 0
  const later = Date.parse(batch.approximateArrivalOfFirstRecord) - firstWritten
  return {
    Records: records.map((record) => {
      const written = record.dynamodb.ApproximateCreationDateTime.getTime() + later
      return {
        ...record,
        eventSource: 'aws:dynamodb',
        awsRegion: batch.streamArn.split(':')[3],
        eventSourceARN: batch.streamArn,
        dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: Math.floor(written / 1000) },
      }
    }),
  }
}

const entitySchema = z.object({ entity: z.object({ S: z.string() }) })

/** What a record is of, without what it says: the kind of the item, and of which family it is. */
export const subjectOf = ({ eventName, dynamodb }: StreamRecord): string => {
  const { data } = entitySchema.safeParse(dynamodb.NewImage ?? dynamodb.OldImage)
  const partition = dynamodb.Keys?.pk.S ?? ''
  const family = partition.startsWith('FAMILY#') ? ` of ${partition}` : ''
  return `${eventName} ${data?.entity.S ?? 'item'}${family}`
}
