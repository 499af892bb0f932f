import { SQSClient } from '@aws-sdk/client-sqs'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { changeCapacity } from '../../shared/places/change-capacity.ts'
import { fullestDays, readFill } from '../../shared/places/read-fill.ts'
import { readFillRoute, setCapacityRoute } from '../../shared/places/routes.ts'
import { sendJobs } from '../../shared/platform/queue.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { bookOnBehalfRoute } from '../../shared/reservations/behalf-routes.ts'
import { bookOnBehalf } from '../../shared/reservations/book-on-behalf.ts'
import { changeGroup } from '../../shared/reservations/change-group.ts'
import { closeDay, SECOND_PASS } from '../../shared/reservations/close-day.ts'
import { changeGroupRoute, closeDayRoute } from '../../shared/reservations/closing-routes.ts'
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
import { viewRequest, viewResult, viewSubmission } from '../../shared/reservations/view.ts'
import { readSchoolCalendar } from '../../shared/school-calendar/read-refresh.ts'
import { readSchoolCalendarRoute } from '../../shared/school-calendar/routes.ts'
import { searchFamiliesRoute } from '../../shared/search/routes.ts'
import { searchFamilies } from '../../shared/search/search-families.ts'
import { readTrail } from '../../shared/trail/read-trail.ts'
import { readTrailRoute } from '../../shared/trail/routes.ts'

const { TABLE_NAME, CLOSING_QUEUE_URL } = environmentOf(environments.staff)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const queue = new SQSClient({})

export const handler = httpHandler(
  on(readSchoolCalendarRoute, () => readSchoolCalendar(table)),
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
    return viewSubmission(held.catalogue, submission)
  }),
  on(listFamilyRequestsRoute, async (call) =>
    listFamilyRequests({ table, town: await town() }, call),
  ),
  on(readDashboardRoute, async ({ query: { days }, now }) => {
    const held = await town()
    const [requests, places] = await Promise.all([
      countPending({ table, catalogue: held.catalogue }, { days, now }),
      fullestDays({ table, town: held }, now),
    ])
    return { requests, places }
  }),
  on(searchFamiliesRoute, (call) => searchFamilies(table, call)),
  on(readTrailRoute, (call) => readTrail(table, call)),
  on(readFillRoute, async (call) => readFill({ table, town: await town() }, call)),
  on(setCapacityRoute, async (call) => changeCapacity({ table, town: await town() }, call)),
  on(closeDayRoute, async (call) => {
    const jobs = await closeDay(table, call)
    await sendJobs(queue, CLOSING_QUEUE_URL, jobs)
    await sendJobs(queue, CLOSING_QUEUE_URL, jobs, SECOND_PASS)
    const families = jobs.reduce((sum, { familyIds }) => sum + familyIds.length, 0)
    return { activityId: call.parameters.activityId, date: call.body.date, families }
  }),
  on(changeGroupRoute, async (call) => changeGroup({ table, town: await town() }, call)),
)
