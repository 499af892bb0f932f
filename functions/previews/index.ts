import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { previewWishes } from '../../shared/reservations/preview-wishes.ts'
import { previewWishesRoute } from '../../shared/reservations/routes.ts'

const { TABLE_NAME } = environmentOf(environments.previews)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

/** Apart from `family`, which need not load the price of what it books. */
export const handler = httpHandler(
  on(previewWishesRoute, async (call) => previewWishes({ table, town: await town() }, call)),
)
