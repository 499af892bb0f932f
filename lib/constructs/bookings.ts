import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { PLACE_ENTITIES } from '../../shared/reservations/names.ts'
import {
  deleteItems,
  getItems,
  keepItems,
  putItems,
  queryIndex,
  queryTable,
  sendMessages,
} from '../permissions.ts'
import { TIME_ZONE } from '../stages.ts'
import type { Deployment } from './app-function.ts'
import { HttpFunction } from './http-function.ts'
import { QueueWorker } from './queue-worker.ts'
import { ScheduledJob } from './scheduled-job.ts'
import { refreshCalendar } from './school-calendar.ts'
import { StreamConsumer } from './stream-consumer.ts'

/** What parents book and staff decide, and what keeps the places. */
export const bookings = (
  scope: Construct,
  deployment: Deployment,
  table: Table,
): Readonly<Record<'family' | 'previews' | 'staff', LambdaFunction>> => {
  const environment = { TABLE_NAME: table.tableName }
  const family = new HttpFunction(scope, 'family', {
    deployment,
    environment,
    permissions: [...keepItems(table)],
    impact: 'Parents cannot see their planning, nor book or cancel before the deadline.',
  })
  const previews = new HttpFunction(scope, 'previews', {
    deployment,
    environment,
    permissions: [getItems(table), queryTable(table)],
    impact: 'Parents cannot see what a booking would change and cost before they send it.',
  })
  const closing = new QueueWorker(scope, 'close-days', {
    deployment,
    batchSize: 1,
    maxConcurrency: 5,
    environment,
    permissions: [queryTable(table), putItems(table), deleteItems(table)],
    impact: 'Families are not told that a day is closed, and see it booked in their planning.',
  })
  const staff = new HttpFunction(scope, 'staff', {
    deployment,
    environment: { ...environment, CLOSING_QUEUE_URL: closing.queue.queueUrl },
    permissions: [...keepItems(table), queryIndex(table), sendMessages(closing.queue)],
    impact: 'Staff cannot decide on requests, and families wait for their answers.',
  })
  refreshCalendar(scope, deployment, { table, closing: closing.queue })
  new StreamConsumer(scope, 'settle-places', {
    deployment,
    table,
    entities: PLACE_ENTITIES,
    environment,
    permissions: [...keepItems(table)],
    impact: 'Places that families give up stay taken, and nobody on a waiting list gets them.',
  })
  new ScheduledJob(scope, 'sweep-places', {
    deployment,
    schedule: deployment.stage.placesSchedule,
    timeZone: TIME_ZONE,
    environment,
    permissions: [...keepItems(table), queryIndex(table)],
    impact:
      'Places offered to silent families go to nobody else, and what a crash interrupted stays so.',
  })
  new ScheduledJob(scope, 'remind-families', {
    deployment,
    schedule: deployment.stage.reminderSchedule,
    timeZone: TIME_ZONE,
    environment,
    permissions: [getItems(table), queryTable(table), queryIndex(table), putItems(table)],
    impact: 'Families are not reminded of a deadline and may find no meal booked next week.',
  })
  return { family: family.handler, previews: previews.handler, staff: staff.handler }
}
