import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { queueHandler } from '../../shared/platform/queue.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { closingJobSchema, releaseDay } from '../../shared/reservations/close-day.ts'

const { TABLE_NAME } = environmentOf(environments['close-days'])
const table = openTable(documentClient(), TABLE_NAME)

export const handler = queueHandler(closingJobSchema, async (job) => {
  const released = await releaseDay(table, job)
  const { activityId, date, familyIds } = job
  log.info('closed day released', { activityId, date, families: familyIds.length, released })
})
