import { Calendars, type TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { activitySchema, type Activity, type Places } from '../../shared/catalogue/model.ts'
import { publishCatalogue } from '../../shared/catalogue/publish-catalogue.ts'
import { createFamily } from '../../shared/families/create-family.ts'
import { mondayOf, weekdayOf, type IsoDate } from '../../shared/kernel/dates.ts'
import type { Claim } from '../../shared/places/claim-places.ts'
import type { Holder } from '../../shared/places/model.ts'
import type { Table } from '../../shared/platform/table.ts'
import {
  activityIdSchema,
  childIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  groupIdSchema,
  requestNumberSchema,
  slotIdSchema,
  unitIdSchema,
  type GroupId,
} from '../../shared/platform/schemas.ts'
import { isLimited, type LimitedActivity } from '../../shared/reservations/claims.ts'
import { cesson, DUPONT, GUIDE_DAY } from './cesson.ts'

/**
 * The holiday centre of the demo town with counted places: Monday to Friday, mornings and
 * afternoons. Its weeks of Toussaint 2025 run from Monday 20 October to Friday 31 October; on
 * `GUIDE_MORNING` they can all be booked.
 */
export const VACANCES = activityIdSchema.parse('VACANCES')
export const PETITS = groupIdSchema.parse('PETITS_VACANCES')
export const GRANDS = groupIdSchema.parse('GRANDS_VACANCES')
export const SLOT_MATIN = slotIdSchema.parse('MATIN')
export const SLOT_APRES_MIDI = slotIdSchema.parse('APRES_MIDI')
export const MATIN = unitIdSchema.parse('MATIN')
export const APRES_MIDI = unitIdSchema.parse('APRES_MIDI')
export const JOURNEE = unitIdSchema.parse('JOURNEE')

/** The first week of the autumn holidays, and its Tuesday. */
export const MONDAY: IsoDate = '2025-10-20'
export const TUESDAY: IsoDate = '2025-10-21'

const UNITS = [
  { id: 'MATIN', name: 'Matin', exclusiveWith: ['JOURNEE'], takes: ['MATIN'] },
  { id: 'APRES_MIDI', name: 'Après-midi', exclusiveWith: ['JOURNEE'], takes: ['APRES_MIDI'] },
  {
    id: 'JOURNEE',
    name: 'Journée',
    exclusiveWith: ['MATIN', 'APRES_MIDI'],
    takes: ['MATIN', 'APRES_MIDI'],
  },
]

/** How a test wants the centre. */
interface Wanted {
  /** The places of each slot of each group; 2 unless given. */
  readonly places?: number
  /** `given` unless given. */
  readonly waiting?: Places['waiting']
  readonly priorities?: Places['priorities']
  /** `automatic` unless given. */
  readonly decision?: Activity['decision']
  /** Until noon of how many days before it a day can be added; 15 unless given. */
  readonly daysAhead?: number
}

/** The demo town with its holiday centre as a test wants it. */
export const limitedTown = ({
  places = 2,
  waiting = { kind: 'given' },
  priorities = [],
  decision = 'automatic',
  daysAhead = 15,
}: Wanted = {}): TownCatalogue => {
  const activities = cesson.catalogue.activities.map((activity) =>
    activity.id === VACANCES
      ? activitySchema.parse({
          ...activity,
          decision,
          deadlines: {
            ...activity.deadlines,
            add: { days: daysAhead, counting: 'every-day', hour: '12:00' },
          },
          bookingOpenings: [],
          units: UNITS,
          places: {
            slots: [
              { id: SLOT_MATIN, name: 'Matin' },
              { id: SLOT_APRES_MIDI, name: 'Après-midi' },
            ],
            capacities: [PETITS, GRANDS].flatMap((groupId) =>
              [SLOT_MATIN, SLOT_APRES_MIDI].map((slotId) => ({ groupId, slotId, places })),
            ),
            waiting,
            priorities,
          },
        })
      : activity,
  )
  const catalogue = { ...cesson.catalogue, activities }
  return { catalogue, calendars: new Calendars(catalogue) }
}

/** The centre of such a town. */
export const centreOf = ({ catalogue }: TownCatalogue): LimitedActivity => {
  const centre = catalogue.activities.find(({ id }) => id === VACANCES)
  if (centre === undefined || !isLimited(centre)) throw new Error('The centre counts no places')
  return centre
}

/** A child that only rosters know. */
export const someHolder = (child: number): Holder => ({
  familyId: familyIdSchema.parse('8001'),
  childId: childIdSchema.parse(`child${String(child)}`),
})

/** What such a child claims of one day by a request. */
export const claimOf = (
  { groupId, date, slots }: { groupId: GroupId; date: IsoDate; slots: readonly number[] },
  child: number,
  { places, number, given = false }: { places: Places; number: number; given?: boolean },
): Claim => ({
  address: { activityId: VACANCES, groupId, monday: mondayOf(date) },
  places,
  holder: someHolder(child),
  days: new Map([[weekdayOf(date), slots]]),
  number: requestNumberSchema.parse(number),
  given,
})

/** Puts a town's catalogue in force, for tests that call deployed functions. */
export const openLimited = (table: Table, { catalogue }: TownCatalogue): Promise<string> =>
  publishCatalogue(table, catalogue, GUIDE_DAY)

let last = 8000

/**
 * Opens a family of its own, with a child in the holiday centre for each group given: `child1` with
 * the enrolment `child1-vacances`, `child2`… Its guardians are those of the family of guide 002.
 */
export const limitedFamily = async (
  table: Table,
  groups: readonly GroupId[] = [PETITS],
): Promise<typeof DUPONT> => {
  last += 1
  const familyId = familyIdSchema.parse(String(last))
  const model = cesson.families.find((family) => family.familyId === DUPONT.familyId)
  const [child] = model?.children ?? []
  if (model === undefined || child === undefined) throw new Error('The demo town has no family')
  const childIds = groups.map((_, index) => childIdSchema.parse(`child${String(index + 1)}`))
  await createFamily(table, {
    family: { familyId, name: `${model.name} ${familyId}`, address: model.address },
    guardians: model.guardians.map((guardian) => ({ ...guardian, familyId })),
    children: childIds.map((childId) => ({ ...child, childId, familyId })),
    enrolments: groups.map((groupId, index) => ({
      familyId,
      enrolmentId: enrolmentIdSchema.parse(`child${String(index + 1)}-vacances`),
      childId: childIds[index] ?? child.childId,
      activityId: VACANCES,
      groupId,
      from: '2025-10-20',
      until: '2026-08-21',
    })),
    contacts: [],
    authorisations: [],
    means: [],
  })
  return { familyId, guardianId: DUPONT.guardianId }
}
