import * as z from 'zod'
import { Calendars, type TownCatalogue } from '../../../shared/catalogue/calendar.ts'
import { catalogueSchema } from '../../../shared/catalogue/model.ts'
import { familySchema, guardianSchema, childSchema } from '../../../shared/families/model.ts'
import {
  childEntity,
  enrolmentEntity,
  familyEntity,
  guardianEntity,
} from '../../../shared/families/store.ts'
import { mondayOf, weekdayOf } from '../../../shared/kernel/dates.ts'
import type { RosterAddress } from '../../../shared/places/model.ts'
import { slotKey } from '../../../shared/places/rules.ts'
import type { Item } from '../../../shared/platform/entity.ts'
import {
  activityIdSchema,
  childIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  groupIdSchema,
  guardianIdSchema,
  unitIdSchema,
  type FamilyId,
  type GroupId,
} from '../../../shared/platform/schemas.ts'
import type { SubmittedWishes } from '../../../shared/reservations/submit-wishes.ts'
import { cesson } from '../../support/cesson.ts'

/** The hour at which the holiday places open: a Wednesday at 8:30 in Paris. */
export const OPENING = new Date('2025-09-10T06:30:00Z')

/** The day of the holidays that everybody wants: its week has one roster for each session. */
export const WANTED_DAY = '2025-10-22'

/** Where a roster counts the places of that day. */
export const WANTED_SLOT = slotKey(weekdayOf(WANTED_DAY), 0)

export const ACTIVITY = activityIdSchema.parse('SEJOUR')
export const UNIT = unitIdSchema.parse('JOURNEE')
export const CHILD = childIdSchema.parse('enfant')
const GUARDIAN = guardianIdSchema.parse('g1')
const ENROLMENT = enrolmentIdSchema.parse('enfant-sejour')

/** How many families want how many sessions, and how many places each session has. */
export const demandSchema = z.object({
  families: z.int().positive(),
  sessions: z.int().positive(),
  places: z.int().positive(),
})
export type Demand = Readonly<z.infer<typeof demandSchema>>

const sessionIds = ({ sessions }: Demand): GroupId[] =>
  Array.from({ length: sessions }, (_, index) => groupIdSchema.parse(`S${index + 1}`))

/** The rosters of all sessions. */
export const sessionsOf = (demand: Demand): RosterAddress[] =>
  sessionIds(demand).map((groupId) => ({
    activityId: ACTIVITY,
    groupId,
    monday: mondayOf(WANTED_DAY),
  }))

/** The demo town with an activity of the holidays whose sessions are its groups. */
export const townOf = (demand: Demand): TownCatalogue => {
  const sessions = sessionIds(demand)
  const [facility] = cesson.catalogue.facilities
  const deadline = { days: 2, counting: 'working-days', hour: '10:00' }
  const catalogue = catalogueSchema.parse({
    ...cesson.catalogue,
    activities: [
      {
        id: ACTIVITY,
        name: 'Séjours',
        service: 'Enfance',
        serviceEmail: 'sejours@cesson.example',
        units: [{ id: UNIT, name: 'Journée', takes: ['JOUR'] }],
        groups: sessions.map((id) => ({ id, name: `Séjour ${id}`, facilityId: facility?.id })),
        opening: {
          weekdays: [1, 2, 3, 4, 5],
          season: 'school-holidays',
          periods: [{ from: mondayOf(WANTED_DAY), until: '2025-10-24' }],
        },
        decision: 'automatic',
        deadlines: { add: deadline, cancel: deadline },
        places: {
          slots: [{ id: 'JOUR', name: 'Journée' }],
          capacities: sessions.map((groupId) => ({
            groupId,
            slotId: 'JOUR',
            places: demand.places,
          })),
          waiting: { kind: 'given' },
        },
      },
    ],
    priceLists: [],
  })
  return { catalogue, calendars: new Calendars(catalogue) }
}

/** The number of a family, by its place in the queue. */
export const familyIdOf = (index: number): FamilyId => familyIdSchema.parse(`F${index + 10_000}`)

/** The session that a family wants: each session has as many families as any other. */
const sessionOf = (demand: Demand, index: number): GroupId =>
  groupIdSchema.parse(`S${(index % demand.sessions) + 1}`)

/** The file of one family with one child who is enrolled in one session, as the table holds it. */
const fileItems = (demand: Demand, index: number): Item[] => {
  const familyId = familyIdOf(index)
  const [model] = cesson.families
  const family = familySchema.parse({
    familyId,
    name: `Famille ${index}`,
    address: model?.address,
  })
  const guardian = guardianSchema.parse({ ...model?.guardians[0], familyId, guardianId: GUARDIAN })
  const child = childSchema.parse({ ...model?.children[0], familyId, childId: CHILD })
  return [
    familyEntity.toItem(family),
    guardianEntity.toItem(guardian),
    childEntity.toItem(child),
    enrolmentEntity.toItem({
      familyId,
      enrolmentId: ENROLMENT,
      childId: CHILD,
      activityId: ACTIVITY,
      groupId: sessionOf(demand, index),
      from: '2025-09-01',
      until: '2026-07-03',
    }),
  ]
}

/** The files of all families. */
export const filesOf = (demand: Demand): Item[] =>
  Array.from({ length: demand.families }, (_, index) => fileItems(demand, index)).flat()

/** What a family submits: the day for its child, with a key of its own. */
export const wishesOf = (index: number): SubmittedWishes => ({
  by: { familyId: familyIdOf(index), guardianId: GUARDIAN },
  wishes: [{ kind: 'days', enrolmentId: ENROLMENT, days: [{ date: WANTED_DAY, units: [UNIT] }] }],
  idempotencyKey: `rush-${index}`,
  now: OPENING,
})
