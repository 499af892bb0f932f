import type * as z from 'zod'
import { admitGuardian, householdOf } from '../families/read-file.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { readPreferencesRoute, setPreferencesRoute } from './routes.ts'
import { findPreferences, savePreferences } from './store.ts'

type Reply = z.input<(typeof readPreferencesRoute)['reply']>

/**
 * What a guardian's family wants to be told by mail.
 *
 * @throws PortalError `not-found` when the guardian is not, or no longer, of this family.
 */
export const readPreferences = async (
  table: Table,
  { actor }: Pick<Call<typeof readPreferencesRoute>, 'actor'>,
): Promise<Reply> => {
  const familyId = await admitGuardian(table, householdOf(actor))
  const { reminders, news } = await findPreferences(table, familyId)
  return { reminders, news }
}

/**
 * Sets what a guardian's family wants to be told by mail; the last word of any guardian holds.
 *
 * @throws PortalError `not-found` when the guardian is not, or no longer, of this family;
 * `concurrent-change`.
 */
export const setPreferences = async (
  table: Table,
  { actor, body }: Pick<Call<typeof setPreferencesRoute>, 'actor' | 'body'>,
): Promise<Reply> => {
  const familyId = await admitGuardian(table, householdOf(actor))
  return again(async () => {
    const held = await findPreferences(table, familyId)
    await savePreferences(table, { ...held, ...body })
    return body
  })
}
