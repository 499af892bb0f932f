import fc from 'fast-check'
import type { HttpCall } from '../support/events.ts'

/** Texts that have broken software before, and what people and programs send by mistake. */
const TEXTS: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'Z\udfff\ud800',
  '\u202eegnarté',
  'vi\u200bde',
  '👨‍👩‍👧‍👦',
  'e\u0301\u0327'.repeat(60),
  '\r\nx-injected: yes',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  "' OR 1=1 --",
  '{{7*7}}${7*7}',
  '__proto__',
  'constructor',
  'FAMILY#1001',
  '~',
  '%00',
  'NaN',
  '1e400',
  '-0',
  '0x10',
  '9'.repeat(400),
  'x'.repeat(5000),
  'é'.repeat(80),
] as const

/** What the fields of the portal hold, in the wrong place or at its limits. */
const PLAUSIBLE = [
  ...['2025-09-01', '2025-02-30', '1900-01-01', '2199-12-31', '9999-12-31', '2025-09', '2199-12'],
  ...['2025-09-17T08:00:00.000Z', '2025-09-17T08:00', '23:59', '24:00', '2025', '2026-2027'],
  ...['MERCREDIS', 'RESTAURATION', 'GRANDS', 'PETITS', 'JOURNEE', 'REPAS', 'ENF', 'TARIFS_2024'],
  ...['manon', 'odile', 'g1', '1002', '1001', '4242', 'manon-mercredis-2025', 'proof-of-1002'],
  ...['"0"', '"1"', '"999999999"', '*', 'W/"1"', '1', '0', '999999999', '1000000000'],
  ...['accepted', 'refused', 'pdf', 'html', 'parent@example.org', '+33612345678', '99100'],
]

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 4, arbitrary: fc.constantFrom(...PLAUSIBLE).map(String) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
)

const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

/** An object with own properties of names that are not only names. */
const POLLUTING: Readonly<Record<string, unknown>> = Object.fromEntries<unknown>([
  ['__proto__', { administrator: true }],
  ['constructor', { prototype: { administrator: true } }],
  ['toString', 'x'],
])

const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 7, 1.5, 1e308, 2 ** 53, -(2 ** 31), [], {}, [[]], [null]],
  ...[POLLUTING, nested(2000), Array.from({ length: 3000 }, () => 'x'), 'x'.repeat(150_000)],
]

const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom(...VALUES) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
)

/** Bodies that are no JSON, or none that a route takes. */
const BODIES = [
  ...['', ' ', '{', 'null', '[]', '"x"', '1', 'undefined', '\ufeff{}', '{"a":1}{"b":2}', '{"a":}'],
  ...['\u0000', "{'a':1}", '{"__proto__":{"a":1}}', '['.repeat(30_000), 'é'.repeat(200_001)],
  '['.repeat(30_000) + ']'.repeat(30_000),
] as const

const TYPES = [
  ...['text/plain', 'application/xml', '', 'application/x-www-form-urlencoded', 'json'],
  ...['application/json; charset=utf-16', 'multipart/form-data', 'application/json-patch'],
] as const

const isRecord = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === 'object' && given !== null && !Array.isArray(given)

type Step = string | number

/** The ways to every value within a value, itself first. */
export const waysIn = (given: unknown): (readonly Step[])[] => {
  const below = (key: Step, each: unknown) => waysIn(each).map((way) => [key, ...way])
  if (Array.isArray(given)) return [[], ...given.flatMap((each, index) => below(index, each))]
  if (!isRecord(given)) return [[]]
  return [[], ...Object.entries(given).flatMap(([key, each]) => below(key, each))]
}

/** A value with something else at one place of it. */
export const changedAt = (
  given: unknown,
  [step, ...rest]: readonly Step[],
  change: (held: unknown) => unknown,
): unknown => {
  if (step === undefined) return change(given)
  if (Array.isArray(given)) {
    return given.map((each: unknown, index) =>
      index === step ? changedAt(each, rest, change) : each,
    )
  }
  if (!isRecord(given)) return given
  return Object.fromEntries(
    Object.entries(given).map(([key, each]) => [
      key,
      key === step ? changedAt(each, rest, change) : each,
    ]),
  )
}

/** Removes the first property, adds those of `POLLUTING` or one that nobody knows, or repeats. */
const reshaped = (held: unknown, how: 'less' | 'more' | 'pollute' | 'repeat'): unknown => {
  if (how === 'repeat') return Array.from({ length: 400 }, () => held)
  if (!isRecord(held)) return how === 'more' ? [held, held] : undefined
  const entries = Object.entries(held)
  if (how === 'less') return Object.fromEntries(entries.slice(1))
  const more = how === 'pollute' ? Object.entries(POLLUTING) : [['inconnu', 1] as const]
  return Object.fromEntries([...entries, ...more])
}

type Mutation = (call: HttpCall) => HttpCall

const inBody: fc.Arbitrary<Mutation> = fc
  .tuple(
    fc.nat(1000),
    fc.oneof(
      value.map((given) => () => given),
      fc
        .constantFrom('less', 'more', 'pollute', 'repeat')
        .map((how) => (held: unknown) => reshaped(held, how)),
    ),
  )
  .map(([place, change]) => (call) => {
    const ways = waysIn(call.body)
    return call.body === undefined
      ? call
      : { ...call, body: changedAt(call.body, ways[place % ways.length] ?? [], change) }
  })

const inPart = (part: 'parameters' | 'query' | 'headers'): fc.Arbitrary<Mutation> =>
  fc.tuple(fc.nat(10), text).map(([place, given]) => (call) => {
    const names = Object.keys(call[part] ?? {})
    const name = names[place % Math.max(1, names.length)]
    return name === undefined ? call : { ...call, [part]: { ...call[part], [name]: given } }
  })

/**
 * What makes a good call hostile, once or several times over.
 *
 * @param names the parameters of the query that the route knows.
 */
export const hostile = (names: readonly string[]): fc.Arbitrary<Mutation> => {
  const queryOf =
    (name: string, given: string): Mutation =>
    (call) => ({
      ...call,
      query: { ...call.query, [name]: given },
    })
  const one: fc.Arbitrary<Mutation> = fc.oneof(
    { weight: 6, arbitrary: inBody },
    { weight: 3, arbitrary: inPart('parameters') },
    { weight: 1, arbitrary: inPart('query') },
    { weight: 2, arbitrary: inPart('headers') },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom(...names, 'inconnu', '__proto__'), text)
        .map(([name, given]) => queryOf(name, given)),
    },
    {
      // API Gateway joins what stands twice in a query.
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...names, 'inconnu'), text, text)
        .map(([name, first, again]) => queryOf(name, `${first},${again}`)),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...BODIES).map((body) => (call: HttpCall) => ({ ...call, body })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...TYPES).map((type) => (call: HttpCall) => ({
        ...call,
        headers: { ...call.headers, 'content-type': type },
      })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.string({ minLength: 1, maxLength: 20 }), text)
        .map(([name, given]) => (call: HttpCall) => ({
          ...call,
          headers: { ...call.headers, [name.toLowerCase()]: given },
        })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('headers', 'parameters', 'query')
        .map((part) => (call: HttpCall) => ({
          ...call,
          [part]: {},
        })),
    },
  )
  return fc
    .array(one, { minLength: 1, maxLength: 3 })
    .map((mutations) => (call) => mutations.reduce((held, mutation) => mutation(held), call))
}
