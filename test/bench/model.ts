import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import * as z from 'zod'
import { reportOf } from '../model/report.ts'

/**
 * The model check at length: random schedules of parents, agents, crashes, deliveries of the stream
 * and ends of offers, spread over threads. It prints how far it has come, so that a run that was
 * stopped goes on with `--from`; it stops at the first schedule that breaks something and tells it.
 */

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000000' },
    from: { type: 'string' },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
})

const schedules = Number(values.schedules)
const from = values.from === undefined ? randomInt(1, 1_000_000_000) : Number(values.from)
const threads = Number(values.threads)

/** How many schedules a thread runs before it says how they went. */
const CHUNK = 500

const answerSchema = z.object({
  schedules: z.int(),
  steps: z.int(),
  kills: z.int(),
  deliveries: z.int(),
  broken: z.array(
    z.object({ seed: z.int(), order: z.int(), without: z.array(z.int()).readonly() }),
  ),
})
type Answer = z.infer<typeof answerSchema>

const sum = { schedules: 0, steps: 0, kills: 0, deliveries: 0 }
const broken: Answer['broken'] = []
const running = new Set<number>()
let next = from

/** The seeds from which the next run has to begin: all before them are done. */
const doneUpTo = (): number => Math.min(next, ...running)

const takeChunk = (): { from: number; count: number } | undefined => {
  if (broken.length > 0 || next >= from + schedules) return undefined
  const chunk = { from: next, count: Math.min(CHUNK, from + schedules - next) }
  next += chunk.count
  running.add(chunk.from)
  return chunk
}

const started = performance.now()
let told = started

const tellProgress = (): void => {
  const now = performance.now()
  if (now - told < 10_000) return
  told = now
  const each = (now - started) / Math.max(1, sum.schedules)
  const left = Math.round(((schedules - sum.schedules) * each) / 60_000)
  console.error(
    `${sum.schedules} of ${schedules} schedules, ${left} min left; go on with --from ${doneUpTo()} --schedules ${from + schedules - doneUpTo()}`,
  )
}

const runThread = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('model-worker.ts', import.meta.url))
    let chunk = takeChunk()
    const give = (): void => {
      if (chunk === undefined) {
        void worker.terminate().then(() => {
          resolve()
        })
      } else {
        worker.postMessage(chunk)
      }
    }
    worker.on('error', reject)
    worker.on('message', (message: unknown) => {
      const answer = answerSchema.parse(message)
      if (chunk !== undefined) running.delete(chunk.from)
      sum.schedules += answer.schedules
      sum.steps += answer.steps
      sum.kills += answer.kills
      sum.deliveries += answer.deliveries
      broken.push(...answer.broken)
      tellProgress()
      chunk = takeChunk()
      give()
    })
    give()
  })

await Promise.all(Array.from({ length: threads }, runThread))

const seconds = (performance.now() - started) / 1000
const figures = {
  from,
  ...sum,
  broken: broken.length,
  seconds: Math.round(seconds),
  schedulesPerSecond: Math.round(sum.schedules / seconds),
}
if (values.json) console.log(JSON.stringify(figures, undefined, 2))
else console.table(figures)

const [first] = broken
if (first !== undefined) {
  console.error(await reportOf(first))
  process.exitCode = 1
}
