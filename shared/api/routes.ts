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
import {
  exportAccountsRoute,
  exportInvoicesRoute,
  readBilledHeadcountRoute,
} from '../billing/export-routes.ts'
import {
  checkBillingRunRoute,
  listBillingRunsRoute,
  openBillingRunsRoute,
  previewInvoiceRoute,
  readBillingRunRoute,
  readDraftsRoute,
} from '../billing/routes.ts'
import {
  grantAidRoute,
  grantDayCreditRoute,
  listGrantsRoute,
  removeAidRoute,
  removeDayCreditRoute,
} from '../billing/grant-routes.ts'
import {
  createCalendarLinkRoute,
  readCalendarRoute,
  revokeCalendarLinkRoute,
} from '../calendars/routes.ts'
import { readTownRoute } from '../catalogue/routes.ts'
import { listMeansRoute, noteMeansRoute, removeMeansRoute } from '../families/means-routes.ts'
import { readFamilyRoute } from '../families/routes.ts'
import {
  cancelPaymentRoute,
  readCreditNoteRoute,
  readFamilyLedgerRoute,
  readInvoiceRoute,
  readLedgerRoute,
  recordPaymentRoute,
} from '../ledger/routes.ts'
import { readPreferencesRoute, setPreferencesRoute } from '../messages/routes.ts'
import { readFillRoute, setCapacityRoute } from '../places/routes.ts'
import {
  printCreditNoteRoute,
  printFamilyCreditNoteRoute,
  printFamilyInvoiceRoute,
  printInvoiceRoute,
} from '../billing/print-routes.ts'
import { printFamilyStatementRoute, printStatementRoute } from '../ledger/print-routes.ts'
import {
  printFamilySimulationRoute,
  printPriceTableRoute,
  printSimulationRoute,
} from '../tariffs/print-routes.ts'
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
import {
  listTariffServicesRoute,
  readPriceTableRoute,
  simulateForFamilyRoute,
  simulateRoute,
} from '../tariffs/routes.ts'
import { readDocsRoute, readOpenApiRoute } from './documents.ts'

/** Every route of the portal, in the order in which the API reference shows them. */
export const ROUTES: readonly Route[] = [
  openSessionRoute,
  readTownRoute,
  listTariffServicesRoute,
  readPriceTableRoute,
  simulateRoute,
  readFamilyRoute,
  simulateForFamilyRoute,
  readPlanningRoute,
  previewWishesRoute,
  submitWishesRoute,
  listRequestsRoute,
  readRequestRoute,
  withdrawRequestRoute,
  listOffersRoute,
  answerOfferRoute,
  readLedgerRoute,
  readInvoiceRoute,
  readCreditNoteRoute,
  printInvoiceRoute,
  printCreditNoteRoute,
  printStatementRoute,
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
  listMeansRoute,
  noteMeansRoute,
  removeMeansRoute,
  listGrantsRoute,
  grantAidRoute,
  removeAidRoute,
  grantDayCreditRoute,
  removeDayCreditRoute,
  openBillingRunsRoute,
  listBillingRunsRoute,
  readBillingRunRoute,
  readDraftsRoute,
  checkBillingRunRoute,
  previewInvoiceRoute,
  readBilledHeadcountRoute,
  exportInvoicesRoute,
  exportAccountsRoute,
  readFamilyLedgerRoute,
  recordPaymentRoute,
  cancelPaymentRoute,
  printFamilyInvoiceRoute,
  printFamilyCreditNoteRoute,
  printFamilyStatementRoute,
  printSimulationRoute,
  printFamilySimulationRoute,
  printPriceTableRoute,
  readOpenApiRoute,
  readDocsRoute,
]
