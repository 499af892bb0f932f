import { idOpSchema } from '../payfip/model.ts'
import type { Call } from '../platform/http.ts'
import { log } from '../platform/log.ts'
import { followAttempt, type Following } from './follow-attempt.ts'
import type { notifyPaymentRoute, returnFromPaymentRoute } from './routes.ts'
import { mayAsk } from './rules.ts'
import { findByOperation } from './store.ts'

/** The operation that a notification names, by its key in any case, in its form or its address. */
const operationIn = (parts: readonly Readonly<Record<string, string>>[]): string | undefined => {
  const named = parts.flatMap((part) => Object.entries(part))
  const [, value] = named.find(([key]) => key.toLowerCase() === 'idop') ?? []
  return idOpSchema.safeParse(value).data
}

/**
 * Hears that something happened to an operation. Nobody has signed it, so it is only a hint: PayFiP is
 * asked, as the schedule would ask it a little later. Whoever calls is told the same, be the operation
 * known or not, and whatever fails is left to the schedule. However many hints come, PayFiP is asked at most
 * every nine seconds.
 */
export const notifyPayment = async (
  following: Following,
  { form, query, now }: Pick<Call<typeof notifyPaymentRoute>, 'form' | 'query' | 'now'>,
): Promise<string> => {
  const idOp = operationIn([form, query])
  try {
    const attempt = idOp === undefined ? undefined : await findByOperation(following.table, idOp)
    if (attempt !== undefined && mayAsk(attempt, now)) {
      await followAttempt(following, attempt, now)
    }
  } catch (error) {
    log.error('notification of PayFiP not followed', error)
  }
  return 'OK'
}

/** Where a browser goes on that comes back from PayFiP: to the page of its payment, which asks. */
export const returnFromPayment = (
  portalUrl: string,
  { parameters }: Pick<Call<typeof returnFromPaymentRoute>, 'parameters'>,
): string => `${portalUrl}/payments/${parameters.paymentId}`
