import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endOf, join, startOf, type Segment } from '../../shared/platform/keys.ts'

const word = fc.stringMatching(/^[$-}]{1,12}$/)
const number = fc.integer({ min: 0, max: 999_999_999 })
const segments = fc.array(fc.oneof(word, number), { minLength: 1, maxLength: 5 })

const between = (key: string, from: readonly Segment[], to = from) =>
  startOf(from) <= key && key <= endOf(to)

describe('a key attribute', () => {
  it.each([
    [['FAMILY', 'f1'], 'FAMILY#f1'],
    [['REQUEST', 66835], 'REQUEST#000066835'],
    [['LEDGER', '2025-10-01', 'INVOICE', 'REG'], 'LEDGER#2025-10-01#INVOICE#REG'],
    [['2025-07-15T08:41:00.000Z', 1], '2025-07-15T08:41:00.000Z#000000001'],
  ])('joins %j to %s', (parts, key) => {
    expect(join(parts)).toBe(key)
  })

  it.each([
    ['the separator', 'f#1'],
    ['what ends a range', 'f~1'],
    ['a space', 'f 1'],
    ['a letter that sorts after the end of a range', 'Éva'],
    ['a line break', 'f\n'],
    ['nothing', ''],
    ['a negative number', -1],
    ['a number of ten digits', 1_000_000_000],
    ['a fraction', 1.5],
    ['no number', Number.NaN],
  ])('refuses a segment with %s', (_, segment) => {
    expect(() => join(['FAMILY', segment])).toThrow(RangeError)
  })

  it('sorts numbers by value', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(join(['REQUEST', a]) < join(['REQUEST', b])).toBe(a < b)
      }),
    )
  })

  it('is never the same for different words', () => {
    const words = fc.array(word, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(words, words, (a, b) => {
        expect(join(a) === join(b)).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
    )
  })
})

describe('a range of keys', () => {
  it('holds its prefix and all that lies below', () => {
    fc.assert(
      fc.property(segments, fc.array(fc.oneof(word, number), { maxLength: 3 }), (prefix, rest) => {
        expect(between(join([...prefix, ...rest]), prefix)).toBe(true)
      }),
    )
  })

  it('holds nothing beside its prefix', () => {
    fc.assert(
      fc.property(segments, word, word, (prefix, a, b) => {
        fc.pre(a !== b)
        expect(between(join([...prefix, a]), [...prefix, b])).toBe(false)
      }),
    )
  })

  it('holds everything when it has no prefix', () => {
    fc.assert(
      fc.property(segments, (key) => {
        expect(between(join(key), [])).toBe(true)
      }),
    )
  })

  it('holds the keys from its first to its last prefix, both included', () => {
    fc.assert(
      fc.property(number, number, number, (from, key, to) => {
        expect(between(join(['REQUEST', key]), ['REQUEST', from], ['REQUEST', to])).toBe(
          from <= key && key <= to,
        )
      }),
    )
  })
})
