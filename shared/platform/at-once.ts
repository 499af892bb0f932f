/**
 * Does something for each of many, so many at a time, and tells what came of each in their order. At the
 * first failure nothing more is begun, and what is under way is waited for.
 */
export const forEachAtOnce = async <Value, Result>(
  values: readonly Value[],
  atOnce: number,
  work: (value: Value) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = []
  const left = values.entries()
  let failure: { readonly error: unknown } | undefined
  const worker = async (): Promise<void> => {
    for (const [index, value] of left) {
      if (failure !== undefined) return
      try {
        results[index] = await work(value)
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  if (failure !== undefined) throw failure.error
  return results
}

/**
 * The same, but past failures: what can be done is done.
 *
 * @throws AggregateError with `message` once all were tried, when some have failed.
 */
export const tryEachAtOnce = async <Value, Result>(
  values: readonly Value[],
  atOnce: number,
  work: (value: Value) => Promise<Result>,
  message: string,
): Promise<Result[]> => {
  const failures: unknown[] = []
  const results = await forEachAtOnce(values, atOnce, async (value): Promise<Result[]> => {
    try {
      return [await work(value)]
    } catch (error) {
      failures.push(error)
      return []
    }
  })
  if (failures.length > 0) throw new AggregateError(failures, message)
  return results.flatMap((result) => result)
}
