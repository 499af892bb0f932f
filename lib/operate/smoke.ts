import * as z from 'zod'
import { AwsError } from './aws.ts'
import type { Functions } from './functions.ts'

/** Whether a function stands; what failed where it does not. */
export interface Smoke {
  /** Its name, with the version that was asked unless it is the newest. */
  readonly function: string
  readonly failure: string | undefined
}

const replySchema = z.object({ function: z.string(), ok: z.literal(true) })

/** So many functions are asked at one time: a new stage has all of them start. */
const TOGETHER = 4

/**
 * Asks every function of a stage whether it stands, in the version that callers get, by an event that has
 * it read nothing but an empty partition and write nothing at all: `{"smoke":true}`.
 */
export const smokeFunctions = async (functions: Functions): Promise<Smoke[]> => {
  const ask = async (name: string): Promise<Smoke> => {
    const target = await functions.called(name)
    const outcome = await functions.invoke(target, { smoke: true })
    if (!outcome.ok) return { function: target, failure: outcome.error }
    const answered = replySchema.safeParse(outcome.payload).success
    return { function: target, failure: answered ? undefined : 'it does not know the smoke event' }
  }
  /** A function that may not be asked keeps nobody from asking the others. */
  const askOrSay = (name: string): Promise<Smoke> =>
    ask(name).catch((error: unknown) => {
      if (error instanceof AwsError) return { function: name, failure: error.message }
      throw error
    })
  const names = await functions.list()
  const asked: Smoke[] = []
  while (asked.length < names.length) {
    const next = names.slice(asked.length, asked.length + TOGETHER)
    asked.push(...(await Promise.all(next.map(askOrSay))))
  }
  return asked
}
