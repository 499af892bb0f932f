import * as z from 'zod'

type Test = (value: unknown) => boolean
const record = z.record(z.string(), z.unknown())
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const operators: Record<string, (operand: unknown) => Test> = {
  exists: (operand) => (value) => (value !== undefined) === z.boolean().parse(operand),
  prefix: (operand) => (value) =>
    typeof value === 'string' && value.startsWith(z.string().parse(operand)),
  suffix: (operand) => (value) =>
    typeof value === 'string' && value.endsWith(z.string().parse(operand)),
  'anything-but': (operand) => (value) => value !== undefined && ![operand].flat().includes(value),
}

const alternative = (wanted: unknown): Test => {
  if (!isRecord(wanted)) return (value) => value === wanted
  const [operator = ''] = Object.keys(wanted)
  const operand = wanted[operator]
  const make = operators[operator]
  if (make === undefined) throw new Error(`Event filter ${operator} is not served locally`)
  return make(operand)
}

const matcher = (pattern: unknown): Test => {
  if (Array.isArray(pattern)) {
    const tests = pattern.map(alternative)
    return (value) => tests.some((test) => test(value))
  }
  const fields = Object.entries(record.parse(pattern)).map(
    ([key, part]) => [key, matcher(part)] as const,
  )
  return (value) => fields.every(([key, test]) => test(isRecord(value) ? value[key] : undefined))
}

/** The filter criteria of an event source mapping: one pattern that fits is enough. */
export const filterSchema = z
  .object({ Filters: z.array(z.object({ Pattern: z.string() })) })
  .transform(({ Filters: filters }): Test => {
    const tests = filters.map(({ Pattern: pattern }) => matcher(JSON.parse(pattern)))
    return (value) => tests.some((test) => test(value))
  })
