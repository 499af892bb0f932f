import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** Writes lines to the logs of the data folder; what needs a person's eye also to the console. */
export interface Log {
  readonly write: (source: string, line: string) => void
  readonly warn: (source: string, line: string) => void
}

const ALARMING = /"level":\s*"(?:WARN|ERROR|CRITICAL|FATAL)"/i

/** Logs to `<folder>/<source>.log`; `console` shows warnings and whatever functions log as such. */
export const openLog = (folder: string, console: (line: string) => void): Log => {
  mkdirSync(folder, { recursive: true })
  const append = (source: string, line: string): void => {
    appendFileSync(join(folder, `${source}.log`), `${line}\n`)
  }
  const warn = (source: string, line: string): void => {
    append(source, line)
    console(`[${source}] ${line}`)
  }
  return {
    warn,
    write: (source, line) => {
      if (ALARMING.test(line)) warn(source, line)
      else append(source, line)
    },
  }
}
