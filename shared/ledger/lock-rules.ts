import type { Payment, Refund, Reversal, Till } from './model.ts'
import { isClosed } from './till-rules.ts'

/**
 * Whether a payment can no longer be ended. One of which something was given back cannot in any case:
 * the money is gone. A mistake cannot be undone once the payment is in a deposit or its month is closed;
 * what bounces or is sent back by a bank does so afterwards as well. Cash never bounces: it is taken back as
 * a mistake or not at all.
 */
export const isLocked = (
  { number, deposit, paidOn, state, means }: Payment,
  kind: Reversal['kind'],
  { till, refunds }: { readonly till: Till; readonly refunds: readonly Refund[] },
): boolean => {
  const isRefunded = refunds.some(({ of }) =>
    of.some((part) => part.from === 'payment' && part.number === String(number)),
  )
  if (isRefunded) return true
  const comesLater = kind !== 'mistake' && means !== 'cash'
  if (comesLater || state === 'awaiting') return false
  return deposit !== undefined || isClosed(till, paidOn)
}
