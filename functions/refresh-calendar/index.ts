import { SQSClient } from '@aws-sdk/client-sqs'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { sendJobs } from '../../shared/platform/queue.ts'
import { scheduleHandler } from '../../shared/platform/schedule.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { SECOND_PASS } from '../../shared/reservations/close-day.ts'
import { calendarSource } from '../../shared/school-calendar/client.ts'
import {
  CALENDAR_CHANGED,
  CALENDAR_UNREADABLE,
  PUBLIC_HOLIDAYS_DIFFER,
} from '../../shared/school-calendar/names.ts'
import { refreshCalendar } from '../../shared/school-calendar/refresh-calendar.ts'

const { TABLE_NAME, CLOSING_QUEUE_URL, SCHOOL_CALENDAR_URL, PUBLIC_HOLIDAYS_URL } = environmentOf(
  environments['refresh-calendar'],
)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const queue = new SQSClient({})
const source = calendarSource({ schoolUrl: SCHOOL_CALENDAR_URL, publicUrl: PUBLIC_HOLIDAYS_URL })

export const handler = scheduleHandler(async (due, now) => {
  const { catalogue } = await town()
  const report = await refreshCalendar(
    {
      table,
      source,
      send: async (jobs) => {
        for (const delay of [0, SECOND_PASS]) await sendJobs(queue, CLOSING_QUEUE_URL, jobs, delay)
      },
    },
    catalogue,
    { due, now },
  )
  for (const { schoolYear, days } of report.changed) {
    log.warn(CALENDAR_CHANGED, { schoolYear, days: days.join(' ') })
  }
  for (const { schoolYear, days } of report.own) {
    log.info('days of the town', { schoolYear, days: days.join(' ') })
  }
  for (const why of report.unreadable) log.warn(CALENDAR_UNREADABLE, { why })
  if (report.publicHolidays.length > 0) {
    log.warn(PUBLIC_HOLIDAYS_DIFFER, { days: report.publicHolidays.join(' ') })
  }
  log.info('school calendar refreshed', { added: report.added.join(' ') })
})
