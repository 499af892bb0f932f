import { actionsOf, runSchedule, type Options, type ScheduleId } from './schedule.ts'

/** A schedule as it is written in `MODEL_SEED`: `seed`, or `seed:order`, or `seed:order:1,4`. */
export const scheduleNamed = (name: string): ScheduleId => {
  const [seed = '', order = seed, without = ''] = name.split(':')
  return {
    seed: Number(seed),
    order: Number(order),
    without: without === '' ? [] : without.split(',').map(Number),
  }
}

const nameOf = ({ seed, order, without }: ScheduleId): string =>
  [seed, order, without.join(',')].join(':').replace(/:$/, '')

/** Orders that are tried for each smaller case, since chance runs otherwise without an action. */
const ORDERS = 30

const isBroken = async (id: ScheduleId, options: Options): Promise<boolean> =>
  (await runSchedule(id, options)).broken !== undefined

const firstBroken = async (id: ScheduleId, options: Options): Promise<ScheduleId | undefined> => {
  for (let attempt = 0; attempt < ORDERS; attempt += 1) {
    const other = { ...id, order: id.order + attempt }
    if (await isBroken(other, options)) return other
  }
  return undefined
}

/** The same schedule without the actions that it takes nothing of to break. */
const smaller = async (id: ScheduleId, options: Options): Promise<ScheduleId> => {
  let smallest = id
  for (let action = 0; action < actionsOf(id.seed); action += 1) {
    const without = [...smallest.without, action]
    if (smallest.without.includes(action)) continue
    smallest = (await firstBroken({ ...smallest, without }, options)) ?? smallest
  }
  return smallest
}

/** What is to be said of a broken schedule: a small one like it, step by step, and how to see it again. */
export const reportOf = async (id: ScheduleId, options: Options = {}): Promise<string> => {
  const small = await smaller(id, options)
  const { trace, broken = '' } = await runSchedule(small, { ...options, isTraced: true })
  const command = `MODEL_SEED=${nameOf(small)} npx vitest run test/model`
  return [...trace, '', broken, `Found with ${nameOf(id)}; again: ${command}`].join('\n')
}

/** What a run of many schedules came to. */
export interface Tally {
  readonly schedules: number
  readonly steps: number
  readonly kills: number
  readonly deliveries: number
  /** The first schedules that broke something. */
  readonly broken: readonly ScheduleId[]
}

/**
 * Runs schedules one after the other until one breaks something.
 *
 * @param from the seed of the first; the others follow.
 */
export const runSchedules = async (
  from: number,
  count: number,
  options: Options = {},
): Promise<Tally> => {
  const sum = { schedules: 0, steps: 0, kills: 0, deliveries: 0 }
  for (let seed = from; seed < from + count; seed += 1) {
    const id = { seed, order: seed, without: [] }
    const { broken, steps, kills, deliveries } = await runSchedule(id, options)
    sum.schedules += 1
    sum.steps += steps
    sum.kills += kills
    sum.deliveries += deliveries
    if (broken !== undefined) return { ...sum, broken: [id] }
  }
  return { ...sum, broken: [] }
}
