import { readCalendar } from '../../shared/calendars/read-calendar.ts'
import { readCalendarRoute } from '../../shared/calendars/routes.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments.calendars)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = httpHandler(
  on(readCalendarRoute, async (call) => readCalendar({ table, town: await town() }, call)),
)
