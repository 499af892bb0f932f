import type * as z from 'zod'
import type { Call } from '../platform/http.ts'
import type { Sealer } from '../platform/sealer.ts'
import type { Table } from '../platform/table.ts'
import type { keepTokenRoute } from './routes.ts'
import { findToken, putToken } from './store.ts'

/** Where the town's token lies, and what opens it. */
export interface TokenParts {
  readonly table: Table
  readonly sealer: Sealer
}

/** What a sealed token is bound to: it opens as this and nothing else. */
const CONTEXT = { purpose: 'quotient-token' }

/**
 * Keeps the token that API Particulier gave to the town, in the place of the one before: tokens end after
 * 18 months, and whoever the town has told of it renews it here, without a deployment. It is sealed by a
 * key of its own before it is stored, and no route gives it back. In an environment variable of the
 * function, be it resolved at deployment, everybody who may look at the function could read it.
 */
export const keepToken = async (
  { table, sealer }: TokenParts,
  { body, actor, now }: Pick<Call<typeof keepTokenRoute>, 'body' | 'actor' | 'now'>,
): Promise<z.input<(typeof keepTokenRoute)['reply']>> => {
  const sealed = await sealer.seal(body.token, CONTEXT)
  const setAt = now.toISOString()
  await putToken(table, { ...sealed, setAt, setBy: actor.account })
  return { setAt }
}

/** The town's token; nothing before an administrator has set it. One read. */
export const openToken = async ({ table, sealer }: TokenParts): Promise<string | undefined> => {
  const held = await findToken(table)
  return held && sealer.open(held, CONTEXT)
}
