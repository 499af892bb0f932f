import { randomInt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { MUTANTS } from './mutants.ts'
import { reportOf, runSchedules, scheduleNamed } from './report.ts'
import { runSchedule } from './schedule.ts'

const named = process.env['MODEL_SEED']

/** By first seed, how many schedules; the last ones are other ones each time. */
const RUNS: readonly (readonly [number, number])[] = [
  [1, 3000],
  [1_000_000, 3000],
  [2_000_000, 3000],
  [10_000_000 + randomInt(1_000_000_000), 1000],
]

describe.runIf(named === undefined)('Model check of places', () => {
  test.each(RUNS)(
    'schedules from seed %i, %i of them: places balance whoever dies, comes twice or late',
    async (from, count) => {
      const { broken, schedules, kills, deliveries } = await runSchedules(from, count)
      expect(broken, await reportOfFirst(broken)).toEqual([])
      expect(schedules).toBe(count)
      // A check in which nobody dies and nothing is delivered would prove nothing.
      expect(kills).toBeGreaterThan(count / 10)
      expect(deliveries).toBeGreaterThan(count)
    },
    600_000,
  )

  test.each(Object.keys(MUTANTS))(
    'The check finds out when %s',
    async (name) => {
      const { broken } = await runSchedules(1, 3000, { mutation: MUTANTS[name] })
      expect(broken).toHaveLength(1)
    },
    120_000,
  )

  test('The same seed runs the same way', async () => {
    const id = { seed: 7, order: 11, without: [] }
    const [one, other] = [
      await runSchedule(id, { isTraced: true }),
      await runSchedule(id, { isTraced: true }),
    ]
    expect(one.trace.length).toBeGreaterThan(10)
    expect(one).toEqual(other)
  })

  test('A broken schedule is told step by step, with the command that repeats it', async () => {
    const mutation = MUTANTS['places are taken without asking whether any is left']
    const { broken } = await runSchedules(1, 3000, { mutation })
    const [id] = broken
    const report = id === undefined ? '' : await reportOf(id, { mutation })
    expect(report).toContain('Places do not balance')
    expect(report).toMatch(/MODEL_SEED=\d+:\d+\S* npx vitest run test\/model/)
  })
})

const reportOfFirst = async ([id]: readonly Parameters<typeof reportOf>[0][]): Promise<string> =>
  id === undefined ? '' : reportOf(id)

describe.runIf(named !== undefined)('One schedule of the model check', () => {
  test(`MODEL_SEED=${named ?? ''}`, async () => {
    const { broken, trace } = await runSchedule(scheduleNamed(named ?? ''), { isTraced: true })
    expect(broken, [...trace, '', broken].join('\n')).toBeUndefined()
  })
})
