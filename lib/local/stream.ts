import { setTimeout as wait } from 'node:timers/promises'
import {
  DescribeStreamCommand,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type DynamoDBStreamsClient,
} from '@aws-sdk/client-dynamodb-streams'
import * as z from 'zod'
import type { PortalClock } from './clock.ts'
import { filterSchema } from './filters.ts'
import type { Function, Outcome } from './functions.ts'
import type { Log } from './log.ts'
import type { State } from './state.ts'
import { REGION } from './template.ts'

/** How often an idle stream is read. */
const POLL_MILLISECONDS = 100
/** The longest pause between two tries of a failing batch. */
const LONGEST_BACKOFF = 5_000

/** The settings of a stream's event source mapping in the template. */
export const streamMappingSchema = z.object({
  BatchSize: z.number().default(100),
  BisectBatchOnFunctionError: z.boolean().default(false),
  MaximumRetryAttempts: z.number().default(-1),
  MaximumRecordAgeInSeconds: z.number().default(-1),
  FunctionResponseTypes: z.array(z.string()).default([]),
  FilterCriteria: filterSchema.optional(),
  DestinationConfig: z
    .object({ OnFailure: z.object({ Destination: z.string() }).optional() })
    .optional(),
})

const recordSchema = z.looseObject({
  dynamodb: z.looseObject({ SequenceNumber: z.string(), ApproximateCreationDateTime: z.date() }),
})
const reportSchema = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().nullable() })).nullish(),
})
type StreamRecord = z.infer<typeof recordSchema>

const sequenceOf = (record: StreamRecord): string => record.dynamodb.SequenceNumber
/** Bytes as the wire has them: base64 instead of the SDK's arrays. */
export const plain = (record: unknown): unknown =>
  JSON.parse(
    JSON.stringify(record, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  )

export interface StreamMapping {
  readonly name: string
  readonly settings: z.infer<typeof streamMappingSchema>
  readonly table: string
  readonly streamArn: string
  readonly target: Function
  /** Sends what is given up to the queue with this ARN. */
  readonly discard: (destinationArn: string, body: string) => void
}

/** A consumer of a table's stream. */
export interface StreamConsumer {
  /** Settles when every record written before the call is done or given up. */
  readonly caughtUp: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts to read where the last run of this mapping stopped, at first at the oldest record. */
export const startStream = (
  client: DynamoDBStreamsClient,
  mapping: StreamMapping,
  state: State,
  clock: PortalClock,
  log: Log,
): StreamConsumer => {
  const { settings, streamArn, target } = mapping
  const key = `stream:${mapping.name}`
  const started = Date.now()
  const stopping = new AbortController()
  const isStopping = (): boolean => stopping.signal.aborted
  let waiting: (() => void)[] = []
  /** Where the records are read: what is given up is found there again. */
  let source = { streamArn, shardId: '' }

  const save = (record: StreamRecord | undefined): void => {
    if (record !== undefined) state.write(key, sequenceOf(record))
  }
  /** Portal time. The engine keeps whole seconds: the end of the second is never before the write. */
  const createdAt = (record: StreamRecord): number =>
    Math.min(clock.now(), clock.at(record.dynamodb.ApproximateCreationDateTime.getTime() + 999))
  const eventOf = (records: readonly StreamRecord[]): unknown => ({
    Records: records.map((record) => {
      const created = { ApproximateCreationDateTime: Math.floor(createdAt(record) / 1000) }
      return plain({
        ...record,
        awsRegion: REGION,
        eventSource: 'aws:dynamodb',
        eventSourceARN: streamArn,
        dynamodb: { ...record.dynamodb, ...created },
      })
    }),
  })

  /** How many records from the start are done; all of them if nothing is reported. */
  const doneOf = (records: readonly StreamRecord[], outcome: Outcome): number => {
    if (!outcome.ok) return 0
    if (!settings.FunctionResponseTypes.includes('ReportBatchItemFailures')) return records.length
    const report = reportSchema.nullish().safeParse(JSON.parse(outcome.payload ?? 'null'))
    // A report that cannot be read fails the whole batch, and so does an unknown number.
    if (!report.success) return 0
    const failures = report.data?.batchItemFailures ?? []
    const places = failures.map(({ itemIdentifier: failed }) =>
      Math.max(
        0,
        records.findIndex((record) => sequenceOf(record) === failed),
      ),
    )
    return Math.min(records.length, ...places)
  }

  const giveUp = (
    records: readonly StreamRecord[],
    outcome: Outcome | undefined,
    tries: number,
  ): void => {
    const [first, last] = [records.at(0), records.at(-1)]
    if (first === undefined || last === undefined) return
    const condition = outcome === undefined ? 'RecordAgeExceeded' : 'RetryAttemptsExhausted'
    const arrival = (record: StreamRecord): string => new Date(createdAt(record)).toISOString()
    log.warn(target.name, `gave up ${String(records.length)} stream record(s): ${condition}`)
    const destination = settings.DestinationConfig?.OnFailure?.Destination
    state.atomically(() => {
      if (destination !== undefined) {
        const metadata = {
          requestContext: {
            requestId: outcome?.requestId ?? '',
            functionArn: `arn:aws:lambda:${REGION}:000000000000:function:${target.name}`,
            condition,
            approximateInvokeCount: tries,
          },
          responseContext: {
            statusCode: 200,
            executedVersion: '$LATEST',
            functionError: outcome?.ok === false ? 'Unhandled' : null,
          },
          version: '1.0',
          timestamp: new Date(clock.now()).toISOString(),
          DDBStreamBatchInfo: {
            ...source,
            startSequenceNumber: sequenceOf(first),
            endSequenceNumber: sequenceOf(last),
            approximateArrivalOfFirstRecord: arrival(first),
            approximateArrivalOfLastRecord: arrival(last),
            batchSize: records.length,
          },
        }
        mapping.discard(destination, JSON.stringify(metadata))
      }
      save(last)
    })
  }

  /** Old enough to be given up. Only time in which the runner was up counts: AWS is never down. */
  const tooOld = (record: StreamRecord): boolean => {
    const since = Math.max(record.dynamodb.ApproximateCreationDateTime.getTime(), started)
    const most = settings.MaximumRecordAgeInSeconds
    return most >= 0 && Date.now() - since > most * 1000
  }

  /** Tries a batch until it is done or given up; the position follows what is settled. */
  const settle = async (batch: readonly StreamRecord[]): Promise<void> => {
    let records = batch
    let failures = 0
    while (records.length > 0 && !isStopping()) {
      const outcome = await target.invoke(eventOf(records))
      if (isStopping()) return
      const done = doneOf(records, outcome)
      save(records[done - 1])
      records = records.slice(done)
      if (records.length === 0) return
      failures = done > 0 ? 1 : failures + 1
      if (done === 0 && settings.BisectBatchOnFunctionError && records.length > 1) {
        const middle = Math.ceil(records.length / 2)
        await settle(records.slice(0, middle))
        await settle(records.slice(middle))
        return
      }
      const exhausted =
        settings.MaximumRetryAttempts >= 0 && failures > settings.MaximumRetryAttempts
      if (exhausted) {
        giveUp(records, outcome, failures)
        return
      }
      const old = records.findIndex((record) => !tooOld(record))
      const expired = old === -1 ? records.length : old
      giveUp(records.slice(0, expired), undefined, failures)
      records = records.slice(expired)
      await pause(Math.min(LONGEST_BACKOFF, 100 * 2 ** failures))
    }
  }
  const pause = (milliseconds: number): Promise<unknown> =>
    wait(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined)

  const iteratorAfter = async (position: string | undefined): Promise<string | undefined> => {
    const { Streams: streams } = await client.send(
      new ListStreamsCommand({ TableName: mapping.table }),
    )
    const arn = streams?.at(-1)?.StreamArn
    const { StreamDescription: stream } = await client.send(
      new DescribeStreamCommand({ StreamArn: arn }),
    )
    source = { streamArn: arn ?? streamArn, shardId: stream?.Shards?.at(-1)?.ShardId ?? '' }
    const { ShardIterator: iterator } = await client.send(
      new GetShardIteratorCommand({
        StreamArn: source.streamArn,
        ShardId: source.shardId,
        ...(position === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: position }),
      }),
    )
    return iterator
  }

  const run = async (): Promise<void> => {
    let iterator: string | undefined
    while (!isStopping()) {
      try {
        iterator ??= await iteratorAfter(state.read(key, z.string()))
        const asked = waiting.length
        const page = await client.send(
          new GetRecordsCommand({ ShardIterator: iterator, Limit: settings.BatchSize }),
        )
        const records = (page.Records ?? []).map((record) => recordSchema.parse(record))
        const wanted = settings.FilterCriteria ?? (() => true)
        await settle(records.filter((record) => wanted(plain(record))))
        if (isStopping()) return
        save(records.at(-1))
        iterator = page.NextShardIterator
        if (records.length > 0) continue
        for (const settled of waiting.slice(0, asked)) settled()
        waiting = waiting.slice(asked)
        await pause(POLL_MILLISECONDS)
      } catch (error) {
        if (isStopping()) return
        iterator = undefined
        if (!(error instanceof ExpiredIteratorException)) log.warn(mapping.name, String(error))
        await pause(1000)
      }
    }
  }
  const running = run()
  return {
    caughtUp: () => new Promise((settled) => waiting.push(settled)),
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
