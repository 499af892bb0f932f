import { expect, it } from 'vitest'
import { MEANS_OF_PAYMENT } from '../../shared/catalogue/regie-model.ts'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'
import { vintageFault } from '../../shared/ledger/vintage-rules.ts'

it.each([
  // A voucher of 2025: its first and its last day.
  ['cesu', '2024-12-01', '2026-01-31'],
  ['holiday-voucher', '2025-01-01', '2027-12-31'],
  ['caf-voucher', '2025-01-01', '2025-12-31'],
] as const)('a %s is taken from its first to its last day [guide 10]', (means, first, last) => {
  const faultOn = (day: IsoDate): string | undefined => vintageFault(means, 2025, day)
  expect([faultOn(first), faultOn(last)]).toEqual([undefined, undefined])
  expect(faultOn(addDays(first, -1))).toContain('à partir du')
  expect(faultOn(addDays(last, 1))).toContain('jusqu’au')
})

it('a voucher without a year is refused where each bears one; what has no years has no faults', () => {
  const faultOf = (means: Parameters<typeof vintageFault>[0]): boolean =>
    vintageFault(means, undefined, '2025-06-01') !== undefined
  expect(MEANS_OF_PAYMENT.filter(faultOf)).toEqual(['holiday-voucher', 'cesu'])
  expect(vintageFault('cheque', 1999, '2025-06-01')).toBeUndefined()
})
