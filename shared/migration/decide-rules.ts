import { schoolYearOf } from '../catalogue/calendar.ts'
import type { FamilyFile, WholeFile } from '../families/model.ts'
import { MOST } from '../families/file-rules.ts'
import { MIGRATION_FAULTS as FAULTS } from '../kernel/migration-texts.ts'
import { hashOf } from '../platform/hash.ts'
import type { Group } from './check-rules.ts'
import {
  columnsOf,
  emptySheets,
  KINDS,
  type Kind,
  type Line,
  type MovedIn,
  type Refusal,
  type Row,
  type Sheets,
} from './model.ts'
import { childRow, enrolmentRow, familyRow, guardianRow, meansRow } from './project-rules.ts'
import { keyOf } from './row-rules.ts'

/** The most of each that one family may have; a file is loaded whole each time. */
const LIMITS = { ...MOST, enrolments: 200, means: 40 } as const

/** How many rows of a file have which end. */
export interface Tally {
  readonly created: number
  readonly changed: number
  readonly same: number
}

/** What becomes of the rows of a family. */
export interface Decision {
  readonly refusals: readonly Refusal[]
  /** The rows that are new or have changed: what is to be written. */
  readonly taken: Sheets
  /** Those of them that are new. */
  readonly created: Sheets
  readonly tallies: Readonly<Record<Kind, Tally>>
}

/** A hash of what a row says: whatever the order of its columns, and how its cells are written. */
const hashOfRow = (kind: Kind, row: object): string => {
  const values = new Map<string, unknown>(Object.entries(row))
  return hashOf(columnsOf(kind).map(([field]) => values.get(field) ?? null)).slice(0, 16)
}

/** The name and the hash under which a row is remembered once it is taken over. */
export const rememberedAs = <K extends Kind>(
  kind: K,
  row: Row<K>,
): readonly [name: string, hash: string] => [`${kind} ${keyOf(kind, row)[1]}`, hashOfRow(kind, row)]

/** The row that the portal would export for what it holds under the key of a row; documents have none. */
const HELD: {
  readonly [K in Kind]: (row: Row<K>, file: FamilyFile) => Row<K> | undefined
} = {
  families: ({ family }, file) => familyRow(file, family),
  guardians: ({ family, guardian }, { guardians }) => {
    const held = guardians.find(({ guardianId }) => guardianId === guardian)
    return held && guardianRow(held, family)
  },
  children: ({ family, child }, { children }) => {
    const held = children.find(({ childId }) => childId === child)
    return held && childRow(held, family)
  },
  enrolments: ({ family, enrolment }, { enrolments }) => {
    const held = enrolments.find(({ enrolmentId }) => enrolmentId === enrolment)
    return held && enrolmentRow(held, family)
  },
  means: ({ family, from }, { means }) => {
    const held = means.find((each) => each.from === from)
    return held && meansRow(held, family)
  },
  invoices: () => undefined,
  credits: () => undefined,
}

/** What an import knows of a family before it writes. */
export interface Standing {
  readonly file: WholeFile | undefined
  readonly moved: MovedIn | undefined
}

type Fate = 'created' | 'changed' | 'same' | { readonly reason: string }

/**
 * What becomes of a row. One that was taken over as it is says nothing new, whatever the portal has made of
 * it since; one that has changed counts only if nobody has changed the same in the portal meanwhile.
 */
const fateOf = <K extends Kind>(kind: K, row: Row<K>, { file, moved }: Standing): Fate => {
  const [name, hash] = rememberedAs(kind, row)
  const before = moved?.rows[name]
  if (before === hash) return 'same'
  const project = HELD[kind]
  const held = file && project(row, file)
  if (before === undefined) return held === undefined ? 'created' : { reason: FAULTS.isHere }
  if (kind === 'invoices' || kind === 'credits') return { reason: FAULTS.issued }
  if (held === undefined) return { reason: FAULTS.goneHere }
  return hashOfRow(kind, held) === before ? 'changed' : { reason: FAULTS.changedHere }
}

/** Whether an enrolment that has changed is of another place or school year than it was. */
const isMoved = (
  { childId, activityId, groupId, from }: Row<'enrolments'>,
  held: Row<'enrolments'> | undefined,
): boolean =>
  held !== undefined &&
  (held.childId !== childId ||
    held.activityId !== activityId ||
    held.groupId !== groupId ||
    schoolYearOf(held.from) !== schoolYearOf(from))

const sort = <K extends Kind>(
  kind: K,
  lines: readonly Line<K>[],
  standing: Standing,
  into: { readonly taken: Line<K>[]; readonly created: Line<K>[] },
): { readonly tally: Tally; readonly refusals: readonly Refusal[] } => {
  const fates = lines.map((each) => ({ each, fate: fateOf(kind, each.row, standing) }))
  const of = (wanted: Fate): Line<K>[] =>
    fates.filter(({ fate }) => fate === wanted).map(({ each }) => each)
  const [created, changed] = [of('created'), of('changed')]
  into.created.push(...created)
  into.taken.push(...created, ...changed)
  return {
    tally: { created: created.length, changed: changed.length, same: of('same').length },
    refusals: fates.flatMap(({ each: { line, row }, fate }) =>
      typeof fate === 'string'
        ? []
        : [{ kind, line, field: keyOf(kind, row)[0], reason: fate.reason }],
    ),
  }
}

/** The enrolments that would be moved by their change. */
const movedEnrolments = (lines: Sheets['enrolments'], { file }: Standing): Refusal[] =>
  lines.flatMap(({ line, row }): Refusal[] => {
    const held = file && HELD.enrolments(row, file)
    return isMoved(row, held)
      ? [{ kind: 'enrolments', line, field: 'groupId', reason: FAULTS.moved }]
      : []
  })

/** What becomes of the rows of a family, by what was taken over before and what the portal has now. */
export const decideGroup = ({ former, sheets }: Group, standing: Standing): Decision => {
  const taken = emptySheets()
  const created = emptySheets()
  const into = <K extends Kind>(kind: K) => ({ taken: taken[kind], created: created[kind] })
  const sorted = {
    families: sort('families', sheets.families, standing, into('families')),
    guardians: sort('guardians', sheets.guardians, standing, into('guardians')),
    children: sort('children', sheets.children, standing, into('children')),
    enrolments: sort('enrolments', sheets.enrolments, standing, into('enrolments')),
    means: sort('means', sheets.means, standing, into('means')),
    invoices: sort('invoices', sheets.invoices, standing, into('invoices')),
    credits: sort('credits', sheets.credits, standing, into('credits')),
  }
  const isUnknown = standing.file === undefined && sheets.families.length === 0
  return {
    refusals: isUnknown
      ? everyLine(sheets, FAULTS.unknownFamily(former))
      : [
          ...KINDS.flatMap((kind) => sorted[kind].refusals),
          ...movedEnrolments(taken.enrolments, standing),
        ],
    ...{ taken, created },
    tallies: {
      families: sorted.families.tally,
      guardians: sorted.guardians.tally,
      children: sorted.children.tally,
      enrolments: sorted.enrolments.tally,
      means: sorted.means.tally,
      invoices: sorted.invoices.tally,
      credits: sorted.credits.tally,
    },
  }
}

/** A refusal of every row of a family, for the same reason. */
export const everyLine = (sheets: Sheets, reason: string): Refusal[] =>
  KINDS.flatMap((kind) =>
    sheets[kind].map(({ line }): Refusal => ({ kind, line, field: 'family', reason })),
  )

/** Two enrolments of one child in one activity whose days overlap. */
const overlapOf = (
  row: Row<'enrolments'>,
  enrolments: FamilyFile['enrolments'],
): string | undefined =>
  enrolments.find(
    ({ enrolmentId, childId, activityId, from, until }) =>
      enrolmentId !== row.enrolment &&
      childId === row.childId &&
      activityId === row.activityId &&
      from <= row.until &&
      row.from <= until,
  )?.enrolmentId

/** What contradicts the rest of the file in the rows that are to be written. */
const contradictions = (
  taken: Sheets,
  { guardians, children, enrolments }: FamilyFile,
): Refusal[] => {
  const isGuardian = (id: string): boolean => guardians.some(({ guardianId }) => guardianId === id)
  const isChild = (id: string): boolean => children.some(({ childId }) => childId === id)
  const inFile = (kind: Kind, line: number, field: string, id: string): Refusal => ({
    ...{ kind, line, field },
    reason: FAULTS.unknownInFile(id),
  })
  return [
    ...taken.families.flatMap(({ line, row: { allowanceGuardian: id } }) =>
      id === undefined || isGuardian(id) ? [] : [inFile('families', line, 'allowanceGuardian', id)],
    ),
    ...taken.children.flatMap(({ line, row: { authorityWithdrawn = [] } }) =>
      authorityWithdrawn
        .filter(({ guardianId }) => !isGuardian(guardianId))
        .map(({ guardianId }) => inFile('children', line, 'authorityWithdrawn', guardianId)),
    ),
    ...taken.enrolments.flatMap(({ line, row }) => {
      if (!isChild(row.childId)) return [inFile('enrolments', line, 'childId', row.childId)]
      const other = overlapOf(row, enrolments)
      if (other === undefined) return []
      const reason = FAULTS.overlaps(other)
      return [{ kind: 'enrolments' as const, line, field: 'from', reason }]
    }),
  ]
}

/** What a family has too many of, or lacks, once its rows are in its file. */
const wrongSizes = (taken: Sheets, after: FamilyFile): Refusal[] => {
  const kinds = ['guardians', 'children', 'enrolments', 'means'] as const
  const tooMany = kinds.flatMap((kind): Refusal[] => {
    const line = taken[kind].at(-1)?.line
    const most = LIMITS[kind]
    if (line === undefined || after[kind].length <= most) return []
    return [{ kind, line, reason: FAULTS.tooMany(most, FAULTS[kind]) }]
  })
  const [first] = taken.families
  return first === undefined || after.guardians.length > 0
    ? tooMany
    : [...tooMany, { kind: 'families', line: first.line, reason: FAULTS.noGuardian }]
}

/**
 * What stands against a file as it would be: references within the family, enrolments that overlap, too
 * many of something, nobody to write to.
 *
 * @param after the file with all that is taken over in it.
 */
export const faultsOfFile = (taken: Sheets, after: FamilyFile): Refusal[] => [
  ...contradictions(taken, after),
  ...wrongSizes(taken, after),
]
