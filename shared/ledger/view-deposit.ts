import type * as z from 'zod'
import { LEDGER } from '../kernel/billing-texts.ts'
import type { Deposit } from './deposit-model.ts'
import type { depositReply, listDepositsRoute } from './desk-routes.ts'

/** What a deposit comes to. */
export const viewHead = ({
  regieId,
  number,
  means,
  depositedOn,
  payments,
  total,
}: Deposit): z.input<(typeof listDepositsRoute)['reply']>['deposits'][number] => ({
  ...{ regieId, number, means, depositedOn, total },
  meansLabel: LEDGER.means[means],
  count: payments.length,
})

/** A deposit with its payments. */
export const viewDeposit = (deposit: Deposit): z.input<typeof depositReply> => ({
  ...viewHead(deposit),
  payments: deposit.payments,
})
