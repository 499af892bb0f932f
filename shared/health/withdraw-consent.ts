import type * as z from 'zod'
import { StaleReadError } from '../kernel/errors.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { removalWrite } from '../trail/note-removal.ts'
import { guardedHealth } from './find-record.ts'
import type { withdrawHealthRoute } from './routes.ts'
import { consentWrite, recordDeletion } from './store.ts'

/**
 * Withdraws the consent to the health record of a child: the record is deleted, and what is left says who
 * had agreed, and who withdrew it (GDPR, article 7). Any guardian with authority may, whatever the
 * version, and again without effect.
 *
 * @throws PortalError `not-found` as `guardedHealth` does; `concurrent-change`.
 */
export const withdrawHealth = (
  table: Table,
  {
    parameters,
    actor,
    now,
  }: Pick<Call<typeof withdrawHealthRoute>, 'parameters' | 'actor' | 'now'>,
): Promise<z.input<(typeof withdrawHealthRoute)['reply']>> =>
  again(async () => {
    const { childId } = parameters
    const { child, by, health } = await guardedHealth(table, { actor, childId, now })
    const { address, sealed, consent } = health
    if (consent === undefined) return { childId }
    if (consent.withdrawn !== undefined) return { childId, withdrawnAt: consent.withdrawn.at }
    const withdrawn = { by, at: now.toISOString() }
    const { done } = await table.transact([
      consentWrite({ ...consent, withdrawn, version: consent.version + 1 }),
      ...(sealed === undefined
        ? []
        : [
            recordDeletion(sealed),
            removalWrite({
              familyId: address.familyId,
              entity: 'HealthRecord',
              id: address.childId,
              about: `${child.firstName} ${child.lastName}`,
              by: actor.account,
              now,
            }),
          ]),
    ])
    if (!done) throw new StaleReadError('health record')
    return { childId, withdrawnAt: withdrawn.at }
  })
