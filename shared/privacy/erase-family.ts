import { eraseAccounts } from '../accounts/erase-accounts.ts'
import { familyAccounts } from '../accounts/family-accounts.ts'
import { documentsWithFile, eraseFiles } from '../attachments/erase-files.ts'
import { eraseGuests } from '../attendance/erase-guests.ts'
import { awaitsBill, hasCarried } from '../billing/awaits-bill.ts'
import { eraseFromRuns } from '../billing/erase-from-runs.ts'
import { eraseLink } from '../calendars/erase-link.ts'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { familyWrite } from '../families/family-write.ts'
import { childrenIn, fileIn } from '../families/image.ts'
import type { FamilyFile } from '../families/model.ts'
import { eraseLinks } from '../households/erase-links.ts'
import { ERASURE_REFUSALS } from '../kernel/erasure-texts.ts'
import { addDays } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { eraseAddresses } from '../mail-health/erase-addresses.ts'
import { eraseUnsubscribe } from '../messages/unsubscribe.ts'
import { ledgerIn } from '../ledger/image.ts'
import { settle } from '../ledger/rules.ts'
import type { Accounts } from '../platform/accounts.ts'
import type { Item } from '../platform/entity.ts'
import type { FileStore } from '../platform/files.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId, RequestNumber } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { eraseWaits } from '../reservations/erase-waits.ts'
import { planningIn } from '../reservations/image.ts'
import { eraseItems, itemsOf } from './erase-items.ts'
import { endsOf, linesOf, refusalsOf, type Refusal } from './erasure-rules.ts'
import { kindOf } from './kinds.ts'
import type { ErasureReason, ErasureReport, ReportLine } from './model.ts'
import { beginErasure, endErasure, findErasure, findErasureRequest } from './store.ts'

/** What an erasure works with. */
export interface Erasing {
  readonly table: Table
  readonly town: TownCatalogue
  readonly accounts: Pick<Accounts, 'remove'>
  readonly files: Pick<FileStore, 'remove'>
}

/** Which family is erased, and why. */
export interface ErasureOrder {
  readonly familyId: FamilyId
  readonly reason: ErasureReason
  /** The request of the family that it answers. */
  readonly requestNumber?: RequestNumber | undefined
  /** The account of the administrator; nobody when the portal does it by itself. */
  readonly by?: string | undefined
}

/** Who signs what the portal does by itself, where somebody must. */
const PORTAL = 'portal'

/** What stands against the erasure of a family today. */
const standsAgainst = async (
  deps: Erasing,
  file: FamilyFile,
  items: readonly Item[],
  now: Date,
): Promise<Refusal[]> => {
  const today = parisDate(now)
  const { totals } = settle(ledgerIn(items))
  const owed = totals.due + totals.treasury + totals.awaiting
  return refusalsOf(
    file,
    items.flatMap((item) => planningIn(item) ?? []),
    {
      unpaid: owed > 0 || hasCarried(items),
      unbilled: await awaitsBill(deps, { familyId: file.family.familyId, items }, today),
    },
    today,
  )
}

/** What lies elsewhere than in the family's partition and is deleted with it. */
const endsElsewhere = async (
  { table }: Erasing,
  familyId: FamilyId,
  items: readonly Item[],
): Promise<Pick<ReportLine, 'kind' | 'outcome'>[]> => [
  ...(await familyAccounts(table, familyId)).map(() => ({
    kind: 'Account',
    outcome: 'deleted' as const,
  })),
  ...documentsWithFile(items).map(() => ({ kind: 'File', outcome: 'deleted' as const })),
]

/** Begins the erasure of a family, unless it began already or something stands against it. */
const begin = (deps: Erasing, order: ErasureOrder, now: Date): Promise<ErasureReport> =>
  again(async () => {
    const { table } = deps
    const { familyId, reason, requestNumber, by } = order
    const begun = await findErasure(table, familyId)
    if (begun !== undefined) return begun
    const items = await itemsOf(table, familyId)
    const file = fileIn(items)
    if (file === undefined) throw new PortalError('not-found')
    if (requestNumber !== undefined) {
      const request = await findErasureRequest(table, { familyId, number: requestNumber })
      if (request === undefined) throw new PortalError('not-found')
    }
    const refusals = await standsAgainst(deps, file, items, now)
    if (refusals.length > 0) {
      const detail = refusals.map((refusal) => ERASURE_REFUSALS[refusal]).join(' ')
      throw new PortalError('erasure-refused', { detail })
    }
    const report: ErasureReport = {
      ...{ familyId, state: 'running', reason, requestNumber },
      startedAt: now.toISOString(),
      startedBy: by,
      lines: linesOf([...endsOf(kindOf, items), ...(await endsElsewhere(deps, familyId, items))]),
    }
    const today = parisDate(now)
    const watch = { familyId, erasedOn: today, lookAgainOn: addDays(today, 1) }
    // Nobody books for it from now on; and a hold that came meanwhile has it read again.
    const { inactiveSince = now.toISOString() } = file.family
    const family = familyWrite(file.family, { ...file.family, inactiveSince })
    await beginErasure(table, report, watch, family)
    return report
  })

/**
 * Deletes all that there is of a family, from the outside in: what lies elsewhere is found by what lies
 * in its partition, so each step is done before the next takes that away. Done again it finds less, and
 * in the end nothing.
 *
 * @throws StaleReadError, TableBusyError when something changes again and again meanwhile.
 */
export const eraseAll = async (
  { table, accounts, files }: Erasing,
  { familyId, by = PORTAL }: Pick<ErasureOrder, 'familyId' | 'by'>,
  now: Date,
): Promise<void> => {
  const items = await itemsOf(table, familyId)
  const emails = fileIn(items)?.guardians.map(({ email }) => email) ?? []
  await eraseAccounts({ table, accounts }, familyId, emails)
  await eraseLink(table, familyId)
  await eraseUnsubscribe(table, familyId)
  await eraseAddresses(table, familyId, emails)
  await eraseFiles(files, items)
  await eraseLinks(table, childrenIn(items), { account: by }, now)
  await eraseWaits(table, items)
  await eraseGuests(table, familyId, items)
  await eraseFromRuns(table, familyId)
  // Read again: what was written meanwhile goes as well.
  await again(async () => {
    await eraseItems(table, await itemsOf(table, familyId))
  })
}

/**
 * Erases a family (GDPR, article 17): its accounts, its calendar link, its files and all items of its
 * partition, but for accounting data, which becomes anonymous and stays (Code de commerce, L123-22). The
 * report is written first; the same call again finishes what was cut off, and does nothing when all is
 * done. It does not come back: numbers of files are not used again.
 *
 * @throws PortalError `not-found` for a family, or a request of it, that does not exist;
 * `erasure-refused` with the reasons in French; `concurrent-change`.
 */
export const eraseFamily = async (
  deps: Erasing,
  order: ErasureOrder,
  now: Date,
): Promise<ErasureReport> => {
  const report = await begin(deps, order, now)
  if (report.state === 'done') return report
  await eraseAll(deps, { familyId: report.familyId, by: report.startedBy }, now)
  const done: ErasureReport = { ...report, state: 'done', doneAt: now.toISOString() }
  await endErasure(deps.table, done)
  return done
}
