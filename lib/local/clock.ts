import * as z from 'zod'
import { parisInstant } from '../../shared/kernel/paris.ts'
import { isoDateSchema } from '../../shared/platform/schemas.ts'
import type { State } from './state.ts'

/** The portal's time: real time plus an offset that only grows once it runs. Milliseconds since 1970. */
export interface PortalClock {
  readonly now: () => number
  /** What the portal's clock showed at a real instant. */
  readonly at: (real: number) => number
  /** Where a new clock starts, before or after real time; one that has run only goes forwards. */
  readonly startAt: (instant: number) => void
  /** Sets the clock forwards; false, and no change, if `instant` is not ahead of it. */
  readonly moveTo: (instant: number) => boolean
}

const KEY = 'clock'
const history = z.array(z.object({ since: z.number(), offset: z.number() }))

/** The clock of a data folder, which goes on where the last run left its offset. */
export const openClock = (state: State): PortalClock => {
  const moves = state.read(KEY, history) ?? []
  const at = (real: number): number =>
    real + (moves.findLast(({ since }) => since <= real)?.offset ?? 0)
  const now = (): number => at(Date.now())
  const set = (instant: number): void => {
    moves.push({ since: Date.now(), offset: instant - Date.now() })
    state.write(KEY, moves)
  }
  return {
    now,
    at,
    startAt: (instant) => {
      if (state.read(KEY, history) === undefined || instant > now()) set(instant)
    },
    moveTo: (instant) => {
      if (instant <= now()) return false
      set(instant)
      return true
    },
  }
}

/**
 * Reads an instant as a person types it: `2025-07-15`, `2025-07-15T10:00` (time of Paris), or with
 * an offset, `2025-07-15T08:00:00Z`. Undefined if it is none.
 */
export const readInstant = (text: string): number | undefined => {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2})?)?$/.exec(text)
  if (match === null) {
    const instant = /[Zz]$|[+-]\d{2}:?\d{2}$/.test(text) ? Date.parse(text) : NaN
    return Number.isNaN(instant) ? undefined : instant
  }
  const date = isoDateSchema.safeParse(match[1])
  return date.success ? parisInstant(date.data, match[2] ?? '00:00').getTime() : undefined
}
