import {
  listOwnAuthorisationRequests,
  readAuthorisations,
} from '../../shared/authorisations/read-authorisations.ts'
import {
  listAuthorisationRequestsRoute,
  previewAuthorisationsRoute,
  readAuthorisationsRoute,
  submitAuthorisationsRoute,
} from '../../shared/authorisations/routes.ts'
import {
  previewAuthorisations,
  submitAuthorisations,
} from '../../shared/authorisations/submit-authorisations.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import {
  decideEnrolmentRequest,
  withdrawEnrolmentRequest,
} from '../../shared/enrolments/decide-enrolment.ts'
import { endEnrolment } from '../../shared/enrolments/end-enrolment.ts'
import { listEnrolmentOffers } from '../../shared/enrolments/list-offers.ts'
import {
  listEnrolmentInbox,
  listOwnEnrolmentRequests,
} from '../../shared/enrolments/list-requests.ts'
import { requestEnrolment } from '../../shared/enrolments/request-enrolment.ts'
import {
  decideEnrolmentRequestRoute,
  endEnrolmentRoute,
  listEnrolmentOffersRoute,
  listEnrolmentRequestsRoute,
  listOwnEnrolmentRequestsRoute,
  requestEnrolmentRoute,
  withdrawEnrolmentRequestRoute,
} from '../../shared/enrolments/routes.ts'
import {
  linkHouseholds,
  readHouseholds,
  setAuthority,
  setCustody,
  unlinkHouseholds,
} from '../../shared/households/edit-households.ts'
import { readOtherHousehold } from '../../shared/households/read-other-household.ts'
import {
  linkHouseholdsRoute,
  readHouseholdsRoute,
  readOtherHouseholdRoute,
  setAuthorityRoute,
  setCustodyRoute,
  unlinkHouseholdsRoute,
} from '../../shared/households/routes.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments.enrolments)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = httpHandler(
  on(readAuthorisationsRoute, async (call) =>
    readAuthorisations({ table, town: await town() }, call),
  ),
  on(previewAuthorisationsRoute, async (call) =>
    previewAuthorisations({ table, town: await town() }, call),
  ),
  on(submitAuthorisationsRoute, async (call) =>
    submitAuthorisations({ table, town: await town() }, call),
  ),
  on(listAuthorisationRequestsRoute, async (call) =>
    listOwnAuthorisationRequests({ table, town: await town() }, call),
  ),
  on(listEnrolmentOffersRoute, async (call) =>
    listEnrolmentOffers({ table, town: await town() }, call),
  ),
  on(requestEnrolmentRoute, async (call) => requestEnrolment({ table, town: await town() }, call)),
  on(listOwnEnrolmentRequestsRoute, async (call) =>
    listOwnEnrolmentRequests({ table, town: await town() }, call),
  ),
  on(withdrawEnrolmentRequestRoute, async (call) =>
    withdrawEnrolmentRequest({ table, town: await town() }, call),
  ),
  on(listEnrolmentRequestsRoute, async (call) =>
    listEnrolmentInbox({ table, town: await town() }, call),
  ),
  on(decideEnrolmentRequestRoute, async (call) =>
    decideEnrolmentRequest({ table, town: await town() }, call),
  ),
  on(readOtherHouseholdRoute, async (call) =>
    readOtherHousehold({ table, town: await town() }, call),
  ),
  on(readHouseholdsRoute, (call) => readHouseholds(table, call)),
  on(linkHouseholdsRoute, async (call) => linkHouseholds({ table, town: await town() }, call)),
  on(unlinkHouseholdsRoute, (call) => unlinkHouseholds(table, call)),
  on(setCustodyRoute, (call) => setCustody(table, call)),
  on(setAuthorityRoute, (call) => setAuthority(table, call)),
  on(endEnrolmentRoute, async (call) => endEnrolment({ table, town: await town() }, call)),
)
