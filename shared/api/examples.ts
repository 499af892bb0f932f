import type { Schema } from './openapi-model.ts'

/** What texts with a pattern look like; the first that the pattern accepts is taken. */
const TEXTS = [
  '2025-09',
  '2025-2026',
  '10:00',
  'x.x.x',
  '2025',
  'ENF',
  'ENF202500000001',
  'AV-ENF202500000001',
]

const BY_FORMAT: Readonly<Record<string, string>> = {
  date: '2025-09-01',
  'date-time': '2025-07-15T08:41:00.000Z',
  email: 'parent@example.org',
  uri: 'https://portail.example.org/',
}

const textOf = ({ format = '', pattern, minLength = 0 }: Schema, name: string): string => {
  const known = BY_FORMAT[format]
  if (known !== undefined) return known
  const label = `${name.replace(/Id$/, '').toLowerCase()}-1`
  if (pattern === undefined) return label.padEnd(minLength, '-')
  const accepted = new RegExp(pattern, 'u')
  return [label, ...TEXTS].find((text) => accepted.test(text)) ?? label
}

const resolved = (schema: Schema, schemas: Readonly<Record<string, Schema>>): Schema =>
  schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema

/**
 * A value that a schema accepts, for the reader. Its own example or default goes first; of several
 * alternatives the first is taken; what is optional is left out.
 *
 * @param name what the value is called, from which texts take their words.
 * @param schemas what `$ref` refers to.
 */
export const exampleOf = (
  reference: Schema,
  name: string,
  schemas: Readonly<Record<string, Schema>> = {},
): unknown => {
  const schema = resolved(reference, schemas)
  const alternatives = schema.oneOf ?? schema.anyOf
  const given = schema.examples?.[0] ?? schema.const ?? schema.enum?.[0] ?? schema.default
  if (given !== undefined) return given
  if (alternatives?.[0] !== undefined) return exampleOf(alternatives[0], name, schemas)
  switch (schema.type) {
    case 'object': {
      const { properties = {}, required = [], additionalProperties: more } = schema
      const entries = Object.entries(properties)
        .filter(([key]) => required.includes(key))
        .map(([key, property]) => [key, exampleOf(property, key, schemas)] as const)
      if (typeof more === 'object') {
        const key = exampleOf(schema.propertyNames ?? { type: 'string' }, name, schemas)
        entries.push([String(key), exampleOf(more, name, schemas)])
      }
      return Object.fromEntries(entries)
    }
    case 'array': {
      const item = schema.items
      return item === undefined ? [] : [exampleOf(item, name.replace(/s$/, ''), schemas)]
    }
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, (schema.exclusiveMinimum ?? 0) + 1)
    case 'boolean':
      return true
    default:
      return textOf(schema, name)
  }
}
