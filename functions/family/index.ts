import { readLedger } from '../../shared/billing/read-ledger.ts'
import { readLedgerRoute } from '../../shared/billing/routes.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { householdOf } from '../../shared/families/read-file.ts'
import { readFamily } from '../../shared/families/read-family.ts'
import { readFamilyRoute } from '../../shared/families/routes.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { listRequests } from '../../shared/reservations/list-requests.ts'
import { previewWishes } from '../../shared/reservations/preview-wishes.ts'
import { readPlanning } from '../../shared/reservations/read-planning.ts'
import {
  listRequestsRoute,
  previewWishesRoute,
  readPlanningRoute,
  submitWishesRoute,
} from '../../shared/reservations/routes.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { viewRequest } from '../../shared/reservations/view.ts'

const { TABLE_NAME } = environmentOf(environments.family)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = httpHandler(
  on(readFamilyRoute, async (call) => readFamily({ table, town: await town() }, call)),
  on(readPlanningRoute, async (call) => readPlanning({ table, town: await town() }, call)),
  on(previewWishesRoute, async (call) => previewWishes({ table, town: await town() }, call)),
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
    return {
      requests: submission.requests.map((request) =>
        viewRequest(held.catalogue, submission, request),
      ),
    }
  }),
  on(listRequestsRoute, async (call) => listRequests({ table, town: await town() }, call)),
  on(readLedgerRoute, (call) => readLedger(table, call)),
)
