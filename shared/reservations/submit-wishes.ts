import type { TownCatalogue } from '../catalogue/calendar.ts'
import { actingGuardian, admitGuardian } from '../families/read-file.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { DETAILS } from '../kernel/texts.ts'
import { hashOf } from '../platform/hash.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId, GuardianId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { draftRequests, numberRequests, type Draft } from './make-request.ts'
import type { Submission, Wish } from './model.ts'
import {
  lastYearOf,
  planHousehold,
  planningsToWrite,
  yearInForce,
  type PlannedEnrolment,
} from './plan-household.ts'
import {
  findReceipt,
  findSubmission,
  MOST_PLANNINGS,
  saveSubmission,
  takeRequestNumbers,
  type Receipt,
} from './store.ts'
import { loadHousehold, type Household } from './load-household.ts'
import { asSubmitted } from './view.ts'

/** What a guardian submits. */
export interface SubmittedWishes {
  readonly by: { readonly familyId: FamilyId; readonly guardianId: GuardianId }
  readonly wishes: readonly Wish[]
  readonly idempotencyKey: string
  readonly now: Date
}

/** For how long at least the same key gets the same answer, in seconds: a day. */
const RECEIPT_LIFETIME = 86_400

/** The answer that a key already got, for the same body only. */
const replay = async (table: Table, receipt: Receipt, bodyHash: string): Promise<Submission> => {
  if (receipt.bodyHash !== bodyHash) throw new PortalError('idempotency-key-reused')
  const submission = await findSubmission(table, receipt.familyId, receipt.number)
  if (submission === undefined) throw new Error('A receipt without its submission')
  return { ...submission, requests: submission.requests.map(asSubmitted) }
}

const serviceEmailsOf = (planned: readonly PlannedEnrolment[]): string[] => [
  ...new Set(
    planned
      .filter(({ plan }) => plan.span !== undefined && plan.state === 'pending')
      .map(({ activity }) => activity.serviceEmail),
  ),
]

const newSubmission = async (
  table: Table,
  { file }: Household,
  { by, now }: SubmittedWishes,
  { drafts, serviceEmails }: { drafts: readonly Draft[]; serviceEmails: string[] },
): Promise<Submission> => {
  const guardian = actingGuardian(file, by.guardianId)
  const number = await takeRequestNumbers(table, drafts.length)
  return {
    familyId: by.familyId,
    familyName: file.family.name,
    number,
    submittedAt: now.toISOString(),
    by: {
      guardianId: guardian.guardianId,
      name: `${guardian.title} ${guardian.firstName} ${guardian.lastName}`,
      email: guardian.email,
    },
    serviceEmails,
    requests: numberRequests(drafts, number),
    version: 1,
  }
}

/**
 * Books, changes and cancels for all children of a family at once [guide 36, 46]: one numbered
 * request for each child and activity, stored with the plannings in one transaction. The same key
 * with the same wishes has one effect and one answer, for a day at least.
 *
 * @returns the submission as it was made.
 * @throws PortalError the refusals of `planHousehold`, `period-out-of-range`, `not-found`,
 * `nothing-to-change`, `idempotency-key-reused`; `concurrent-change` when the family's plannings
 * keep changing meanwhile.
 */
export const submitWishes = async (
  { table, town }: { table: Table; town: TownCatalogue },
  input: SubmittedWishes,
): Promise<Submission> => {
  const { by, wishes, idempotencyKey, now } = input
  const bodyHash = hashOf(wishes)

  return again(async () => {
    // First of all: what was answered once is answered again, whatever has changed since.
    const receipt = await findReceipt(table, by.familyId, idempotencyKey)
    if (receipt !== undefined) {
      await admitGuardian(table, by)
      return replay(table, receipt, bodyHash)
    }

    const year = yearInForce(town, now)
    const household = await loadHousehold(table, by.familyId, lastYearOf(wishes, year))
    const planned = planHousehold(town, household, wishes, { year, now })
    const drafts = draftRequests(planned)
    const plannings = planningsToWrite(household, planned)
    if (drafts.length === 0) {
      // The same call, sent twice at once, may have booked it all between our two reads.
      const meanwhile = await findReceipt(table, by.familyId, idempotencyKey)
      if (meanwhile === undefined) throw new PortalError('nothing-to-change')
      return replay(table, meanwhile, bodyHash)
    }
    if (plannings.length > MOST_PLANNINGS) {
      throw new PortalError('request-too-large', { detail: DETAILS.tooManyEnrolments })
    }

    const serviceEmails = serviceEmailsOf(planned)
    const submission = await newSubmission(table, household, input, { drafts, serviceEmails })
    const saved = await saveSubmission(table, {
      submission,
      plannings,
      receipt: {
        familyId: by.familyId,
        key: idempotencyKey,
        bodyHash,
        number: submission.number,
        expiresAt: Math.floor(now.getTime() / 1000) + RECEIPT_LIFETIME,
      },
    })
    // The same call, sent twice at once: the other one won and holds the answer.
    if (!saved) throw new StaleReadError('receipt')
    return submission
  })
}
