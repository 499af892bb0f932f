import * as z from 'zod'
import type { Functions } from './functions.ts'

/** Whether a function stands; what failed where it does not. */
export interface Smoke {
  readonly function: string
  readonly failure: string | undefined
}

const replySchema = z.object({ function: z.string(), ok: z.literal(true) })

/** So many functions are asked at one time: a new stage has all of them start. */
const TOGETHER = 4

/**
 * Asks every function of a stage whether it stands, by an event that has it read nothing but an empty
 * partition and write nothing at all: `{"smoke":true}`.
 */
export const smokeFunctions = async (functions: Functions): Promise<Smoke[]> => {
  const ask = async (name: string): Promise<Smoke> => {
    const outcome = await functions.invoke(name, { smoke: true })
    if (!outcome.ok) return { function: name, failure: outcome.error }
    const answered = replySchema.safeParse(outcome.payload).success
    return { function: name, failure: answered ? undefined : 'it does not know the smoke event' }
  }
  const names = await functions.list()
  const asked: Smoke[] = []
  while (asked.length < names.length) {
    const next = names.slice(asked.length, asked.length + TOGETHER)
    asked.push(...(await Promise.all(next.map(ask))))
  }
  return asked
}
