import { invoicedMonths } from '../billing/find-invoice.ts'
import type { FamilyFile } from '../families/model.ts'
import { readFile } from '../families/read-file.ts'
import {
  daysBetween,
  eachDay,
  earlierOf,
  laterOf,
  monthOf,
  type IsoDate,
  type IsoMonth,
} from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { DETAILS } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import type { bookOnBehalfRoute } from './behalf-routes.ts'
import type { Booking } from './carry-out.ts'
import type { Submission, Wish } from './model.ts'
import { lastYearOf, yearInForce } from './plan-household.ts'
import { findReceipt } from './store.ts'
import { submitWishes } from './submit-wishes.ts'
import { periodOf, WISH } from './wishes.ts'

type BehalfCall = Call<typeof bookOnBehalfRoute>

/** Whether a wish says anything of a day of its period. */
const names = (wish: Wish, date: IsoDate): boolean => {
  switch (wish.kind) {
    case 'recurrence':
    case 'copy':
      return true
    case 'days':
      return wish.days.some((day) => day.date === date)
    case 'lines': {
      const index = daysBetween(wish.from, date) - 1
      return Object.values(wish.units).some(
        (line) => (line?.[index] ?? WISH.untouched) !== WISH.untouched,
      )
    }
  }
}

/**
 * The months before the one in course of which wishes name days while their child is enrolled.
 *
 * @throws PortalError `period-out-of-range`.
 */
const pastMonths = (
  { town }: Booking,
  { enrolments }: Pick<FamilyFile, 'enrolments'>,
  { body: { wishes }, now }: Pick<BehalfCall, 'body' | 'now'>,
): IsoMonth[] => {
  const year = yearInForce(town, now)
  lastYearOf(wishes, year)
  const current = monthOf(parisDate(now))
  const months = wishes.flatMap((wish) => {
    const enrolment = enrolments.find(({ enrolmentId }) => enrolmentId === wish.enrolmentId)
    if (enrolment === undefined) return []
    const { from, to } = periodOf(wish, year)
    return eachDay(laterOf(from, enrolment.from), earlierOf(to, enrolment.until))
      .filter((date) => monthOf(date) < current && names(wish, date))
      .map(monthOf)
  })
  return [...new Set(months)].toSorted()
}

/**
 * Books, changes or cancels in the place of a family [guide 49, 50]: past deadlines and openings,
 * with a reason, never on closed days nor beyond the places. What is added late has the late price;
 * what is cancelled late stays owed unless it is excused. A month that is invoiced is corrected by
 * the régie, not here; invoices are read only where wishes reach back before the month in course.
 * The first guardian of the file is told.
 *
 * @throws PortalError those of `submitWishes`; `already-billed` when wishes name days of a month that
 * is invoiced to the family.
 */
export const bookOnBehalf = async (
  booking: Booking,
  {
    parameters: { familyId },
    headers,
    body,
    actor,
    now,
  }: Pick<BehalfCall, 'parameters' | 'headers' | 'body' | 'actor' | 'now'>,
): Promise<Submission> => {
  const { table } = booking
  const { wishes, reason, justified } = body
  const { file } = await readFile(table, familyId, ['FILE', 'GUARDIAN'])
  const [guardian] = file.guardians
  if (guardian === undefined) throw new PortalError('not-found')
  // Keys of staff and keys of the family never meet: no client's key may hold a full stop.
  const idempotencyKey = `STAFF.${headers['idempotency-key']}`
  const billed = await invoicedMonths(table, familyId, pastMonths(booking, file, { body, now }))
  if (billed.length > 0) {
    // What was answered before the invoice is answered again.
    const earlier = await findReceipt(table, familyId, idempotencyKey)
    if (earlier === undefined || earlier.state === 'void') {
      throw new PortalError('already-billed', { detail: DETAILS.billedMonths(billed) })
    }
  }
  return submitWishes(booking, {
    by: { familyId, guardianId: guardian.guardianId },
    acting: { kind: 'staff', account: actor.account, reason, justified },
    wishes,
    idempotencyKey,
    now,
  })
}
