import * as z from 'zod'
import { PortalError, type Fault } from '../kernel/errors.ts'
import { FAULTS } from '../kernel/texts.ts'

const lookUp = (words: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(words, key) ? words[key] : undefined

const sizeUnit = (origin: string): string => {
  if (origin === 'string') return FAULTS.characters
  return origin === 'array' ? FAULTS.items : ''
}

const sentence = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? FAULTS.required
        : FAULTS.type(lookUp(FAULTS.types, issue.expected) ?? issue.expected)
    case 'invalid_format':
      return FAULTS.format(lookUp(FAULTS.formats, issue.format) ?? issue.format)
    case 'invalid_value':
      return FAULTS.oneOf(issue.values.map(String))
    case 'invalid_union':
      return 'options' in issue ? FAULTS.oneOf(issue.options.map(String)) : FAULTS.invalid
    case 'too_small':
      return FAULTS.atLeast(String(issue.minimum), sizeUnit(issue.origin))
    case 'too_big':
      return FAULTS.atMost(String(issue.maximum), sizeUnit(issue.origin))
    case 'unrecognized_keys':
      return issue.keys.map(FAULTS.unknownField).join(' ')
    default:
      return FAULTS.invalid
  }
}

const pointerOf = (segments: readonly PropertyKey[]): string =>
  segments
    .map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')

const faultsOf = (root: readonly string[], error: z.core.$ZodError): Fault[] =>
  error.issues.slice(0, 20).map((issue) => ({
    pointer: pointerOf([...root, ...issue.path]),
    detail: sentence(issue),
  }))

const parse = <Schema extends z.ZodType>(
  root: readonly string[],
  schema: Schema,
  value: unknown,
): z.output<Schema> => {
  const parsed = z.safeParse<Schema>(schema, value, { reportInput: true })
  if (!parsed.success) {
    throw new PortalError('invalid-request', { faults: faultsOf(root, parsed.error) })
  }
  return parsed.data
}

/**
 * A part of a request, checked.
 *
 * @param part `body`, `query`, `path` or `headers`: the root of the JSON pointers.
 * @throws PortalError `invalid-request` with a French sentence for each faulty field.
 */
export const parsePart = <Schema extends z.ZodType>(
  part: 'body' | 'query' | 'path' | 'headers',
  schema: Schema,
  value: unknown,
): z.output<Schema> => parse([part], schema, value)

/**
 * A whole document, checked; the JSON pointers lead from its root.
 *
 * @throws PortalError `invalid-request` with a French sentence for each faulty field.
 */
export const parseDocument = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> => parse([], schema, value)
