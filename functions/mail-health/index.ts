import {
  confirmAddress,
  confirmListedAddress,
  confirmOwnAddress,
} from '../../shared/mail-health/confirm-address.ts'
import { exportMailProblems, listMailProblems } from '../../shared/mail-health/list-problems.ts'
import { readMailHealth } from '../../shared/mail-health/read-mail-health.ts'
import {
  confirmAddressRoute,
  confirmListedAddressRoute,
  confirmOwnAddressRoute,
  exportMailProblemsRoute,
  listMailProblemsRoute,
  readMailHealthRoute,
} from '../../shared/mail-health/routes.ts'
import { showUnsubscribeRoute, unsubscribeRoute } from '../../shared/messages/routes.ts'
import { showUnsubscribe, unsubscribe } from '../../shared/messages/unsubscribe.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments['mail-health'])
const table = openTable(documentClient(), TABLE_NAME)

export const handler = httpHandler(
  on(listMailProblemsRoute, (call) => listMailProblems(table, call)),
  on(readMailHealthRoute, (call) => readMailHealth(table, call)),
  on(exportMailProblemsRoute, () => exportMailProblems(table)),
  on(confirmOwnAddressRoute, (call) => confirmOwnAddress(table, call)),
  on(confirmAddressRoute, (call) => confirmAddress(table, call)),
  on(confirmListedAddressRoute, (call) => confirmListedAddress(table, call)),
  on(showUnsubscribeRoute, (call) => Promise.resolve(showUnsubscribe(call))),
  on(unsubscribeRoute, (call) => unsubscribe(table, call)),
)
