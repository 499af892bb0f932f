import { areOfFamily } from '../../shared/attachments/are-of-family.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { decideChange } from '../../shared/changes/decide-change.ts'
import { listChanges, listMyChanges } from '../../shared/changes/list-changes.ts'
import {
  decideChangeRoute,
  listChangesRoute,
  listMyChangesRoute,
  withdrawChangeRoute,
} from '../../shared/changes/routes.ts'
import { withdrawChange } from '../../shared/changes/withdraw-change.ts'
import { parentEndpoints } from './parents.ts'
import { staffEndpoints } from './staff.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments.files)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

const editing = async () => ({
  table,
  town: await town(),
  areOfFamily: areOfFamily.bind(undefined, table),
})

export const handler = httpHandler(
  ...parentEndpoints(editing),
  ...staffEndpoints(editing),
  on(listMyChangesRoute, (call) => listMyChanges(table, call)),
  on(withdrawChangeRoute, (call) => withdrawChange(table, call)),
  on(listChangesRoute, (call) => listChanges(table, call)),
  on(decideChangeRoute, (call) => decideChange(table, call)),
)
