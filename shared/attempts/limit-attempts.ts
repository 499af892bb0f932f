import { PortalError, StaleReadError, type ErrorCode } from '../kernel/errors.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { Attempted, Attempts } from './model.ts'
import { countTry, trusted } from './rules.ts'
import { findAttempts, forgetAttempts, replaceAttempts, saveAttempts } from './store.ts'

/** The refusals of a proof that is wrong; any other says nothing of it. */
const WRONG: ReadonlySet<ErrorCode> = new Set(['bad-credentials', 'bad-code'])

/**
 * Tries a proof, unless it was tried in vain too often of late under this name. Who is not known is
 * counted and refused like everybody else, by the same calls. One read and two writes.
 *
 * @throws PortalError `too-many-attempts` with the seconds to wait, before anything is tried; what
 * `attempt` throws.
 */
export const limitAttempts = async <Result>(
  table: Table,
  attempted: Attempted,
  now: Date,
  attempt: () => Promise<Result>,
): Promise<Result> => {
  const { held, counted } = await again(() => count(table, attempted, now))
  try {
    const result = await attempt()
    await forgetAttempts(table, attempted)
    return result
  } catch (error) {
    if (!(error instanceof PortalError && WRONG.has(error.code))) {
      await takeBack(table, attempted, held, counted)
    }
    throw error
  }
}

/** Lets somebody who has shown who they are in another way try again at once, under each of their names. */
export const trustNames = async (
  table: Table,
  names: readonly string[],
  now: Date,
): Promise<void> => {
  for (const name of new Set(names)) {
    await replaceAttempts(table, { proof: 'password', name }, trusted(now))
  }
}

const count = async (
  table: Table,
  attempted: Attempted,
  now: Date,
): Promise<{ readonly held: Attempts | undefined; readonly counted: Attempts }> => {
  const held = await findAttempts(table, attempted)
  const verdict = countTry(held, now)
  if (!verdict.allowed) {
    const { retryAfterSeconds } = verdict
    throw new PortalError('too-many-attempts', { retryAfterSeconds })
  }
  return {
    held,
    counted: await saveAttempts(table, attempted, verdict.counted, held?.version ?? 0),
  }
}

/** Counts a try for nothing that was not answered: nobody is locked out by an outage. */
const takeBack = async (
  table: Table,
  attempted: Attempted,
  held: Attempts | undefined,
  counted: Attempts,
): Promise<void> => {
  try {
    const before = held ?? { failures: 0, expiresAt: counted.expiresAt }
    await saveAttempts(table, attempted, before, counted.version)
  } catch (error) {
    // Another try was counted meanwhile, which stands.
    if (!(error instanceof StaleReadError)) throw error
  }
}
