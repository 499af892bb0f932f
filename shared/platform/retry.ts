import { StaleReadError, TableBusyError } from '../kernel/errors.ts'

const ATTEMPTS = 5
const FIRST_PAUSE = 20

let pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })

/** Has `again` wait in another way from now on: a model check waits for nothing. */
export const replacePause = (other: typeof pause): void => {
  pause = other
}

/**
 * Runs a use case again, from its reading on, while the table is busy or has changed under it.
 * Pauses grow and are random (up to 20, 40, 80 and 160 ms…), so that rivals come apart.
 *
 * @param attempts five unless told: nobody waits for an answer of a command that moves a whole town.
 * @throws the last `StaleReadError` or `TableBusyError` after as many attempts.
 */
export const again = async <Result>(
  run: () => Promise<Result>,
  attempts = ATTEMPTS,
): Promise<Result> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await run()
    } catch (error) {
      const transient = error instanceof StaleReadError || error instanceof TableBusyError
      if (!transient || attempt === attempts - 1) throw error
      await pause(Math.random() * FIRST_PAUSE * 2 ** attempt)
    }
  }
}
