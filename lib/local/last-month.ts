import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { addDays, firstDayOf, monthOf } from '../../shared/kernel/dates.ts'
import { parisDate, parisInstant } from '../../shared/kernel/paris.ts'
import type { Town } from './demo.ts'
import type { Portal } from './portal.ts'

/** How long the invoices may take. */
const PATIENCE = 240_000

/** The evening before the month in which `instant` lies, in milliseconds. */
export const eveOfMonth = (instant: number): number => {
  const last = addDays(firstDayOf(monthOf(parisDate(new Date(instant)))), -1)
  return parisInstant(last, '18:00').getTime()
}

/** The first morning of the month in which `instant` lies, after the schedules, in milliseconds. */
export const morningOfMonth = (instant: number): number =>
  parisInstant(firstDayOf(monthOf(parisDate(new Date(instant)))), '10:00').getTime()

const post = async (
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> => {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!reply.ok) throw new Error(`${url}: ${await reply.text()}`)
  return reply.json()
}

/** A unit of each of a family's activities on two days of each week of a month that is over. */
const wishesOf = (town: Town, family: Town['families'][number], eve: number): unknown[] => {
  const [from, to] = [firstDayOf(monthOf(parisDate(new Date(eve)))), parisDate(new Date(eve))]
  return family.enrolments
    .filter((enrolment) => enrolment.from <= to && enrolment.until >= from)
    .flatMap(({ enrolmentId, activityId, ...period }) => {
      const activity = town.catalogue.activities.find(({ id }) => id === activityId)
      if (activity?.decision !== 'automatic') return []
      const units = activity.units.slice(0, 1).map(({ id }) => id)
      const week = activity.opening.weekdays.slice(0, 2).map((weekday) => ({ weekday, units }))
      const start = period.from > from ? period.from : from
      const end = period.until < to ? period.until : to
      return [{ kind: 'recurrence', enrolmentId, weeks: [week], from: start, to: end }]
    })
}

/**
 * Has the first family of the demo town come in the month that is over, as the town's agent notes
 * it, and moves the clock on to `target`: on the way the schedule bills the month.
 */
export const liveLastMonth = async (town: Town, portal: Portal, target: number): Promise<void> => {
  const agent = town.accounts.find(({ roles }) => roles.includes('agent'))
  const guardian = town.accounts.find(({ familyId }) => familyId !== undefined)
  const family = town.families.find(({ familyId }) => familyId === guardian?.familyId)
  const wishes = family === undefined ? [] : wishesOf(town, family, portal.now())
  if (agent !== undefined && family !== undefined && wishes.length > 0) {
    const { email, password } = agent
    const session = await post(`${portal.portalUrl}/sessions`, { login: email, password })
    const { idToken } = z.object({ idToken: z.string() }).parse(session)
    await post(
      `${portal.portalUrl}/families/${family.familyId}/submissions`,
      { wishes, reason: 'Présences du mois passé' },
      { authorization: `Bearer ${idToken}`, 'idempotency-key': randomUUID() },
    )
  }
  await portal.settle(PATIENCE)
  portal.moveTo(target)
  await portal.settle(PATIENCE)
}
