import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import {
  carriedEntity,
  creditNoteEntity,
  invoiceEntity,
} from '../../shared/billing/document-store.ts'
import { carriedSchema, creditNoteSchema, invoiceSchema } from '../../shared/billing/model.ts'
import { rosterOf } from '../../shared/places/store.ts'
import type { Entity, Item } from '../../shared/platform/entity.ts'
import { declaredEntities } from '../support/entities.ts'
import { samplesOf, type Words } from '../privacy/samples.ts'

/**
 * What the table holds of every kind, and what a later version of the code must still read. A schema that
 * changes gets an entry in its `upgrades` and is recorded: `UPDATE_GOLDEN=1 npx vitest run` of this file
 * adds the samples of the new version; those of older versions stay as they were stored.
 */
const GOLDEN = new URL('../golden/items.json', import.meta.url)

interface AnyEntity extends Pick<
  Entity<string, z.ZodObject, never>,
  'schema' | 'version' | 'fromItem'
> {
  /** A value as it lies in the table. */
  readonly packed: (value: Item) => Item
}

const declared = vi.hoisted(() => new Map<string, AnyEntity>())

vi.mock(import('../../shared/platform/entity.ts'), async (original) => {
  const real = await original()
  return {
    ...real,
    defineEntity: (definition) => {
      const entity = real.defineEntity(definition)
      const { schema, packing } = definition
      const packed = (value: Item): Item =>
        packing === undefined ? value : packing.pack(z.parse(schema, value))
      declared.set(entity.type, { ...entity, packed })
      return entity
    },
  }
})

/** One kind of item: how it is read, and a few as they are stored now. */
interface Kind {
  readonly version: number
  readonly schema: z.ZodType
  readonly read: (item: Item) => unknown
  readonly samples: () => Item[]
}

const WORDS = { mark: 'ZZ', fields: {} }
/** What no schema in JSON tells of: bytes, and what one field says of another. */
const FIELDS: Readonly<Record<string, Words['fields']>> = {
  BillingDrafts: { body: new Uint8Array([3]) },
  OfficialSchoolYear: { from: '2025-10-18', back: '2025-11-03' },
}
/** So many are enough to meet the alternatives that matter; the digest of the schema has them all. */
const MOST = 3

const kinds = new Map<string, Kind>()

const shared = new URL('../../shared/', import.meta.url)
for (const path of readdirSync(shared, { recursive: true }).map(String)) {
  if (!path.endsWith('.ts')) continue
  const file = new URL(path, shared)
  if (readFileSync(file, 'utf8').includes('defineEntity(')) await import(file.href)
}
for (const [type, { schema, version, fromItem, packed }] of declared) {
  kinds.set(type, {
    ...{ version, schema, read: fromItem },
    samples: () =>
      samplesOf(schema, { ...WORDS, fields: FIELDS[type] ?? {} })
        .slice(0, MOST)
        .map((value) => ({ ...packed(value), ...(version === 1 ? {} : { v: version }) })),
  })
}
// Issued documents are packed and sealed, and a roster has an attribute for each place.
const documentKind = <Schema extends z.ZodType>(
  schema: Schema,
  entity: {
    readonly toItem: (value: z.infer<Schema>) => Item
    readonly fromItem: (item: Item) => unknown
  },
): Kind => ({
  ...{ version: 1, schema, read: entity.fromItem },
  samples: () => samplesOf(schema, WORDS).slice(0, MOST).map(entity.toItem),
})
kinds.set('Invoice', documentKind(invoiceSchema, invoiceEntity))
kinds.set('CreditNote', documentKind(creditNoteSchema, creditNoteEntity))
kinds.set('Carried', documentKind(carriedSchema, carriedEntity))
kinds.set('Roster', {
  ...{ version: 1, schema: z.unknown(), read: rosterOf },
  samples: () => [
    {
      ...{ entity: 'Roster', activityId: 'VACANCES', groupId: 'GRANDS', monday: '2025-10-20' },
      ...{ settings: 1, l00: 2, f01: 1, '@1002-manon': '0100000w12' },
    },
  ],
})

const bytesSchema = z.object({ bytes: z.base64() })
/** Items as JSON keeps them: bytes as text. */
const asJson = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return value.map(asJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asJson(each)]))
}
const fromJson = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(fromJson)
  if (typeof value !== 'object' || value === null) return value
  const { data } = bytesSchema.safeParse(value)
  if (data !== undefined) return new Uint8Array(Buffer.from(data.bytes, 'base64'))
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fromJson(each)]))
}

const itemsSchema = z.array(z.record(z.string(), z.unknown()))
const goldenSchema = z.record(
  z.string(),
  z.object({
    version: z.number(),
    schema: z.string(),
    items: z.record(z.string(), itemsSchema),
  }),
)
const golden = existsSync(GOLDEN)
  ? goldenSchema.parse(JSON.parse(readFileSync(GOLDEN, 'utf8')))
  : {}

const digestOf = (schema: z.ZodType): string =>
  createHash('sha256')
    .update(JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'output' })))
    .digest('hex')
    .slice(0, 16)

if (process.env['UPDATE_GOLDEN'] === '1') {
  const recorded = [...kinds].map(([type, { version, schema, samples }]) => {
    const digest = digestOf(schema)
    const known = golden[type]
    if (known?.schema === digest && known.version === version) return [type, known] as const
    const items = { ...known?.items, [String(version)]: itemsSchema.parse(asJson(samples())) }
    return [type, { version, schema: digest, items }] as const
  })
  const sorted = recorded.toSorted(([a], [b]) => (a < b ? -1 : 1))
  for (const [type, each] of sorted) golden[type] = each
  writeFileSync(GOLDEN, `${JSON.stringify(Object.fromEntries(sorted), undefined, 1)}\n`)
}

it('has every kind of item that the code declares', () => {
  expect([...kinds.keys()].toSorted()).toEqual(declaredEntities().toSorted())
  expect(Object.keys(golden).toSorted()).toEqual(declaredEntities().toSorted())
})

describe.each([...kinds])('%s', (type, { version, schema, read }) => {
  const known = golden[type]

  it('has a new version when its schema has changed', () => {
    const advice =
      `The schema of ${type} differs from version ${String(known?.version)}. Add an entry to its ` +
      '`upgrades` that makes an old item a new one, then record it: UPDATE_GOLDEN=1'
    expect({ version, schema: digestOf(schema) }, advice).toEqual({
      version: known?.version,
      schema: known?.schema,
    })
  })

  it('reads the items of every version that was ever stored', () => {
    const versions = Object.keys(known?.items ?? {})
    expect(versions).toEqual(Array.from({ length: version }, (_, index) => String(index + 1)))
    for (const items of Object.values(known?.items ?? {})) {
      expect(items.length).toBeGreaterThan(0)
      for (const item of itemsSchema.parse(fromJson(items))) {
        expect(read(item)).toBeTypeOf('object')
      }
    }
  })
})
