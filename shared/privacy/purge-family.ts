import { familyAccounts } from '../accounts/family-accounts.ts'
import { clearHealth } from '../families/clear-health.ts'
import { fileIn } from '../families/image.ts'
import type { FamilyFile } from '../families/model.ts'
import { addDays, earlierOf, laterOf, monthsLater, type IsoDate } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { standsAsBefore } from '../ledger/closed-rules.ts'
import { ledgerIn } from '../ledger/image.ts'
import { recipientsOf, sendNotice } from '../messages/notices.ts'
import type { Item } from '../platform/entity.ts'
import { ENTITY_ATTRIBUTE } from '../platform/keys.ts'
import { dayOf } from '../platform/personal-data.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { purgeNotes } from '../trail/note-purge.ts'
import { eraseAll, eraseFamily, type Erasing } from './erase-family.ts'
import { deleteItems, itemsOf } from './erase-items.ts'
import { endsOf, linesOf } from './erasure-rules.ts'
import { kindOf } from './kinds.ts'
import type { ErasureWatch, Purged } from './model.ts'
import { NOTHING_PURGED } from './purge-rules.ts'
import {
  agedItems,
  dueForPurge,
  type DueForPurge,
  type FileEnd,
  type Keeping,
} from './retention-rules.ts'
import {
  dropWarning,
  endWatch,
  findErasure,
  saveWarning,
  saveWatch,
  warningAmong,
} from './store.ts'

/** What the purge is about to do to a family. */
export interface FamilyPlan {
  readonly familyId: FamilyId
  /** What it deletes. */
  readonly purged: Purged
  /** @returns what came of it that nobody knows before: whether the family was erased. */
  readonly carryOut: () => Promise<Purged>
}

/** For how many days the purge looks at an erased family for what came late. */
const DAYS_OF_LOOKING = 30

/** How often at most it looks at its accounting data, in months. */
const MONTHS_BETWEEN = 12

const keepingOf = ({ town }: Erasing, items: readonly Item[], today: IsoDate): Keeping => ({
  kindOf,
  settings: town.catalogue.town.retention,
  today,
  standsWith: (left) => standsAsBefore(ledgerIn(items), ledgerIn(left)),
})

/** The last day on which a guardian signed in. One Query of the index. */
const lastSeenOf = async (table: Table, familyId: FamilyId): Promise<IsoDate | undefined> =>
  (await familyAccounts(table, familyId))
    .flatMap(({ lastSignIn }) => (lastSignIn === undefined ? [] : [dayOf(lastSignIn)]))
    .toSorted()
    .at(-1)

const warn = async (
  table: Table,
  { family: { familyId }, guardians }: FamilyFile,
  { since, until }: Extract<FileEnd, { kind: 'warn' }>,
  now: Date,
): Promise<void> => {
  const to = recipientsOf(guardians)
  const content = { kind: 'file-ending', until } as const
  if (to.length > 0) {
    await sendNotice(table, { familyId, noticeId: `FILE-ENDING-${since}`, to, content }, now)
  }
  await saveWarning(table, { familyId, warnedOn: parisDate(now), since })
}

/** Erases a family of which nobody has heard, unless something forbids it. */
const erase = async (deps: Erasing, familyId: FamilyId, now: Date): Promise<Purged> => {
  try {
    await eraseFamily(deps, { familyId, reason: 'inactive' }, now)
    return { ...NOTHING_PURGED, erased: 1 }
  } catch (error) {
    if (!(error instanceof PortalError) || error.code !== 'erasure-refused') throw error
    return { ...NOTHING_PURGED, withheld: 1 }
  }
}

/** Does what is due of a file that is not erased today. */
const purgeItems = async (
  table: Table,
  file: FamilyFile,
  { items, health, file: end }: DueForPurge,
  now: Date,
): Promise<void> => {
  for (const note of purgeNotes(items, now)) await table.put(note)
  await deleteItems(table, items)
  for (const child of health) await clearHealth(table, child)
  if (end.kind === 'warn') await warn(table, file, end, now)
}

const nothing = (familyId: FamilyId, purged = NOTHING_PURGED): FamilyPlan => ({
  familyId,
  purged,
  carryOut: () => Promise.resolve(NOTHING_PURGED),
})

/**
 * What the purge does to a family today. One Query, at half the price as nothing is deleted that was
 * written today; another where nobody seems to be left.
 */
export const planFamily = async (
  deps: Erasing,
  familyId: FamilyId,
  now: Date,
): Promise<FamilyPlan> => {
  const { table } = deps
  const today = parisDate(now)
  const items = await itemsOf(table, familyId, true)
  const file = fileIn(items)
  if (file === undefined) return nothing(familyId)
  if (file.family.inactiveSince !== undefined) {
    const begun = await findErasure(table, familyId)
    if (begun !== undefined) {
      return {
        ...nothing(familyId),
        carryOut: async () => erase(deps, familyId, now),
      }
    }
  }
  if (file.family.legalHold !== undefined) {
    return nothing(familyId, { ...NOTHING_PURGED, held: 1 })
  }
  const keeping = keepingOf(deps, items, today)
  const warning = warningAmong(items)
  const seemsDue = dueForPurge(items, file, keeping, { warning })
  const due =
    seemsDue.file.kind === 'kept'
      ? seemsDue
      : dueForPurge(items, file, keeping, {
          warning,
          lastSeen: await lastSeenOf(table, familyId),
        })
  const end = due.file
  if (end.kind === 'erase') {
    return { ...nothing(familyId), carryOut: () => erase(deps, familyId, now) }
  }
  return {
    familyId,
    purged: {
      ...NOTHING_PURGED,
      lines: linesOf([
        ...deletedOf(due.items),
        ...due.health.map(() => ({ kind: 'ChildHealth', outcome: 'deleted' as const })),
      ]),
      warned: end.kind === 'warn' ? 1 : 0,
    },
    carryOut: async () => {
      await purgeItems(table, file, due, now)
      if (warning !== undefined && end.kind === 'kept') await dropWarning(table, warning)
      return NOTHING_PURGED
    },
  }
}

/** That items are deleted, whatever an erasure would do to them. */
const deletedOf = (items: readonly Item[]) =>
  endsOf(kindOf, items).map(({ kind }) => ({ kind, outcome: 'deleted' as const }))

/** On which day an erased family is looked at again; never where nothing is left of it. */
const lookAgain = (
  { erasedOn }: ErasureWatch,
  left: readonly Item[],
  { settings, today }: Keeping,
): IsoDate | undefined => {
  const tomorrow = addDays(today, 1)
  if (today < addDays(erasedOn, DAYS_OF_LOOKING)) return tomorrow
  const [next] = left
    .flatMap((item) => kindOf(item[ENTITY_ATTRIBUTE])?.since?.(item, left) ?? [])
    .toSorted()
  if (next === undefined) return undefined
  const due = addDays(monthsLater(next, settings.accounting), 1)
  return earlierOf(laterOf(due, tomorrow), monthsLater(today, MONTHS_BETWEEN))
}

/**
 * What the purge does to a family that was erased: it finishes what was cut off, deletes what came late
 * by the stream or an index that lagged, and its accounting data once that is old enough.
 */
export const planErased = async (
  deps: Erasing,
  watch: ErasureWatch,
  now: Date,
): Promise<FamilyPlan> => {
  const { table } = deps
  const { familyId, erasedOn } = watch
  const today = parisDate(now)
  const items = await itemsOf(table, familyId)
  const keeping = keepingOf(deps, items, today)
  const aged = agedItems(items, keeping)
  const isRecent = today <= addDays(erasedOn, DAYS_OF_LOOKING)
  return {
    familyId,
    purged: { ...NOTHING_PURGED, lines: linesOf(deletedOf(aged)) },
    carryOut: async () => {
      await deleteItems(table, aged)
      const report = await findErasure(table, familyId)
      if (report?.state === 'running') await eraseFamily(deps, report, now)
      else if (isRecent) await eraseAll(deps, { familyId }, now)
      const again = lookAgain(watch, await itemsOf(table, familyId), keeping)
      await (again === undefined
        ? endWatch(table, watch)
        : saveWatch(table, { ...watch, lookAgainOn: again }))
      return NOTHING_PURGED
    },
  }
}
