import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { billFamilies } from '../shared/billing/bill-families.ts'
import { openBillingRun } from '../shared/billing/open-run.ts'
import { markSheet } from '../shared/attendance/mark-sheet.ts'
import { createCalendarLink } from '../shared/calendars/link.ts'
import { setPreferences } from '../shared/messages/preferences.ts'
import { familyIdSchema } from '../shared/platform/schemas.ts'
import { decideRequest } from '../shared/reservations/decide-request.ts'
import { tellChange } from '../shared/messages/tell-change.ts'
import { streamHandler } from '../shared/platform/stream.ts'
import { submitWishes } from '../shared/reservations/submit-wishes.ts'
import {
  cessonTown,
  DUPONT,
  GUIDE_MORNING,
  guideWishes,
  openCesson,
  ticked,
  weekly,
} from './support/cesson.ts'
import { mark, MEALS, NOON } from './attendance/fixture.ts'
import { freshTable } from './support/engine.ts'
import { separatedParents } from './support/separated-parents.ts'
import { expectReadme, markdownTable } from './support/readme.ts'

const { table, tableName, documents, newRecords } = await freshTable()

const itemSchema = z.object({
  entity: z.string().optional(),
  pk: z.string(),
  sk: z.string(),
  gsi1pk: z.string().optional(),
  gsi1sk: z.string().optional(),
})

const code = (...keys: (string | undefined)[]): string =>
  keys.some((key) => key === undefined) ? '' : keys.map((key) => `\`${key ?? ''}\``).join(' / ')

const SEPTEMBER = new Date('2025-09-02T10:30:00Z')

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
  await markSheet(booking, { parameters: MEALS, body: { marks }, now: NOON })
  const actor = { account: 'account', roles: ['guardian' as const], family: DUPONT }
  await setPreferences(table, { actor, body: { reminders: false } })
  await createCalendarLink({ table, newSecret: () => 'a-secret' }, { actor, now: SEPTEMBER })
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
  for (const job of await openBillingRun(table, new Date('2025-10-01T04:00:00Z'))) {
    await billFamilies({ table, town: cessonTown }, job)
  }
  await useTheRest(requests.find(({ state }) => state === 'pending')?.number ?? 0)
  await streamHandler((change) =>
    tellChange(
      {
        table,
        mailer: () => Promise.resolve(true),
        sender: { catalogue: cessonTown.catalogue, portalUrl: 'https://portail.example' },
      },
      change,
    ),
  )({ Records: await newRecords() })

  const { Items: items = [] } = await documents.send(new ScanCommand({ TableName: tableName }))
  const rows = new Map<string, string[]>()
  for (const item of z.array(itemSchema).parse(items)) {
    const entity = item.entity ?? `Counter ${item.sk.split('#')[0] ?? ''}`
    const row = [entity, code(item.pk, item.sk), code(item.gsi1pk, item.gsi1sk)]
    const known = rows.get(entity)
    if (known === undefined || (known[1] ?? '') > (row[1] ?? '')) rows.set(entity, row)
  }
  const sources = readdirSync(new URL('../shared', import.meta.url), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(new URL(`../shared/${path}`, import.meta.url), 'utf8'))
  const declared = sources.flatMap((text) =>
    [...text.matchAll(/defineEntity\(\{\s+type: '(\w+)'|^const ROSTER = '(\w+)'/gm)].map(
      ([, entity, roster]) => entity ?? roster,
    ),
  )
  expect([...rows.keys()].filter((entity) => !entity.startsWith('Counter')).toSorted()).toEqual(
    declared.toSorted(),
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
