import { readFileSync } from 'node:fs'
import { Calendars, type TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { parisDate } from '../../shared/kernel/paris.ts'
import type { Table } from '../../shared/platform/table.ts'
import type { Actor } from '../../shared/platform/http.ts'
import {
  enrolmentIdSchema,
  familyIdSchema,
  guardianIdSchema,
  unitIdSchema,
  type FamilyId,
  type GuardianId,
} from '../../shared/platform/schemas.ts'
import type { Wish } from '../../shared/reservations/model.ts'
import { loadTown } from '../../shared/setup/load-town.ts'
import { townFileSchema } from '../../shared/setup/model.ts'

/** The morning on which the guide's requests were made: 15 July 2025, 10:41 in Paris. */
export const GUIDE_MORNING = new Date('2025-07-15T08:41:00Z')

/** The day of that morning. */
export const GUIDE_DAY = parisDate(GUIDE_MORNING)

/** The demo town's file as it is on disk. */
export const cessonContent = (): unknown =>
  JSON.parse(readFileSync(new URL('../demo/cesson.json', import.meta.url), 'utf8'))

/** The demo town's file, checked. */
export const cesson = townFileSchema.parse(cessonContent())

/** The catalogue of the demo town, as use cases take it. */
export const cessonTown: TownCatalogue = {
  catalogue: cesson.catalogue,
  calendars: new Calendars(cesson.catalogue),
}

/** Loads the demo town into a table; accounts need a user pool and are left out. */
export const openCesson = async (table: Table): Promise<void> => {
  await loadTown({ table, createAccount: () => Promise.resolve() }, cessonContent(), GUIDE_DAY)
}

/** The family of guide 002 with Léo and Lucas, and the one with Manon. */
export const DUPONT: { familyId: FamilyId; guardianId: GuardianId } = {
  familyId: familyIdSchema.parse('1001'),
  guardianId: guardianIdSchema.parse('g1'),
}
export const TEST: typeof DUPONT = {
  familyId: familyIdSchema.parse('1002'),
  guardianId: guardianIdSchema.parse('g1'),
}

/** A parent as the edge hands them over. */
export const guardian = (family: typeof DUPONT): Actor => ({
  account: `account-${family.familyId}`,
  roles: ['guardian'],
  family,
})

type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7

/** The wish for a week that repeats: weekdays and the units of each. */
export const weekly = (
  enrolmentId: string,
  week: Readonly<Partial<Record<Weekday, readonly string[]>>>,
  period: { from?: Extract<Wish, { kind: 'recurrence' }>['from']; to?: typeof period.from } = {},
): Wish => ({
  kind: 'recurrence',
  enrolmentId: enrolmentIdSchema.parse(enrolmentId),
  weeks: [
    ([1, 2, 3, 4, 5, 6, 7] as const).flatMap((weekday) => {
      const units = week[weekday]
      return units === undefined
        ? []
        : [{ weekday, units: units.map((unit) => unitIdSchema.parse(unit)) }]
    }),
  ],
  ...period,
})

/** The wish for days ticked one by one. */
export const ticked = (
  enrolmentId: string,
  days: Readonly<Record<`${string}-${string}-${string}`, readonly string[]>>,
): Wish => ({
  kind: 'days',
  enrolmentId: enrolmentIdSchema.parse(enrolmentId),
  days: Object.entries(days).map(([date, units]) => {
    const [year = '', month = '', day = ''] = date.split('-')
    return { date: `${year}-${month}-${day}`, units: units.map((unit) => unitIdSchema.parse(unit)) }
  }),
})

/** The wishes of guide 002, page by page: the days that its recap and its four requests show. */
export const guideWishes: readonly Wish[] = [
  weekly('leo-etudes-2025', { 1: ['ETUDES'], 4: ['ETUDES'] }),
  weekly('leo-restauration-2025', { 2: ['REPAS'], 4: ['REPAS'] }),
  weekly('lucas-accueil-2025', { 2: ['ACC_SOIR'], 4: ['ACC_SOIR'] }),
  // The guide does not show Lucas's weekdays; his request runs from a Monday to a Friday.
  weekly('lucas-restauration-2025', { 1: ['REPAS'], 5: ['REPAS'] }, { from: '2025-09-08' }),
]
