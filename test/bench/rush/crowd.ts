import type { Submission } from '../../../shared/reservations/model.ts'
import type { Meter, Spent } from './meter.ts'

/** What a family was answered. */
export type Answer = 'accepted' | 'waiting' | 'gave-up'

/** One booking of one family. */
export interface Outcome {
  readonly index: number
  readonly answer: Answer
  /** What went wrong, where the family was sent away. */
  readonly reason?: string
  readonly milliseconds: number
  readonly spent: Spent
}

/** All bookings of a rush, and how long it took. */
export interface Rush {
  readonly outcomes: readonly Outcome[]
  readonly seconds: number
}

/** Runs tasks by their index, so many at once. */
export const inLanes = async (
  lanes: number,
  count: number,
  task: (index: number) => Promise<void>,
): Promise<void> => {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await task(index)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** What the one request of a submission says. */
export const answerOf = ({ requests: [request] }: Submission): Answer =>
  request?.state === 'accepted' ? 'accepted' : 'waiting'

/**
 * All families book, each once, as fast as so many clients can: whoever has an answer makes room for
 * the next in the queue. A family that is sent away without an answer has given up.
 */
export const rush = async (
  { families, clients, meter }: { families: number; clients: number; meter: Meter },
  book: (index: number) => Promise<Answer>,
): Promise<Rush> => {
  const outcomes: Outcome[] = []
  const start = performance.now()
  await inLanes(clients, families, async (index) => {
    const from = performance.now()
    const { result, spent } = await meter.book(() =>
      book(index).then(
        (answer) => ({ answer }),
        (error: unknown) => ({ answer: 'gave-up' as const, reason: String(error) }),
      ),
    )
    outcomes.push({ index, ...result, milliseconds: performance.now() - from, spent })
  })
  return { outcomes, seconds: (performance.now() - start) / 1000 }
}
