import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeAll, expect, it, vi } from 'vitest'
import type { Step } from '../../shared/billing/model.ts'
import {
  createCalendarLinkRoute,
  readCalendarRoute,
  revokeCalendarLinkRoute,
} from '../../shared/calendars/routes.ts'
import { justifyAbsenceRoute, markSheetRoute } from '../../shared/attendance/routes.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { bookOnBehalfRoute } from '../../shared/reservations/behalf-routes.ts'
import { readTownRoute } from '../../shared/catalogue/routes.ts'
import { readFamilyRoute } from '../../shared/families/routes.ts'
import { sendNotice } from '../../shared/messages/notices.ts'
import { readPreferencesRoute, setPreferencesRoute } from '../../shared/messages/routes.ts'
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
import {
  DUPONT,
  GUIDE_MORNING,
  guideWishes,
  openCesson,
  ticked,
  weekly,
} from '../support/cesson.ts'
import { streamedTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, sqsEvent } from '../support/events.ts'
import { anotherFamily } from '../support/families.ts'
import { limitedFamily, limitedTown, openLimited } from '../support/limited.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'
import { mailServer } from '../support/ses.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'

const { table, tableName, endpoint, newRecords } = await streamedTable()
const mail = await mailServer()

const jobs = mockClient(SQSClient)
jobs.on(SendMessageBatchCommand).resolves({})

beforeAll(async () => {
  await openCesson(table)
  await openLimited(table, limitedTown({ places: 1, decision: 'staff' }))
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_SES', mail.endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('MAIL_SENDER', 'portail@cesson.example')
  vi.stubEnv('MAIL_CONFIGURATION_SET', 'portal')
  vi.stubEnv('PORTAL_URL', 'https://portail.cesson.example')
  vi.stubEnv('API_URL', 'https://api.cesson.example')
  vi.stubEnv('BILLING_QUEUE_URL', 'https://queue.example/1/billing')
  vi.stubEnv('ISSUE_QUEUE_URL', 'https://queue.example/1/issue')
  vi.stubEnv('MAIL_QUEUE_URL', 'https://queue.example/1/mail')
  vi.stubEnv('CLOSING_QUEUE_URL', 'https://queue.example/1/closing')
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
  let waitingNumber = 0
  expect(
    await rightsUsed(async () => {
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
        readPreferencesRoute,
        createCalendarLinkRoute,
      ]) {
        await call(family, httpEvent(route, { claims: parent }))
      }
      await call(
        family,
        httpEvent(setPreferencesRoute, { claims: parent, body: { news: true, reminders: true } }),
      )
      await call(family, httpEvent(revokeCalendarLinkRoute, { claims: parent }))
    }),
  ).toEqual(rightsGranted('family'))

  const { handler: previews } = await import('../../functions/previews/index.ts')
  expect(
    await rightsUsed(() =>
      call(previews, httpEvent(previewWishesRoute, { claims: parent, body: { wishes } })),
    ),
  ).toEqual(rightsGranted('previews'))

  expect(await rightsUsed(() => call(town, httpEvent(readTownRoute)))).toEqual(
    rightsGranted('town'),
  )

  const { handler: calendars } = await import('../../functions/calendars/index.ts')
  const link = await call(family, httpEvent(createCalendarLinkRoute, { claims: parent }))
  const { path } = createCalendarLinkRoute.reply.parse(JSON.parse(link.body ?? ''))
  const secret = path.replace('/calendars/', '')
  expect(
    await rightsUsed(() =>
      call(calendars, httpEvent(readCalendarRoute, { parameters: { secret } })),
    ),
  ).toEqual(rightsGranted('calendars'))

  const { handler: remindFamilies } = await import('../../functions/remind-families/index.ts')
  const { familyId: forgetful } = await anotherFamily(table)
  await storePlannings(table, [
    planningWith(
      forgetful,
      { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' },
      { '2025-09-15': 'a', '2025-09-22': 'a' },
    ),
  ])
  expect(await rightsUsed(() => remindFamilies({ scheduledTime: '2025-09-30T15:30:00Z' }))).toEqual(
    rightsGranted('remind-families'),
  )

  const scheduledTime = '2025-10-01T04:00:00Z'
  expect(await rightsUsed(() => openRun({ scheduledTime }))).toEqual(
    rightsGranted('open-billing-run'),
  )
  expect(jobs.commandCalls(SendMessageBatchCommand)).toHaveLength(1)
  // October waits for September, which is not issued yet.
  await openRun({ scheduledTime: '2025-11-01T05:00:00Z' })

  const message = (step: Step) =>
    sqsEvent([JSON.stringify({ step, month: '2025-09', regieId: 'ENF', revision: 1, page: 0 })])
  const { handler: issueInvoices } = await import('../../functions/issue-invoices/index.ts')
  const { handler: mailInvoices } = await import('../../functions/mail-invoices/index.ts')
  const { handler: checkBilling } = await import('../../functions/check-billing/index.ts')
  expect(await rightsUsed(() => billFamilies(message('compute')))).toEqual(
    rightsGranted('bill-families'),
  )
  expect(await rightsUsed(() => issueInvoices(message('issue')))).toEqual(
    rightsGranted('issue-invoices'),
  )
  expect(await rightsUsed(() => mailInvoices(message('mail')))).toEqual(
    rightsGranted('mail-invoices'),
  )
  expect(await rightsUsed(() => checkBilling({ scheduledTime: '2025-11-06T06:00:00Z' }))).toEqual(
    rightsGranted('check-billing'),
  )

  // A request that has a place on one day and waits for another.
  const [first, second] = [await limitedFamily(table), await limitedFamily(table)]
  const [taken, free] = ['2025-10-21', '2025-10-22'] as const
  const asked = (days: Readonly<Record<IsoDate, readonly string[]>>) => ({
    body: { wishes: [ticked('child1-vacances', days)] },
    headers: { 'idempotency-key': 'in-the-holidays' },
  })
  for (const [by, days] of [
    [first, { [taken]: ['JOURNEE'] }],
    [second, { [taken]: ['JOURNEE'], [free]: ['JOURNEE'] }],
  ] as const) {
    const claims = claimsOf(['guardian'], by)
    const answer = await call(
      family,
      httpEvent(submitWishesRoute, { claims, ...asked(days), now: GUIDE_MORNING }),
    )
    waitingNumber =
      submitWishesRoute.reply.parse(JSON.parse(answer.body ?? '')).requests[0]?.number ?? 0
  }

  const agent = claimsOf(['agent'])
  expect(
    await rightsUsed(async () => {
      const refused = await call(
        staff,
        httpEvent(decideRequestRoute, {
          claims: agent,
          parameters: { familyId: second.familyId, number: String(waitingNumber) },
          body: { outcome: 'refused' },
          now: GUIDE_MORNING,
        }),
      )
      expect(refused.statusCode).toBe(200)
      const booked = await call(
        staff,
        httpEvent(bookOnBehalfRoute, {
          claims: agent,
          parameters: { familyId: first.familyId },
          headers: { 'idempotency-key': 'by-an-agent' },
          body: { ...asked({ [free]: ['JOURNEE'] }).body, reason: 'Appel de la famille' },
          now: GUIDE_MORNING,
        }),
      )
      expect(booked.statusCode).toBe(201)
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
    }),
  ).toEqual(rightsGranted('staff'))

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
    await rightsUsed(async () => {
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
  ).toEqual(rightsGranted('registers'))

  const to = [{ name: 'Mme Madelaine DUPONT', email: 'madelainedupont@famille.example' }]
  const activities = [
    { child: 'Léo', activityId, groupId: MEALS.groupId, until: '2025-09-12T16:00:00.000Z' },
  ]
  const content = { kind: 'reminder' as const, monday: date, activities }
  await sendNotice(table, { familyId: DUPONT.familyId, noticeId: 'REMINDER', to, content }, NOON)
  const Records = await newRecords()
  expect(await rightsUsed(() => sendMails({ Records }))).toEqual(rightsGranted('send-mails'))
  expect(await mail.mails()).toHaveLength(14)
})
