import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity, Places } from '../catalogue/model.ts'
import {
  addDays,
  daysBetween,
  eachDay,
  mondayOf,
  weekdayOf,
  type IsoDate,
} from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { DETAILS } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import type { GroupId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { findGroup } from './find-group.ts'
import { loadRosters } from './load-rosters.ts'
import type { fullestDaysReply, readFillRoute } from './routes.ts'
import { countSlot, slotsOfUnits, type SlotCount } from './rules.ts'
import { viewCount } from './view.ts'
import { listWaiting } from './waiting-list.ts'

/** The longest period of one answer, in days: two months of holidays. */
const LONGEST_FILL = 62

/** How far ahead the dashboard looks, in days, and how many days of each activity it shows. */
const AHEAD = 28
const FULLEST = 5

/** What use cases that only read work with. */
interface Reading {
  readonly table: Table
  readonly town: TownCatalogue
}

type Limited = Activity & { readonly places: Places }
type Group = Limited['groups'][number]

/** The places of a group on a day, one count for each slot of the activity. */
interface FilledDay {
  readonly date: IsoDate
  readonly slots: readonly SlotCount[]
}

interface Period {
  readonly from: IsoDate
  readonly to: IsoDate
}

/** How full a group is on each day of the activity: one Query. */
const fillOf = async (
  { table, town }: Reading,
  activity: Limited,
  groupId: GroupId,
  { from, to }: Period,
): Promise<FilledDay[]> => {
  const rosters = await loadRosters(table, activity.id, groupId, from, to)
  const byWeek = new Map(rosters.map((roster) => [roster.monday, roster]))
  const { places } = activity
  return eachDay(from, to)
    .filter((date) => town.calendars.stateOf(activity, date) === 'open')
    .map((date) => ({
      date,
      slots: places.slots.map((_, slot) =>
        countSlot({ places, groupId }, byWeek.get(mondayOf(date)), weekdayOf(date), slot),
      ),
    }))
}

/** By slot, how many children wait: one Query, and none while every slot of the day has a place. */
const waitingOf = async (
  { table }: Reading,
  activity: Limited,
  groupId: GroupId,
  { date, slots }: FilledDay,
): Promise<number[]> => {
  if (slots.every(({ left }) => left > 0)) return slots.map(() => 0)
  const entries = await listWaiting(table, { activityId: activity.id, groupId }, date)
  const waited = entries
    .filter(({ offeredUntil }) => offeredUntil === undefined)
    .map(({ unitIds }) => slotsOfUnits(activity, unitIds))
  return slots.map((_, slot) => waited.filter((each) => each.includes(slot)).length)
}

const viewGroup = async (
  reading: Reading,
  activity: Limited,
  { id, name }: Group,
  period: Period,
): Promise<z.input<(typeof readFillRoute)['reply']>['groups'][number]> => {
  const filled = await fillOf(reading, activity, id, period)
  const days = await Promise.all(
    filled.map(async (day) => {
      const waiting = await waitingOf(reading, activity, id, day)
      return {
        date: day.date,
        slots: activity.places.slots.map((slot, position) => ({
          slotId: slot.id,
          slot: slot.name,
          ...viewCount(day.slots[position] ?? { held: 0, left: 0, freed: 0 }),
          waiting: waiting[position] ?? 0,
        })),
      }
    }),
  )
  return { groupId: id, group: name, days }
}

/**
 * How full an activity is, by group, day and slot, and how many children wait: one Query for each
 * group, and one for each of its days on which a slot has no place left.
 *
 * @throws PortalError `not-found` for an activity whose places are not counted,
 * `period-out-of-range`.
 */
export const readFill = async (
  reading: Reading,
  { parameters, query }: Pick<Call<typeof readFillRoute>, 'parameters' | 'query'>,
): Promise<z.input<(typeof readFillRoute)['reply']>> => {
  const activity = findGroup(reading.town, parameters.activityId)
  const length = daysBetween(query.from, query.to)
  if (length < 1 || length > LONGEST_FILL) {
    const detail = length < 1 ? DETAILS.periodOrder : DETAILS.fillPeriod(LONGEST_FILL)
    throw new PortalError('period-out-of-range', { faults: [{ pointer: '/query/to', detail }] })
  }
  return {
    activityId: activity.id,
    activity: activity.name,
    groups: await Promise.all(
      activity.groups.map((group) => viewGroup(reading, activity, group, query)),
    ),
  }
}

const sumOf = (counts: readonly SlotCount[]): SlotCount =>
  counts.reduce(
    (sum, { held, left, freed }) => ({
      held: sum.held + held,
      left: sum.left + left,
      freed: sum.freed + freed,
    }),
    { held: 0, left: 0, freed: 0 },
  )

/** The share of the places that children have, 0 where there are none. */
const rateOf = ({ held, left, freed }: SlotCount): number =>
  held === 0 ? 0 : held / (held + left + freed)

/**
 * The fullest days of the next four weeks of each activity with counted places, the fullest first,
 * then the earliest; days on which nobody has a place are left out. One Query for each group.
 */
export const fullestDays = async (
  reading: Reading,
  now: Date,
): Promise<z.input<typeof fullestDaysReply>[]> => {
  const from = parisDate(now)
  const period = { from, to: addDays(from, AHEAD - 1) }
  const activities = reading.town.catalogue.activities.flatMap(({ id, places }) =>
    places === undefined ? [] : [findGroup(reading.town, id)],
  )
  return Promise.all(
    activities.map(async (activity) => {
      const groups = await Promise.all(
        activity.groups.map(({ id }) => fillOf(reading, activity, id, period)),
      )
      const days = [...Map.groupBy(groups.flat(), ({ date }) => date)]
        .map(([date, filled]) => ({ date, count: sumOf(filled.flatMap(({ slots }) => slots)) }))
        .filter(({ count }) => count.held > 0)
        .toSorted((a, b) => rateOf(b.count) - rateOf(a.count) || (a.date < b.date ? -1 : 1))
        .slice(0, FULLEST)
        .map(({ date, count }) => ({ date, ...viewCount(count) }))
      return { activityId: activity.id, activity: activity.name, days }
    }),
  )
}
