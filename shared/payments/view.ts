import type * as z from 'zod'
import { ONLINE_STATES } from '../kernel/payment-texts.ts'
import type { Payfip } from '../payfip/model.ts'
import type { Attempt } from './model.ts'
import type { onlinePaymentReply } from './routes.ts'
import { isOpened, pageUntil } from './rules.ts'

/** An attempt as its family reads it: with the page of PayFiP as long as it opens. */
export const viewAttempt = (
  attempt: Attempt,
  { payfip, now }: { readonly payfip: Pick<Payfip, 'pageOf'>; readonly now: Date },
): z.input<typeof onlinePaymentReply> => {
  const { paymentId, regieId, amount, parts, state, createdAt, paid } = attempt
  const isPayable = state === 'open' && isOpened(attempt) && new Date(pageUntil(attempt)) > now
  return {
    paymentId,
    regieId,
    amount,
    parts,
    state,
    stateLabel: ONLINE_STATES[state],
    createdAt,
    ...(isPayable ? { pay: { url: payfip.pageOf(attempt.idOp), until: pageUntil(attempt) } } : {}),
    ...(paid === undefined ? {} : { paid }),
  }
}
