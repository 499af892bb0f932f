import * as z from 'zod'
import { exampleOf } from '../../shared/api/examples.ts'
import type { Schema } from '../../shared/api/openapi-model.ts'

/** What texts and identifiers of a sample are. */
export interface Words {
  /** Stands in every text that may hold anything. */
  readonly mark: string
  /** By the name of the field. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** What no JSON Schema tells of. */
const BYTES: Words['fields'] = {
  ciphertext: new Uint8Array([1]),
  wrappedKey: new Uint8Array([2]),
}

const schemaSchema = z.custom<Schema>((value) => typeof value === 'object' && value !== null)

/** Texts that patterns accept where they refuse words: letters of plannings, changes, hashes, digits. */
const TEXTS = [
  '+33611223344',
  '+',
  'a',
  'a'.repeat(32),
  'a'.repeat(64),
  'a'.repeat(372),
  '77240',
  '12',
  '1.5',
  '99100',
  'ENF-2026-000042',
  '077067',
]

/** The mark where a text may be anything, else a text that the schema accepts. */
const textOf = (schema: Schema, name: string, mark: string): unknown => {
  const { format, pattern, minLength = 0 } = schema
  if (format !== undefined && format !== 'phone') return exampleOf(schema, name)
  const accepted = new RegExp(pattern ?? '', 'u')
  const fits = (text: string): boolean => text.length >= minLength && accepted.test(text)
  const example = exampleOf(schema, name)
  return [mark, ...(typeof example === 'string' ? [example] : []), ...TEXTS].find(fits) ?? example
}

/**
 * Values of a schema that have every optional field, one for each alternative and each word of a list:
 * together they show all that such a value can hold.
 */
const samples = (schema: Schema, name: string, words: Words): unknown[] => {
  const fields = { ...BYTES, ...words.fields }
  if (name in fields) return [fields[name]]
  const alternatives = schema.oneOf ?? schema.anyOf
  if (alternatives !== undefined) return alternatives.flatMap((each) => samples(each, name, words))
  if (schema.enum !== undefined) return [...schema.enum]
  if (schema.const !== undefined) return [schema.const]
  if (schema.type === 'object' && schema.properties !== undefined) {
    const parts = Object.entries(schema.properties).map(
      ([key, part]) => [key, samples(part, key, words)] as const,
    )
    const most = Math.max(1, ...parts.map(([, values]) => values.length))
    return Array.from({ length: most }, (_, index) =>
      Object.fromEntries(parts.map(([key, values]) => [key, values[index % values.length]])),
    )
  }
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') {
    const { propertyNames: keys = { type: 'string' }, additionalProperties: held } = schema
    const [key] = samples(keys, name.replace(/s$/, 'Id'), words)
    return samples(held, `${name}.each`, words).map((value) => ({ [String(key)]: value }))
  }
  if (schema.type === 'array' && schema.items !== undefined) {
    return [samples(schema.items, name.replace(/s$/, ''), words).slice(0, schema.maxItems)]
  }
  return [schema.type === 'string' ? textOf(schema, name, words.mark) : exampleOf(schema, name)]
}

/** Values of a schema that have every optional field, checked. */
export const samplesOf = <Sampled extends z.ZodType>(
  schema: Sampled,
  words: Words,
): z.output<Sampled>[] => {
  const json = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'output' })
  return samples(schemaSchema.parse(json), '', words).map((value) => schema.parse(value))
}
