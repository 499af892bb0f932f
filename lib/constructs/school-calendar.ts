import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import {
  CALENDAR_CHANGED,
  CALENDAR_UNREADABLE,
  PUBLIC_HOLIDAYS_DIFFER,
} from '../../shared/school-calendar/names.ts'
import {
  getItems,
  putAndUpdateItems,
  queryIndex,
  queryTable,
  sendMessages,
} from '../permissions.ts'
import { TIME_ZONE } from '../stages.ts'
import { ImpactAlarm } from './alarm.ts'
import type { Deployment } from './app-function.ts'
import { ScheduledJob } from './scheduled-job.ts'

const WATCHED = [
  {
    id: 'Changed',
    message: CALENDAR_CHANGED,
    impact:
      'The ministry has moved holidays: families are told that bookings of theirs are released.',
    symptom: 'the log names the days; look at the opening days of the activities',
  },
  {
    id: 'Unreadable',
    message: CALENDAR_UNREADABLE,
    impact: 'Nobody suffers yet: the town keeps the dates that it has, and learns of no change.',
    symptom: 'the official data set does not answer or contradicts itself: the log says how',
  },
  {
    id: 'PublicHolidays',
    message: PUBLIC_HOLIDAYS_DIFFER,
    impact: 'Families may book, and be billed for, a day that the law has made a public holiday.',
    symptom:
      'the State names other public holidays than the portal computes: the log names the days',
  },
] as const

/**
 * What keeps the school calendar at what the ministry publishes.
 *
 * @param closing takes the work of releasing bookings on days that are no more.
 */
export const refreshCalendar = (
  scope: Construct,
  deployment: Deployment,
  { table, closing }: { readonly table: Table; readonly closing: IQueue },
): void => {
  const { schoolCalendar } = deployment.stage
  const refresh = new ScheduledJob(scope, 'refresh-calendar', {
    deployment,
    schedule: schoolCalendar.schedule,
    timeZone: TIME_ZONE,
    environment: {
      TABLE_NAME: table.tableName,
      CLOSING_QUEUE_URL: closing.queueUrl,
      SCHOOL_CALENDAR_URL: schoolCalendar.url,
      PUBLIC_HOLIDAYS_URL: schoolCalendar.publicHolidaysUrl,
    },
    permissions: [
      getItems(table),
      queryTable(table),
      queryIndex(table),
      putAndUpdateItems(table),
      sendMessages(closing),
    ],
    impact: 'Families may book days that the ministry has made holidays, once it changes any.',
  })
  for (const { id, message, impact, symptom } of WATCHED) {
    new ImpactAlarm(refresh, id, {
      metric: refresh.logged(message),
      threshold: 1,
      impact,
      symptom,
      alarms: deployment.alarms,
    })
  }
}
