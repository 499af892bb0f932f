import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { billFamilies } from '../shared/billing/bill-families.ts'
import { openBillingRun } from '../shared/billing/open-run.ts'
import { tellChange } from '../shared/messages/tell-change.ts'
import { streamHandler } from '../shared/platform/stream.ts'
import { submitWishes } from '../shared/reservations/submit-wishes.ts'
import {
  cessonTown,
  DUPONT,
  GUIDE_MORNING,
  guideWishes,
  openCesson,
  weekly,
} from './support/cesson.ts'
import { freshTable } from './support/engine.ts'
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

it('shows in the README the items of the table as the engine holds them', async () => {
  await openCesson(table)
  await submitWishes(
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
  const stores = readdirSync(new URL('../shared', import.meta.url), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('store.ts'))
    .map((path) => readFileSync(new URL(`../shared/${path}`, import.meta.url), 'utf8'))
  const declared = stores.flatMap((text) =>
    [...text.matchAll(/ type: '(\w+)'/g)].map(([, type]) => type),
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
