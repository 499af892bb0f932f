import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { PortalError } from '../kernel/errors.ts'
import { closeTill } from '../ledger/close-till.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { closeMonthRoute, closingReply, listClosingsRoute } from './routes.ts'
import { closingWrite, findClosing, listClosingsOf } from './store.ts'
import { viewClosing } from './view.ts'

/** Ten years. */
const MOST_CLOSINGS = 120

type CloseCall = Call<typeof closeMonthRoute>

/**
 * Closes the accounts of a régie for a month that is over and freezes what it came to. From then on
 * nothing is dated in it: a payment of that month is refused, what comes by itself counts from the first
 * open day. Closed again it stays as it was.
 *
 * @throws PortalError `not-found` for a régie that the town does not have; `period-out-of-range` for a
 * month that is not over, and while one before it is open; `month-closed` for one before the first
 * closing; StaleReadError when the till keeps moving.
 */
export const closeMonth = async (
  { table, town }: { table: Table; town: TownCatalogue },
  {
    parameters: { regieId },
    body: { month },
    actor,
    now,
  }: Pick<CloseCall, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<z.input<typeof closingReply>> => {
  if (!town.catalogue.town.regies.some(({ id }) => id === regieId)) {
    throw new PortalError('not-found')
  }
  await closeTill(table, { regieId, month, now }, (sums) => [
    closingWrite({
      ...{ regieId, month, sums: [...sums] },
      closedAt: now.toISOString(),
      closedBy: actor.account,
    }),
  ])
  const closing = await findClosing(table, { regieId, month })
  if (closing === undefined) throw new PortalError('month-closed')
  return viewClosing(closing)
}

/** The closed months of a régie, the newest first. */
export const listClosings = async (
  table: Table,
  { parameters: { regieId } }: Pick<Call<typeof listClosingsRoute>, 'parameters'>,
): Promise<z.input<(typeof listClosingsRoute)['reply']>> => ({
  closings: (await listClosingsOf(table, regieId, MOST_CLOSINGS)).map(viewClosing),
})
