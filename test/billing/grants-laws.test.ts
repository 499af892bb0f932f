import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { daysIn } from '../../shared/billing/day-set-rules.ts'
import { billFamily } from '../../shared/billing/rules.ts'
import { sum } from '../../shared/kernel/money.ts'
import { accounts, ENF, RUN, SPO, towns, UNBILLED } from './arbitraries.ts'

/** From the beginning of the first grants to their end. */
const MONTHS = ['2025-10', '2025-11', '2025-12'] as const

it('what all régies take off for an aid stays within its ceilings of amount and of days', () => {
  fc.assert(
    fc.property(towns(), accounts(), (town, of) => {
      const lines = MONTHS.flatMap((month) =>
        [ENF, SPO].flatMap((regieId) => {
          const bill = billFamily(town, of, { ...RUN, month, regieId }, UNBILLED)
          expect(bill.kind).not.toBe('anomalies')
          return bill.kind === 'draft' ? bill.draft.document.lines : []
        }),
      )
      for (const { mostAmount = Infinity, mostDays = Infinity } of of.aids) {
        const paid = lines.filter(({ kind }) => kind === 'aid')
        expect(sum(paid.map(({ amount }) => -amount))).toBeLessThanOrEqual(mostAmount)
        const days = paid.flatMap(({ month, days: text, childId = '' }) =>
          daysIn(text).map((day) => [month, day, childId].join(' ')),
        )
        expect(new Set(days).size).toBeLessThanOrEqual(mostDays)
      }
    }),
  )
})

it('days that all régies bill as paid in advance are no more than were paid', () => {
  fc.assert(
    fc.property(towns(), accounts(), (town, of) => {
      const paid = MONTHS.flatMap((month) => {
        const bill = billFamily(town, of, { ...RUN, month }, UNBILLED)
        const lines = bill.kind === 'draft' ? bill.draft.document.lines : []
        return lines
          .filter(
            ({ kind, unitPrice, days }) => kind === 'day-credit' && unitPrice === 0 && days !== '',
          )
          .flatMap(({ days, childId = '' }) =>
            daysIn(days).map((day) => [month, day, childId].join(' ')),
          )
      })
      expect(new Set(paid).size).toBeLessThanOrEqual(sum(of.dayCredits.map(({ days }) => days)))
    }),
  )
})
