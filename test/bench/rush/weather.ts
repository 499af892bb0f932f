import { setTimeout as wait } from 'node:timers/promises'
import { operationOf, type AwsClient } from '../../support/aws-client.ts'
import {
  throttled,
  throughputExceeded,
  transactionCancelled,
  writeConflict,
} from '../../support/faults.ts'
import { writesOf } from './calls.ts'

/** For how long a transaction keeps its items to itself, in milliseconds. */
export const LOCK_WINDOW = 20

/** The share of attempts that are throttled. */
const THROTTLED = 0.01

/** The SDK gives up after three attempts: what it cannot hide is a matter of repeated calls. */
const MOST_IN_A_ROW = 2

/** What a client has met. */
export interface Weather {
  /** Attempts refused because another transaction held an item, by kind of item. */
  readonly conflicts: Map<string, number>
  /** Attempts that were throttled, each of which the SDK made again, by what they would have written. */
  readonly throttles: Map<string, number>
}

const countIn = (counts: Map<string, number>, kind: string): void => {
  counts.set(kind, (counts.get(kind) ?? 0) + 1)
}

/** The items that transactions hold, each until when. Shared by all clients of a process. */
export const lockTable = (): Map<string, number> => new Map()

/**
 * Lets a client meet what the engine lacks and AWS has, below the retries of the SDK:
 *
 * - a transaction keeps its items for 20 ms: another one that wants any of them is cancelled, a
 *   plain write is refused. The window is never longer, however slow the engine: that favours whoever
 *   counts in transactions. A transaction is answered after its window at the earliest;
 * - one attempt in a hundred is throttled, by the table or by the account.
 *
 * @param chance a number from 0 to 1.
 */
export const exposeToWeather = (
  client: AwsClient,
  locks: Map<string, number>,
  chance: () => number,
): Weather => {
  const weather: Weather = { conflicts: new Map(), throttles: new Map() }
  const strikes = new WeakMap<object, number>()
  client.middlewareStack.add(
    (next, context) => async (attempt) => {
      const operation = operationOf(context)
      const writes = writesOf(operation, attempt.input)
      const struck = strikes.get(attempt.input) ?? 0
      if (struck < MOST_IN_A_ROW && chance() < THROTTLED) {
        strikes.set(attempt.input, struck + 1)
        countIn(weather.throttles, writes.length === 1 ? (writes[0]?.kind ?? '') : operation)
        throw chance() < 0.5 ? throttled() : throughputExceeded()
      }
      const now = performance.now()
      const held = writes.filter(({ key }) => (locks.get(key) ?? 0) > now)
      for (const { kind } of held) countIn(weather.conflicts, kind)
      if (operation !== 'TransactWriteItems') {
        if (held.length > 0) throw writeConflict()
        return next(attempt)
      }
      if (held.length > 0) {
        throw transactionCancelled(
          writes.map((write) => ({ Code: held.includes(write) ? 'TransactionConflict' : 'None' })),
        )
      }
      for (const { key } of writes) locks.set(key, now + LOCK_WINDOW)
      const [answer] = await Promise.all([next(attempt), wait(LOCK_WINDOW)])
      return answer
    },
    { step: 'deserialize', name: 'weather', priority: 'high' },
  )
  return weather
}
