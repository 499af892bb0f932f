import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import * as z from 'zod'
import { operationOf, type AwsClient } from './aws-client.ts'

const costSchema = z.strictObject({
  /** Read units, of the table and of its index. */
  reads: z.number(),
  /** Write units of the table. */
  tableWrites: z.number(),
  /** Write units of the index. */
  indexWrites: z.number(),
  /** Round trips by operation. */
  calls: z.record(z.string(), z.number()),
})

/** What a use case costs: capacity units of DynamoDB and round trips to any service. */
export type Cost = z.infer<typeof costSchema>

const units = z.object({
  CapacityUnits: z.number().default(0),
  ReadCapacityUnits: z.number().optional(),
  WriteCapacityUnits: z.number().optional(),
})

const consumedSchema = z.object({
  Table: units.optional(),
  GlobalSecondaryIndexes: z.record(z.string(), units).optional(),
})

const answerSchema = z.object({
  ConsumedCapacity: z
    .union([z.array(consumedSchema), consumedSchema.transform((one) => [one])])
    .default([]),
})

const NAME = 'meter'
const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems'])
const WRITES = new Set([
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
  'TransactWriteItems',
])

/** Reads and writes of one place; an answer that does not tell them apart has one kind only. */
const split = (
  operation: string,
  { CapacityUnits, ReadCapacityUnits, WriteCapacityUnits }: z.infer<typeof units>,
): { reads: number; writes: number } =>
  ReadCapacityUnits === undefined && WriteCapacityUnits === undefined
    ? READS.has(operation)
      ? { reads: CapacityUnits, writes: 0 }
      : { reads: 0, writes: CapacityUnits }
    : { reads: ReadCapacityUnits ?? 0, writes: WriteCapacityUnits ?? 0 }

/**
 * What `run` costs through `clients`, with its result. Each call is one round trip; one that is
 * refused has no units, since AWS does not say them.
 */
export const measure = async <Result>(
  clients: readonly AwsClient[],
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly cost: Cost }> => {
  const cost: Cost = { reads: 0, tableWrites: 0, indexWrites: 0, calls: {} }
  for (const { middlewareStack } of clients) {
    middlewareStack.add(
      (next, context) => async (call) => {
        const operation = operationOf(context)
        const metered = READS.has(operation) || WRITES.has(operation)
        cost.calls[operation] = (cost.calls[operation] ?? 0) + 1
        const answer = await next(
          metered ? { ...call, input: { ...call.input, ReturnConsumedCapacity: 'INDEXES' } } : call,
        )
        if (!metered) return answer
        for (const consumed of answerSchema.parse(answer.output).ConsumedCapacity) {
          if (consumed.Table !== undefined) {
            const { reads, writes } = split(operation, consumed.Table)
            cost.reads += reads
            cost.tableWrites += writes
          }
          for (const index of Object.values(consumed.GlobalSecondaryIndexes ?? {})) {
            const { reads, writes } = split(operation, index)
            cost.reads += reads
            cost.indexWrites += writes
          }
        }
        return answer
      },
      { step: 'initialize', name: NAME, priority: 'high' },
    )
  }
  try {
    return { result: await run(), cost }
  } finally {
    for (const { middlewareStack } of clients) middlewareStack.remove(NAME)
  }
}

/**
 * Whether the engine reports the units that AWS bills. DynamoDB Local does not: it counts the writes
 * of a transaction once.
 */
export const UNITS_ARE_EXACT = (process.env['DYNAMODB_ENDPOINT'] ?? '') === ''

const GOLDEN = new URL('../golden/costs.json', import.meta.url)

const readGolden = (file: URL): Record<string, Cost> => {
  try {
    return z.record(z.string(), costSchema).parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
}

const sorted = <Value>(record: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))

const isRise = (before: Cost, after: Cost): boolean =>
  after.reads > before.reads ||
  after.tableWrites > before.tableWrites ||
  after.indexWrites > before.indexWrites ||
  Object.entries(after.calls).some(([name, count]) => count > (before.calls[name] ?? 0))

/**
 * Compares the cost of a use case with the committed one. It fails on a rise, on a use case that
 * was never recorded, and on a fall, which is to be recorded so that it is not lost again:
 * `UPDATE_GOLDEN=1 npm run vitest` writes `test/golden/costs.json`. On an engine whose units are not
 * exact it compares the round trips alone.
 */
export const expectCost = (
  useCase: string,
  cost: Cost,
  { file = GOLDEN, record = process.env['UPDATE_GOLDEN'] === '1', exact = UNITS_ARE_EXACT } = {},
): void => {
  const golden = readGolden(file)
  const actual = { ...cost, calls: sorted(cost.calls) }
  if (record) {
    if (!exact) throw new Error('Record costs on the engine of the tests, whose units are exact')
    const text = JSON.stringify(sorted({ ...golden, [useCase]: actual }), undefined, 2)
    mkdirSync(new URL('.', file), { recursive: true })
    writeFileSync(file, `${text}\n`)
    return
  }
  const known = golden[useCase]
  if (known !== undefined && !exact) {
    expect(actual.calls).toEqual(known.calls)
    return
  }
  const advice =
    known === undefined
      ? `The cost of “${useCase}” was never recorded`
      : isRise(known, actual)
        ? `The cost of “${useCase}” rose`
        : `The cost of “${useCase}” fell: record it`
  expect(actual, `${advice} (UPDATE_GOLDEN=1 npm run vitest)`).toEqual(known)
}
