import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { euros, sum } from '../../shared/kernel/money.ts'

const NARROW = '\u202F'
const NO_BREAK = '\u00A0'

describe('an amount in words', () => {
  it.each([
    [0, `0,00${NO_BREAK}€`],
    [5, `0,05${NO_BREAK}€`],
    [513, `5,13${NO_BREAK}€`],
    [-513, `−5,13${NO_BREAK}€`],
    [-5, `−0,05${NO_BREAK}€`],
    [99_999, `999,99${NO_BREAK}€`],
    [123_456, `1${NARROW}234,56${NO_BREAK}€`],
    [123_456_789, `1${NARROW}234${NARROW}567,89${NO_BREAK}€`],
  ])('%i cents are %s', (cents, text) => {
    expect(euros(cents)).toBe(text)
  })

  it('says the amount to the cent', () => {
    fc.assert(
      fc.property(fc.integer(), (cents) => {
        const digits = euros(cents)
          .replace('−', '-')
          .replaceAll(/[^\d-]/g, '')
        expect(Number(digits)).toBe(cents)
      }),
    )
  })
})

describe('a sum', () => {
  it('is that of the invoices of the guide', () => {
    expect(sum([20_113, -12_553])).toBe(7560)
    expect(sum([])).toBe(0)
  })

  it('does not depend on the order or on the grouping', () => {
    const amounts = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }))
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        expect(sum([...a, ...b])).toBe(sum(a) + sum(b))
        expect(sum(a.toReversed())).toBe(sum(a))
      }),
    )
  })
})
