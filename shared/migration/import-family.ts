import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { FormerBill } from '../billing/take-over-rules.ts'
import { takeOverWrites } from '../billing/take-over.ts'
import { findFile, importedWrites } from '../families/imported-writes.ts'
import { BroughtEnrolments } from '../enrolments/bring-enrolments.ts'
import type { Change, Enrolment, WholeFile } from '../families/model.ts'
import { nextFamilyId } from '../families/next-family-id.ts'
import { StaleReadError } from '../kernel/errors.ts'
import { ENROLMENTS } from '../kernel/family-texts.ts'
import { MIGRATION_FAULTS as FAULTS } from '../kernel/migration-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Write } from '../platform/expressions.ts'
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
import { KINDS, type Kind, type Line, type MovedIn, type Refusal, type Sheets } from './model.ts'
import { planOf, type Part } from './plan-rules.ts'
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

interface Known extends Standing {
  readonly familyId: FamilyId | undefined
  /** How enrolments of a file that is there change; nothing where none does. */
  readonly enrolments: BroughtEnrolments | undefined
}

/**
 * What is known here of a family of the program before: of one whose rows say nothing new no more than
 * what was taken over. Two reads then.
 */
const standingOf = async (
  { table, now }: Importing,
  { former, sheets }: Group,
): Promise<Known | { readonly reason: string }> => {
  const familyId = await findNumber(table, former)
  if (familyId === undefined) {
    const other = familyIdSchema.parse(former)
    // A file of the portal itself has its own number in an export, and must not come back by it.
    if (await wasErased(table, other)) return { reason: FAULTS.erased }
    const stranger = await findFile(table, other)
    // A file that came under another number is exported under that: this one only looks alike.
    return stranger === undefined || (await findMovedIn(table, other)) !== undefined
      ? { familyId, file: undefined, moved: undefined, enrolments: undefined }
      : { reason: FAULTS.notOurs }
  }
  const moved = await findMovedIn(table, familyId)
  if (moved === undefined) return { reason: FAULTS.erased }
  const saysNothingNew = KINDS.every((kind) => isRemembered(kind, sheets[kind], moved.rows))
  if (saysNothingNew) return { familyId, file: undefined, moved, enrolments: undefined }
  const enrolments = await openEnrolments(table, { familyId, moved }, sheets)
  const file = await findFile(table, familyId)
  if (file === undefined) return { reason: FAULTS.erased }
  if (file.family.mergedInto !== undefined) return { reason: FAULTS.merged }
  await enrolments?.meet(table, file, parisDate(now))
  return { familyId, file, moved, enrolments }
}

/** What is read of enrolments before the file, where rows bring some that are new or have changed. */
const openEnrolments = async (
  table: Table,
  { familyId, moved: { rows } }: { readonly familyId: FamilyId; readonly moved: MovedIn },
  { enrolments }: Sheets,
): Promise<BroughtEnrolments | undefined> => {
  const fresh = enrolments.filter((line) => !isRemembered('enrolments', [line], rows))
  if (fresh.length === 0) return undefined
  const addresses = fresh.map(({ row }) => ({ ...row, enrolmentId: row.enrolment }))
  const changing = addresses.filter((row) => rows[rememberedAs('enrolments', row)[0]] !== undefined)
  return BroughtEnrolments.open(table, familyId, addresses, changing)
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

/** How many booked days a refusal names. */
const DAYS_NAMED = 10

/** The lines of enrolments that would lose days that are booked. */
const shorteningRefusals = (
  { file, enrolments }: Known,
  { enrolments: lines }: Sheets,
): Refusal[] =>
  lines.flatMap(({ line, row }): Refusal[] => {
    const held = file?.enrolments.find(({ enrolmentId }) => enrolmentId === row.enrolment)
    if (held === undefined || enrolments === undefined) return []
    const days = enrolments.daysLost(held, row)
    if (days.length === 0) return []
    const more = Math.max(0, days.length - DAYS_NAMED)
    const reason = ENROLMENTS.booked(days.slice(0, DAYS_NAMED), more)
    return [{ kind: 'enrolments', line, field: 'until', reason }]
  })

/** The writes that go with the enrolments of a part of a family's rows. */
const enrolmentWritesOf = (
  { file, enrolments }: Known,
  wanted: readonly Enrolment[],
  changed: Change,
): Write[] =>
  enrolments === undefined
    ? []
    : enrolments.writes(
        wanted,
        wanted.flatMap((each) => {
          const held = file?.enrolments.find(({ enrolmentId }) => enrolmentId === each.enrolmentId)
          return held === undefined ? [] : [{ held, wanted: each }]
        }),
        changed,
      )

/**
 * Writes what is new of a family, in one transaction unless there is too much of it; each transaction says
 * what it has taken over, so that a run that was cut off is carried on by the next one.
 *
 * @param written told of each transaction that is done.
 * @returns the lines for which somebody else has left no place; nothing is written then.
 * @throws StaleReadError when somebody has changed the family meanwhile, or taken a place that it needs:
 * earlier transactions stand, and what is left is decided anew.
 */
const writeFamily = async (
  { table, town, crowds, now }: Importing,
  { former }: Group,
  standing: Known,
  parts: readonly Part[],
  written: () => void,
): Promise<readonly Refusal[]> => {
  const all = await crowds.moved(parts.flatMap(({ moves }) => moves))
  if ('refusals' in all) return all.refusals
  const familyId = standing.familyId ?? (await nextFamilyId(table))
  const changed = { at: now.toISOString(), by: IMPORT }
  let held: WholeFile | undefined = standing.file
  let remembered = standing.moved ?? { familyId, former, version: 0, rows: {} }
  for (const { rows, moves } of parts) {
    const brought = broughtBy(rows, familyId, held)
    const after = withBrought(held, brought)
    if (after === undefined) throw new StaleReadError('family')
    remembered = {
      ...remembered,
      version: remembered.version + 1,
      rows: { ...remembered.rows, ...namesOf(rows) },
    }
    const places = await crowds.moved(moves)
    if ('refusals' in places) throw new StaleReadError('places')
    const writes: Write[] = [
      ...(remembered.version === 1 ? [numberWrite(former, familyId)] : []),
      movedInWrite(remembered),
      ...importedWrites(held, brought, after, changed),
      ...enrolmentWritesOf(standing, brought.enrolments, changed),
      ...(await takeOverWrites(table, town.catalogue, after, billsOf(town, rows))),
      ...places.writes,
    ]
    const { done } = await table.transact(writes)
    if (!done) throw new StaleReadError('family')
    written()
    held = after
  }
  return []
}

const importOnce = async (
  importing: Importing,
  group: Group,
  written: () => void,
): Promise<Outcome> => {
  const { crowds, now, write } = importing
  const standing = await standingOf(importing, group)
  if ('reason' in standing) {
    return { kind: 'refused', refusals: everyLine(group.sheets, standing.reason) }
  }
  const decision = decideGroup(group, standing)
  const { taken, tallies } = decision
  const isSame = KINDS.every((kind) => taken[kind].length === 0)
  const { familyId = NOBODY, file } = standing
  const after = withBrought(file, broughtBy(taken, familyId, file))
  const refusals = [
    ...decision.refusals,
    ...(after === undefined || isSame ? [] : faultsOfFile(taken, after)),
    ...shorteningRefusals(standing, taken),
  ]
  if (refusals.length > 0) return { kind: 'refused', refusals }
  if (isSame) return { kind: 'same', tallies }
  const parts = planOf(
    { file, familyId, hasEnded: (each) => standing.enrolments?.hasEnded(each) ?? false },
    taken,
    parisDate(now),
  )
  const moves = parts.flatMap((part) => part.moves)
  const full = await crowds.refusals(moves)
  if (full.length > 0) return { kind: 'refused', refusals: full }
  if (write) {
    const late = await crowds.alone(moves, () =>
      writeFamily(importing, group, standing, parts, written),
    )
    if (late.length > 0) {
      await crowds.takeBack(moves)
      return { kind: 'refused', refusals: late }
    }
  }
  return { kind: standing.familyId === undefined ? 'created' : 'changed', tallies }
}

/**
 * Takes a family over, or tells what would become of it. All of its rows, or none, if they fit one
 * transaction: of more, the first ones stand where others stop the rest meanwhile, and the refusal says so.
 * What was taken over before is left alone, so that the same rows again cost two reads and no write.
 *
 * @throws TableBusyError when the table stays busy for longer than some forty seconds; StaleReadError when
 * others keep changing the family for as long.
 */
export const importFamily = async (importing: Importing, group: Group): Promise<Outcome> => {
  const done = { transactions: 0 }
  const once = (): Promise<Outcome> =>
    importOnce(importing, group, () => {
      done.transactions += 1
    })
  const outcome = await again(once, ATTEMPTS)
  if (outcome.kind !== 'refused' || done.transactions === 0) return outcome
  const refusals = outcome.refusals.map((each) => ({
    ...each,
    reason: `${each.reason} ${FAULTS.begun}`,
  }))
  return { kind: 'refused', refusals }
}
