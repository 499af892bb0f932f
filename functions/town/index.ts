import { readFileSync } from 'node:fs'
import { readDocsRoute, readOpenApiRoute } from '../../shared/api/documents.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { readTown } from '../../shared/catalogue/read-town.ts'
import { readTownRoute } from '../../shared/catalogue/routes.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { readPriceTable } from '../../shared/tariffs/price-table.ts'
import {
  listTariffServicesRoute,
  readPriceTableRoute,
  simulateRoute,
} from '../../shared/tariffs/routes.ts'
import { listTariffServices, simulateForAnyone } from '../../shared/tariffs/simulate.ts'

const { TABLE_NAME } = environmentOf(environments.town)
const town = townCatalogue(openTable(documentClient(), TABLE_NAME))

/** Files that the build puts beside the function. */
const beside = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

/** Also answers every path that no route has: its handler knows none of them. */
export const handler = httpHandler(
  on(readTownRoute, async () => readTown(await town())),
  on(listTariffServicesRoute, async (call) => listTariffServices(await town(), call)),
  on(readPriceTableRoute, async ({ parameters }) =>
    readPriceTable(await town(), parameters.priceListId),
  ),
  on(simulateRoute, async (call) => simulateForAnyone(await town(), call)),
  on(readOpenApiRoute, () => Promise.resolve(beside('openapi.json'))),
  on(readDocsRoute, () => Promise.resolve(beside('docs.html'))),
)
