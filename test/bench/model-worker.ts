import { parentPort } from 'node:worker_threads'
import * as z from 'zod'
import { runSchedules } from '../model/report.ts'

const chunkSchema = z.object({ from: z.int(), count: z.int() })

/** Runs the schedules that it is given and answers how they went. */
parentPort?.on('message', (message: unknown) => {
  const { from, count } = chunkSchema.parse(message)
  void runSchedules(from, count).then((tally) => parentPort?.postMessage(tally))
})
