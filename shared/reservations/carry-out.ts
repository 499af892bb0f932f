import type { Block } from '../arrears/block-rules.ts'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { actingGuardian, refuseInactive, type ReadFile } from '../families/read-file.ts'
import type { Guardian } from '../families/model.ts'
import { withinAuthority } from '../families/rights-rules.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { claimPlaces } from '../places/claim-places.ts'
import { loadRosters } from '../places/load-rosters.ts'
import type { Roster, RosterAddress } from '../places/model.ts'
import type { Write } from '../platform/expressions.ts'
import type { FamilyId, RequestNumber } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { takeRequestNumbers } from '../requests/numbers.ts'
import { claimsOf } from './claims.ts'
import { debtsAgainst, refuseDebts } from './debts.ts'
import { joinWaitingLists } from './join-waiting-lists.ts'
import { loadHousehold, type Household } from './load-household.ts'
import { draftRequests, numberRequests, type Draft } from './make-request.ts'
import type { Intent, Receipt, Submission } from './model.ts'
import { loadElsewhere } from './other-household.ts'
import {
  lastYearOf,
  planHousehold,
  planningsToWrite,
  yearInForce,
  type PlannedEnrolment,
} from './plan-household.ts'
import { addsDays } from './plan-wishes.ts'
import { groupsOf } from './receipt-weeks.ts'
import { rivalPlannings } from './rival-plannings.ts'
import {
  listSubmissions,
  MOST_WRITES,
  saveIntent,
  saveSubmission,
  submissionWrites,
} from './store.ts'

import { supersededWrites } from './supersede-requests.ts'
import { DETAILS } from '../kernel/texts.ts'

/** What use cases that book work with. */
export interface Booking {
  readonly table: Table
  readonly town: TownCatalogue
}

/** Wishes against what the family has and what is free. */
export interface Prepared {
  readonly household: Household
  /** Who acts, as the file knows them. */
  readonly guardian: Guardian
  readonly rosters: readonly Roster[]
  readonly planned: readonly PlannedEnrolment[]
  readonly drafts: readonly Draft[]
  /** The places that the plans need. */
  readonly claims: ReturnType<typeof claimsOf>
  /** What keeps the other households of the children from booking at the same time. */
  readonly bonds: readonly Write[]
  /** The debts for which what is added cannot be booked. */
  readonly blocks: readonly Block[]
}

/** The debts that stand against what a family adds: cancelling is always allowed. */
const blocksAgainst = (
  town: TownCatalogue,
  file: ReadFile,
  planned: readonly PlannedEnrolment[],
  { at, acting }: Pick<Intent, 'at' | 'acting'>,
): Block[] => {
  // Staff book with a reason, which is theirs to answer for.
  if (acting.kind === 'staff') return []
  const adding = planned.filter(({ plan }) => addsDays(plan)).map(({ activity }) => activity)
  return debtsAgainst(town, file, adding, new Date(at))
}

/**
 * Plans wishes against the family file and the rosters: one Query for the file, one for each group
 * with counted places.
 *
 * @throws PortalError the refusals of `planHousehold`, `unknown-enrolment` also for a child over whom
 * the guardian has no authority; `period-out-of-range`; `not-found` also for a guardian who is no longer
 * in the file: no place is taken for them; `file-inactive`.
 */
export const prepare = async (
  { table, town }: Booking,
  familyId: FamilyId,
  intent: Pick<Intent, 'wishes' | 'at' | 'acting' | 'guardianId'>,
): Promise<Prepared> => {
  const now = new Date(intent.at)
  const year = yearInForce(town, now, intent.wishes)
  const to = lastYearOf(intent.wishes, year)
  const household = await loadHousehold(table, familyId, to)
  const guardian = actingGuardian(household.file, intent.guardianId)
  refuseInactive(household.file)
  const file =
    intent.acting.kind === 'family'
      ? withinAuthority(household.file, intent.guardianId, parisDate(now))
      : household.file
  const own = { ...household, file }
  const { elsewhere, bonds } = await loadElsewhere(table, own, intent.wishes, to)
  const rosters = await Promise.all(
    groupsOf(town, file, intent).map(({ activityId, groupId, mondays }) =>
      loadRosters(
        table,
        activityId,
        groupId,
        mondays[0] ?? year.firstDay,
        mondays[mondays.length - 1] ?? year.firstDay,
      ),
    ),
  )
  const planned = planHousehold(town, { ...own, elsewhere }, intent.wishes, {
    year,
    now,
    rosters: rosters.flat(),
    acting: intent.acting,
  })
  return {
    household,
    guardian,
    rosters: rosters.flat(),
    planned,
    drafts: draftRequests(planned),
    claims: claimsOf(household, planned),
    bonds,
    blocks: blocksAgainst(town, household, planned, intent),
  }
}

/**
 * Claims the places that plans need.
 *
 * @throws StaleReadError when a place was taken meanwhile: what is left has to be planned anew, and
 * what was claimed stays the child's.
 */
const claimAll = async (
  { table }: Booking,
  { claims, rosters }: Prepared,
  number: RequestNumber,
): Promise<void> => {
  const outcomes = await Promise.all(
    claims.map((claim) =>
      claimPlaces(
        table,
        { ...claim, number },
        rosters.find((roster) => isOf(roster, claim.address)),
      ),
    ),
  )
  if (outcomes.some(({ done }) => !done)) throw new StaleReadError('roster')
}

const isOf = (a: RosterAddress, b: RosterAddress): boolean =>
  a.activityId === b.activityId && a.groupId === b.groupId && a.monday === b.monday

const serviceEmailsOf = (planned: readonly PlannedEnrolment[]): string[] => [
  ...new Set(
    planned
      .filter(({ plan }) => plan.span !== undefined && plan.state === 'pending')
      .map(({ activity }) => activity.serviceEmail),
  ),
]

const submissionOf = (
  { household: { file }, guardian, drafts, planned }: Prepared,
  { acting, at }: Intent,
  number: RequestNumber,
): Submission => ({
  familyId: file.family.familyId,
  familyName: file.family.name,
  number,
  submittedAt: at,
  by: {
    guardianId: guardian.guardianId,
    name: `${guardian.title} ${guardian.firstName} ${guardian.lastName}`,
    email: guardian.email,
  },
  ...(acting.kind === 'staff'
    ? { onBehalf: { account: acting.account, reason: acting.reason } }
    : {}),
  serviceEmails: serviceEmailsOf(planned),
  requests: numberRequests(drafts, number),
  version: 1,
})

/** A submission, and all that is to be written of it. */
interface DrawnUp {
  readonly submission: Submission
  readonly writes: readonly Write[]
}

/**
 * Draws up what a submission writes: itself, the plannings, the waiting lists and the receipt. It is
 * drawn up before anything is noted or claimed, so that what is too large has taken nothing.
 *
 * @param receipt to be written as done; it has the version that follows the one in the table.
 * @throws PortalError `request-too-large`.
 */
export const drawUp = async (
  booking: Booking,
  prepared: Prepared,
  { intent, ...receipt }: Receipt & { readonly intent: Intent },
): Promise<DrawnUp> => {
  const submission = submissionOf(prepared, intent, receipt.number)
  const changed = planningsToWrite(prepared.household, prepared.planned)
  const { plannings, more } = joinWaitingLists(booking.town, prepared, submission, changed)
  const rivals = rivalPlannings(booking.town, prepared.household, changed)
  const over = await supersededWrites(booking.table, prepared.household, submission)
  const writes = submissionWrites({
    receipt: { ...receipt, state: 'done' },
    submission,
    plannings: [...plannings, ...rivals],
    more: [...more, ...over, ...prepared.bonds],
  })
  if (writes.length > MOST_WRITES) {
    throw new PortalError('request-too-large', { detail: DETAILS.tooManyEnrolments })
  }
  return { submission, writes }
}

/**
 * Carries out what was asked: claims the places, then writes what was drawn up in one transaction.
 * Nothing is lost wherever it breaks off: the same call, a later one or the sweep carries on from
 * the receipt.
 *
 * @returns nothing when somebody else has carried it out.
 * @throws StaleReadError when something has changed meanwhile: prepare it again.
 */
export const complete = async (
  booking: Booking,
  prepared: Prepared,
  { submission, writes }: DrawnUp,
): Promise<Submission | undefined> => {
  await claimAll(booking, prepared, submission.number)
  return (await saveSubmission(booking.table, writes)) ? submission : undefined
}

/**
 * An open receipt with numbers behind those of all that the family has submitted meanwhile. What is
 * planned anew takes effect later than they do, and of two requests the later one has the higher
 * number: so is told what of the earlier one is still asked.
 *
 * @throws StaleReadError when somebody else goes on with the receipt.
 */
const renumbered = async (
  table: Table,
  open: Receipt & { readonly intent: Intent },
): Promise<typeof open> => {
  const [newest] = await listSubmissions(table, open.familyId, { limit: 1 })
  if (newest === undefined || newest.number < open.number) return open
  const number = await takeRequestNumbers(table, open.intent.numbers)
  const next = { ...open, number, version: open.version + 1 }
  if (!(await saveIntent(table, next))) throw new StaleReadError('receipt')
  return next
}

/**
 * Closes an open receipt as come to nothing; the stream gives back what it claimed.
 *
 * @returns false when somebody else has closed it.
 */
export const voidReceipt = (table: Table, open: Receipt): Promise<boolean> => {
  const { familyId, key, bodyHash, number, excess, expiresAt } = open
  const receipt: Receipt = {
    familyId,
    key,
    bodyHash,
    number,
    version: open.version + 1,
    state: 'void',
    ...(excess === undefined ? {} : { excess }),
    expiresAt,
  }
  return saveSubmission(table, submissionWrites({ receipt, plannings: [], more: [] }))
}

/**
 * Goes on with a receipt that was left open. When it comes to nothing after all, because the family
 * or the town has changed since, it becomes void and the places are given back.
 *
 * @returns the submission; nothing when it was carried out meanwhile.
 * @throws PortalError the refusal, when it came to nothing.
 */
export const resume = async (
  booking: Booking,
  open: Receipt & { readonly intent: Intent },
): Promise<Submission | undefined> => {
  let current = open
  try {
    const prepared = await prepare(booking, open.familyId, open.intent)
    if (prepared.drafts.length === 0) throw new PortalError('nothing-to-change')
    if (prepared.drafts.length > open.intent.numbers) throw new StaleReadError('numbers')
    refuseDebts(prepared)
    current = await renumbered(booking.table, open)
    const closed = { ...current, version: current.version + 1 }
    return await complete(booking, prepared, await drawUp(booking, prepared, closed))
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    if (!(await voidReceipt(booking.table, current))) return undefined
    throw error
  }
}
