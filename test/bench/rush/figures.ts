import type { Balance } from './balance.ts'
import type { Outcome, Rush } from './crowd.ts'

/** The figures of a rush. */
export interface Figures {
  readonly families: number
  readonly clients: number
  readonly accepted: number
  readonly waiting: number
  /** Families that were sent away without an answer. */
  readonly giveUps: number
  /** Writes of the item that counts places, for each booking that tried to take one. */
  readonly attemptsPerBooking: number
  readonly bookingsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of the bookings none of whose calls was throttled: a throttled one waits for the SDK. */
  readonly p99UnthrottledMs: number
  /** Means of the bookings that took a place. */
  readonly writeOperationsPerBooking: number
  readonly writeUnitsPerBooking: number
  /** Means of those that joined a waiting list. */
  readonly writeOperationsPerWaiting: number
  readonly writeUnitsPerWaiting: number
  readonly throttledAttempts: number
  readonly seconds: number
}

/** The figures of a rush whose books were compared. */
export interface BalancedFigures extends Figures {
  readonly overbooked: number
  readonly lost: number
  /** What else did not agree: answers that are not true, lists, open receipts. */
  readonly faults: readonly string[]
}

export const round = (value: number): number => Math.round(value * 1000) / 1000

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : round(values.reduce((sum, value) => sum + value, 0) / values.length)

const quantile = (outcomes: readonly Outcome[], share: number): number => {
  const sorted = outcomes.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b)
  return Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0)
}

/** What a rush comes to. */
export const figuresOf = ({ outcomes, seconds }: Rush, clients: number): Figures => {
  const accepted = outcomes.filter(({ answer }) => answer === 'accepted')
  const waiting = outcomes.filter(({ answer }) => answer === 'waiting')
  const tried = outcomes.filter(({ spent }) => spent.counts > 0)
  const unthrottled = outcomes.filter(({ spent }) => spent.repeats === 0)
  return {
    families: outcomes.length,
    clients,
    accepted: accepted.length,
    waiting: waiting.length,
    giveUps: outcomes.filter(({ answer }) => answer === 'gave-up').length,
    attemptsPerBooking: mean(tried.map(({ spent }) => spent.counts)),
    bookingsPerSecond: round(outcomes.length / seconds),
    p50Ms: quantile(outcomes, 0.5),
    p99Ms: quantile(outcomes, 0.99),
    p99UnthrottledMs: quantile(unthrottled, 0.99),
    writeOperationsPerBooking: mean(accepted.map(({ spent }) => spent.writes)),
    writeUnitsPerBooking: mean(accepted.map(({ spent }) => spent.units)),
    writeOperationsPerWaiting: mean(waiting.map(({ spent }) => spent.writes)),
    writeUnitsPerWaiting: mean(waiting.map(({ spent }) => spent.units)),
    throttledAttempts: outcomes.reduce((sum, { spent }) => sum + spent.repeats, 0),
    seconds: round(seconds),
  }
}

/** What a balance misses, in words; nothing when the books agree. */
export const unbalanced = ({ overbooked, lost, faults }: Balance): string[] => [
  ...(overbooked === 0 ? [] : [`${overbooked} overbooked`]),
  ...(lost === 0 ? [] : [`${lost} places lost`]),
  ...faults.slice(0, 5),
  ...(faults.length > 5 ? [`and ${faults.length - 5} faults more`] : []),
]

/** What the portal is asked in a rush, and misses; nothing when all is met. */
export const missed = (figures: BalancedFigures, { unitsAreExact = true } = {}): string[] => {
  const limits: readonly (readonly [string, number, number])[] = [
    ['give-ups', figures.giveUps, 0],
    ['roster writes per booking attempt', figures.attemptsPerBooking, 1.02],
    ['write operations per booking', figures.writeOperationsPerBooking, 4],
    ['write operations per family that waits', figures.writeOperationsPerWaiting, 4],
    ...(unitsAreExact
      ? ([
          ['write units per booking', figures.writeUnitsPerBooking, 15],
          ['write units per family that waits', figures.writeUnitsPerWaiting, 15],
        ] as const)
      : []),
  ]
  return [
    ...unbalanced(figures),
    ...limits.flatMap(([what, value, most]) =>
      value <= most ? [] : [`${what}: ${value}, at most ${most} asked`],
    ),
  ]
}
