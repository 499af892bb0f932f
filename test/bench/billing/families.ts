import type { FamilyFile } from '../../../shared/families/model.ts'
import {
  activityIdSchema,
  categoryIdSchema,
  childIdSchema,
  enrolmentIdSchema,
  facilityIdSchema,
  familyIdSchema,
  groupIdSchema,
  guardianIdSchema,
  schoolYearIdSchema,
  unitIdSchema,
} from '../../../shared/platform/schemas.ts'
import { YEAR_LENGTH, type Planning } from '../../../shared/reservations/model.ts'

/** Numbers from 0 to 1 that look random and are the same in each run. */
const chance = (seed: number): (() => number) => {
  let state = (seed * 2_654_435_769 + 1) >>> 0
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const SCHOOL_YEAR = schoolYearIdSchema.parse('2025-2026')
const FACILITY = facilityIdSchema.parse('ECOLE')

/** The habits of a family: how often a child that comes to a unit does so. */
const UNITS = [
  { activity: 'RESTAURATION', unit: 'REPAS', share: 0.95 },
  { activity: 'ACCUEIL', unit: 'MATIN', share: 0.3 },
  { activity: 'ACCUEIL', unit: 'SOIR', share: 0.7 },
  { activity: 'ETUDES', unit: 'ETUDE', share: 0.5 },
  { activity: 'MERCREDIS', unit: 'JOURNEE', share: 0.8 },
  { activity: 'MERCREDIS', unit: 'MATINEE', share: 0.1 },
  { activity: 'VACANCES', unit: 'SEJOUR', share: 0.4 },
].map(({ activity, unit, share }) => ({
  activityId: activityIdSchema.parse(activity),
  unitId: unitIdSchema.parse(unit),
  share,
}))

const ACTIVITIES = [...new Set(UNITS.map(({ activityId }) => activityId))]

/** A year in which a child comes on a share of days, and now and then does not as was booked. */
const lettersOf = (random: () => number, share: number): string => {
  let letters = ''
  for (let day = 0; day < YEAR_LENGTH; day += 1) {
    if (random() >= share) letters += '.'
    else {
      const what = random()
      letters += what < 0.94 ? 'a' : what < 0.97 ? 'j' : what < 0.985 ? 'l' : 'u'
    }
  }
  return letters
}

/** A family with two children, as it is loaded. */
export interface BenchFamily {
  readonly file: FamilyFile
  readonly plannings: readonly Planning[]
}

/** Years of letters are made once: there are as many habits as in a large town. */
const HABITS = 400
const habits = new Map<string, string>()

const habitOf = (unit: number, habit: number): string => {
  const key = `${unit} ${habit}`
  const known = habits.get(key)
  if (known !== undefined) return known
  const made = lettersOf(chance(unit * HABITS + habit + 1), UNITS[unit]?.share ?? 0)
  habits.set(key, made)
  return made
}

/** The family of a number: about 80 days of units in a month, a quotient to the cent. */
export const benchFamily = (number: number): BenchFamily => {
  const random = chance(number + 7)
  const familyId = familyIdSchema.parse(`B${number}`)
  const isOutside = random() < 0.08
  const children = [0, 1].map((place) => ({
    familyId,
    childId: childIdSchema.parse(`c${place}`),
    firstName: ['Camille', 'Noé', 'Inès', 'Jules'][(number + place) % 4] ?? 'Ana',
    lastName: 'ESSAI',
    birthDate: place === 0 ? ('2016-05-17' as const) : ('2019-02-03' as const),
    schoolId: FACILITY,
    category: categoryIdSchema.parse(isOutside ? 'EXTERIEUR' : 'RESIDENT'),
  }))
  const means =
    random() < 0.1
      ? []
      : [
          {
            familyId,
            from: '2025-09-01' as const,
            quotient: (100 + random() * 1700).toFixed(2),
            source: 'caf' as const,
            notedAt: '2025-08-20T08:00:00.000Z',
          },
        ]
  const plannings = children.flatMap(({ childId }) =>
    ACTIVITIES.map((activityId) => ({
      familyId,
      schoolYear: SCHOOL_YEAR,
      childId,
      activityId,
      version: 1,
      units: Object.fromEntries(
        UNITS.flatMap((each, index) =>
          each.activityId === activityId
            ? [[each.unitId, habitOf(index, Math.floor(random() * HABITS))]]
            : [],
        ),
      ),
    })),
  )
  return {
    file: {
      family: {
        familyId,
        name: `ESSAI ${number}`,
        address: { street: '3 rue des Bancs', postcode: '77000', town: 'Banc-sur-Essai' },
      },
      guardians: [
        {
          familyId,
          guardianId: guardianIdSchema.parse('g1'),
          title: 'Mme',
          firstName: 'Alix',
          lastName: 'ESSAI',
          email: `essai${number}@famille.example`,
        },
      ],
      children,
      enrolments: children.flatMap(({ childId }) =>
        ACTIVITIES.map((activityId) => ({
          familyId,
          enrolmentId: enrolmentIdSchema.parse(`${childId}-${activityId}`),
          childId,
          activityId,
          groupId: groupIdSchema.parse(`${activityId}_1`),
          from: '2025-09-01' as const,
          until: '2026-07-03' as const,
        })),
      ),
      contacts: [],
      means,
    },
    plannings,
  }
}
