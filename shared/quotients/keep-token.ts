import type * as z from 'zod'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import type { Sealer } from '../platform/sealer.ts'
import type { Table } from '../platform/table.ts'
import type { keepTokenRoute, readTokenRoute } from './routes.ts'
import { findToken, putToken } from './store.ts'
import { endOf, endOfKept, isEnding, type TokenEnd } from './token-rules.ts'

/** Where the town's token lies, and what opens it. */
export interface TokenParts {
  readonly table: Table
  readonly sealer: Sealer
}

/** What a sealed token is bound to: it opens as this and nothing else. */
const CONTEXT = { purpose: 'quotient-token' }

/**
 * Keeps the token that API Particulier gave to the town, in the place of the one before, and when it ends:
 * tokens do after 18 months, and an administrator renews it here, without a deployment. It is sealed by a
 * key of its own before it is stored, and no route gives it back. In an environment variable of the
 * function, be it resolved at deployment, everybody who may look at the function could read it.
 */
export const keepToken = async (
  { table, sealer }: TokenParts,
  { body, actor, now }: Pick<Call<typeof keepTokenRoute>, 'body' | 'actor' | 'now'>,
): Promise<z.input<(typeof keepTokenRoute)['reply']>> => {
  const sealed = await sealer.seal(body.token, CONTEXT)
  const setAt = now.toISOString()
  const end = endOf(body.token, { told: body.endsOn, today: parisDate(now) })
  await putToken(table, { ...sealed, setAt, setBy: actor.account, ...end })
  return { setAt, ...end }
}

/**
 * Since when the town has its token, and when that ends. One read.
 *
 * @throws PortalError `not-found` before an administrator has set it.
 */
export const readToken = async (
  table: Table,
): Promise<z.input<(typeof readTokenRoute)['reply']>> => {
  const held = await findToken(table)
  if (held === undefined) throw new PortalError('not-found')
  return { setAt: held.setAt, ...endOfKept(held) }
}

/** When the town's token ends, if that is within 30 days or was as many ago; nothing otherwise. One read. */
export const endingToken = async (table: Table, due: Date): Promise<TokenEnd | undefined> => {
  const held = await findToken(table)
  const end = held && endOfKept(held)
  return end !== undefined && isEnding(end, parisDate(due)) ? end : undefined
}

/** The town's token; nothing before an administrator has set it. One read. */
export const openToken = async ({ table, sealer }: TokenParts): Promise<string | undefined> => {
  const held = await findToken(table)
  return held && sealer.open(held, CONTEXT)
}
