import type { DebitSettings } from '../catalogue/regie-model.ts'
import { monthsLater, type IsoDate } from '../kernel/dates.ts'
import { nextCollection } from './day-rules.ts'
import type { DebitSequence, Mandate, MandateState } from './model.ts'

/** A mandate by which nothing was collected for so many months lapses (Banque de France; EPC016-06). */
const LAPSES_AFTER = 36

/** The last day on which a mandate is good, if nothing is collected by it before. */
export const goodUntil = ({
  lastDebitOn,
  signed,
}: Pick<Mandate, 'lastDebitOn' | 'signed'>): IsoDate =>
  monthsLater(lastDebitOn ?? signed.on, LAPSES_AFTER)

/** What a mandate is on a day, whatever is stored of it: an end that was set passes without a write. */
export const stateOn = (
  mandate: Pick<Mandate, 'state' | 'endsOn' | 'lastDebitOn' | 'signed'>,
  day: IsoDate,
): MandateState => {
  if (mandate.state !== 'active') return mandate.state
  if (mandate.endsOn !== undefined && mandate.endsOn <= day) return 'revoked'
  return goodUntil(mandate) < day ? 'lapsed' : 'active'
}

/** The mandate by which a family is debited on a day; nothing where there is none. */
export const activeOn = (mandates: readonly Mandate[], day: IsoDate): Mandate | undefined => {
  const last = mandates.at(-1)
  return last !== undefined && stateOn(last, day) === 'active' ? last : undefined
}

/** A mandate after its end: nothing is ever collected by it again. */
export const endedMandate = (
  mandate: Mandate,
  state: Exclude<MandateState, 'active'>,
  about: NonNullable<Mandate['ended']>,
): Mandate => ({ ...mandate, version: mandate.version + 1, state, ended: about })

/**
 * Where a debit stands among those of its mandate: the last one when the mandate ends before the next
 * collection, else the first one as the régie's bank wants it, else one of several. First ones may be sent
 * as recurrent ones (SEPA Core since 2016), which is what is usual.
 */
export const sequenceOf = (
  { debits, endsOn, day }: Pick<Mandate, 'debits' | 'endsOn' | 'day'>,
  collectOn: IsoDate,
  settings: Pick<DebitSettings, 'days' | 'first'>,
): DebitSequence => {
  const next = nextCollection(settings, day, collectOn)
  if (endsOn !== undefined && (next === undefined || endsOn <= next)) return 'FNAL'
  return debits === 0 ? settings.first : 'RCUR'
}
