import { readBillingRun } from '../../shared/billing/read-ledger.ts'
import { readBillingRunRoute } from '../../shared/billing/routes.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { decideRequest } from '../../shared/reservations/decide-request.ts'
import { listPendingRequests } from '../../shared/reservations/list-requests.ts'
import { decideRequestRoute, listPendingRequestsRoute } from '../../shared/reservations/routes.ts'
import { viewRequest } from '../../shared/reservations/view.ts'

const { TABLE_NAME } = environmentOf(environments.staff)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = httpHandler(
  on(listPendingRequestsRoute, async (call) =>
    listPendingRequests({ table, town: await town() }, call),
  ),
  on(decideRequestRoute, async ({ parameters, body, actor, now }) => {
    const { submission, request } = await decideRequest(table, {
      ...parameters,
      ...body,
      by: actor.account,
      now,
    })
    return viewRequest((await town()).catalogue, submission, request)
  }),
  on(readBillingRunRoute, (call) => readBillingRun(table, call)),
)
