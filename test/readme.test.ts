import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { grantAidRoute, grantDayCreditRoute } from '../shared/billing/grant-routes.ts'
import { grantAid, grantDayCredit } from '../shared/billing/grants.ts'
import { noteReview } from '../shared/billing/note-review.ts'
import { openDueRuns } from '../shared/billing/open-due-runs.ts'
import { markSheet } from '../shared/attendance/mark-sheet.ts'
import { createCalendarLink } from '../shared/calendars/link.ts'
import { noteClaimPaymentRoute } from '../shared/claims/routes.ts'
import { noteClaimPayment } from '../shared/claims/settle-claims.ts'
import { recordPayment } from '../shared/ledger/record-payment.ts'
import { recordPaymentRoute } from '../shared/ledger/routes.ts'
import { hearFeedback } from '../shared/mail-health/hear-feedback.ts'
import { setPreferences } from '../shared/messages/preferences.ts'
import { unsubscribeUrl } from '../shared/messages/unsubscribe.ts'
import { familyIdSchema } from '../shared/platform/schemas.ts'
import { decideRequest } from '../shared/reservations/decide-request.ts'
import { tellChange } from '../shared/messages/tell-change.ts'
import { streamHandler } from '../shared/platform/stream.ts'
import { submitWishes } from '../shared/reservations/submit-wishes.ts'
import { refreshCalendar } from '../shared/school-calendar/refresh-calendar.ts'
import { billingQueues, OCTOBER } from './billing/run-fixture.ts'
import { useTheDesk } from './ledger/fixture.ts'
import { invoiceFile, move, plainFamily } from './migration/fixture.ts'
import {
  cessonTown,
  DUPONT,
  GUIDE_MORNING,
  guideWishes,
  openCesson,
  ticked,
  weekly,
} from './support/cesson.ts'
import { AGENT, mark, MEALS, NOON } from './attendance/fixture.ts'
import { streamedTable } from './support/engine.ts'
import { declaredEntities } from './support/entities.ts'
import { deliverFiles } from './support/follow.ts'
import { bounceReport } from './support/mail-reports.ts'
import { LINKS } from './support/mail-stream.ts'
import { openPayingParts, usePaying } from './support/paying.ts'
import { openPeopleParts, usePeople } from './support/people.ts'
import { usePublishing } from './support/publishing.ts'
import { separatedParents } from './support/separated-parents.ts'
import { markdownTable } from './support/markdown.ts'
import { expectReadme } from './support/readme.ts'

const { table, tableName, documents, newRecords } = await streamedTable()
const people = await openPeopleParts()
const paying = await openPayingParts(table)

const itemSchema = z.object({
  entity: z.string().optional(),
  pk: z.string(),
  sk: z.string(),
  gsi1pk: z.string().optional(),
  gsi1sk: z.string().optional(),
})

/** Ids that are given by chance, to accounts and to operations: the README shows a word. */
const GIVEN_ID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/

const code = (...keys: (string | undefined)[]): string =>
  keys.some((key) => key === undefined)
    ? ''
    : keys.map((key) => `\`${(key ?? '').replace(GIVEN_ID, 'given-id')}\``).join(' / ')

const SEPTEMBER = new Date('2025-09-02T10:30:00Z')

/** Has the functions that follow the table see what is new in it. */
const follow = async (): Promise<void> => {
  const sender = { catalogue: cessonTown.catalogue, portalUrl: 'https://portail.example' }
  const records = await newRecords()
  await streamHandler(async (change) => {
    await tellChange({ table, mailer: () => Promise.resolve(true), sender, links: LINKS }, change)
    await noteReview({ table, town: cessonTown }, change)
  })({ Records: records })
  await deliverFiles(table, SEPTEMBER)(records)
}

const actor = { account: 'account', roles: ['accountant' as const], family: undefined }

/** Bills September, then October with what became of September, and begins with November. */
const billAndCorrect = async (): Promise<void> => {
  const deps = { table, town: cessonTown }
  const queues = billingQueues(deps)
  const { familyId } = DUPONT
  const activityIds = cessonTown.catalogue.activities.map(({ id }) => id)
  const period = { from: '2025-09-01', until: '2026-06-30' }
  await openDueRuns({ ...deps, send: queues.send }, OCTOBER)
  await queues.work()
  await follow()

  const perDay = { kind: 'percent', percent: '100' }
  await grantAid(deps, {
    parameters: { familyId, aidId: 'ccas' },
    body: grantAidRoute.body.parse({ ...period, payer: 'CCAS', activityIds, perDay }),
    ...{ actor, now: OCTOBER },
  })
  await follow()
  await openDueRuns({ ...deps, send: queues.send }, new Date('2025-11-01T05:00:00Z'))
  await queues.work()

  const meals = { activityId: 'RESTAURATION', unitIds: ['REPAS'] }
  await grantDayCredit(deps, {
    parameters: { familyId, creditId: 'carnet' },
    body: grantDayCreditRoute.body.parse({
      ...period,
      ...meals,
      name: 'Carnet',
      days: 10,
      price: 2080,
    }),
    ...{ actor, now: new Date('2025-11-05T10:00:00Z') },
  })
  await recordPayment(deps, {
    parameters: { familyId },
    headers: { 'idempotency-key': 'a-cheque' },
    body: recordPaymentRoute.body.parse({
      regieId: 'ENF',
      amount: 1000,
      paidOn: '2025-11-05',
      means: 'cheque',
    }),
    actor,
    now: new Date('2025-11-05T10:00:00Z'),
  })
  await useTheDesk(deps, familyIdSchema.parse('1003'), new Date('2025-11-06T10:00:00Z'))
  await noteClaimPayment(table, {
    parameters: noteClaimPaymentRoute.parameters.parse({ month: '2025-10', regieId: 'ENF' }),
    headers: { 'idempotency-key': 'of-the-ccas' },
    body: { payer: 'CCAS', amount: 100, paidOn: '2025-11-06' },
    ...{ actor, now: new Date('2025-11-06T10:00:00Z') },
  })
  await openDueRuns({ ...deps, send: queues.send }, new Date('2025-12-01T05:00:00Z'))
}

/** Uses what a booking and its invoice do not: places, a register, a calendar, two households. */
const useTheRest = async (pending: number): Promise<void> => {
  const booking = { table, town: cessonTown }
  for (const [family, child] of [
    ['1002', 'manon'],
    ['1003', 'tam'],
    ['1004', 'jules'],
  ] as const) {
    await submitWishes(booking, {
      by: { familyId: familyIdSchema.parse(family), guardianId: DUPONT.guardianId },
      wishes: [ticked(`${child}-vacances-2025`, { '2025-10-21': ['JOURNEE'] })],
      idempotencyKey: `${child}-in-the-holidays`,
      now: SEPTEMBER,
    })
  }
  await decideRequest(table, {
    familyId: DUPONT.familyId,
    number: pending,
    outcome: 'accepted',
    by: 'agent',
    now: SEPTEMBER,
  })
  const marks = [mark(DUPONT.familyId, 'leo', 'present')]
  await markSheet(booking, { actor: AGENT, parameters: MEALS, body: { marks }, now: NOON })
  const guardian = { account: 'account', roles: ['guardian' as const], family: DUPONT }
  await setPreferences(table, { actor: guardian, body: { reminders: false, news: true } })
  const links = { ...LINKS, newSecret: () => 'a-secret-to-stop-mails' }
  await unsubscribeUrl(table, links, { familyId: DUPONT.familyId, topic: 'reminders' })
  await hearFeedback(table, bounceReport({ email: 'former@famille.example' }))
  await createCalendarLink(
    { table, newSecret: () => 'a-secret' },
    { actor: guardian, now: SEPTEMBER },
  )
  const silent = () => Promise.resolve({ why: 'nobody answers' })
  await refreshCalendar(
    {
      table,
      source: { addresses: [], rows: silent, publicHolidays: silent },
      send: () => Promise.resolve(),
    },
    cessonTown.catalogue,
    { due: SEPTEMBER, now: SEPTEMBER },
  )
  const { mother } = await separatedParents(table)
  await submitWishes(booking, {
    by: { familyId: mother, guardianId: DUPONT.guardianId },
    wishes: [ticked('mercredis', { '2025-10-01': ['MATIN'] })],
    idempotencyKey: 'of-two-households',
    now: SEPTEMBER,
  })
}

it('shows in the README the items of the table as the engine holds them', async () => {
  await openCesson(table)
  const { requests } = await submitWishes(
    { table, town: cessonTown },
    {
      by: DUPONT,
      wishes: [...guideWishes, weekly('lucas-mercredis-2025', { 3: ['JOURNEE'] })],
      idempotencyKey: 'my-first-year',
      now: GUIDE_MORNING,
    },
  )
  await submitWishes(
    { table, town: cessonTown },
    {
      by: { familyId: familyIdSchema.parse('1002'), guardianId: DUPONT.guardianId },
      wishes: [ticked('manon-restauration-2025', { '2025-09-26': ['REPAS'] })],
      idempotencyKey: 'one-meal',
      now: SEPTEMBER,
    },
  )
  await usePaying(table, paying)
  await billAndCorrect()
  await useTheRest(requests.find(({ state }) => state === 'pending')?.number ?? 0)
  await usePeople(table, people)
  await usePublishing(table, SEPTEMBER)
  const invoice = '%;ENF;F2025/118;05/2025;05/06/2025;05/07/2025;Cantine;12,00;0,00;12,00'
  await move(table, plainFamily({ invoices: invoiceFile(invoice) }).texts)
  await follow()

  const { Items: items = [] } = await documents.send(new ScanCommand({ TableName: tableName }))
  const rows = new Map<string, string[]>()
  for (const item of z.array(itemSchema).parse(items)) {
    const entity = item.entity ?? `Counter ${item.sk.split('#')[0] ?? ''}`
    const row = [entity, code(item.pk, item.sk), code(item.gsi1pk, item.gsi1sk)]
    const known = rows.get(entity)
    if (known === undefined || (known[1] ?? '') > (row[1] ?? '')) rows.set(entity, row)
  }
  expect([...rows.keys()].filter((entity) => !entity.startsWith('Counter')).toSorted()).toEqual(
    declaredEntities().toSorted(),
  )
  expectReadme(
    'items',
    markdownTable(
      ['item', 'key (partition / sort)', 'index'],
      [...rows.values()].toSorted((a, b) => ((a[1] ?? '') < (b[1] ?? '') ? -1 : 1)),
    ),
  )
})

it('shows in the README what each use case costs', () => {
  const costs = z
    .record(
      z.string(),
      z.object({
        reads: z.number(),
        tableWrites: z.number(),
        indexWrites: z.number(),
        calls: z.record(z.string(), z.number()),
      }),
    )
    .parse(JSON.parse(readFileSync(new URL('golden/costs.json', import.meta.url), 'utf8')))
  expect(Object.keys(costs).length).toBeGreaterThan(0)
  expectReadme(
    'costs',
    markdownTable(
      ['use case', 'read units', 'write units', 'of them index', 'calls'],
      Object.entries(costs).map(([name, { reads, tableWrites, indexWrites, calls }]) => [
        name,
        String(reads),
        String(tableWrites + indexWrites),
        String(indexWrites),
        Object.entries(calls)
          .map(([call, count]) => (count === 1 ? call : `${String(count)} ${call}`))
          .join(', '),
      ]),
    ),
  )
})
