import { townCatalogue } from '../../shared/catalogue/current.ts'
import { readHome } from '../../shared/home/read-home.ts'
import { readHomeRoute } from '../../shared/home/routes.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments.home)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = httpHandler(
  on(readHomeRoute, async (call) => readHome({ table, town: await town() }, call)),
)
