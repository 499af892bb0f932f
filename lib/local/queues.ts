import { createHash, randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { PortalClock } from './clock.ts'
import type { Log } from './log.ts'
import type { State } from './state.ts'

/** A message as it lies in a queue. */
export interface Message {
  readonly id: number
  readonly messageId: string
  readonly body: string
  readonly attributes: Readonly<Record<string, unknown>>
  /** Portal time, milliseconds. */
  readonly sentAt: number
  readonly firstReceivedAt: number
  /** How often it was received, this time included. */
  readonly receives: number
  readonly receipt: string
}

export interface QueueSettings {
  readonly name: string
  /** For how long a received message is hidden from other receivers. Milliseconds. */
  readonly visibility: number
  readonly delay: number
  /** After this many receives a message is given to `bury` instead. */
  readonly maxReceives: number
  readonly tags?: Readonly<Record<string, string>>
  /** Where its messages go then. */
  readonly deadLetterArn?: string | undefined
  readonly bury: (message: Message, failure: string | null) => void
}

/** A durable queue: what `send` returned is kept until it is deleted, over restarts too. */
export interface Queue {
  readonly name: string
  readonly send: (body: string, attributes?: unknown, delay?: number) => string
  readonly receive: (most: number) => readonly Message[]
  /** Deletes a received message; without effect once its receipt is outdated. */
  readonly remove: (receipt: string) => void
  /** Makes a message visible again after `delay` milliseconds. */
  readonly release: (receipt: string, delay: number, failure: string) => void
  /** Hides a received message for another time, in milliseconds; 0 shows it again at once. */
  readonly hide: (receipt: string, delay: number) => void
  /** Shows what was put in with a delay and nobody has received yet; false if there is none. */
  readonly endDelays: () => boolean
  readonly purge: () => void
  readonly count: () => { readonly visible: number; readonly hidden: number }
  /** When the next hidden message becomes visible; undefined if there is none. Real time. */
  readonly nextVisibleAt: () => number | undefined
  readonly settings: QueueSettings
  /** Ends what a killed process had received: nobody is working on it any more. */
  readonly revive: () => void
  /** Calls back when a message may be there to receive. */
  readonly onSend: (listener: () => void) => void
}

const rowSchema = z.object({
  id: z.number(),
  messageId: z.string(),
  body: z.string(),
  attributes: z
    .string()
    .transform((json) => z.record(z.string(), z.unknown()).parse(JSON.parse(json))),
  sentAt: z.number(),
  firstReceivedAt: z.number().nullable(),
  receives: z.number(),
  failure: z.string().nullable(),
})
const countSchema = z.object({ visible: z.number().nullable(), hidden: z.number().nullable() })
const instantSchema = z.object({ at: z.number().nullable() })

/** The digest that clients check what a queue says it stored with. */
export const md5 = (content: string | Uint8Array): string =>
  createHash('md5').update(content).digest('hex')

/** Opens a queue over the runner's state. */
export const openQueue = (state: State, clock: PortalClock, settings: QueueSettings): Queue => {
  const { name } = settings
  const prepare = (sql: string) => state.database.prepare(sql)
  const insert = prepare(
    'INSERT INTO messages (queue, body, attributes, messageId, sentAt, visibleAt) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const select = prepare(
    'SELECT * FROM messages WHERE queue = ? AND visibleAt <= ? ORDER BY id LIMIT ?',
  )
  const hide = prepare(
    'UPDATE messages SET receives = ?, receipt = ?, firstReceivedAt = ?, visibleAt = ? WHERE id = ?',
  )
  const drop = prepare('DELETE FROM messages WHERE id = ?')
  const dropReceipt = prepare('DELETE FROM messages WHERE queue = ? AND receipt = ?')
  const show = prepare(
    'UPDATE messages SET visibleAt = ?, failure = ? WHERE queue = ? AND receipt = ?',
  )
  const hideAgain = prepare('UPDATE messages SET visibleAt = ? WHERE queue = ? AND receipt = ?')
  const showDelayed = prepare(
    'UPDATE messages SET visibleAt = ? WHERE queue = ? AND receives = 0 AND visibleAt > ?',
  )
  const count = prepare(
    'SELECT SUM(visibleAt <= ?) AS visible, SUM(visibleAt > ?) AS hidden FROM messages WHERE queue = ?',
  )
  const soonest = prepare('SELECT MIN(visibleAt) AS at FROM messages WHERE queue = ?')
  const listeners: (() => void)[] = []

  return {
    name,
    settings,
    onSend: (listener) => listeners.push(listener),
    send: (body, attributes = {}, delay = settings.delay) => {
      const messageId = randomUUID()
      const visibleAt = Date.now() + delay
      insert.run(name, body, JSON.stringify(attributes), messageId, clock.now(), visibleAt)
      for (const listener of listeners) setImmediate(listener)
      return messageId
    },
    receive: (most) =>
      state.atomically(() => {
        const received: Message[] = []
        for (;;) {
          const rows = select.all(name, Date.now(), most - received.length)
          if (rows.length === 0) return received
          for (const { failure, ...row } of rows.map((row) => rowSchema.parse(row))) {
            const message = {
              ...row,
              receives: row.receives + 1,
              receipt: randomUUID(),
              firstReceivedAt: row.firstReceivedAt ?? clock.now(),
            }
            if (message.receives > settings.maxReceives) {
              drop.run(row.id)
              settings.bury({ ...message, receives: row.receives }, failure)
              continue
            }
            const { receives, receipt, firstReceivedAt, id } = message
            hide.run(receives, receipt, firstReceivedAt, Date.now() + settings.visibility, id)
            received.push(message)
          }
          if (received.length === most) return received
        }
      }),
    remove: (receipt) => {
      dropReceipt.run(name, receipt)
    },
    release: (receipt, delay, failure) => {
      show.run(Date.now() + delay, failure, name, receipt)
    },
    hide: (receipt, delay) => {
      hideAgain.run(Date.now() + delay, name, receipt)
    },
    endDelays: () => {
      const now = Date.now()
      if (showDelayed.run(now, name, now).changes === 0) return false
      for (const listener of listeners) setImmediate(listener)
      return true
    },
    purge: () => {
      prepare('DELETE FROM messages WHERE queue = ?').run(name)
    },
    count: () => {
      const { visible, hidden } = countSchema.parse(count.get(Date.now(), Date.now(), name))
      return { visible: visible ?? 0, hidden: hidden ?? 0 }
    },
    nextVisibleAt: () => instantSchema.parse(soonest.get(name)).at ?? undefined,
    revive: () => {
      prepare('UPDATE messages SET visibleAt = 0 WHERE queue = ? AND receives > 0').run(name)
    },
  }
}

/** What a consumer made of a message. */
export type Verdict =
  | { readonly done: true }
  | { readonly done: false; readonly failure: string; /** ms */ readonly retryAfter?: number }

export interface Consumer {
  /** Whether nothing is handled and nothing could be. */
  readonly idle: () => boolean
  readonly stop: () => void
}

/**
 * Receives and handles messages until stopped, at most `concurrency` batches at a time. A message
 * that is not done comes back when its visibility ends, or after the `retryAfter` of its verdict.
 */
export const consume = (
  queue: Queue,
  { batchSize, concurrency }: { readonly batchSize: number; readonly concurrency: number },
  handle: (messages: readonly Message[]) => Promise<ReadonlyMap<Message, Verdict>>,
  log: Log,
): Consumer => {
  let stopped = false
  let running = 0
  let timer: NodeJS.Timeout | undefined

  const work = async (messages: readonly Message[]): Promise<void> => {
    running += 1
    try {
      const verdicts = await handle(messages)
      if (stopped) return
      for (const [{ receipt }, verdict] of verdicts) {
        if (verdict.done) queue.remove(receipt)
        else if (verdict.retryAfter !== undefined) {
          queue.release(receipt, verdict.retryAfter, verdict.failure)
        }
      }
    } catch (error) {
      log.warn(queue.name, String(error))
    } finally {
      running -= 1
      pump()
    }
  }
  const pump = (): void => {
    clearTimeout(timer)
    while (!stopped && running < concurrency) {
      const messages = queue.receive(batchSize)
      if (messages.length === 0) break
      void work(messages)
    }
    const next = stopped ? undefined : queue.nextVisibleAt()
    if (next === undefined || running >= concurrency) return
    timer = setTimeout(pump, Math.min(Math.max(next - Date.now(), 5), 60_000))
  }
  queue.revive()
  queue.onSend(pump)
  setImmediate(pump)
  return {
    idle: () => running === 0 && queue.count().visible === 0,
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
