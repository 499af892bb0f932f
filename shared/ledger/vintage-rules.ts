import type { MeansOfPayment } from '../catalogue/regie-model.ts'
import { DESK } from '../kernel/desk-texts.ts'
import type { IsoDate } from '../kernel/dates.ts'

/** When a voucher of a year can be taken: it names that year, or need not. */
interface Validity {
  readonly isNamed: boolean
  readonly from: (vintage: number) => IsoDate
  readonly until: (vintage: number) => IsoDate
}

const dayOf = (year: number, monthAndDay: `${string}-${string}`): IsoDate =>
  `${String(year)}-${monthAndDay}`

/**
 * - CESU: issued from December of the year before on, good until 31 January of the year after (rules of
 *   the reimbursement centre, CRCESU).
 * - Chèques-vacances: two calendar years beyond that of their issue (code du tourisme, L411-12).
 * - Vouchers of a CAF: one year; some bear none, and are good as long as their CAF says.
 */
const VALIDITY: Partial<Record<MeansOfPayment, Validity>> = {
  cesu: {
    isNamed: true,
    from: (vintage) => dayOf(vintage - 1, '12-01'),
    until: (vintage) => dayOf(vintage + 1, '01-31'),
  },
  'holiday-voucher': {
    isNamed: true,
    from: (vintage) => dayOf(vintage, '01-01'),
    until: (vintage) => dayOf(vintage + 2, '12-31'),
  },
  'caf-voucher': {
    isNamed: false,
    from: (vintage) => dayOf(vintage, '01-01'),
    until: (vintage) => dayOf(vintage, '12-31'),
  },
}

/**
 * What is wrong with the vintage of a voucher that was brought on a day, in French: it is missing, over
 * or still to come; nothing where all is well, or where the means has no vintages.
 */
export const vintageFault = (
  means: MeansOfPayment,
  vintage: number | undefined,
  broughtOn: IsoDate,
): string | undefined => {
  const validity = VALIDITY[means]
  if (validity === undefined) return undefined
  if (vintage === undefined) return validity.isNamed ? DESK.noVintage : undefined
  const [from, until] = [validity.from(vintage), validity.until(vintage)]
  if (broughtOn > until) return DESK.expired(until)
  return broughtOn < from ? DESK.notGoodYet(from) : undefined
}
