import { Calendars, type TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { catalogueSchema, type Catalogue } from '../../shared/catalogue/model.ts'
import { createFamily } from '../../shared/families/create-family.ts'
import {
  childSchema,
  enrolmentSchema,
  familySchema,
  guardianSchema,
  type Enrolment,
} from '../../shared/families/model.ts'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'
import { memoryTable, type MemoryTable } from '../support/memory-table.ts'
import type { Dice } from './dice.ts'

/** When a schedule begins. */
export const START = Date.parse('2026-08-20T08:00:00Z')

/**
 * The days that families book: one whose deadline falls into the schedule, two of one week in two
 * school years, and one of a week of its own.
 */
export const DATES: readonly [IsoDate, ...IsoDate[]] = [
  '2026-08-24',
  '2026-08-31',
  '2026-09-01',
  '2026-09-09',
]

export const ACTIVITIES = ['LOISIRS', 'STAGE', 'REPAS'] as const
export type ActivityName = (typeof ACTIVITIES)[number]

/** The units that a family may tick together. */
export const TICKS: Record<ActivityName, readonly string[][]> = {
  LOISIRS: [[], ['MATIN'], ['APRES_MIDI'], ['JOURNEE'], ['MATIN', 'APRES_MIDI'], ['JOURNEE']],
  STAGE: [[], ['MATIN'], ['JOURNEE'], ['JOURNEE']],
  REPAS: [[], ['REPAS'], ['REPAS']],
}

/** What differs from town to town. */
interface TownShape {
  readonly capacities: readonly [number, number, number, number]
  readonly loisirs: Waiting
  readonly stage: Waiting
  readonly siblingsFirst: boolean
}

type Waiting = 'none' | 'given' | 'offered'

const waitingOf = (kind: Waiting) => (kind === 'offered' ? { kind, hours: 8 } : { kind })

const deadline = (days: number) => ({ days, counting: 'every-day', hour: '10:00' })

const halfDays = (activityId: string, other: string) =>
  [
    ['MATIN', ['JOURNEE'], ['M']],
    ['APRES_MIDI', ['JOURNEE'], ['A']],
    ['JOURNEE', ['MATIN', 'APRES_MIDI'], ['M', 'A']],
  ].map(([id, exclusiveWith, takes]) => ({
    id,
    name: id,
    exclusiveWith,
    takes,
    // A child is not at two places in one half day; the whole day says so for its halves.
    excludes: [{ activityId: other, unitId: 'JOURNEE' }],
    ...(activityId === 'STAGE' && id === 'APRES_MIDI' ? { bookable: false } : {}),
  }))

const catalogueOf = ({ capacities, loisirs, stage, siblingsFirst }: TownShape): Catalogue => {
  const activity = (id: ActivityName, more: object) => ({
    id,
    name: id,
    service: 'Enfance',
    serviceEmail: 'enfance@ville.example',
    groups: [{ id: `${id}_G`, name: 'Groupe', facilityId: 'CENTRE' }],
    opening: {
      weekdays: [1, 2, 3, 4, 5],
      season: 'all-year',
      periods: [{ from: '2026-01-01', until: '2027-08-31' }],
    },
    decision: 'automatic',
    deadlines: { add: deadline(1), cancel: deadline(1) },
    ...more,
  })
  const placesOf = (id: ActivityName, [mornings, afternoons]: [number, number], kind: Waiting) => ({
    slots: [
      { id: 'M', name: 'Matin' },
      { id: 'A', name: 'Après-midi' },
    ],
    capacities: [
      { groupId: `${id}_G`, slotId: 'M', places: mornings },
      { groupId: `${id}_G`, slotId: 'A', places: afternoons },
    ],
    waiting: waitingOf(kind),
    priorities: siblingsFirst ? [{ kind: 'siblings' }] : [],
  })
  const year = (start: number) => ({
    id: `${String(start)}-${String(start + 1)}`,
    zone: 'C',
    firstDay: `${String(start)}-09-01`,
    lastDay: `${String(start + 1)}-07-03`,
    holidays: [],
  })
  return catalogueSchema.parse({
    town: {
      name: 'Cesson',
      portalName: 'Portail',
      siret: '21770067900018',
      address: '1 place',
      postcode: '77240',
      phone: '+33160000000',
      regies: [{ id: 'REG', name: 'Régie', contact: 'regie@ville.example', daysToPay: 30 }],
    },
    categories: [{ id: 'ENFANT', name: 'Enfant' }],
    schoolYears: [year(2025), year(2026)],
    facilities: [{ id: 'CENTRE', name: 'Centre' }],
    activities: [
      activity('LOISIRS', {
        units: halfDays('LOISIRS', 'STAGE'),
        places: placesOf('LOISIRS', [capacities[0], capacities[1]], loisirs),
      }),
      activity('STAGE', {
        units: halfDays('STAGE', 'LOISIRS'),
        decision: 'staff',
        places: placesOf('STAGE', [capacities[2], capacities[3]], stage),
      }),
      activity('REPAS', { units: [{ id: 'REPAS', name: 'Repas' }] }),
    ],
    priceLists: [],
  })
}

/** Who lives in the town: by family its children, and the activities of each. */
const FAMILIES: Readonly<Record<string, Readonly<Record<string, readonly ActivityName[]>>>> = {
  f1: { ada: ['LOISIRS', 'STAGE', 'REPAS'], ben: ['LOISIRS'] },
  f2: { cleo: ['LOISIRS', 'STAGE'] },
  f3: { dan: ['LOISIRS'], eve: ['STAGE'] },
  f4: { finn: ['LOISIRS', 'STAGE'] },
}

/** An enrolment lies within one school year. */
const enrolmentsOf = (familyId: string, childId: string, activity: ActivityName): Enrolment[] => {
  const enrolment = (year: string, from: IsoDate, until: IsoDate): Enrolment =>
    enrolmentSchema.parse({
      familyId,
      childId,
      enrolmentId: `${childId}-${activity}-${year}`,
      activityId: activity,
      groupId: `${activity}_G`,
      from,
      until,
    })
  return activity === 'REPAS'
    ? [enrolment('2026', '2026-09-01', '2027-07-03')]
    : [enrolment('2025', '2025-09-01', '2026-08-31'), enrolment('2026', '2026-09-01', '2027-07-03')]
}

/** All enrolments of the town. */
export const ENROLMENTS: readonly Enrolment[] = Object.entries(FAMILIES).flatMap(
  ([familyId, children]) =>
    Object.entries(children).flatMap(([childId, activities]) =>
      activities.flatMap((activity) => enrolmentsOf(familyId, childId, activity)),
    ),
)

export const FAMILY_IDS: readonly string[] = Object.keys(FAMILIES)

const openFamilies = async (table: MemoryTable): Promise<MemoryTable> => {
  for (const [familyId, children] of Object.entries(FAMILIES)) {
    const family = familySchema.parse({
      familyId,
      name: familyId.toUpperCase(),
      address: { street: '1 rue', postcode: '77240', town: 'Cesson' },
    })
    const guardian = guardianSchema.parse({
      familyId,
      guardianId: 'g1',
      title: 'Mme',
      firstName: 'Anne',
      lastName: familyId,
      email: `${familyId}@famille.example`,
    })
    await createFamily(table, {
      family,
      guardians: [guardian],
      children: Object.keys(children).map((childId) =>
        childSchema.parse({
          familyId,
          childId,
          firstName: childId,
          lastName: familyId,
          birthDate: addDays('2018-01-01', childId.length),
          schoolId: 'CENTRE',
          category: 'ENFANT',
        }),
      ),
      enrolments: ENROLMENTS.filter((enrolment) => enrolment.familyId === familyId),
      contacts: [],
      authorisations: [],
      means: [],
    })
  }
  return table
}

/** A table in which the families of the town are known and nothing is booked. */
export const FAMILIES_TABLE: MemoryTable = await openFamilies(memoryTable(() => new Date(START)))

const towns = new Map<string, TownCatalogue>()

/** One of some dozens of towns; each is made once, since calendars remember what they computed. */
export const someTown = (dice: Dice): TownCatalogue => {
  const shape: TownShape = {
    capacities: [
      dice.pick([1, 1, 2]),
      dice.pick([1, 1, 2, 3]),
      dice.pick([1, 1, 2]),
      dice.pick([1, 2]),
    ],
    loisirs: dice.pick(['given', 'given', 'given', 'offered', 'none']),
    stage: dice.pick(['offered', 'offered', 'given']),
    siblingsFirst: dice.chance(0.3),
  }
  const key = JSON.stringify(shape)
  const known = towns.get(key)
  if (known !== undefined) return known
  const catalogue = catalogueOf(shape)
  const town = { catalogue, calendars: new Calendars(catalogue) }
  towns.set(key, town)
  return town
}
