import { describe, expect, it } from 'vitest'
import { BILL, LEDGER } from '../../shared/kernel/billing-texts.ts'

describe('the month of what is carried over or corrected', () => {
  it.each([
    ['2025-09', 'de septembre 2025'],
    ['2026-04', 'd’avril 2026'],
    ['2026-08', 'd’août 2026'],
    ['2025-10', 'd’octobre 2025'],
  ] as const)('%s is written « %s »', (month, words) => {
    expect(BILL.carriedLabel(month)).toBe(`Report ${words}`)
    expect(BILL.carried(month)).toContain(`Montant ${words},`)
    expect(BILL.correction(month, 'Repas')).toBe(`Régularisation ${words}. Repas`)
    expect(LEDGER.labels.carried(month)).toBe(`Report ${words}`)
  })
})
