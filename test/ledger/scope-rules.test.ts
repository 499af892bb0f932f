import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Limits } from '../../shared/billing/model.ts'
import type { MeansOfPayment } from '../../shared/catalogue/regie-model.ts'
import { sum } from '../../shared/kernel/money.ts'
import { mostBy } from '../../shared/ledger/scope-rules.ts'

const MEANS = ['holiday-voucher', 'cesu', 'caf-voucher'] as const

const limits: fc.Arbitrary<Limits> = fc
  .array(
    fc.record({
      by: fc.subarray([...MEANS], { minLength: 1 }),
      amount: fc.integer({ min: 1, max: 4 }),
    }),
    { maxLength: 4 },
  )
  .map((parts) => ({ means: [...MEANS], parts }))

/** Whether amounts of means can be laid upon the parts, found by trying each way. */
const fits = (
  parts: readonly { readonly by: readonly MeansOfPayment[]; readonly room: number }[],
  owed: readonly (readonly [MeansOfPayment, number])[],
): boolean => {
  const [first, ...others] = owed
  if (first === undefined) return true
  const [means, amount] = first
  if (amount === 0) return fits(parts, others)
  return parts.some(
    ({ by, room }, at) =>
      by.includes(means) &&
      room > 0 &&
      fits(
        parts.map((part, index) => (index === at ? { ...part, room: room - 1 } : part)),
        [[means, amount - 1], ...others],
      ),
  )
}

it('the most of a means is what a search of all ways to lay vouchers upon services finds', () => {
  const wishes = fc.tuple(limits, fc.tuple(fc.nat(3), fc.nat(3)), fc.constantFrom(...MEANS))
  fc.assert(
    fc.property(wishes, ([limited, [a, b], means]) => {
      const [one, two] = MEANS.filter((each) => each !== means)
      if (one === undefined || two === undefined) throw new Error('There are three')
      const taken: [MeansOfPayment, number][] = [
        [one, a],
        [two, b],
      ]
      const parts = limited.parts.map(({ by, amount }) => ({ by, room: amount }))
      fc.pre(fits(parts, taken))
      const most = mostBy(limited, means, new Map(taken))
      expect(fits(parts, [[means, most], ...taken])).toBe(true)
      expect(fits(parts, [[means, most + 1], ...taken])).toBe(false)
    }),
    { numRuns: 300 },
  )
})

it('means without limits, and invoices without them, have no most', () => {
  const none = new Map<MeansOfPayment, number>()
  const limited: Limits = { means: ['cesu'], parts: [] }
  expect(mostBy(limited, 'cash', none)).toBe(Infinity)
  expect(mostBy(limited, undefined, none)).toBe(Infinity)
  expect(mostBy(undefined, 'cesu', none)).toBe(Infinity)
  expect(mostBy(limited, 'cesu', none)).toBe(0)
})

it('what is taken in the order of its coming never depends on that order as a whole', () => {
  fc.assert(
    fc.property(
      limits,
      fc.array(fc.tuple(fc.constantFrom(...MEANS), fc.integer({ min: 1, max: 5 })), {
        maxLength: 5,
      }),
      (limited, wishes) => {
        const wholeOf = (order: typeof wishes): number => {
          const taken = new Map<MeansOfPayment, number>()
          for (const [means, amount] of order) {
            const got = Math.min(amount, mostBy(limited, means, taken))
            taken.set(means, (taken.get(means) ?? 0) + got)
          }
          return sum([...taken.values()])
        }
        expect(wholeOf(wishes.toReversed())).toBe(wholeOf(wishes))
      },
    ),
  )
})
