import { createCalendarLink, revokeCalendarLink } from '../../shared/calendars/link.ts'
import { createCalendarLinkRoute, revokeCalendarLinkRoute } from '../../shared/calendars/routes.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { householdOf } from '../../shared/families/read-file.ts'
import { readFamily } from '../../shared/families/read-family.ts'
import { readFamilyRoute } from '../../shared/families/routes.ts'
import { readPreferences, setPreferences } from '../../shared/messages/preferences.ts'
import { readPreferencesRoute, setPreferencesRoute } from '../../shared/messages/routes.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { newSecret } from '../../shared/platform/secret.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { answerOffer } from '../../shared/reservations/answer-offer.ts'
import { listOffers } from '../../shared/reservations/list-offers.ts'
import { answerOfferRoute, listOffersRoute } from '../../shared/reservations/offer-routes.ts'
import { listRequests } from '../../shared/reservations/list-requests.ts'
import { readPlanning } from '../../shared/reservations/read-planning.ts'
import { readRequest } from '../../shared/reservations/read-request.ts'
import {
  listRequestsRoute,
  readRequestRoute,
  withdrawRequestRoute,
} from '../../shared/reservations/request-routes.ts'
import { readPlanningRoute, submitWishesRoute } from '../../shared/reservations/routes.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { viewRequest, viewSubmission } from '../../shared/reservations/view.ts'
import { withdrawRequest } from '../../shared/reservations/withdraw-request.ts'

const { TABLE_NAME } = environmentOf(environments.family)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = httpHandler(
  on(readFamilyRoute, async (call) => readFamily({ table, town: await town() }, call)),
  on(readPlanningRoute, async (call) => readPlanning({ table, town: await town() }, call)),
  on(submitWishesRoute, async ({ actor, body, headers, now }) => {
    const held = await town()
    const submission = await submitWishes(
      { table, town: held },
      {
        by: householdOf(actor),
        wishes: body.wishes,
        idempotencyKey: headers['idempotency-key'],
        now,
      },
    )
    return viewSubmission(held.catalogue, submission)
  }),
  on(listRequestsRoute, async (call) => listRequests({ table, town: await town() }, call)),
  on(readRequestRoute, async (call) => readRequest({ table, town: await town() }, call)),
  on(withdrawRequestRoute, async (call) => {
    const { submission, request } = await withdrawRequest(table, call)
    return viewRequest((await town()).catalogue, submission, request)
  }),
  on(listOffersRoute, async (call) => listOffers({ table, town: await town() }, call)),
  on(answerOfferRoute, async ({ actor, parameters, body, now }) => {
    const { date, unitId, accepted } = body
    const offer = { number: parameters.number, date, unitId }
    await answerOffer(
      { table, town: await town() },
      { by: householdOf(actor), offer, accepted, now },
    )
    return { accepted }
  }),
  on(readPreferencesRoute, (call) => readPreferences(table, call)),
  on(setPreferencesRoute, (call) => setPreferences(table, call)),
  on(createCalendarLinkRoute, (call) => createCalendarLink({ table, newSecret }, call)),
  on(revokeCalendarLinkRoute, (call) => revokeCalendarLink(table, call)),
)
