import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { bookableUnits } from '../catalogue/look-up.ts'
import type { Diet, Unit } from '../catalogue/model.ts'
import { addDays, eachDay, mondayOf } from '../kernel/dates.ts'
import { sum } from '../kernel/money.ts'
import { parisDate } from '../kernel/paris.ts'
import { dayLabel, REGISTERS } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { loadRegister } from '../reservations/load-register.ts'
import { openActivity } from './find-activity.ts'
import { comes, isAway, rollOf, type ChildOfDay } from './roll.ts'
import type { Headcount, Headcounts, readHeadcountsRoute } from './routes.ts'

const countUnit = (
  unit: Unit,
  diets: readonly Diet[],
  children: readonly ChildOfDay[],
): Headcount => {
  const at = (test: (letter: string) => boolean): ChildOfDay[] =>
    children.filter(({ units }) =>
      units.some((each) => each.unit.id === unit.id && test(each.letter)),
    )
  const expected = at(comes)
  return {
    unitId: unit.id,
    name: unit.name,
    expected: expected.length,
    absent: at(isAway).length,
    allergies: expected.filter(({ card }) => card?.allergy === true).length,
    diets: diets.map(({ id }) => ({
      dietId: id,
      expected: expected.filter(({ card }) => card?.diets.includes(id) === true).length,
    })),
  }
}

/** Headcounts of the same units, added up. */
const addUp = (
  units: readonly Unit[],
  diets: readonly Diet[],
  counts: readonly Headcount[],
): Headcount[] =>
  units.map(({ id, name }) => {
    const own = counts.filter(({ unitId }) => unitId === id)
    return {
      unitId: id,
      name,
      expected: sum(own.map(({ expected }) => expected)),
      absent: sum(own.map(({ absent }) => absent)),
      allergies: sum(own.map(({ allergies }) => allergies)),
      diets: diets.map(({ id: dietId }) => ({
        dietId,
        expected: sum(
          own.flatMap((count) =>
            count.diets.filter((diet) => diet.dietId === dietId).map(({ expected }) => expected),
          ),
        ),
      })),
    }
  })

/**
 * How many children come in a week, by day, group and unit, with their diets, and in all: what a
 * kitchen cooks by. One Query, two in the week in which the school year changes. Staff of a site count
 * the groups at their facilities.
 *
 * @throws PortalError `not-found` for an activity that the town does not have, or that has no group of
 * theirs.
 */
export const countHeads = async (
  deps: { table: Table; town: TownCatalogue },
  {
    parameters,
    query,
    actor,
    now,
  }: Pick<Call<typeof readHeadcountsRoute>, 'parameters' | 'query' | 'actor' | 'now'>,
): Promise<Headcounts> => {
  const { table, town } = deps
  const { activity, isLimited } = await openActivity(deps, actor, parameters)
  const { diets } = town.catalogue
  const units = bookableUnits(activity)
  const from = mondayOf(query.week ?? parisDate(now))
  const to = addDays(from, 6)
  const years = [...new Set([schoolYearOf(from), schoolYearOf(to)])]
  const registers = new Map(
    await Promise.all(
      years.map(async (year) => [year, await loadRegister(table, activity.id, year)] as const),
    ),
  )
  const days = eachDay(from, to)
    .filter((date) => town.calendars.stateOf(activity, date) === 'open')
    .map((date) => {
      const register = registers.get(schoolYearOf(date)) ?? { enrolments: [], plannings: [] }
      const byGroup = Map.groupBy(
        rollOf(town, { activity, date, register }).filter((child) => child.units.length > 0),
        ({ groupId }) => groupId,
      )
      const count = (children: readonly ChildOfDay[] = []): Headcount[] =>
        units.map((unit) => countUnit(unit, diets, children))
      const strays = isLimited ? undefined : byGroup.get(undefined)
      const groups = [
        ...activity.groups.map(({ id, name }) => ({
          groupId: id,
          group: name,
          units: count(byGroup.get(id)),
        })),
        ...(strays === undefined ? [] : [{ group: REGISTERS.withoutGroup, units: count(strays) }]),
      ]
      const total = addUp(
        units,
        diets,
        groups.flatMap((group) => group.units),
      )
      return { date, day: dayLabel(date), groups, total }
    })
  return {
    activityId: activity.id,
    activity: activity.name,
    from,
    to,
    diets: diets.map(({ id, name, icon }) => ({ dietId: id, name, icon })),
    days,
    total: addUp(
      units,
      diets,
      days.flatMap(({ total }) => total),
    ),
  }
}
