import { createFamily } from '../../shared/families/create-family.ts'
import { schoolYearOf } from '../../shared/catalogue/calendar.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import {
  activityIdSchema,
  childIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  groupIdSchema,
  unitIdSchema,
  requestNumberSchema,
  type FamilyId,
  type UnitId,
} from '../../shared/platform/schemas.ts'
import type { Actor } from '../../shared/platform/http.ts'
import type { Table } from '../../shared/platform/table.ts'
import { waitingWrite } from '../../shared/places/waiting-list.ts'
import { LETTERS } from '../../shared/reservations/model.ts'
import { planningEntity } from '../../shared/reservations/store.ts'
import { letterOn } from '../../shared/reservations/lines.ts'
import { loadPlanning, writesOfDays } from '../../shared/reservations/mark-days.ts'
import { markSheet } from '../../shared/attendance/mark-sheet.ts'
import type { Mark } from '../../shared/attendance/model.ts'
import { cesson, cessonTown } from '../support/cesson.ts'

/** Ids as use cases take them. */
export const ids = {
  family: (id: string) => familyIdSchema.parse(id),
  child: (id: string) => childIdSchema.parse(id),
  activity: (id: string) => activityIdSchema.parse(id),
  group: (id: string) => groupIdSchema.parse(id),
  unit: (id: string) => unitIdSchema.parse(id),
}

/** The meals of the demo town on a Tuesday of September, and the noon after it. */
export const MEALS = {
  activityId: ids.activity('RESTAURATION'),
  groupId: ids.group('RESTO_R_PREVERT'),
  date: '2025-09-02',
} as const
export const NOON = new Date('2025-09-02T10:30:00Z')

const ownerOf = (familyId: FamilyId, child: string, activity: string, date: IsoDate) => ({
  familyId,
  childId: ids.child(child),
  activityId: ids.activity(activity),
  schoolYear: schoolYearOf(date),
})

/** Writes letters into plannings: by `child activity unit date`. */
export const write = async (
  table: Table,
  familyId: FamilyId,
  letters: Readonly<Record<`${string} ${string} ${string} ${IsoDate}`, string>>,
): Promise<void> => {
  const days = Object.entries(letters).map(([place, letter]) => {
    const [child = '', activity = '', unit = '', day = ''] = place.split(' ')
    const [year = '', month = '', dayOfMonth = ''] = day.split('-')
    const date: IsoDate = `${year}-${month}-${dayOfMonth}`
    const owner = ownerOf(familyId, child, activity, date)
    return { owner, unitId: ids.unit(unit), date, letter }
  })
  for (const own of Map.groupBy(days, ({ owner }) => JSON.stringify(owner)).values()) {
    const [{ owner } = { owner: undefined }] = own
    if (owner === undefined) continue
    const writes = writesOfDays(owner, await loadPlanning(table, owner), own)
    if (writes.length > 0) await table.transact(writes)
  }
}

/** The letter of a planning as the table holds it. */
export const letterIn = async (
  table: Table,
  familyId: FamilyId,
  [child, activity, unit]: readonly [string, string, string],
  date: IsoDate = MEALS.date,
): Promise<string> =>
  letterOn(
    await loadPlanning(table, ownerOf(familyId, child, activity, date)),
    ids.unit(unit),
    date,
  )

/** Puts a child on the waiting list of the meals of a day. */
export const waitFor = async (table: Table, familyId: FamilyId, child: string): Promise<void> => {
  const { date, groupId, activityId } = MEALS
  const owner = ownerOf(familyId, child, activityId, date)
  const wait = {
    groupId,
    date,
    unitIds: [ids.unit('REPAS')] satisfies [UnitId],
    rank: 0,
    since: '2025-07-15T08:41:00.000Z',
    number: requestNumberSchema.parse(1),
  }
  await write(table, familyId, { [`${child} RESTAURATION REPAS ${date}`]: LETTERS.waiting })
  const planning = await loadPlanning(table, owner)
  if (planning === undefined) throw new Error('Not written')
  await table.transact([
    waitingWrite({ ...wait, activityId, familyId, childId: owner.childId }),
    { kind: 'put', item: planningEntity.toItem({ ...planning, waits: [wait] }) },
  ])
}

export const AGENT: Actor = { account: 'agent-1', roles: ['agent'], family: undefined }

let last = 0

/** A mark of a device: a child at a meal at noon, unless said otherwise. */
export const mark = (
  familyId: FamilyId,
  child: string,
  state: Mark['state'],
  about: Partial<Mark> = {},
): Mark => {
  last += 1
  return {
    familyId,
    childId: ids.child(child),
    unitIds: [ids.unit('REPAS')],
    state,
    markedAt: '2025-09-02T10:00:00.000Z',
    markId: `mark-${String(last).padStart(6, '0')}`,
    ...about,
  }
}

/** Sends marks of the meals. */
export const send = (
  table: Table,
  marks: readonly Mark[],
  {
    parameters = MEALS,
    now = NOON,
    actor = AGENT,
  }: {
    parameters?: Parameters<typeof markSheet>[1]['parameters']
    now?: Date
    actor?: Parameters<typeof markSheet>[1]['actor']
  } = {},
): ReturnType<typeof markSheet> =>
  markSheet({ table, town: cessonTown }, { actor, parameters, body: { marks: [...marks] }, now })

/**
 * Opens families of one child each, enrolled for a year in one group of the activities, of the meals
 * unless said otherwise, with two guardians and two contacts as most have.
 */
export const openFamilies = async (
  table: Table,
  numbers: readonly number[],
  groups: readonly { activityId: string; groupId: string }[] = [MEALS],
): Promise<FamilyId[]> => {
  const model = cesson.families[0]
  const child = model?.children[1]
  if (model === undefined || child === undefined) throw new Error('The demo town has no such child')
  const opened: FamilyId[] = []
  for (const number of numbers) {
    const familyId = ids.family(String(number))
    await createFamily(table, {
      family: { familyId, name: model.name, address: model.address },
      guardians: model.guardians.map((guardian) => ({ ...guardian, familyId })),
      children: [{ ...child, familyId }],
      enrolments: groups.map(({ activityId, groupId }, index) => ({
        familyId,
        enrolmentId: enrolmentIdSchema.parse(`lucas-${index}`),
        childId: child.childId,
        activityId: ids.activity(activityId),
        groupId: ids.group(groupId),
        from: '2025-09-01',
        until: '2026-07-03',
      })),
      contacts: model.contacts.map((contact) => ({ ...contact, familyId })),
      authorisations: [],
      means: [],
    })
    opened.push(familyId)
  }
  return opened
}
