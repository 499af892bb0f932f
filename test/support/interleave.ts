import { AsyncLocalStorage } from 'node:async_hooks'
import type { AwsClient } from './aws-client.ts'

/** One of two who act at once: it stops before one of its calls to AWS until it is let on. */
class Actor {
  readonly #stopsAt: number
  readonly #stopped = Promise.withResolvers<undefined>()
  readonly #letOn = Promise.withResolvers<undefined>()
  #calls = 0

  constructor(stopsAt: number) {
    this.#stopsAt = stopsAt
  }

  /** Whether it came as far as where it was to stop. */
  get cameThere(): boolean {
    return this.#calls >= this.#stopsAt
  }

  async beforeCall(): Promise<void> {
    this.#calls += 1
    if (this.#calls !== this.#stopsAt) return
    this.#stopped.resolve(undefined)
    await this.#letOn.promise
  }

  /** Runs until it stops or ends. */
  async until(ended: Promise<unknown>): Promise<void> {
    await Promise.race([this.#stopped.promise, ended])
  }

  letOn(): void {
    this.#letOn.resolve(undefined)
  }
}

const NAME = 'interleaving'

/** Two deeds in a world of their own, and what must hold after both. */
interface Race {
  readonly one: () => Promise<unknown>
  readonly other: () => Promise<unknown>
  readonly check: (outcomes: readonly PromiseSettledResult<unknown>[]) => Promise<void>
}

/**
 * Runs two use cases at once in all the ways in which each is interrupted once: the one stops before its
 * n-th call to AWS, the other then runs to before its m-th, the one ends, the other ends. For every n and m,
 * each time in a fresh world.
 *
 * @returns how many ways there were.
 */
export const interleave = async (
  clients: readonly AwsClient[],
  world: () => Promise<Race>,
): Promise<number> => {
  const acting = new AsyncLocalStorage<Actor>()
  for (const { middlewareStack } of clients) {
    middlewareStack.add(
      (next) => async (call) => {
        await acting.getStore()?.beforeCall()
        return next(call)
      },
      { step: 'initialize', name: NAME, priority: 'high' },
    )
  }
  const way = async (n: number, m: number): Promise<readonly [Actor, Actor]> => {
    const { one, other, check } = await world()
    const [first, second] = [new Actor(n), new Actor(m)]
    const ones = Promise.allSettled([acting.run(first, one)])
    await first.until(ones)
    const others = Promise.allSettled([acting.run(second, other)])
    await second.until(others)
    first.letOn()
    const [outcome] = await ones
    second.letOn()
    const [otherOutcome] = await others
    try {
      await check([outcome, otherOutcome])
    } catch (error) {
      throw new Error(`Wrong when interrupted before ${n} and ${m}`, { cause: error })
    }
    return [first, second]
  }
  let ways = 0
  try {
    for (let n = 1, goesOn = true; goesOn; n += 1) {
      for (let m = 1, reaches = true; reaches; m += 1) {
        const [first, second] = await way(n, m)
        ways += 1
        reaches = second.cameThere
        goesOn = first.cameThere
      }
    }
  } finally {
    for (const { middlewareStack } of clients) middlewareStack.remove(NAME)
  }
  return ways
}
