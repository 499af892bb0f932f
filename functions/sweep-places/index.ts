import * as z from 'zod'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { instantSchema } from '../../shared/platform/schemas.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { sweepPlaces } from '../../shared/reservations/sweep-places.ts'

const { TABLE_NAME } = environmentOf(environments['sweep-places'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

/** What the schedule hands over: when it was due. */
const dueSchema = z.object({ scheduledTime: instantSchema })

export const handler = async (event: unknown): Promise<void> => {
  const { scheduledTime } = dueSchema.parse(event)
  const report = await sweepPlaces({ table, town: await town() }, new Date(scheduledTime))
  if (report.offersOver + report.carriedOut > 0) log.info('places swept', { ...report })
}
