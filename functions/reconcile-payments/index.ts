import { payfipClient } from '../../shared/payfip/client.ts'
import { reconcilePayments } from '../../shared/payments/reconcile-payments.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { scheduleHandler } from '../../shared/platform/schedule.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME, PAYFIP_URL, PAYFIP_TESTS } = environmentOf(environments['reconcile-payments'])
const table = openTable(documentClient(), TABLE_NAME)
const payfip = payfipClient({ url: PAYFIP_URL })

export const handler = scheduleHandler(async (due) => {
  const takesTests = PAYFIP_TESTS === 'taken'
  const ends = await reconcilePayments({ table, payfip, takesTests }, due)
  if (Object.keys(ends).length > 0) log.info('payments reconciled', { ...ends })
})
