import type { Write } from '../platform/expressions.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { findPreferences, preferencesWrite } from './store.ts'
import { TOPICS } from './topics.ts'

/**
 * The write by which a family that gets the people of another one goes without the mails which that one
 * has stopped; none where it gets none of them either. Two reads.
 */
export const mergePreferences = async (
  table: Table,
  { from, into }: { readonly from: FamilyId; readonly into: FamilyId },
): Promise<Write[]> => {
  const [left, kept] = await Promise.all([
    findPreferences(table, from),
    findPreferences(table, into),
  ])
  const stopped = TOPICS.filter((topic) => kept[topic] && !left[topic])
  if (stopped.length === 0) return []
  const merged = { ...kept }
  for (const topic of stopped) merged[topic] = false
  return [preferencesWrite(merged)]
}
