import * as z from 'zod'
import { instantSchema } from './schemas.ts'
import { answeringSmoke, type Handler } from './smoke.ts'

/** What a schedule hands over: when it was due. */
const dueSchema = z.object({ scheduledTime: instantSchema })

/**
 * The handler of a function that the clock calls. Its work is told when it was due, however late it
 * runs; a run that fails is started again for the same time, so doing it twice must have one effect. The
 * time of the machine is for what must never be undone, such as a day that is over.
 */
export const scheduleHandler = (
  run: (due: Date, now: Date) => Promise<void>,
): Handler<unknown, void> =>
  answeringSmoke(async (event) => {
    await run(new Date(dueSchema.parse(event).scheduledTime), new Date())
  })
