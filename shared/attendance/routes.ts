import * as z from 'zod'
import { dietSchema } from '../catalogue/model.ts'
import { cardContactSchema } from '../families/model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  activityIdSchema,
  childIdSchema,
  dietIdSchema,
  familyIdSchema,
  groupIdSchema,
  hourSchema,
  instantSchema,
  isoDateSchema,
  unitIdSchema,
} from '../platform/schemas.ts'
import { marksSchema, presenceSchema } from './model.ts'

/**
 * Those who care for the children: diets, allergies and phone numbers are for them alone, and staff of
 * a site see and note those of the groups at their facilities.
 */
const CARERS = ['agent', 'administrator', 'site-staff'] as const
const OFFICE = ['agent', 'administrator'] as const

const CSV = { mediaType: 'text/csv; charset=utf-8' } as const
const PDF = { mediaType: 'application/pdf', binary: true } as const

const markFields = {
  state: presenceSchema,
  arrivedAt: hourSchema.optional(),
  leftAt: hourSchema.optional(),
  markedAt: instantSchema,
  markId: z.string(),
}

const diets = z.array(z.strictObject({ dietId: dietIdSchema, name: z.string(), icon: z.string() }))
const dietIcons = dietSchema.shape.icon

const childOfDay = z.strictObject({
  familyId: familyIdSchema,
  childId: childIdSchema,
  firstName: z.string(),
  lastName: z.string(),
  birthDate: isoDateSchema.optional(),
  diets: z.array(z.strictObject({ dietId: dietIdSchema, name: z.string(), icon: dietIcons })),
  /** An individual care plan (PAI) exists. */
  allergy: z.boolean(),
  leavesAlone: z.boolean(),
  /** Guardians may always collect; phones as the French read them. */
  guardians: z.array(z.strictObject({ name: z.string(), phone: z.string().optional() })),
  contacts: z.array(cardContactSchema.extend({ phone: z.string() })),
  units: z.array(
    z.strictObject({
      unitId: unitIdSchema,
      name: z.string(),
      /** What the planning says, as in the legend of the planning. */
      letter: z.string(),
      meaning: z.string(),
      mark: z.strictObject(markFields).optional(),
    }),
  ),
})

const sheetParameters = z.strictObject({ activityId: activityIdSchema, date: isoDateSchema })
const sheetQuery = z.strictObject({
  group: groupIdSchema.optional(),
  /** Those who come, or everybody who is enrolled, to mark a child who comes without a booking. */
  show: z.enum(['booked', 'enrolled']).default('booked'),
})

export const daySheetReply = z.strictObject({
  activityId: activityIdSchema,
  activity: z.string(),
  date: isoDateSchema,
  day: z.string(),
  open: z.boolean(),
  /** The units to tick; times are noted where one is billed by them. */
  units: z.array(z.strictObject({ unitId: unitIdSchema, name: z.string(), byTime: z.boolean() })),
  groups: z.array(
    z.strictObject({
      /** Nothing for children who come without being enrolled in a group. */
      groupId: groupIdSchema.optional(),
      group: z.string(),
      facility: z.string(),
      children: z.array(childOfDay),
    }),
  ),
})
export type DaySheet = z.input<typeof daySheetReply>

export const readDaySheetRoute = defineRoute({
  id: 'readDaySheet',
  method: 'GET',
  path: '/activities/{activityId}/sheets/{date}',
  function: 'registers',
  access: CARERS,
  summary: 'The day sheet of an activity: who comes, what to know of them, who was there',
  parameters: sheetParameters,
  query: sheetQuery,
  status: 200,
  reply: daySheetReply,
  errors: ['not-found'],
})

export const exportDaySheetRoute = defineRoute({
  id: 'exportDaySheet',
  method: 'GET',
  path: '/activities/{activityId}/sheets/{date}/csv',
  function: 'registers',
  access: CARERS,
  summary: 'The day sheet of an activity for a spreadsheet',
  parameters: sheetParameters,
  query: sheetQuery,
  status: 200,
  reply: CSV,
  errors: ['not-found'],
})

export const printDaySheetRoute = defineRoute({
  id: 'printDaySheet',
  method: 'GET',
  path: '/activities/{activityId}/sheets/{date}/pdf',
  function: 'print-sheets',
  access: CARERS,
  summary: 'The day sheet of an activity on paper: a page or more for each group',
  parameters: sheetParameters,
  query: sheetQuery,
  status: 200,
  reply: PDF,
  errors: ['not-found'],
})

export const markSheetRoute = defineRoute({
  id: 'markSheet',
  method: 'PUT',
  path: '/activities/{activityId}/groups/{groupId}/sheets/{date}/marks',
  function: 'registers',
  access: CARERS,
  summary: 'Note who is there: a whole sheet or some marks, as often and as late as need be',
  parameters: z.strictObject({
    activityId: activityIdSchema,
    groupId: groupIdSchema,
    date: isoDateSchema,
  }),
  body: marksSchema,
  status: 200,
  reply: z.strictObject({
    activityId: activityIdSchema,
    groupId: groupIdSchema,
    date: isoDateSchema,
    marks: z.array(
      z.strictObject({
        familyId: familyIdSchema,
        childId: childIdSchema,
        unitId: unitIdSchema,
        ...markFields,
      }),
    ),
  }),
  errors: ['not-found', 'period-out-of-range', 'concurrent-change'],
})

const headcount = z.strictObject({
  unitId: unitIdSchema,
  name: z.string(),
  /** Who is to come, or came. */
  expected: z.int(),
  /** Who had booked and was noted as absent. */
  absent: z.int(),
  /** Of those expected, the children with an individual care plan. */
  allergies: z.int(),
  /** Of those expected, by diet. */
  diets: z.array(z.strictObject({ dietId: dietIdSchema, expected: z.int() })),
})
export type Headcount = z.input<typeof headcount>

const headcountQuery = z.strictObject({
  /** Any day of the week; the week in course without it. */
  week: isoDateSchema.optional(),
})

export const headcountsReply = z.strictObject({
  activityId: activityIdSchema,
  activity: z.string(),
  /** Monday and Sunday. */
  from: isoDateSchema,
  to: isoDateSchema,
  diets,
  /** The days on which the activity takes place. */
  days: z.array(
    z.strictObject({
      date: isoDateSchema,
      day: z.string(),
      groups: z.array(
        z.strictObject({
          groupId: groupIdSchema.optional(),
          group: z.string(),
          units: z.array(headcount),
        }),
      ),
      total: z.array(headcount),
    }),
  ),
  total: z.array(headcount),
})
export type Headcounts = z.input<typeof headcountsReply>

export const readHeadcountsRoute = defineRoute({
  id: 'readHeadcounts',
  method: 'GET',
  path: '/activities/{activityId}/headcounts',
  function: 'registers',
  access: CARERS,
  summary: 'How many children come, for the kitchen and the teams: by day, group, unit and diet',
  parameters: z.strictObject({ activityId: activityIdSchema }),
  query: headcountQuery,
  status: 200,
  reply: headcountsReply,
  errors: ['not-found'],
})

export const exportHeadcountsRoute = defineRoute({
  id: 'exportHeadcounts',
  method: 'GET',
  path: '/activities/{activityId}/headcounts/csv',
  function: 'registers',
  access: CARERS,
  summary: 'How many children come, for a spreadsheet',
  parameters: z.strictObject({ activityId: activityIdSchema }),
  query: headcountQuery,
  status: 200,
  reply: CSV,
  errors: ['not-found'],
})

export const printHeadcountsRoute = defineRoute({
  id: 'printHeadcounts',
  method: 'GET',
  path: '/activities/{activityId}/headcounts/pdf',
  function: 'print-sheets',
  access: CARERS,
  summary: 'How many children come, on paper',
  parameters: z.strictObject({ activityId: activityIdSchema }),
  query: headcountQuery,
  status: 200,
  reply: PDF,
  errors: ['not-found'],
})

export const justifyAbsenceRoute = defineRoute({
  id: 'justifyAbsence',
  method: 'POST',
  path: '/families/{familyId}/absences',
  function: 'registers',
  access: OFFICE,
  summary: 'Justify the absence of a child by a certificate: its days are no longer owed',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  body: z.strictObject({
    childId: childIdSchema,
    activityId: activityIdSchema,
    from: isoDateSchema,
    to: isoDateSchema,
    /** The day on which the certificate came. */
    receivedOn: isoDateSchema,
  }),
  status: 200,
  reply: z.strictObject({
    familyId: familyIdSchema,
    childId: childIdSchema,
    activityId: activityIdSchema,
    /** The days of the period that are justified, these and those before. */
    days: z.array(z.strictObject({ date: isoDateSchema, unitIds: z.array(unitIdSchema) })),
  }),
  errors: [
    'not-found',
    'period-out-of-range',
    'certificate-late',
    'nothing-to-change',
    'concurrent-change',
  ],
})
