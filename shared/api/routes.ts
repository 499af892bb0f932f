import { readBillingRunRoute, readLedgerRoute } from '../billing/routes.ts'
import { readTownRoute } from '../catalogue/routes.ts'
import { readFamilyRoute } from '../families/routes.ts'
import type { Route } from '../platform/route.ts'
import {
  decideRequestRoute,
  listPendingRequestsRoute,
  listRequestsRoute,
  previewWishesRoute,
  readPlanningRoute,
  submitWishesRoute,
} from '../reservations/routes.ts'
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
  readLedgerRoute,
  listPendingRequestsRoute,
  decideRequestRoute,
  readBillingRunRoute,
  readOpenApiRoute,
  readDocsRoute,
]
