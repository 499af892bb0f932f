import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'

/**
 * What the runner must not forget: queued messages, stream positions, firings of schedules, the
 * clock, accounts. One SQLite file, so that a killed process leaves no half-written state.
 */
export interface State {
  readonly database: DatabaseSync
  /** The fact under a key, or undefined. */
  readonly read: <Value>(key: string, schema: z.ZodType<Value>) => Value | undefined
  readonly write: (key: string, value: unknown) => void
  /** Runs `work` in one transaction. */
  readonly atomically: <Result>(work: () => Result) => Result
  readonly close: () => void
}

/** Opens the state in a data folder, and makes it if it is not there. */
export const openState = (folder: string): State => {
  mkdirSync(folder, { recursive: true })
  const database = new DatabaseSync(join(folder, 'runner.sqlite'))
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA busy_timeout = 2000;
    CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS messages (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      queue TEXT NOT NULL,
      body TEXT NOT NULL,
      attributes TEXT NOT NULL,
      messageId TEXT NOT NULL,
      sentAt INTEGER NOT NULL,
      visibleAt INTEGER NOT NULL,
      receives INTEGER NOT NULL DEFAULT 0,
      firstReceivedAt INTEGER,
      receipt TEXT,
      failure TEXT
    );
    CREATE INDEX IF NOT EXISTS messages_by_queue ON messages (queue, visibleAt);
  `)
  const select = database.prepare('SELECT value FROM facts WHERE key = ?')
  const upsert = database.prepare('INSERT OR REPLACE INTO facts (key, value) VALUES (?, ?)')
  const row = z.object({ value: z.string() }).optional()
  return {
    database,
    read: (key, schema) => {
      const found = row.parse(select.get(key))
      return found === undefined ? undefined : schema.parse(JSON.parse(found.value))
    },
    write: (key, value) => {
      upsert.run(key, JSON.stringify(value))
    },
    atomically: (work) => {
      if (database.isTransaction) return work()
      database.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        database.exec('COMMIT')
        return result
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    close: () => {
      database.close()
    },
  }
}
