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

/** Works on a list in its order, on so many things at once. */
export const inLanes = async <Thing>(
  lanes: number,
  things: readonly Thing[],
  work: (thing: Thing) => Promise<void>,
): Promise<void> => {
  const left = things.values()
  const lane = async (): Promise<void> => {
    for (const thing of left) await work(thing)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** What the one request of a submission says. */
export const answerOf = ({ requests: [request] }: Submission): Answer =>
  request?.state === 'accepted' ? 'accepted' : 'waiting'

/** A queue of so many families. */
export const queueOf = (families: number): number[] => [...Array(families).keys()]

/**
 * All families of a queue book, each once, as fast as so many clients can: whoever has an answer
 * makes room for the next. A family that is sent away without an answer has given up.
 */
export const rush = async (
  { queue, clients, meter }: { queue: readonly number[]; clients: number; meter: Meter },
  book: (index: number) => Promise<Answer>,
): Promise<Rush> => {
  const outcomes: Outcome[] = []
  const start = performance.now()
  await inLanes(clients, queue, async (index) => {
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
