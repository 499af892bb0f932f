/**
 * Structured logs: one JSON object a line, which the runtime of Lambda stamps and CloudWatch
 * indexes. Only identifiers go in, never names, addresses or bodies.
 */
type Fields = Readonly<Record<string, string | number | boolean | undefined>>

export const log = {
  info: (message: string, fields: Fields = {}): void => {
    console.info({ message, ...fields })
  },
  warn: (message: string, fields: Fields = {}): void => {
    console.warn({ message, ...fields })
  },
  /** Something that somebody must look at. */
  error: (message: string, error: unknown, fields: Fields = {}): void => {
    const { name, stack } = error instanceof Error ? error : new Error(String(error))
    console.error({ message, error: name, stack, ...fields })
  },
}
