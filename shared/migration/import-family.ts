import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { FormerBill } from '../billing/take-over-rules.ts'
import { takeOverWrites } from '../billing/take-over.ts'
import { findFile, importedWrites } from '../families/imported-writes.ts'
import type { WholeFile } from '../families/model.ts'
import { nextFamilyId } from '../families/next-family-id.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { MIGRATION_FAULTS as FAULTS } from '../kernel/migration-texts.ts'
import type { Write } from '../platform/expressions.ts'
import { TRANSACTION_LIMIT } from '../platform/keys.ts'
import { again } from '../platform/retry.ts'
import { familyIdSchema, type FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { wasErased } from '../privacy/was-erased.ts'
import { billOfCredit, billOfInvoice, broughtBy, withBrought } from './build-rules.ts'
import type { Group } from './check-rules.ts'
import type { Crowds } from './crowds.ts'
import {
  decideGroup,
  everyLine,
  faultsOfFile,
  rememberedAs,
  type Decision,
  type Standing,
} from './decide-rules.ts'
import { emptySheets, KINDS, type Kind, type Line, type Refusal, type Sheets } from './model.ts'
import { findMovedIn, findNumber, movedInWrite, numberWrite } from './store.ts'

/** What an import works with. */
export interface Importing {
  readonly table: Table
  readonly town: TownCatalogue
  readonly crowds: Crowds
  readonly now: Date
  /** Whether it writes, or only tells what it would do. */
  readonly write: boolean
}

/** What became of a family. */
export type Outcome =
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | {
      readonly kind: 'created' | 'changed' | 'same'
      readonly tallies: Decision['tallies']
    }

/** Who has written what an import changes, as the trail tells it. */
const IMPORT = 'import'

/** How often a family is begun anew while the table is busy: up to some forty seconds. */
const ATTEMPTS = 12

/** The number under which a family is looked at that has none yet. */
const NOBODY = familyIdSchema.parse('-')

/** The writes of one transaction, less those that say what was taken over and take places. */
const ROOM = TRANSACTION_LIMIT - 12

interface Known extends Standing {
  readonly familyId: FamilyId | undefined
}

/**
 * What is known here of a family of the program before: of one whose rows say nothing new no more than
 * what was taken over. Two reads then.
 */
const standingOf = async (
  table: Table,
  { former, sheets }: Group,
): Promise<Known | { readonly reason: string }> => {
  const familyId = await findNumber(table, former)
  if (familyId === undefined) {
    const other = familyIdSchema.parse(former)
    // A file of the portal itself has its own number in an export, and must not come back by it.
    if (await wasErased(table, other)) return { reason: FAULTS.erased }
    const stranger = await findFile(table, other)
    return stranger === undefined
      ? { familyId, file: undefined, moved: undefined }
      : { reason: FAULTS.notOurs }
  }
  const moved = await findMovedIn(table, familyId)
  if (moved === undefined) return { reason: FAULTS.erased }
  const saysNothingNew = KINDS.every((kind) => isRemembered(kind, sheets[kind], moved.rows))
  const file = saysNothingNew ? undefined : await findFile(table, familyId)
  if (file === undefined && !saysNothingNew) return { reason: FAULTS.erased }
  return { familyId, file, moved }
}

const isRemembered = <K extends Kind>(
  kind: K,
  lines: readonly Line<K>[],
  rows: Readonly<Record<string, string>>,
): boolean =>
  lines.every(({ row }) => {
    const [name, hash] = rememberedAs(kind, row)
    return rows[name] === hash
  })

/** Rows in parts that fit one transaction each; who the family is comes first. */
const partsOf = (taken: Sheets): Sheets[] => {
  const parts = [emptySheets()]
  let room = ROOM
  const put = <K extends Kind>(kind: K, lines: readonly Line<K>[]): void => {
    for (const line of lines) {
      // An enrolment is written with its card.
      const size = kind === 'enrolments' ? 2 : 1
      if (size > room) {
        parts.push(emptySheets())
        room = ROOM
      }
      room -= size
      parts.at(-1)?.[kind].push(line)
    }
  }
  put('families', taken.families)
  put('guardians', taken.guardians)
  put('children', taken.children)
  put('enrolments', taken.enrolments)
  put('means', taken.means)
  put('invoices', taken.invoices)
  put('credits', taken.credits)
  return parts
}

const billsOf = (
  { catalogue: { town } }: TownCatalogue,
  { invoices, credits }: Sheets,
): FormerBill[] => {
  const regieOf = (regieId: string) => town.regies.filter(({ id }) => id === regieId)
  return [
    ...invoices.flatMap(({ row }) =>
      regieOf(row.regieId).map((regie) => billOfInvoice(row, regie)),
    ),
    ...credits.flatMap(({ row }) => regieOf(row.regieId).map((regie) => billOfCredit(row, regie))),
  ]
}

const namesOf = (part: Sheets): Record<string, string> =>
  Object.fromEntries([
    ...part.families.map(({ row }) => rememberedAs('families', row)),
    ...part.guardians.map(({ row }) => rememberedAs('guardians', row)),
    ...part.children.map(({ row }) => rememberedAs('children', row)),
    ...part.enrolments.map(({ row }) => rememberedAs('enrolments', row)),
    ...part.means.map(({ row }) => rememberedAs('means', row)),
    ...part.invoices.map(({ row }) => rememberedAs('invoices', row)),
    ...part.credits.map(({ row }) => rememberedAs('credits', row)),
  ])

/**
 * Writes what is new of a family, in one transaction unless there is too much of it; each transaction says
 * what it has taken over, so that a run that was cut off is carried on by the next one.
 *
 * @throws StaleReadError when somebody has changed the family meanwhile.
 */
const writeFamily = async (
  { table, town, crowds, now }: Importing,
  { former }: Group,
  { familyId: known, file, moved }: Known,
  { taken, created }: Decision,
): Promise<void> => {
  const familyId = known ?? (await nextFamilyId(table))
  const changed = { at: now.toISOString(), by: IMPORT }
  let held: WholeFile | undefined = file
  let remembered = moved ?? { familyId, former, version: 0, rows: {} }
  for (const part of partsOf(taken)) {
    const brought = broughtBy(part, familyId, held)
    const after = withBrought(held, brought)
    if (after === undefined) throw new StaleReadError('family')
    const isCreated = (line: Line<'enrolments'>): boolean => created.enrolments.includes(line)
    remembered = {
      ...remembered,
      version: remembered.version + 1,
      rows: { ...remembered.rows, ...namesOf(part) },
    }
    const writes: Write[] = [
      ...(remembered.version === 1 ? [numberWrite(former, familyId)] : []),
      movedInWrite(remembered),
      ...importedWrites(held, brought, after, changed),
      ...(await takeOverWrites(table, town.catalogue, after, billsOf(town, part))),
      ...(await crowds.claims(part.enrolments.filter(isCreated))),
    ]
    const { done } = await table.transact(writes)
    if (!done) throw new StaleReadError('family')
    held = after
  }
}

const importOnce = async (importing: Importing, group: Group): Promise<Outcome> => {
  const standing = await standingOf(importing.table, group)
  if ('reason' in standing) {
    return { kind: 'refused', refusals: everyLine(group.sheets, standing.reason) }
  }
  const decision = decideGroup(group, standing)
  const { taken, created, tallies } = decision
  const isSame = KINDS.every((kind) => taken[kind].length === 0)
  const { familyId = NOBODY, file } = standing
  const after = withBrought(file, broughtBy(taken, familyId, file))
  const refusals = [
    ...decision.refusals,
    ...(after === undefined || isSame ? [] : faultsOfFile(taken, after)),
  ]
  if (refusals.length > 0) return { kind: 'refused', refusals }
  if (isSame) return { kind: 'same', tallies }
  const full = await importing.crowds.refusals(created.enrolments)
  if (full.length > 0) return { kind: 'refused', refusals: full }
  if (importing.write) await writeFamily(importing, group, standing, decision)
  return { kind: standing.familyId === undefined ? 'created' : 'changed', tallies }
}

/**
 * Takes a family over, or tells what would become of it. All of its rows, or none; what was taken over
 * before is left alone, so that the same rows again cost two reads and no write.
 *
 * @throws TableBusyError when the table stays busy for longer than some forty seconds.
 */
export const importFamily = async (importing: Importing, group: Group): Promise<Outcome> => {
  try {
    return await again(() => importOnce(importing, group), ATTEMPTS)
  } catch (error) {
    if (!(error instanceof PortalError) || error.code !== 'group-full') throw error
    const [first] = group.sheets.enrolments
    const reason = error.detail ?? error.code
    return {
      kind: 'refused',
      refusals: [{ kind: 'enrolments', line: first?.line ?? 0, field: 'groupId', reason }],
    }
  }
}
