import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb'
import { AsyncLocalStorage } from 'node:async_hooks'
import * as z from 'zod'
import { operationOf, type AwsClient } from '../../support/aws-client.ts'
import { writesOf, type Written } from './calls.ts'

/** What one booking has written. */
export interface Spent {
  /** Calls that write, refused ones included; what the SDK repeats after throttling is one call. */
  writes: number
  /** Units of table and index. */
  units: number
  /** Calls that write the item that counts places. */
  counts: number
  /** Attempts of its calls, reads too, that the SDK made again after throttling. */
  repeats: number
}

/** What calls of one kind cost together. */
interface Line {
  calls: number
  refused: number
  units: number
}

/** The kinds of items that count places. */
const COUNTING = new Set(['roster', 'counter'])

const units = z.object({ CapacityUnits: z.number().default(0) })
const consumedSchema = z.object({
  Table: units.optional(),
  GlobalSecondaryIndexes: z.record(z.string(), units).optional(),
})
const answerSchema = z.object({
  $metadata: z.object({ attempts: z.number().default(1) }),
  ConsumedCapacity: z
    .union([z.array(consumedSchema), consumedSchema.transform((one) => [one])])
    .default([]),
})

const unitsOf = ({ ConsumedCapacity }: z.infer<typeof answerSchema>): number =>
  ConsumedCapacity.flatMap(({ Table: table, GlobalSecondaryIndexes: indexes = {} }) => [
    ...(table === undefined ? [] : [table]),
    ...Object.values(indexes),
  ]).reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0)

/**
 * The units of a refused write, which AWS bills and does not say: by the size of the item that
 * refused it, one at least; in a cancelled transaction two for each item. Throttling costs nothing.
 */
const unitsOfRefusal = (error: unknown, writes: readonly Written[]): number => {
  if (error instanceof ConditionalCheckFailedException) {
    return Math.max(1, Math.ceil(JSON.stringify(error.Item ?? {}).length / 1024))
  }
  return error instanceof TransactionCanceledException ? 2 * writes.length : 0
}

/** Tells what bookings write. */
export interface Meter {
  /** Runs one booking. */
  readonly book: <Result>(
    run: () => Promise<Result>,
  ) => Promise<{ readonly result: Result; readonly spent: Spent }>
  /** By operation and kind of item. */
  readonly table: () => Record<string, Line>
}

/** Counts what a client writes, by booking and in all. */
export const meterOf = (client: AwsClient): Meter => {
  const lines = new Map<string, Line>()
  const bookings = new AsyncLocalStorage<Spent>()

  const add = (operation: string, writes: readonly Written[], cost: number, refused: boolean) => {
    if (writes.length === 0) return
    const name = `${operation} ${writes.map(({ kind }) => kind).join(' + ')}`
    const line = lines.get(name) ?? { calls: 0, refused: 0, units: 0 }
    lines.set(name, line)
    line.calls += 1
    line.refused += refused ? 1 : 0
    line.units += cost
    const spent = bookings.getStore()
    if (spent === undefined) return
    spent.writes += 1
    spent.units += cost
    spent.counts += writes.some(({ kind }) => COUNTING.has(kind)) ? 1 : 0
  }

  client.middlewareStack.add(
    (next, context) => async (call) => {
      const operation = operationOf(context)
      const writes = writesOf(operation, call.input)
      try {
        const answer = await next({
          ...call,
          input: { ...call.input, ReturnConsumedCapacity: 'INDEXES' },
        })
        const told = answerSchema.parse(answer.output)
        const spent = bookings.getStore()
        if (spent !== undefined) spent.repeats += told.$metadata.attempts - 1
        add(operation, writes, unitsOf(told), false)
        return answer
      } catch (error) {
        add(operation, writes, unitsOfRefusal(error, writes), true)
        throw error
      }
    },
    { step: 'initialize', name: 'meter', priority: 'high' },
  )

  return {
    book: async (run) => {
      const spent: Spent = { writes: 0, units: 0, counts: 0, repeats: 0 }
      return { result: await bookings.run(spent, run), spent }
    },
    table: () => Object.fromEntries([...lines].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
}
