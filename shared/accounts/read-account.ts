import type * as z from 'zod'
import { PortalError } from '../kernel/errors.ts'
import { standingOfAddress } from '../mail-health/standing.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { readAccountRoute } from './routes.ts'
import { findAccount } from './store.ts'

/**
 * What the portal knows of who asks, with when they were here before [guide 4, 35]. Two reads.
 *
 * @throws PortalError `not-found` when they have never signed in by the portal.
 */
export const readAccount = async (
  table: Table,
  { actor }: Pick<Call<typeof readAccountRoute>, 'actor'>,
): Promise<z.input<(typeof readAccountRoute)['reply']>> => {
  const held = await findAccount(table, actor.account)
  if (held === undefined) throw new PortalError('not-found')
  const { account, userName, email, roles, name, facilities, previousSignIn } = held
  const mailProblem = await standingOfAddress(table, email)
  return {
    ...{ account, userName, email, roles, name, facilities },
    ...{ lastSignIn: previousSignIn, mailProblem },
  }
}
