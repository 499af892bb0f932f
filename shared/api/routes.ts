import {
  exportDaySheetRoute,
  exportHeadcountsRoute,
  justifyAbsenceRoute,
  markSheetRoute,
  printDaySheetRoute,
  printHeadcountsRoute,
  readDaySheetRoute,
  readHeadcountsRoute,
} from '../attendance/routes.ts'
import { readBillingRunRoute, readLedgerRoute } from '../billing/routes.ts'
import {
  createCalendarLinkRoute,
  readCalendarRoute,
  revokeCalendarLinkRoute,
} from '../calendars/routes.ts'
import { readTownRoute } from '../catalogue/routes.ts'
import { readFamilyRoute } from '../families/routes.ts'
import { readPreferencesRoute, setPreferencesRoute } from '../messages/routes.ts'
import { readFillRoute, setCapacityRoute } from '../places/routes.ts'
import type { Route } from '../platform/route.ts'
import {
  decideRequestRoute,
  decideRequestsRoute,
  listFamilyRequestsRoute,
  listPendingRequestsRoute,
  listRequestsRoute,
  readDashboardRoute,
  readRequestRoute,
  withdrawRequestRoute,
} from '../reservations/request-routes.ts'
import { previewWishesRoute, readPlanningRoute, submitWishesRoute } from '../reservations/routes.ts'
import { bookOnBehalfRoute } from '../reservations/behalf-routes.ts'
import { answerOfferRoute, listOffersRoute } from '../reservations/offer-routes.ts'
import { changeGroupRoute, closeDayRoute } from '../reservations/closing-routes.ts'
import { openSessionRoute } from '../sessions/routes.ts'
import { readDocsRoute, readOpenApiRoute } from './documents.ts'

/** Every route of the portal, in the order in which the API reference shows them. */
export const ROUTES: readonly Route[] = [
  openSessionRoute,
  readTownRoute,
  readFamilyRoute,
  readPlanningRoute,
  previewWishesRoute,
  submitWishesRoute,
  listRequestsRoute,
  readRequestRoute,
  withdrawRequestRoute,
  listOffersRoute,
  answerOfferRoute,
  readLedgerRoute,
  readPreferencesRoute,
  setPreferencesRoute,
  createCalendarLinkRoute,
  revokeCalendarLinkRoute,
  readCalendarRoute,
  listPendingRequestsRoute,
  decideRequestRoute,
  decideRequestsRoute,
  bookOnBehalfRoute,
  listFamilyRequestsRoute,
  readDashboardRoute,
  readFillRoute,
  setCapacityRoute,
  closeDayRoute,
  changeGroupRoute,
  readDaySheetRoute,
  exportDaySheetRoute,
  printDaySheetRoute,
  markSheetRoute,
  readHeadcountsRoute,
  exportHeadcountsRoute,
  printHeadcountsRoute,
  justifyAbsenceRoute,
  readBillingRunRoute,
  readOpenApiRoute,
  readDocsRoute,
]
