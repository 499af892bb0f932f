import type { TownCatalogue } from '../catalogue/calendar.ts'
import { readFile } from '../families/read-file.ts'
import { PortalError } from '../kernel/errors.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import { loadAccounts } from '../ledger/load-accounts.ts'
import { noticeWrite, recipientsOf } from '../messages/notices.ts'
import { tryEachAtOnce } from '../platform/at-once.ts'
import { isUnreadable } from '../platform/entity.ts'
import { log } from '../platform/log.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { debtsOf } from './debt-rules.ts'
import { remindedUntil, reminderOf } from './reminder-rules.ts'
import { listDebts, listReminders, owingAmong, reminderWrite, writeArrears } from './store.ts'

/** So many families at a time. */
const AT_ONCE = 25

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}

/** What a run has done, for the logs. */
export interface DebtorReport {
  /** The families with an invoice that has reached a step. */
  readonly families: number
  /** The reminders that are new. */
  readonly reminders: number
}

/** The families with an invoice that has reached a step of its régie, by the index. */
const lateFamilies = async ({ table, town }: Deps, today: IsoDate): Promise<FamilyId[]> => {
  const named = new Set<FamilyId>()
  for (const regie of town.catalogue.town.regies) {
    const until = remindedUntil(regie, today)
    if (until === undefined) continue
    for (const { familyId } of await listDebts(table, regie.id, { until })) named.add(familyId)
  }
  return [...named]
}

/**
 * Reminds one family, if there is something new to tell; whether it did. The stored debt says whether
 * to look, the ledger what is said.
 */
const remindFamily = async (
  { table, town }: Deps,
  familyId: FamilyId,
  now: Date,
): Promise<boolean> => {
  const today = parisDate(now)
  const { regies } = town.catalogue.town
  const [{ file, items }, reminders] = await Promise.all([
    readFile(table, familyId, ['FILE', 'GUARDIAN']),
    listReminders(table, familyId),
  ])
  const known = { regies, reminders, today }
  const { debts, plans } = owingAmong(items)
  if (reminderOf({ debts, plans }, known).length === 0) return false
  const owed = debtsOf(await loadAccounts(table, familyId))
  const invoices = reminderOf({ debts: owed, plans }, known)
  const to = recipientsOf(file.guardians)
  if (invoices.length === 0 || to.length === 0) return false
  const number = (reminders.at(-1)?.number ?? 0) + 1
  await writeArrears(table, [
    reminderWrite({ familyId, number, remindedOn: today, invoices }),
    noticeWrite(
      {
        familyId,
        noticeId: `PAYMENT-REMINDER-${String(number)}`,
        to,
        content: { kind: 'payment-reminder', remindedOn: today, invoices },
      },
      now,
    ),
  ])
  return true
}

/** Nothing for a file that is gone or cannot be read: it holds up nobody, and no try will mend it. */
const tryFamily = async (deps: Deps, familyId: FamilyId, now: Date): Promise<boolean> => {
  try {
    return await again(() => remindFamily(deps, familyId, now))
  } catch (error) {
    if (!(error instanceof PortalError) && !isUnreadable(error)) throw error
    log.error('debtor not reminded', error, { familyId })
    return false
  }
}

/**
 * Reminds families by mail of invoices that nobody has paid, at each step that the town has set for
 * the régie: one mail for each family and day, and each step once. A run that is cut off and starts
 * again tells nobody twice; after days without a run the highest step alone is told. One Query for
 * each régie; two for each family that is late, one more and a transaction where there is news.
 *
 * @param now the due time of the schedule.
 * @throws when the table fails for some families: the others are done, the caller starts again.
 */
export const remindDebtors = async (deps: Deps, now: Date): Promise<DebtorReport> => {
  const families = await lateFamilies(deps, parisDate(now))
  const outcomes = await tryEachAtOnce(
    families,
    AT_ONCE,
    (familyId) => tryFamily(deps, familyId, now),
    'Some debtors were not reminded',
  )
  const reminders = outcomes.filter((isReminded) => isReminded).length
  return { families: families.length, reminders }
}
