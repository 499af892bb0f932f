import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { viewMeans } from '../families/means-rules.ts'
import { meansWrite } from '../families/means-write.ts'
import type { FamilyFile } from '../families/model.ts'
import { actingGuardian, householdOf, readFile, refuseInactive } from '../families/read-file.ts'
import { addDays, monthOf, type IsoDate, type IsoMonth } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate, parisInstant } from '../kernel/paris.ts'
import { QUOTIENTS } from '../kernel/quotient-texts.ts'
import type { Call } from '../platform/http.ts'
import { log } from '../platform/log.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId, GuardianId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type {
  AskFund,
  FailedAnswer,
  FetchError,
  FoundQuotient,
  Identity,
  QuotientConsent,
  QuotientFetch,
} from './model.ts'
import { TOWN_REFUSED } from './names.ts'
import type { fetchFamilyQuotientRoute, fetchQuotientRoute } from './routes.ts'
import {
  faultsOfMonth,
  identityOf,
  isDayFull,
  isInForce,
  isOfFamily,
  meansWith,
  MOST_A_DAY,
} from './rules.ts'
import { fetchWrite, loadQuotients } from './store.ts'
import { nameIn, sentenceOf, viewFetch } from './view.ts'

/** What a fetch needs beside the call. */
export interface FetchParts {
  readonly table: Table
  readonly town: TownCatalogue
  readonly ask: AskFund
}

type Reply = z.input<(typeof fetchQuotientRoute)['reply']>
type Body = Call<typeof fetchQuotientRoute>['body']

/** Who wants the quotient of whom. */
interface Wanted {
  readonly familyId: FamilyId
  /** Whose quotient it is. */
  readonly guardianId: GuardianId
  readonly account: string
  readonly by: 'parent' | 'staff'
  readonly body: Body
  readonly reason?: string | undefined
  readonly now: Date
}

/** A question that may be asked. */
interface Question {
  readonly consent: QuotientConsent
  readonly identity: Identity
  readonly month: IsoMonth
  /** Those of the file. */
  readonly children: FamilyFile['children']
}

/** Seconds until the next day in Paris. */
const untilTomorrow = (today: IsoDate, now: Date): number =>
  Math.ceil((parisInstant(addDays(today, 1), '00:00').getTime() - now.getTime()) / 1000)

/** Checks all that can be known before anybody is asked. Two Queries at once. */
const prepare = async (table: Table, wanted: Wanted): Promise<Question> => {
  const { familyId, guardianId, by, body, now } = wanted
  const [{ file }, { consents, fetches }] = await Promise.all([
    readFile(table, familyId, ['FILE', 'MEANS']),
    loadQuotients(table, familyId),
  ])
  const guardian = actingGuardian(file, guardianId)
  refuseInactive(file)
  const consent = consents.find((each) => each.guardianId === guardianId)
  if (!isInForce(consent)) {
    const detail = by === 'parent' ? QUOTIENTS.consentMissing : QUOTIENTS.consentMissingOfFamily
    throw new PortalError('consent-missing', { detail })
  }
  const today = parisDate(now)
  const month = body.month ?? monthOf(today)
  const wrongMonth = faultsOfMonth(month, { by, today })
  if (wrongMonth.length > 0) throw new PortalError('period-out-of-range', { faults: wrongMonth })
  const { identity, faults } = identityOf(guardian, body.birth)
  if (identity === undefined) throw new PortalError('invalid-request', { faults })
  if (isDayFull(fetches, today)) {
    throw new PortalError('too-many-attempts', {
      detail: QUOTIENTS.tooMany(MOST_A_DAY),
      retryAfterSeconds: untilTomorrow(today, now),
    })
  }
  return { consent, identity, month, children: file.children }
}

/** Seconds after which a question is worth asking again, where the API does not say. */
const WAITS: Partial<Record<FetchError, number>> = {
  running: 60,
  'too-many': 60,
  'provider-down': 600,
  timeout: 600,
}

/** What the town must see to; the other errors mend themselves or are the family's. */
const OF_TOWN: readonly FetchError[] = [
  'token-refused',
  'no-rights',
  'recipient-refused',
  'unreadable',
]

/** What asking again does not mend. */
const UNKNOWN: readonly FetchError[] = ['no-file', 'identity', 'other-family']

const refusalOf = ({ error, retryAfterSeconds = WAITS[error] }: FailedAnswer): PortalError => {
  return new PortalError(UNKNOWN.includes(error) ? 'quotient-unknown' : 'unavailable', {
    detail: sentenceOf(error),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}

/** What is noted of a question, whatever comes of it: nothing of whom it named, and nothing of the answer's people. */
const noteOf = (
  { familyId, guardianId, account, by, reason, now }: Wanted,
  { consent, month }: Question,
): Omit<QuotientFetch, 'outcome'> => ({
  familyId,
  guardianId,
  at: now.toISOString(),
  by: account,
  byGuardian: by === 'parent' ? guardianId : undefined,
  purpose: 'prices',
  month,
  reason,
  consent: { at: consent.at, textVersion: consent.textVersion },
})

/** Notes a question that came to nothing, by one write. @returns what the caller is told. */
const noteFailure = async (
  table: Table,
  note: Omit<QuotientFetch, 'outcome'>,
  failed: FailedAnswer,
): Promise<PortalError> => {
  const { error, apiCode } = failed
  const outcome = { kind: 'failed', error, apiCode } as const
  await again(() => table.transact([fetchWrite({ ...note, outcome })]))
  const fields = { familyId: note.familyId, error, apiCode }
  if (OF_TOWN.includes(error)) log.warn(TOWN_REFUSED, fields)
  else log.info('quotient not fetched', fields)
  return refusalOf(failed)
}

/**
 * Keeps a quotient and the note of how it came, in one transaction. The means are read again first: while
 * the fund was asked, staff may have noted others.
 */
const keep = (
  { table, town }: FetchParts,
  { familyId, account, reason, now }: Wanted,
  { note, quotient }: { note: Omit<QuotientFetch, 'outcome'>; quotient: FoundQuotient },
): Promise<Reply> =>
  again(async () => {
    const { file } = await readFile(table, familyId, ['FILE', 'MEANS'])
    const { means, isNew } = meansWith(quotient, {
      town: town.catalogue.town,
      held: file.means,
      noted: { familyId, notedAt: now.toISOString(), notedBy: account },
      month: note.month,
      today: parisDate(now),
      reason,
    })
    const outcome = { kind: 'found', ...quotient, countsFrom: means.from } as const
    const fetched = { ...note, outcome }
    await table.transact([fetchWrite(fetched), ...(isNew ? [meansWrite(means)] : [])])
    return { familyId, fetch: viewFetch(fetched, nameIn(file)), means: viewMeans(means) }
  })

/**
 * Asks, notes, keeps. A crash before the note loses the answer, which nobody has seen then, and nothing
 * else: the API is only read, and the next call asks it again.
 */
const fetchFor = async (parts: FetchParts, wanted: Wanted): Promise<Reply> => {
  const { table, town, ask } = parts
  const question = await prepare(table, wanted)
  const { identity, month, children } = question
  const answer = await ask({ identity, month, recipient: town.catalogue.town.siret })
  const note = noteOf(wanted, question)
  if (answer.kind === 'failed') throw await noteFailure(table, note, answer)
  if (!isOfFamily(answer, children)) {
    throw await noteFailure(table, note, { kind: 'failed', error: 'other-family' })
  }
  return keep(parts, wanted, { note, quotient: answer.quotient })
}

/**
 * Has the funds asked for the quotient of the guardian who calls, in the name of the town, and keeps what
 * they tell as the family's means from the day that the town's rule gives, never before [guide 53]
 * [wish W8]. Three Queries and one write, beside what the API takes (11 s at most).
 *
 * @throws PortalError `consent-missing` before the guardian has agreed to the present wording;
 * `invalid-request` for what the file lacks of their identity; `period-out-of-range` for another month than
 * the present one or the one before; `too-many-attempts` after ten of the family in a day;
 * `quotient-unknown` where the funds know nobody or nothing, or other children than the file; `unavailable` for all that may come later or
 * that the town must see to; `not-found`, `file-inactive`.
 */
export const fetchQuotient = (
  parts: FetchParts,
  { body, actor, now }: Pick<Call<typeof fetchQuotientRoute>, 'body' | 'actor' | 'now'>,
): Promise<Reply> =>
  fetchFor(parts, { ...householdOf(actor), account: actor.account, by: 'parent', body, now })

/**
 * The same by staff, for a guardian who agrees: of any month of the last two years. With a reason it counts
 * from the first day of that month on, also backwards; what was billed is then corrected by the next run.
 *
 * @throws PortalError as `fetchQuotient` does.
 */
export const fetchFamilyQuotient = (
  parts: FetchParts,
  {
    parameters: { familyId },
    body: { guardianId, reason, ...body },
    actor,
    now,
  }: Pick<Call<typeof fetchFamilyQuotientRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<Reply> =>
  fetchFor(parts, { familyId, guardianId, account: actor.account, by: 'staff', body, reason, now })
