import { townCatalogue } from '../../shared/catalogue/current.ts'
import { payfipClient } from '../../shared/payfip/client.ts'
import { checkPayfip } from '../../shared/payments/check-payfip.ts'
import { notifyPayment, returnFromPayment } from '../../shared/payments/hear-payfip.ts'
import { listPayments, readPayment } from '../../shared/payments/read-payment.ts'
import { listPaymentReviews, resolvePayment } from '../../shared/payments/review-payments.ts'
import {
  checkRegieRoute,
  listPaymentsRoute,
  listReviewsRoute,
  notifyPaymentRoute,
  readPaymentRoute,
  resolvePaymentRoute,
  returnByFormRoute,
  returnFromPaymentRoute,
  startPaymentRoute,
} from '../../shared/payments/routes.ts'
import { startPayment } from '../../shared/payments/start-payment.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME, PAYFIP_URL, PAYFIP_TESTS, API_URL, PORTAL_URL } = environmentOf(
  environments.payments,
)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const parts = {
  table,
  payfip: payfipClient({ url: PAYFIP_URL }),
  takesTests: PAYFIP_TESTS === 'taken',
}
/** Who notifies waits for the answer: what takes longer is left to the schedule. */
const hint = { ...parts, payfip: payfipClient({ url: PAYFIP_URL, patience: 4000 }) }

export const handler = httpHandler(
  on(startPaymentRoute, async (call) =>
    startPayment({ ...parts, town: await town(), apiUrl: API_URL }, call),
  ),
  on(listPaymentsRoute, (call) => listPayments(parts, call)),
  on(readPaymentRoute, (call) => readPayment(parts, call)),
  on(notifyPaymentRoute, (call) => notifyPayment(hint, call)),
  on(returnFromPaymentRoute, (call) => Promise.resolve(returnFromPayment(PORTAL_URL, call))),
  on(returnByFormRoute, (call) => Promise.resolve(returnFromPayment(PORTAL_URL, call))),
  on(listReviewsRoute, (call) => listPaymentReviews(parts, call)),
  on(resolvePaymentRoute, (call) => resolvePayment(parts, call)),
  on(checkRegieRoute, async (call) => checkPayfip({ ...parts, town: await town() }, call)),
)
