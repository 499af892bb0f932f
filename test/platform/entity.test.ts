import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { defineEntity, isUnreadable, NewerItemError } from '../../shared/platform/entity.ts'

const visitSchema = z.object({
  familyId: z.string(),
  number: z.int().positive(),
  state: z.enum(['open', 'closed']),
  note: z.string().max(20).optional(),
})

const visits = defineEntity({
  type: 'Visit',
  schema: visitSchema,
  key: ({ familyId, number }: { familyId: string; number: number }) => ({
    partition: ['FAMILY', familyId],
    sort: ['VISIT', number],
  }),
  index: ({ state, number }) =>
    state === 'open' ? { partition: ['VISITS', 'open'], sort: [number] } : undefined,
})

const visit = { familyId: 'f1', number: 7, state: 'open' as const }

it('stores a value with its kind, its key and its place in the index', () => {
  expect(visits.toItem(visit)).toEqual({
    ...visit,
    entity: 'Visit',
    pk: 'FAMILY#f1',
    sk: 'VISIT#000000007',
    gsi1pk: 'VISITS#open',
    gsi1sk: '000000007',
  })
})

it('keeps a value out of the index when it has no place there', () => {
  expect(Object.keys(visits.toItem({ ...visit, state: 'closed' })).sort()).toEqual([
    'entity',
    'familyId',
    'number',
    'pk',
    'sk',
    'state',
  ])
})

it('gives the same key for an address as for the whole value', () => {
  expect(visits.keyOf(visit)).toEqual(visits.keyOf({ familyId: 'f1', number: 7 }))
})

it('returns the value it stored, and nothing but the value', () => {
  fc.assert(
    fc.property(
      fc.record(
        {
          familyId: fc.stringMatching(/^[\w-]{1,48}$/),
          number: fc.integer({ min: 1, max: 999_999_999 }),
          state: fc.constantFrom('open' as const, 'closed' as const),
          note: fc.string({ maxLength: 20 }),
        },
        { requiredKeys: ['familyId', 'number', 'state'] },
      ),
      (value) => {
        expect(visits.fromItem(visits.toItem(value))).toEqual({ ...value })
      },
    ),
  )
})

it.each([
  ['on write', () => visits.toItem({ ...visit, number: -1 })],
  ['on read', () => visits.fromItem({ ...visits.toItem(visit), state: 'lost' })],
  ['among others', () => visits.pick([{ ...visits.toItem(visit), number: 'seven' }])],
])('refuses a value that its schema refuses, %s', (_, act) => {
  expect(act).toThrow(z.core.$ZodError)
})

it('does not store what its schema does not know', () => {
  const more = { ...visit, iban: 'FR76' }
  expect(visits.toItem(more)).not.toHaveProperty('iban')
})

it('picks its own among items of several kinds, in their order', () => {
  const items = [
    visits.toItem({ ...visit, number: 2 }),
    { pk: 'FAMILY#f1', sk: 'OTHER', entity: 'Other' },
    visits.toItem({ ...visit, number: 1 }),
    { pk: 'FAMILY#f1', sk: 'NONE' },
  ]
  expect(visits.pick(items).map(({ number }) => number)).toEqual([2, 1])
})

describe('an entity whose schema has changed twice', () => {
  const versions = [
    z.object({ id: z.string(), name: z.string() }),
    z.object({ id: z.string(), names: z.array(z.string()) }),
    z.object({ id: z.string(), names: z.array(z.string()), size: z.int() }),
  ] as const
  const upgrades = [
    ({ name, ...rest }: Record<string, unknown>) => ({ ...rest, names: [name] }),
    (item: Record<string, unknown>) => ({ ...item, size: 1 }),
  ]
  const key = ({ id }: { id: string }) => ({ partition: ['THING'], sort: [id] })
  const [first, second, third] = [
    defineEntity({ type: 'Thing', schema: versions[0], key }),
    defineEntity({ type: 'Thing', schema: versions[1], key, upgrades: upgrades.slice(0, 1) }),
    defineEntity({ type: 'Thing', schema: versions[2], key, upgrades }),
  ]
  const oldest = first.toItem({ id: 'a', name: 'one' })
  const older = second.toItem({ id: 'a', names: ['one', 'two'] })

  it('stores its version from the second on, so that older items cost no byte', () => {
    expect([first.version, second.version, third.version]).toEqual([1, 2, 3])
    expect(oldest).not.toHaveProperty('v')
    expect(older).toMatchObject({ v: 2 })
    expect(third.toItem({ id: 'a', names: [], size: 0 })).toMatchObject({ v: 3 })
  })

  it('reads items of every version', () => {
    expect(second.fromItem(oldest)).toEqual({ id: 'a', names: ['one'] })
    expect(third.fromItem(oldest)).toEqual({ id: 'a', names: ['one'], size: 1 })
    expect(third.found(older)).toEqual({ id: 'a', names: ['one', 'two'], size: 1 })
    expect(third.pick([oldest, older]).map(({ names }) => names.length)).toEqual([1, 2])
  })

  it('reads the next version ahead of the release that writes it, and writes its own', () => {
    const careful = defineEntity({
      ...{ type: 'Thing', schema: versions[1], key, upgrades: upgrades.slice(0, 1) },
      ahead: ({ id, names }) => ({ id, names }),
    })
    const newest = third.toItem({ id: 'a', names: ['one'], size: 3 })
    expect(careful.fromItem(newest)).toEqual({ id: 'a', names: ['one'] })
    expect(careful.fromItem(oldest)).toEqual({ id: 'a', names: ['one'] })
    expect(careful.fromItem(older)).toEqual({ id: 'a', names: ['one', 'two'] })
    expect(careful.toItem({ id: 'a', names: [] })).toMatchObject({ v: 2 })
    // Only the next one.
    expect(() => careful.fromItem({ ...newest, v: 4 })).toThrow(NewerItemError)
    const first = defineEntity({
      ...{ type: 'Thing', schema: versions[0], key },
      ahead: ({ names, ...item }) => ({ ...item, name: z.array(z.string()).parse(names)[0] }),
    })
    expect(first.fromItem(older)).toEqual({ id: 'a', name: 'one' })
  })

  it('refuses what a later deployment has written, and says what to do', () => {
    const act = (): unknown => first.fromItem(older)
    expect(act).toThrow(NewerItemError)
    expect(act).toThrow(
      'Thing is stored in version 2, this code reads up to 1: deploy the later code again',
    )
    expect(isUnreadable(new NewerItemError('Thing', 2, 1))).toBe(true)
    expect(() => third.fromItem({ ...older, v: 'two' })).toThrow(z.ZodError)
  })
})
