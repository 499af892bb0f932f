import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ALL_DAYS,
  countOf,
  dateIn,
  daysIn,
  daysOf,
  firstOf,
  setOf,
  setWithin,
  textOf,
} from '../../shared/billing/day-set-rules.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { setOfDays } from './items.ts'

const DAYS = Array.from({ length: 31 }, (_, index) => index + 1)

describe('a set of days of a month', () => {
  it('holds a bit for each day, the first day the lowest', () => {
    expect(setOf(1)).toBe(1)
    expect(setOf(5)).toBe(16)
    expect(setOf(31)).toBe(2 ** 30)
    expect(ALL_DAYS).toBe(2 ** 31 - 1)
    expect(setOfDays(...DAYS)).toBe(ALL_DAYS)
  })

  it('has a first day, days in order and a count of them', () => {
    expect([1, 7, 16, 31].map((day) => firstOf(setOf(day)))).toEqual([1, 7, 16, 31])
    expect(firstOf(setOfDays(31, 12, 20))).toBe(12)
    expect(daysOf(setOfDays(31, 12, 1, 20))).toEqual([1, 12, 20, 31])
    expect(daysOf(0)).toEqual([])
    expect(daysOf(ALL_DAYS)).toEqual(DAYS)
    expect([0, setOf(31), setOfDays(2, 3, 30), ALL_DAYS].map(countOf)).toEqual([0, 1, 3, 31])
  })

  it('is written as its days, with one space between two, in each part of the month', () => {
    expect(textOf(0)).toBe('')
    expect(textOf(ALL_DAYS)).toBe(DAYS.join(' '))
    // The text is put together of days up to the 11th, up to the 22nd and later ones.
    expect(textOf(setOfDays(1, 11, 12, 22, 23, 31))).toBe('1 11 12 22 23 31')
    expect(textOf(setOfDays(23, 31))).toBe('23 31')
    expect(textOf(setOfDays(5, 28))).toBe('5 28')
    for (const day of DAYS) expect(textOf(setOf(day))).toBe(String(day))
  })

  it('is read from what is written', () => {
    expect(daysIn('')).toEqual([])
    expect(daysIn('3')).toEqual([3])
    expect(daysIn('1 12 31')).toEqual([1, 12, 31])
    fc.assert(
      fc.property(fc.subarray(DAYS), (some) => {
        expect(daysIn(textOf(setOfDays(...some)))).toEqual(some)
      }),
    )
  })
})

describe('the days of a month from a day to a day', () => {
  const within = (from: IsoDate, until: IsoDate) => daysOf(setWithin('2025-11', from, until))

  it('are those between, both included', () => {
    expect(within('2025-11-04', '2025-11-06')).toEqual([4, 5, 6])
    expect(within('2025-11-04', '2025-11-04')).toEqual([4])
    expect(within('2025-11-01', '2025-11-02')).toEqual([1, 2])
    expect(within('2025-11-30', '2025-11-30')).toEqual([30])
  })

  it('are all from or up to one of them where the other is in another month', () => {
    expect(within('2025-10-31', '2025-11-02')).toEqual([1, 2])
    expect(within('2025-11-29', '2025-12-01')).toEqual([29, 30, 31])
    expect(within('2025-10-31', '2025-12-01')).toEqual(DAYS)
    expect(setWithin('2025-11', '2024-11-15', '2026-11-15')).toBe(ALL_DAYS)
  })

  it('are none of a month before or after, nor from a day to an earlier one', () => {
    expect(within('2025-09-01', '2025-10-31')).toEqual([])
    expect(within('2025-12-01', '2025-12-31')).toEqual([])
    expect(within('2025-11-06', '2025-11-04')).toEqual([])
    expect(within('2025-12-01', '2025-10-31')).toEqual([])
  })
})

it('a day of a month is a date with two digits', () => {
  expect([1, 9, 10, 31].map((day) => dateIn('2025-12', day))).toEqual([
    '2025-12-01',
    '2025-12-09',
    '2025-12-10',
    '2025-12-31',
  ])
})
