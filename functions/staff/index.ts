import { readBillingRun } from '../../shared/billing/read-ledger.ts'
import { readBillingRunRoute } from '../../shared/billing/routes.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { bookOnBehalfRoute } from '../../shared/reservations/behalf-routes.ts'
import { bookOnBehalf } from '../../shared/reservations/book-on-behalf.ts'
import { decideRequest } from '../../shared/reservations/decide-request.ts'
import { decideRequests } from '../../shared/reservations/decide-requests.ts'
import { countPending } from '../../shared/reservations/count-pending.ts'
import { listPendingRequests } from '../../shared/reservations/list-pending-requests.ts'
import { listFamilyRequests } from '../../shared/reservations/list-requests.ts'
import {
  decideRequestRoute,
  decideRequestsRoute,
  listFamilyRequestsRoute,
  listPendingRequestsRoute,
  readDashboardRoute,
} from '../../shared/reservations/request-routes.ts'
import { viewRequest, viewResult } from '../../shared/reservations/view.ts'

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
  on(decideRequestsRoute, async ({ body: { decisions }, actor, now }) => {
    const results = await decideRequests(table, decisions, { by: actor.account, now })
    const { catalogue } = await town()
    return { results: results.map((result) => viewResult(catalogue, result)) }
  }),
  on(bookOnBehalfRoute, async (call) => {
    const held = await town()
    const submission = await bookOnBehalf({ table, town: held }, call)
    return {
      requests: submission.requests.map((request) =>
        viewRequest(held.catalogue, submission, request),
      ),
    }
  }),
  on(listFamilyRequestsRoute, async (call) =>
    listFamilyRequests({ table, town: await town() }, call),
  ),
  on(readDashboardRoute, async ({ query: { days }, now }) => ({
    requests: await countPending({ table, catalogue: (await town()).catalogue }, { days, now }),
  })),
  on(readBillingRunRoute, (call) => readBillingRun(table, call)),
)
