import { randomUUID } from 'node:crypto'
import { Cron } from 'croner'
import * as z from 'zod'
import type { PortalClock } from './clock.ts'
import { readInstant } from './clock.ts'
import type { State } from './state.ts'
import { ACCOUNT, REGION, type Assembly, type Resource } from './template.ts'

/** One firing of a schedule: when it was due in portal time, and what its target gets. */
export interface Firing {
  readonly schedule: string
  /** ISO 8601 without fraction, as the scheduler writes it. */
  readonly due: string
  readonly targetArn: string
  readonly input: unknown
}

/** The schedules of a template, in portal time. */
export interface Schedules {
  /** Fires whatever is due, oldest first, and returns it. */
  readonly fire: () => readonly Firing[]
  readonly stop: () => void
}

const scheduleSchema = z.object({
  Name: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target: z.object({ Arn: z.string(), Input: z.string().optional() }),
})
const rateUnits = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

/** The first due time after an instant; undefined if there is none. Milliseconds. */
type Next = (after: number) => number | undefined

const expression = (text: string, timezone: string, anchor: number): Next => {
  const [, kind, argument = ''] = /^(cron|rate|at)\((.+)\)$/.exec(text) ?? []
  if (kind === 'cron') {
    const pattern = `0 ${argument.replaceAll('?', '*')}`
    // Days of the week count from Sunday = 1 on AWS.
    const options = { timezone, paused: true, alternativeWeekdays: true, mode: '7-part' } as const
    const cron = new Cron(pattern, options)
    return (after) => cron.nextRun(new Date(after))?.getTime()
  }
  if (kind === 'rate') {
    const [, count, unit] = /^(\d+) (minute|hour|day)s?$/.exec(argument) ?? []
    const period =
      Number(count) *
      z
        .enum(['minute', 'hour', 'day'])
        .transform((u) => rateUnits[u])
        .parse(unit)
    return (after) => anchor + (Math.floor((after - anchor) / period) + 1) * period
  }
  const instant = readInstant(timezone === 'UTC' ? `${argument}Z` : argument)
  if (kind !== 'at' || instant === undefined || !['UTC', 'Europe/Paris'].includes(timezone)) {
    throw new Error(`The schedule ${text} (${timezone}) cannot be read`)
  }
  return (after) => (after < instant ? instant : undefined)
}

const iso = (instant: number): string => new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z')

/**
 * Starts the schedules. A due time that passed while nothing ran, or over which the clock was
 * moved, is fired too; on a fresh state nothing before the start is. `deliver` runs in the same
 * transaction as the record of the firing, so that a due time is neither lost nor fired twice.
 */
export const startSchedules = (
  assembly: Assembly,
  state: State,
  clock: PortalClock,
  deliver: (firing: Firing) => void,
): Schedules => {
  const schedules = assembly
    .ofType('AWS::Scheduler::Schedule')
    .map((resource: Resource) => ({ name: resource.name, ...resource.read(scheduleSchema) }))
    .filter((schedule) => schedule.State === 'ENABLED')
    .map((schedule) => {
      const key = `schedule:${schedule.name}`
      const stored = state.read(key, z.object({ anchor: z.number(), last: z.number() }))
      const { anchor, last } = stored ?? { anchor: clock.now(), last: clock.now() }
      if (stored === undefined) state.write(key, { anchor, last })
      const next = expression(
        schedule.ScheduleExpression,
        schedule.ScheduleExpressionTimezone,
        anchor,
      )
      return { ...schedule, key, anchor, next, due: next(last) }
    })

  const fire = (): readonly Firing[] => {
    const fired: Firing[] = []
    for (;;) {
      const now = clock.now()
      const [first] = schedules
        .flatMap((schedule) =>
          schedule.due !== undefined && schedule.due <= now
            ? [{ schedule, due: schedule.due }]
            : [],
        )
        .sort((a, b) => a.due - b.due)
      if (first === undefined) return fired
      const { schedule, due } = first
      const placeholders: Record<string, string> = {
        'scheduled-time': iso(due),
        'execution-id': randomUUID(),
        'attempt-number': '1',
        'schedule-arn': `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/default/${schedule.Name ?? schedule.name}`,
      }
      const input = (schedule.Target.Input ?? '{}').replaceAll(
        /<aws\.scheduler\.([a-z-]+)>/g,
        (whole, name: string) => placeholders[name] ?? whole,
      )
      const firing: Firing = {
        schedule: schedule.Name ?? schedule.name,
        due: iso(due),
        targetArn: schedule.Target.Arn,
        input: JSON.parse(input),
      }
      state.atomically(() => {
        state.write(schedule.key, { anchor: schedule.anchor, last: due })
        deliver(firing)
      })
      schedule.due = schedule.next(due)
      fired.push(firing)
    }
  }
  const timer = setInterval(fire, 1000)
  return {
    fire,
    stop: () => {
      clearInterval(timer)
    },
  }
}
