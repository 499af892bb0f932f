import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import * as z from 'zod'
import { addMonths, firstDayOf, monthOf, type IsoMonth } from '../../shared/kernel/dates.ts'
import { parisDate, parisInstant } from '../../shared/kernel/paris.ts'
import { listen, type Served } from './listen.ts'
import type { Firing } from './schedules.ts'

/** What can be asked of a running portal by its owner, on a port of its own. */
export interface Controls {
  /** Portal time, milliseconds. */
  readonly now: () => number
  readonly moveTo: (instant: number) => readonly Firing[] | undefined
  /** Waits until no event is being worked on or delayed; false if that takes more than `milliseconds`. */
  readonly settle: (milliseconds: number) => Promise<boolean>
}

const PATIENCE = 240_000

/** The reply to a move of the clock. */
export const movedSchema = z.object({
  now: z.string(),
  moved: z.boolean(),
  fired: z.array(z.object({ schedule: z.string(), due: z.string() })),
  settled: z.boolean(),
})

/**
 * Where the clock stops on its way to an instant: at noon of the first of each month. Months that
 * are skipped together would have their billing opened together, and a month is opened only when the
 * one before is billed.
 */
const stopsUntil = (now: number, to: number): number[] => {
  const noonOf = (month: IsoMonth): number => parisInstant(firstDayOf(month), '12:00').getTime()
  const stops: number[] = []
  let month = monthOf(parisDate(new Date(now)))
  for (; noonOf(month) < to; month = addMonths(month, 1)) {
    if (noonOf(month) > now) stops.push(noonOf(month))
  }
  return [...stops, to]
}

/** Serves `GET /`, `POST /clock` with `{"to": milliseconds}`, and `POST /settle`. */
export const startControl = (controls: Controls): Promise<Served> => {
  const about = (): object => ({ pid: process.pid, now: new Date(controls.now()).toISOString() })
  const answer = async (request: string, body: () => Promise<unknown>): Promise<object> => {
    if (request === 'POST /clock') {
      const { to } = z.object({ to: z.number() }).parse(await body())
      const fired: Firing[] = []
      let [moved, settled] = [false, true]
      for (const stop of stopsUntil(controls.now(), to)) {
        const firings = controls.moveTo(stop)
        moved ||= firings !== undefined
        fired.push(...(firings ?? []))
        settled = await controls.settle(PATIENCE)
      }
      return { ...about(), moved, fired, settled }
    }
    if (request === 'POST /settle') return { ...about(), settled: await controls.settle(PATIENCE) }
    return about()
  }
  return listen(
    createServer((request, response) => {
      const reply = (status: number, body: object): void => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(body))
      }
      answer(`${request.method ?? ''} ${request.url ?? ''}`, () => json(request)).then(
        (body) => {
          reply(200, body)
        },
        (error: unknown) => {
          reply(400, { message: String(error) })
        },
      )
    }),
  )
}
