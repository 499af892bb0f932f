import type * as z from 'zod'
import { readFile } from '../families/read-file.ts'
import { ENTITY_WORDS, MASKED, TRAIL_WORDS } from '../kernel/trail-texts.ts'
import type { Actor, Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { TrailEntry, TrailField } from './model.ts'
import type { readTrailRoute } from './routes.ts'
import { listTrail, placeOf } from './store.ts'

type Reply = z.input<(typeof readTrailRoute)['reply']>

/** Stands between the parts of a place; no part holds it. */
const BETWEEN = '~'

const maskField = ({ field, before, after }: TrailField): TrailField => ({
  field,
  ...(before === undefined ? {} : { before: MASKED }),
  ...(after === undefined ? {} : { after: MASKED }),
})

/** Whether somebody works with what families earn: to the others the trail tells only that it changed. */
const seesMeans = ({ roles }: Pick<Actor, 'roles'>): boolean =>
  roles.includes('accountant') || roles.includes('administrator')

const viewEntry = (entry: TrailEntry, actor: Pick<Actor, 'roles'>): Reply['entries'][number] => ({
  at: entry.at,
  kind: entry.kind,
  kindLabel: TRAIL_WORDS[entry.kind],
  subject: entry.subject,
  subjectLabel: ENTITY_WORDS[entry.subject],
  id: entry.id,
  about: entry.about,
  by: entry.by,
  reason: entry.reason,
  fields:
    entry.subject === 'Means' && !seesMeans(actor) ? entry.fields.map(maskField) : entry.fields,
})

/**
 * Who changed or read what of a family file, when and why, newest first, by pages: RGPD, art. 5-2 and
 * 32. An edit is in it a moment after it was made. The values of means (quotient, income) are shown to
 * accountants and administrators only. One Query.
 *
 * @throws PortalError `not-found` when there is no such family.
 */
export const readTrail = async (
  table: Table,
  {
    parameters: { familyId },
    query: { limit, page },
    actor,
  }: Pick<Call<typeof readTrailRoute>, 'parameters' | 'query' | 'actor'>,
): Promise<Reply> => {
  const from = page?.split(BETWEEN)
  const found = await listTrail(table, familyId, { from, limit: limit + 1 })
  // A number that was mistyped is told apart from a file that nothing has happened to.
  if (found.length === 0) await readFile(table, familyId, ['FILE', 'FAMILY'])
  const next = found[limit]
  return {
    familyId,
    entries: found.slice(0, limit).map((entry) => viewEntry(entry, actor)),
    ...(next === undefined ? {} : { next: placeOf(next).join(BETWEEN) }),
  }
}
