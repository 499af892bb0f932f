import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countTry,
  CREDIT,
  FREE_FAILURES,
  lockMinutes,
  LONGEST_LOCK,
  trusted,
  type Counted,
} from '../../shared/attempts/rules.ts'

const START = Date.parse('2025-09-01T08:00:00.000Z')
const DAY = 86_400

/** Tries after so many seconds each, all of them in vain; how each was answered. */
const tries = (pauses: readonly number[], begin?: Counted) => {
  let at = START
  let held = begin
  return pauses.map((pause) => {
    at += pause * 1000
    const now = new Date(at)
    const verdict = countTry(held, now)
    if (verdict.allowed) held = verdict.counted
    return { at, verdict, held }
  })
}

const pauses = fc.array(fc.integer({ min: 0, max: 3600 }), { minLength: 1, maxLength: 80 })

describe('the tries of one name', () => {
  it('are free five times; then one waits 1, 2, 4, 8, at most 15 minutes', () => {
    expect([0, 4, 5, 6, 7, 8, 9, 10, 1000].map(lockMinutes)).toEqual([
      0,
      0,
      1,
      2,
      4,
      8,
      LONGEST_LOCK,
      LONGEST_LOCK,
      LONGEST_LOCK,
    ])
    const answers = tries([0, 0, 0, 0, 0, 0, 59, 1, 119, 1])
    expect(answers.map(({ verdict }) => verdict.allowed)).toEqual([
      ...Array.from({ length: FREE_FAILURES }, () => true),
      ...[false, false, true, false, true],
    ])
    expect(answers[5]?.verdict).toEqual({ allowed: false, retryAfterSeconds: 60 })
  })

  it('never wait for longer than 15 minutes, however long somebody keeps trying', () => {
    fc.assert(
      fc.property(pauses, (given) => {
        for (const { at, verdict, held } of tries(given)) {
          if (verdict.allowed) continue
          expect(verdict.retryAfterSeconds).toBeGreaterThan(0)
          expect(verdict.retryAfterSeconds).toBeLessThanOrEqual(LONGEST_LOCK * 60)
          const back = new Date(at + verdict.retryAfterSeconds * 1000)
          expect(countTry(held, back).allowed).toBe(true)
        }
      }),
    )
  })

  it('are let through some hundred times a day at most', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1000, maxLength: 3000 }),
        (given) => {
          const allowed = tries(given).filter(
            ({ at, verdict }) => verdict.allowed && at < START + DAY * 1000,
          )
          expect(allowed.length).toBeLessThanOrEqual(FREE_FAILURES + 4 + (24 * 60) / LONGEST_LOCK)
        },
      ),
      { numRuns: 20 },
    )
  })

  it('are not made to wait longer by tries while they wait', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 50 }), (hammered) => {
        const last = tries([0, 0, 0, 0, 0, ...hammered]).at(-1)
        expect(last?.held?.failures).toBe(FREE_FAILURES)
        expect(last?.held?.lockedUntil).toBe(new Date(START + 60_000).toISOString())
      }),
    )
  })

  it('are forgotten a day after the last one', () => {
    const [, , , , locked] = tries([0, 0, 0, 0, 0])
    const count = (seconds: number) => countTry(locked?.held, new Date(START + seconds * 1000))
    expect(count(DAY - 1)).toMatchObject({ counted: { failures: 6 } })
    expect(count(DAY)).toMatchObject({ counted: { failures: 1 } })
  })

  it('are free for an hour for who has read a code in their mailbox, whatever others try', () => {
    const begin = trusted(new Date(START))
    const given = Array.from({ length: CREDIT }, () => 1)
    for (const { verdict } of tries(given, begin)) expect(verdict.allowed).toBe(true)
    expect(countTry(begin, new Date(START + 3_600_000))).toMatchObject({ counted: { failures: 1 } })
  })
})
