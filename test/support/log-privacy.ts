import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import * as z from 'zod'

const fileSchema = z.object({ families: z.unknown(), accounts: z.unknown() })

/** Fields of the town's file that say something about a person; the others name things of the town. */
const PERSONAL = new Set([
  ...['name', 'firstName', 'lastName', 'birthName', 'birthDate', 'email', 'phone', 'homePhone'],
  ...['mobilePhone', 'workPhone', 'street', 'employer', 'profession', 'password', 'userName'],
  ...['quotient', 'doctor', 'number', 'relation'],
])

const personalIn = (value: unknown, field = ''): string[] => {
  if (Array.isArray(value)) return value.flatMap((each) => personalIn(each, field))
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, each]) => personalIn(each, key))
  }
  return PERSONAL.has(field) && typeof value === 'string' ? [value] : []
}

/** Everything of the demo town that no log may hold: names, addresses, numbers, quotients, passwords. */
const personalWords = (): string[] => {
  const url = new URL('../demo/cesson.json', import.meta.url)
  const file = fileSchema.parse(JSON.parse(readFileSync(url, 'utf8')))
  // Short numbers are in every log as something else.
  const words = personalIn(file).filter((word) => word.length > 2 && !/^\d{1,4}$/.test(word))
  return [...new Set(words)]
}

/** What is personal by its form: e-mail addresses, telephone numbers, IBANs, tokens. */
const FORMS = [
  /[\w.+-]+@[\w-]+\.[\w.]+/,
  /(?<![\w.-])(?:\+33|0)[1-9](?: ?\d\d){4}(?![\w.-])/,
  /\b[A-Z]{2}\d\d(?: ?[\dA-Z]{4}){4,}/,
  /\beyJ[\w-]{10,}\./,
]

/** What the runner notes of a function beside what that logs. */
const OF_THE_RUNNER = /^gave up \d+ stream record/

const lineSchema = z.object({
  timestamp: z.iso.datetime(),
  level: z.string(),
  requestId: z.string().min(1),
  message: z.union([z.string(), z.looseObject({ message: z.string() })]),
})

/** The words as whole ones: « Léo » is not in « Léonard ». */
const asWord = (word: string): RegExp =>
  new RegExp(
    `(?<![\\p{L}\\d])${word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\d])`,
    'u',
  )

/**
 * Expects that functions have logged one object a line, each with the request that it is of, and that none
 * of it says anything about a person: neither what the demo town says nor what a test has put in.
 *
 * @param logs by the names of the functions.
 * @param inputs what else was typed in on the way.
 */
export const expectPrivateLogs = (
  logs: ReadonlyMap<string, string>,
  inputs: readonly string[] = [],
): void => {
  const forbidden = [...[...personalWords(), ...inputs].map(asWord), ...FORMS]
  const lines = [...logs]
    .filter(([name]) => /Function[\dA-F]{8}/.test(name))
    .flatMap(([name, text]) => text.split('\n').map((line) => [name, line] as const))
    .filter(([, line]) => line !== '')
  expect(lines.length).toBeGreaterThan(0)
  const unstructured = lines.filter(
    ([, line]) => !OF_THE_RUNNER.test(line) && !lineSchema.safeParse(parsed(line)).success,
  )
  expect(unstructured).toEqual([])
  const telling = lines.filter(([, line]) => forbidden.some((word) => word.test(line)))
  expect(telling).toEqual([])
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
