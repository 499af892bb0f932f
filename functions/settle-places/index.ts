import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { followPlaces } from '../../shared/reservations/follow-places.ts'

const { TABLE_NAME } = environmentOf(environments['settle-places'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = streamHandler(async (change) =>
  followPlaces({ table, town: await town() }, change),
)
