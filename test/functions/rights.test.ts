import { DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeAll, expect, it, vi } from 'vitest'
import { readBillingRunRoute, readLedgerRoute } from '../../shared/billing/routes.ts'
import {
  createCalendarLinkRoute,
  readCalendarRoute,
  revokeCalendarLinkRoute,
} from '../../shared/calendars/routes.ts'
import { justifyAbsenceRoute, markSheetRoute } from '../../shared/attendance/routes.ts'
import { readTownRoute } from '../../shared/catalogue/routes.ts'
import { readFamilyRoute } from '../../shared/families/routes.ts'
import { readPreferencesRoute, setPreferencesRoute } from '../../shared/messages/routes.ts'
import type { FunctionName } from '../../shared/platform/functions.ts'
import {
  decideRequestRoute,
  listPendingRequestsRoute,
  listRequestsRoute,
} from '../../shared/reservations/request-routes.ts'
import {
  previewWishesRoute,
  readPlanningRoute,
  submitWishesRoute,
} from '../../shared/reservations/routes.ts'
import { mark, MEALS, NOON, waitFor } from '../attendance/fixture.ts'
import { DUPONT, guideWishes, openCesson, weekly } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, sqsEvent } from '../support/events.ts'
import { anotherFamily } from '../support/families.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'
import { RIGHTS } from '../support/rights.ts'
import { mailServer } from '../support/ses.ts'

const { table, tableName, endpoint, newRecords } = await freshTable()
const mail = await mailServer()

const ACTIONS: Readonly<Record<string, string>> = {
  GetCommand: 'GetItem',
  PutCommand: 'PutItem',
  UpdateCommand: 'UpdateItem',
}

/** The rights that a call of the table asks for: a transaction those of each of its writes. */
const rightsOf = (command: unknown): string[] => {
  if (command instanceof QueryCommand) {
    const { IndexName: index } = command.input
    return [`dynamodb:Query Table${index === undefined ? '' : `/index/${index}`}`]
  }
  if (command instanceof TransactWriteCommand) {
    return (command.input.TransactItems ?? [])
      .flatMap((item) => Object.keys(item))
      .map((action) => `dynamodb:${action}Item Table`)
  }
  const name = command instanceof Object ? command.constructor.name : ''
  return [`dynamodb:${ACTIONS[name] ?? name} Table`]
}

const calls = vi.spyOn(DynamoDBDocumentClient.prototype, 'send')
const jobs = mockClient(SQSClient)
jobs.on(SendMessageBatchCommand).resolves({})

/** The rights on the table that a function used while it worked. */
const used = async (work: () => Promise<unknown>): Promise<string[]> => {
  calls.mockClear()
  await work()
  return [...new Set(calls.mock.calls.flatMap(([command]) => rightsOf(command)))].toSorted()
}

const granted = (name: FunctionName): string[] =>
  RIGHTS[name].filter((right) => /^dynamodb:(?!.*Stream)/.test(right)).toSorted()

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_SES', mail.endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('MAIL_SENDER', 'portail@cesson.example')
  vi.stubEnv('MAIL_CONFIGURATION_SET', 'portal')
  vi.stubEnv('PORTAL_URL', 'https://portail.cesson.example')
  vi.stubEnv('BILLING_QUEUE_URL', 'https://queue.example/1/billing')
})

it('lets each function do what it does and nothing else, from a booking to its invoice and mails', async () => {
  const { handler: family } = await import('../../functions/family/index.ts')
  const { handler: staff } = await import('../../functions/staff/index.ts')
  const { handler: town } = await import('../../functions/town/index.ts')
  const { handler: sendMails } = await import('../../functions/send-mails/index.ts')
  const { handler: openRun } = await import('../../functions/open-billing-run/index.ts')
  const { handler: billFamilies } = await import('../../functions/bill-families/index.ts')

  const parent = claimsOf(['guardian'], DUPONT)
  const wishes = [...guideWishes, weekly('lucas-mercredis-2025', { 3: ['JOURNEE'] })]
  let number = 0
  expect(
    await used(async () => {
      const submitted = await call(
        family,
        httpEvent(submitWishesRoute, {
          claims: parent,
          body: { wishes },
          headers: { 'idempotency-key': 'all-of-the-year' },
        }),
      )
      const { requests } = submitWishesRoute.reply.parse(JSON.parse(submitted.body ?? ''))
      number = requests.find(({ state }) => state === 'pending')?.number ?? 0
      for (const route of [
        readFamilyRoute,
        readPlanningRoute,
        listRequestsRoute,
        readLedgerRoute,
        readPreferencesRoute,
        createCalendarLinkRoute,
      ]) {
        await call(family, httpEvent(route, { claims: parent }))
      }
      await call(family, httpEvent(previewWishesRoute, { claims: parent, body: { wishes } }))
      await call(
        family,
        httpEvent(setPreferencesRoute, { claims: parent, body: { reminders: true } }),
      )
      await call(family, httpEvent(revokeCalendarLinkRoute, { claims: parent }))
    }),
  ).toEqual(granted('family'))

  expect(await used(() => call(town, httpEvent(readTownRoute)))).toEqual(granted('town'))

  const { handler: calendars } = await import('../../functions/calendars/index.ts')
  const link = await call(family, httpEvent(createCalendarLinkRoute, { claims: parent }))
  const { path } = createCalendarLinkRoute.reply.parse(JSON.parse(link.body ?? ''))
  const secret = path.replace('/calendars/', '')
  expect(
    await used(() => call(calendars, httpEvent(readCalendarRoute, { parameters: { secret } }))),
  ).toEqual(granted('calendars'))

  const { handler: remindFamilies } = await import('../../functions/remind-families/index.ts')
  const { familyId: forgetful } = await anotherFamily(table)
  await storePlannings(table, [
    planningWith(
      forgetful,
      { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' },
      { '2025-09-15': 'a', '2025-09-22': 'a' },
    ),
  ])
  expect(await used(() => remindFamilies({ scheduledTime: '2025-09-30T15:30:00Z' }))).toEqual(
    granted('remind-families'),
  )

  const scheduledTime = '2025-10-01T04:00:00Z'
  expect(await used(() => openRun({ scheduledTime }))).toEqual(granted('open-billing-run'))
  expect(jobs.commandCalls(SendMessageBatchCommand)).toHaveLength(1)

  const job = { month: '2025-09', slice: 0, issuedOn: '2025-10-01', familyIds: [DUPONT.familyId] }
  expect(await used(() => billFamilies(sqsEvent([JSON.stringify(job)])))).toEqual(
    granted('bill-families'),
  )

  const agent = claimsOf(['agent', 'accountant'])
  expect(
    await used(async () => {
      await call(staff, httpEvent(listPendingRequestsRoute, { claims: agent }))
      const decision = await call(
        staff,
        httpEvent(decideRequestRoute, {
          claims: agent,
          parameters: { familyId: DUPONT.familyId, number: String(number) },
          body: { outcome: 'accepted' },
        }),
      )
      expect(decision.statusCode).toBe(200)
      await call(
        staff,
        httpEvent(readBillingRunRoute, { claims: agent, parameters: { month: '2025-09' } }),
      )
    }),
  ).toEqual(granted('staff'))

  const { handler: registers } = await import('../../functions/registers/index.ts')
  const { familyId: waiting } = await anotherFamily(table)
  await waitFor(table, waiting, 'leo')
  const { activityId, groupId, date } = MEALS
  const marks = (markId: string) => ({
    claims: agent,
    now: NOON,
    parameters: { activityId, groupId, date },
    body: { marks: [{ ...mark(waiting, 'leo', 'present'), markId }] },
  })
  expect(
    await used(async () => {
      for (const markId of ['mark-of-a-device', 'mark-of-another']) {
        const marked = await call(registers, httpEvent(markSheetRoute, marks(markId)))
        expect(marked.statusCode).toBe(200)
      }
      const justified = await call(
        registers,
        httpEvent(justifyAbsenceRoute, {
          claims: agent,
          now: NOON,
          parameters: { familyId: DUPONT.familyId },
          body: {
            childId: 'leo',
            activityId,
            from: date,
            to: date,
            receivedOn: date,
          },
        }),
      )
      expect(justified.statusCode).toBe(200)
    }),
  ).toEqual(granted('registers'))

  const Records = await newRecords()
  expect(await used(() => sendMails({ Records }))).toEqual(granted('send-mails'))
  expect(await mail.mails()).toHaveLength(7)
})
