import { createHash } from 'node:crypto'

/** The SHA-256 of a value's JSON, in hexadecimal: equal for equal content in equal order. */
export const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex')
