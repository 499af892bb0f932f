import { PortalError } from '../kernel/errors.ts'
import { listOver } from '../places/waiting-list.ts'
import { log } from '../platform/log.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { resume, voidReceipt, type Booking } from './carry-out.ts'
import { endingsOf, endWaits } from './end-waits.ts'
import type { Receipt } from './model.ts'
import { findReceipt, listLateReceipts } from './store.ts'

/** How long a call has to carry out what it was asked, before somebody else does, in milliseconds. */
const PATIENCE = 60_000

/** The most that one sweep takes on; the next one goes on. */
const AT_ONCE = 500

/** What a sweep did. */
export interface SweepReport {
  /** The places on waiting lists whose time was over: unanswered offers, and waits until the deadline. */
  readonly ended: number
  readonly carriedOut: number
}

/**
 * Carries out what a crash has left open, and ends the offers whose time is over, so that their
 * places go to the next, and the waits whose deadline for adding the day has passed. Run again, or twice at once, it changes nothing more.
 *
 * @param at the business time of the sweep.
 * @throws AggregateError of what failed, once everything else is done: it holds up nobody.
 */
export const sweepPlaces = async (booking: Booking, at: Date): Promise<SweepReport> => {
  const { table } = booking
  const late = await listLateReceipts(table, new Date(at.getTime() - PATIENCE), AT_ONCE)
  const over = await listOver(table, at, AT_ONCE)
  const failures: unknown[] = []
  const attempt = async (familyId: FamilyId, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      log.error('not swept', error, { familyId })
      failures.push(error)
    }
  }
  for (const { familyId, key } of late) {
    await attempt(familyId, () => carryOutLate(booking, table, { familyId, key }))
  }
  for (const ending of endingsOf(over)) {
    await attempt(ending[0].familyId, () => again(() => endWaits(booking, ending, at)))
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Some places were not swept')
  return { ended: over.length, carriedOut: late.length }
}

const carryOutLate = async (
  booking: Booking,
  table: Table,
  { familyId, key }: Pick<Receipt, 'familyId' | 'key'>,
): Promise<void> => {
  try {
    await again(async () => {
      // The index tells late what has been carried out meanwhile.
      const receipt = await findReceipt(table, familyId, key)
      if (receipt?.state !== 'open') return
      const { intent } = receipt
      // What only its caller can carry out has been given up by it.
      if (intent === undefined) await voidReceipt(table, receipt)
      else await resume(booking, { ...receipt, intent })
    })
  } catch (error) {
    // It came to nothing: the family was not told otherwise, and its places are given back.
    if (!(error instanceof PortalError)) throw error
    log.info('intent void', { familyId, code: error.code })
  }
}
