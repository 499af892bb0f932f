import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyBy11, keyBy23, keysOf } from '../../shared/arrears/pes-keys.ts'

describe('the key by 11', () => {
  it.each([
    // 1×2 = 2; 11 − 2
    ['1', 9],
    // 5×2 = 10; 11 − 10
    ['5', 1],
    // 6×2 = 12, 1 over 11; 11 − 1 = 10, which has two digits
    ['6', 1],
    // 0; 11 − 0 = 11, which has two digits
    ['0', 1],
    // From the right: 3×2 + 2×3 + 1×4 = 16, 5 over; 11 − 5
    ['123', 6],
    // Seven digits begin the weights anew: 1×2+1×3+1×4+1×5+1×6+1×7+1×2 = 29, 7 over; 11 − 7
    ['1111111', 4],
    // 9×2+8×3+7×4+6×5+5×6+4×7+3×2+2×3+1×4 = 174, 9 over; 11 − 9
    ['123456789', 2],
  ])('of %s is %i', (digits, key) => {
    expect(keyBy11(digits)).toBe(key)
  })

  it('has one digit, from 1 on, and tells a wrong digit among the last six in most cases', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,30}$/), (digits) => {
        expect(keyBy11(digits)).toBeGreaterThanOrEqual(1)
        expect(keyBy11(digits)).toBeLessThanOrEqual(9)
      }),
    )
  })
})

describe('the key by 23', () => {
  it.each([
    ['0', 'A'],
    ['1', 'B'],
    ['22', 'Y'],
    ['23', 'A'],
    // 100 = 4×23 + 8, the ninth letter, for there is no I
    ['100', 'J'],
    // 2500000000000123: by hand 2500000000000123 − 23×108695652173918 = 9, the tenth letter
    ['2500000000000123', 'K'],
  ])('of %s is %s', (digits, key) => {
    expect(keyBy23(digits)).toBe(key)
  })
})

it('makes the keys of a piece of its body, list, year, month and number', () => {
  const piece = { body: '067', list: 1, year: '2026', month: 3, number: '202600000042' }
  // 067 1 26 3 0202600000042, from the right by 2 to 7:
  // 2×2+4×3+0+0+0+0 + 0×2+0×3+6×4+2×5+0×6+2×7 + 0×2+3×3+6×4+2×5+1×6+7×7 + 6×2+0×3 = 174, 9 over
  // 26 3 00 0202600000042 is 263000202600000042 = 23×11434791417391306 + 4
  expect(keysOf(piece)).toEqual({ first: 2, second: 'E' })
})
