import type { Attempts } from './model.ts'

/** How many tries are free: people mistype. */
export const FREE_FAILURES = 5

/**
 * The longest time between two tries, in minutes: some hundred tries a day of one name, which finds no
 * password, and short enough for its owner to wait.
 */
export const LONGEST_LOCK = 15

/** For how long failures are remembered after the last one, in hours. */
const MEMORY = 24

/**
 * How many tries are free for who has just read a code in their mailbox: nobody who keeps failing under
 * their name can take the next sign-in from them.
 */
export const CREDIT = 50

/** The state of the tries of one name, as far as the rule needs it. */
export type Counted = Pick<Attempts, 'failures' | 'lockedUntil' | 'expiresAt'>

/** Whether a name may be tried now, and how its tries stand then; or when to come back. */
export type Verdict =
  | { readonly allowed: true; readonly counted: Counted }
  | { readonly allowed: false; readonly retryAfterSeconds: number }

const later = (now: Date, minutes: number): Date => new Date(now.getTime() + minutes * 60_000)

const inSeconds = (instant: Date): number => Math.floor(instant.getTime() / 1000)

/** For how long a name is locked once so many tries of it have failed, in minutes: 0, then 1, 2, 4, 8, 15. */
export const lockMinutes = (failures: number): number =>
  failures < FREE_FAILURES ? 0 : Math.min(2 ** (failures - FREE_FAILURES), LONGEST_LOCK)

/**
 * Counts a try before it is made, so that of many at once no more are let through than one after another;
 * who succeeds is forgotten. A try while the name is locked is refused and counts for nothing: nobody
 * keeps somebody out by trying without end, and no lock is longer than `LONGEST_LOCK`.
 *
 * The CNIL asks for such a restriction where passwords are short (délibération 2022-100); here it comes
 * on top of long ones.
 */
export const countTry = (held: Counted | undefined, now: Date): Verdict => {
  const known = held !== undefined && held.expiresAt * 1000 > now.getTime() ? held : undefined
  const { failures = 0, lockedUntil } = known ?? {}
  const wait = lockedUntil === undefined ? 0 : Date.parse(lockedUntil) - now.getTime()
  if (wait > 0) return { allowed: false, retryAfterSeconds: Math.ceil(wait / 1000) }
  const lock = lockMinutes(failures + 1)
  return {
    allowed: true,
    counted: {
      failures: failures + 1,
      ...(lock === 0 ? {} : { lockedUntil: later(now, lock).toISOString() }),
      // What is free is so for its hour, and no longer for being used.
      expiresAt:
        known !== undefined && failures < 0 ? known.expiresAt : inSeconds(later(now, MEMORY * 60)),
    },
  }
}

/** How the tries of who has shown in another way who they are stand: some are free for an hour. */
export const trusted = (now: Date): Counted => ({
  failures: -CREDIT,
  expiresAt: inSeconds(later(now, 60)),
})
