import { familyAccounts } from '../accounts/family-accounts.ts'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { actingGuardian, householdOf, readEverything } from '../families/read-file.ts'
import { mayParent } from '../families/rights-rules.ts'
import { aboutPerson } from '../families/view-file.ts'
import { readHealth } from '../health/read-record.ts'
import { parisDate } from '../kernel/paris.ts'
import { EXPORT } from '../kernel/privacy-texts.ts'
import type { Actor } from '../platform/http.ts'
import type { FamilyId, GuardianId } from '../platform/schemas.ts'
import type { Sealer } from '../platform/sealer.ts'
import type { Table } from '../platform/table.ts'
import { composeExport, plain, sectionOf, type Export, type Section } from './compose-export.ts'
import type { Held } from './export-reader.ts'

/** What an export is made with. */
export interface ExportParts {
  readonly table: Table
  readonly town: TownCatalogue
  readonly sealer: Sealer
}

const loadHeld = async (
  { table, town }: Pick<ExportParts, 'table' | 'town'>,
  familyId: FamilyId,
): Promise<Held> => {
  const [{ file, items }, accounts] = await Promise.all([
    readEverything(table, familyId),
    familyAccounts(table, familyId),
  ])
  return { catalogue: town.catalogue, file, items, accounts }
}

/**
 * What the health records of a guardian's children say, opened one by one: each reading is noted before
 * it is made, as anywhere else.
 */
const healthOf = async (
  parts: ExportParts,
  { file }: Held,
  { actor, guardianId, now }: { actor: Actor; guardianId: GuardianId; now: Date },
): Promise<Section[]> => {
  const items: Section['items'] = []
  for (const child of file.children) {
    if (!mayParent(child, guardianId, parisDate(now))) continue
    const { childId } = child
    const record = await readHealth(parts, { parameters: { childId }, actor, now })
    if (record.version === 0) continue
    const { vaccinations, illnesses, allergies, doctor, recommendations, carePlan } = record
    items.push(
      ...plain({
        child: aboutPerson(child),
        vaccinations: vaccinations
          .filter(({ done }) => done !== undefined)
          .map(({ name, done, on }) => ({ name, done, on })),
        illnesses: illnesses
          .filter(({ had }) => had !== undefined)
          .map(({ name, had, on, details }) => ({ name, had, on, details })),
        allergies: allergies
          .filter(({ has }) => has !== undefined)
          .map(({ name, has, details }) => ({ name, has, details })),
        ...{ doctor, recommendations, carePlan },
      }),
    )
  }
  const about = { entity: 'Health', title: EXPORT.health, retention: 'health' } as const
  return sectionOf(parts.town, about, items)
}

/**
 * Everything that is held about a guardian's family, as far as they may read it on the portal (GDPR,
 * articles 15 and 20): not of a child over whom they have no authority, not where another guardian lives
 * who lives elsewhere, nothing of another household. Health only where it is asked for, each reading
 * noted. Two Queries, and for each child with health two more, a call for the key and a write.
 *
 * @throws PortalError `not-found` for a guardian who is not, or no longer, in the file.
 */
export const exportFamily = async (
  parts: ExportParts,
  {
    actor,
    query,
    now,
  }: { readonly actor: Actor; readonly query: { readonly health: string }; readonly now: Date },
): Promise<Export> => {
  const { familyId, guardianId } = householdOf(actor)
  const held = await loadHeld(parts, familyId)
  const guardian = actingGuardian(held.file, guardianId)
  const health = query.health === 'true'
  const exported = composeExport(parts.town, held, {
    guardian,
    account: actor.account,
    health,
    now,
  })
  if (!health) return exported
  const opened = await healthOf(parts, held, { actor, guardianId, now })
  return { ...exported, sections: [...exported.sections, ...opened] }
}

/**
 * The same for staff who answer a request on paper: what the guardian who asks may read, or all of the
 * file where none is named. Health is never in it: guardians alone open it. Two Queries.
 *
 * @throws PortalError `not-found` when there is no such family, or no such guardian in it.
 */
export const exportFamilyFile = async (
  { table, town }: Pick<ExportParts, 'table' | 'town'>,
  {
    parameters: { familyId },
    query: { guardianId },
    now,
  }: {
    readonly parameters: { readonly familyId: FamilyId }
    readonly query: { readonly guardianId?: GuardianId | undefined }
    readonly now: Date
  },
): Promise<Export> => {
  const held = await loadHeld({ table, town }, familyId)
  const guardian = guardianId === undefined ? undefined : actingGuardian(held.file, guardianId)
  return composeExport(town, held, { guardian, health: false, now })
}
