import { afterAll, expect, test } from 'vitest'
import * as z from 'zod'
import { buildBundles, readCommitted, writeCommitted } from './bundles.ts'

const GOLDEN = new URL('../golden/bundles.json', import.meta.url)

/** A sentence of French may be added without recording it anew, in bytes. */
const TOLERANCE = 512

const bundles = await buildBundles()
afterAll(() => {
  bundles.remove()
})

const sizes = Object.fromEntries(
  bundles.names.map((name) => [name, bundles.size('function', name)]),
)
if (process.env['UPDATE_GOLDEN'] === '1') writeCommitted(GOLDEN, sizes)
const golden = z.record(z.string(), z.number()).parse(readCommitted(GOLDEN))

test.for(bundles.names)('the bundle of %s is no larger than recorded', (name) => {
  expect(sizes[name]).toBeLessThanOrEqual((golden[name] ?? 0) + TOLERANCE)
})

test.for(bundles.names)(
  'the bundle of %s is at most 1.4 times a bare handler with the same clients',
  (name) => {
    expect(bundles.size('function', name) / bundles.size('control', name)).toBeLessThanOrEqual(1.4)
  },
)
