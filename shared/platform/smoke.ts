import * as z from 'zod'
import { documentClient, openTable } from './table.ts'

/** What a function says of itself to who only asks whether it stands. */
interface SmokeReply {
  readonly function: string
  readonly ok: true
}

/** Nothing that a gateway, a stream, a queue or a schedule hands over is this and no more. */
const smokeSchema = z.strictObject({ smoke: z.literal(true) })

/** The event that asks a function whether it stands; only who may invoke the function can send it. */
type SmokeEvent = z.infer<typeof smokeSchema>

/** Whether an event is `{"smoke":true}`. */
export const isSmoke = (event: unknown): event is SmokeEvent => smokeSchema.safeParse(event).success

/**
 * What every kind of handler answers to the smoke event, without any work: that its environment was
 * complete, which it checks when it loads, and that its role reads the table. One Query of a partition in
 * which nothing ever lies: half a read unit, nothing is written.
 *
 * @throws what the table answers when it is not there or may not be read.
 */
export const smokeReply = async (): Promise<SmokeReply> => {
  const { TABLE_NAME: tableName = '', AWS_LAMBDA_FUNCTION_NAME: name = '' } = process.env
  const table = openTable(documentClient(), tableName)
  await table.query({ partition: ['SMOKE'], limit: 1, stale: true })
  return { function: name, ok: true }
}

/** A handler of events that answers the smoke event as well. */
export interface Handler<Event, Result> {
  (event: Event): Promise<Result>
  (event: SmokeEvent): Promise<SmokeReply>
}

/** Lets a handler answer the smoke event before its own: for the handlers of streams, queues, schedules. */
export const answeringSmoke = <Event, Result>(
  handle: (event: Event) => Promise<Result>,
): Handler<Event, Result> => {
  function handler(event: Event): Promise<Result>
  function handler(event: SmokeEvent): Promise<SmokeReply>
  async function handler(event: Event | SmokeEvent): Promise<Result | SmokeReply> {
    return isSmoke(event) ? smokeReply() : handle(event)
  }
  return handler
}
