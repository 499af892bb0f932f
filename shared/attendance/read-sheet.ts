import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { bookableUnits, facilityName } from '../catalogue/look-up.ts'
import type { Diet } from '../catalogue/model.ts'
import { phoneLabel } from '../kernel/phone.ts'
import { dayLabel, PLANNING_LEGEND, REGISTERS } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { loadRegister } from '../reservations/load-register.ts'
import { LETTERS } from '../reservations/model.ts'
import { openActivity } from './find-activity.ts'
import { rollOf, type ChildOfDay, type UnitOfDay } from './roll.ts'
import type { DaySheet, readDaySheetRoute } from './routes.ts'
import { viewMark } from './rules.ts'
import { findSheet } from './store.ts'

type Child = DaySheet['groups'][number]['children'][number]

const meaningOf = (letter: string): string => {
  const name = Object.entries(LETTERS).find(([, each]) => each === letter)?.[0]
  return Object.entries(PLANNING_LEGEND).find(([each]) => each === name)?.[1] ?? ''
}

const viewUnit = ({ unit, letter, entry }: UnitOfDay): Child['units'][number] => ({
  unitId: unit.id,
  name: unit.name,
  letter,
  meaning: meaningOf(letter),
  ...(entry === undefined ? {} : { mark: viewMark(entry) }),
})

const viewChild = (
  diets: readonly Diet[],
  { familyId, childId, card, units }: ChildOfDay,
): Child => ({
  familyId,
  childId,
  firstName: card?.firstName ?? childId,
  lastName: card?.lastName ?? '',
  ...(card === undefined ? {} : { birthDate: card.birthDate }),
  diets: (card?.diets ?? []).map((dietId) => {
    const diet = diets.find(({ id }) => id === dietId)
    return { dietId, name: diet?.name ?? dietId, icon: diet?.icon ?? '?' }
  }),
  allergy: card?.allergy ?? false,
  leavesAlone: card?.leavesAlone ?? false,
  guardians: (card?.guardians ?? []).map(({ name, phone }) => ({
    name,
    ...(phone === undefined ? {} : { phone: phoneLabel(phone) }),
  })),
  contacts: (card?.contacts ?? []).map((contact) => ({
    ...contact,
    phone: phoneLabel(contact.phone),
  })),
  units: units.map(viewUnit),
})

/**
 * The day sheet of an activity, by group: who comes and at which units, what those who care for them
 * must know, and who was there. One Query lists the children of all groups; each group's register is
 * one read more. Staff of a site read the groups at their facilities.
 *
 * @throws PortalError `not-found` for an activity or a group that the town does not have, or that is
 * none of theirs.
 */
export const readDaySheet = async (
  deps: { table: Table; town: TownCatalogue },
  {
    parameters,
    query,
    actor,
  }: Pick<Call<typeof readDaySheetRoute>, 'parameters' | 'query' | 'actor'>,
): Promise<DaySheet> => {
  const { table, town } = deps
  const { activityId, date } = parameters
  const address = { activityId, groupId: query.group }
  const { activity, isLimited } = await openActivity(deps, actor, address)
  const asked = activity.groups.filter(({ id }) => query.group === undefined || id === query.group)
  const [register, sheets] = await Promise.all([
    loadRegister(table, activityId, schoolYearOf(date)),
    Promise.all(
      asked.map(async ({ id: groupId }) => ({
        groupId,
        ...(await findSheet(table, { activityId, groupId, date })),
      })),
    ),
  ])
  const children = rollOf(town, { activity, date, register, sheets }).filter(
    ({ units, groupId }) =>
      units.length > 0 || (query.show === 'enrolled' && groupId !== undefined),
  )
  const byGroup = Map.groupBy(children, ({ groupId }) => groupId)
  const view = (of: readonly ChildOfDay[] = []): Child[] =>
    of.map((child) => viewChild(town.catalogue.diets, child))
  const strays = query.group === undefined && !isLimited ? (byGroup.get(undefined) ?? []) : []
  return {
    activityId,
    activity: activity.name,
    date,
    day: dayLabel(date),
    open: town.calendars.stateOf(activity, date) === 'open',
    units: bookableUnits(activity).map(({ id, name, byTime }) => ({
      unitId: id,
      name,
      byTime: byTime ?? false,
    })),
    groups: [
      ...asked.map(({ id, name, facilityId }) => ({
        groupId: id,
        group: name,
        facility: facilityName(town.catalogue, facilityId),
        children: view(byGroup.get(id)),
      })),
      ...(strays.length === 0
        ? []
        : [{ group: REGISTERS.withoutGroup, facility: '', children: view(strays) }]),
    ],
  }
}
