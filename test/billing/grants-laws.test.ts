import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { daysIn } from '../../shared/billing/day-set-rules.ts'
import type { InvoiceLine } from '../../shared/billing/model.ts'
import { billFamily, type Account } from '../../shared/billing/rules.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { sum } from '../../shared/kernel/money.ts'
import { accounts, ENF, RUN, SPO, towns, UNBILLED } from './arbitraries.ts'

/** From the beginning of the first grants to their end. */
const MONTHS = ['2025-10', '2025-11', '2025-12'] as const

/** What all régies bill of these months: nothing may withhold a bill, or its days would be missed. */
const linesOf = (town: TownCatalogue, of: Account): InvoiceLine[] =>
  MONTHS.flatMap((month) =>
    [ENF, SPO].flatMap((regieId) => {
      const bill = billFamily(town, of, { ...RUN, month, regieId }, UNBILLED)
      expect(bill.kind).not.toBe('anomalies')
      return bill.kind === 'draft' ? bill.draft.document.lines : []
    }),
  )

/** How many days some lines are for: a day of a child is one day, whatever the activity. */
const daysOn = (lines: readonly InvoiceLine[]): number =>
  new Set(
    lines.flatMap(({ month, days, childId = '' }) =>
      daysIn(days).map((day) => [month, day, childId].join(' ')),
    ),
  ).size

it('what all régies take off for an aid stays within its ceilings of amount and of days', () => {
  fc.assert(
    fc.property(towns(), accounts(), (town, of) => {
      const paid = linesOf(town, of).filter(({ kind }) => kind === 'aid')
      for (const { mostAmount = Infinity, mostDays = Infinity } of of.aids) {
        expect(sum(paid.map(({ amount }) => -amount))).toBeLessThanOrEqual(mostAmount)
        expect(daysOn(paid)).toBeLessThanOrEqual(mostDays)
      }
    }),
  )
})

it('days that all régies bill as paid in advance are no more than were paid', () => {
  fc.assert(
    fc.property(towns(), accounts(), (town, of) => {
      // The line that sells a credit has its price, and no days.
      const used = linesOf(town, of).filter(
        ({ kind, unitPrice }) => kind === 'day-credit' && unitPrice === 0,
      )
      expect(daysOn(used)).toBeLessThanOrEqual(sum(of.dayCredits.map(({ days }) => days)))
    }),
  )
})
