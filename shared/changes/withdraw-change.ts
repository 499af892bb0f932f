import type * as z from 'zod'
import { readChangeable } from '../families/apply-changes.ts'
import { admittedTo, householdOf, refuseInactive } from '../families/read-file.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { isTheirs } from './list-changes.ts'
import type { ChangeRequest } from './model.ts'
import type { withdrawChangeRoute } from './routes.ts'
import { changeRequestEntity, findChange } from './store.ts'
import { viewChange } from './view.ts'

/**
 * Withdraws a family's own request for changes that staff have not checked yet: what it asks counts
 * for nothing, and its item awaits nothing any more. What is withdrawn already stays so. One read, one
 * Query, one transaction.
 *
 * @throws PortalError `not-found`, also for what the guardian is not shown: of another guardian, or of a
 * child over whom they have no authority; `already-decided`, `file-inactive`, `concurrent-change`.
 */
export const withdrawChange = (
  table: Table,
  {
    actor,
    parameters: { number },
    now,
  }: Pick<Call<typeof withdrawChangeRoute>, 'actor' | 'parameters' | 'now'>,
): Promise<z.input<(typeof withdrawChangeRoute)['reply']>> =>
  again(async () => {
    const { familyId } = householdOf(actor)
    const held = await findChange(table, { familyId, number })
    if (held === undefined) throw new PortalError('not-found')
    const { file, item } = await readChangeable(table, familyId, held.target)
    if (!isTheirs(admittedTo(file, { actor, now }), held)) throw new PortalError('not-found')
    if (held.withdrawnAt !== undefined) return viewChange(held)
    if (held.decision !== undefined) throw new PortalError('already-decided')
    refuseInactive(file)
    const at = now.toISOString()
    const { version } = held
    const withdrawn: ChangeRequest = { ...held, version: version + 1, withdrawnAt: at }
    const { done } = await table.transact([
      {
        kind: 'put',
        item: changeRequestEntity.toItem(withdrawn),
        when: { kind: 'version', version },
      },
      ...(item === undefined ? [] : [item.write({}, { at, by: actor.account })]),
    ])
    if (!done) throw new StaleReadError('change')
    return viewChange(withdrawn)
  })
