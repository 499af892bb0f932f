import * as z from 'zod'
import { LOCAL_HOLIDAYS } from '../kernel/public-holidays.ts'
import {
  activityIdSchema,
  bookAccountSchema,
  categoryIdSchema,
  circumstanceIdSchema,
  dietIdSchema,
  facilityIdSchema,
  groupIdSchema,
  isoDateSchema,
  localTimeSchema,
  regieIdSchema,
  schoolYearIdSchema,
  slotIdSchema,
  unitIdSchema,
  weekdaySchema,
} from '../platform/schemas.ts'
import { priceListSchema } from '../tariffs/model.ts'
import { deadlineSchema } from './deadline-model.ts'
import { enrolmentRulesSchema } from './enrolment-model.ts'
import { fileSettingsSchema } from './file-settings.ts'
import { pageSchema, serviceSchema } from './information-model.ts'
import { regieSchema } from './regie-model.ts'
import { retentionSettingsSchema } from './retention-settings.ts'

const label = z.string().min(1).max(120)

/** The most slots of a day: a child's slots of a day are one letter of a roster. */
export const MOST_SLOTS = 5

/** What a town says of itself. */
export const townSchema = z.strictObject({
  name: label,
  portalName: label,
  siret: z.string().regex(/^\d{14}$/),
  address: label,
  postcode: z.string().regex(/^\d{5}$/),
  phone: z.string().regex(/^\+33\d{9}$/),
  /**
   * What counts as child care for the tax credit (CGI, article 200 quater B): activities, with all that
   * they bill or only what is booked to some accounts, since food does not count.
   */
  childCare: z
    .array(
      z.strictObject({
        activityId: activityIdSchema,
        accounts: z.array(bookAccountSchema).min(1).max(20).optional(),
      }),
    )
    .max(60)
    .optional(),
  /** Who signs what the town issues: first name, surname and quality (CRPA, L212-1). */
  signatory: label.optional(),
  /** To whom people turn, and write. */
  services: z.array(serviceSchema).max(40).default([]),
  /** The offices that collect; each activity names its own, else it is the first one's. */
  regies: z.array(regieSchema).min(1).max(20),
  /** What the two households of a child share; nothing of it but the child unless the town opens it. */
  sharedChildren: z
    .strictObject({
      /** Whether each sees how the child attended from the other (CADA, avis 20154766). */
      attendance: z.boolean().default(false),
      /** Whether each sees what the other was invoiced for the child. */
      invoices: z.boolean().default(false),
      /** Which days a household books: those of its own weeks, or any. */
      booking: z.enum(['own-weeks', 'any']).default('own-weeks'),
    })
    .prefault({}),
  /** Which public holidays there are beside those of all France, for towns of Alsace and Moselle. */
  publicHolidays: z.enum(LOCAL_HOLIDAYS).optional(),
  /** From when on a family's new quotient counts: from the day it is noted for, or the next month. */
  meansCount: z.enum(['from-the-day', 'from-the-next-month']).default('from-the-next-month'),
  /**
   * What is kept of the health of children: a record that is sealed, or no more than the diets and
   * the existence of a care plan, which their files have anyway.
   */
  healthRecord: z.enum(['detailed', 'summary']).default('detailed'),
  /** Whether agents read health records as well, beside those who care for the children of the day. */
  agentsReadHealth: z.boolean().default(false),
  /** What is asked of family files: what must be filled in, what staff check. */
  files: fileSettingsSchema.prefault({}),
  /** For how long which data is kept. */
  retention: retentionSettingsSchema.prefault({}),
})

/** Days without school: `from` is the first day off, `back` the day of return, as officially published. */
export const schoolHolidaySchema = z
  .strictObject({ name: label, from: isoDateSchema, back: isoDateSchema })
  .refine(({ from, back }) => from < back, { path: ['back'] })

/** A school year as the ministry publishes it for the town's zone. */
export const schoolYearSchema = z
  .strictObject({
    id: schoolYearIdSchema,
    zone: z.enum(['A', 'B', 'C']),
    /** The first and the last day of school of the pupils. */
    firstDay: isoDateSchema,
    lastDay: isoDateSchema,
    holidays: z.array(schoolHolidaySchema).max(30),
  })
  .refine(({ firstDay, lastDay }) => firstDay < lastDay, { path: ['lastDay'] })
export type SchoolYear = z.infer<typeof schoolYearSchema>

export const facilitySchema = z.strictObject({ id: facilityIdSchema, name: label })

/** What can be booked of an activity on a day: a meal, a morning, a whole day. */
const unitSchema = z.strictObject({
  id: unitIdSchema,
  name: label,
  /** The units that the same child cannot have on the same day. */
  exclusiveWith: z.array(unitIdSchema).default([]),
  /** The units of other activities that the same child cannot have on the same day. */
  excludes: z
    .array(z.strictObject({ activityId: activityIdSchema, unitId: unitIdSchema }))
    .max(60)
    .default([]),
  /** The units that are booked and cancelled together with this one (solidaires). */
  linkedWith: z.array(unitIdSchema).default([]),
  /** This unit needs one of these on the same day, of which it depends; none needed when empty. */
  requires: z.array(unitIdSchema).default([]),
  /** The units that booking this one books as well, and that stay as long as it does. */
  brings: z.array(unitIdSchema).default([]),
  /** The slots of the day in which it takes a place, where the activity's places are counted. */
  takes: z.array(slotIdSchema).default([]),
  /** The unit whose price applies when it is added late (hors délais) [guide 50]; its own without. */
  lateUnitId: unitIdSchema.optional(),
  /** Whether it is billed by the time spent: the registers note arrival and departure. */
  byTime: z.boolean().optional(),
  /** Whether families book it; others only have a price, as a late fee. */
  bookable: z.boolean().default(true),
})
export type Unit = z.infer<typeof unitSchema>

const groupSchema = z.strictObject({
  id: groupIdSchema,
  name: label,
  facilityId: facilityIdSchema,
})

/** Whom a rule of the town is about. */
const audienceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('everybody') }),
  /** Children of some pricing categories: residents, neighbouring towns… */
  z.strictObject({ kind: z.literal('categories'), categories: z.array(categoryIdSchema).min(1) }),
  /** Children who had an enrolment in the activity that ended before the day in question. */
  z.strictObject({ kind: z.literal('enrolled-before') }),
  /** Families whose circumstances the town has noted: both parents at work… */
  z.strictObject({ kind: z.literal('circumstance'), circumstance: circumstanceIdSchema }),
  /** Children with a sibling who has a place on the same day. */
  z.strictObject({ kind: z.literal('siblings') }),
])
export type Audience = z.infer<typeof audienceSchema>

/**
 * How places are counted: each slot of each group has a number of them on each day of the activity.
 * These are the numbers of days that nobody has booked yet; staff change those of a single day.
 */
const placesSchema = z.strictObject({
  /** The parts of a day in which a child takes a place: a whole day takes both halves. */
  slots: z
    .array(z.strictObject({ id: slotIdSchema, name: label }))
    .min(1)
    .max(MOST_SLOTS),
  capacities: z
    .array(
      z.strictObject({
        groupId: groupIdSchema,
        slotId: slotIdSchema,
        places: z.int().min(0).max(2000),
      }),
    )
    .min(1)
    .max(300),
  /**
   * What becomes of a wish for a full day: it is refused, or it waits; and of a place that is freed:
   * it is given to the next who waits, or offered with a time to answer.
   */
  waiting: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('none') }),
      z.strictObject({ kind: z.literal('given') }),
      z.strictObject({
        kind: z.literal('offered'),
        /** The hours a family has to answer. */
        hours: z.int().min(1).max(240),
      }),
    ])
    .default({ kind: 'given' }),
  /** Who is served first from the waiting list, before the order of arrival: the first that fits. */
  priorities: z.array(audienceSchema).max(8).default([]),
})
export type Places = z.infer<typeof placesSchema>

/** When the bookings of a period open, and for whom first: by the clocks of Paris. */
const bookingOpeningSchema = z.strictObject({
  from: isoDateSchema,
  until: isoDateSchema,
  opensAt: z
    .array(z.strictObject({ audience: audienceSchema, at: localTimeSchema }))
    .min(1)
    .max(10),
})

/** The most days on which the town can close one activity. */
export const MOST_CLOSINGS = 200

/** On which days an activity takes place. Public holidays are always closed. */
const openingSchema = z.strictObject({
  weekdays: z.array(weekdaySchema).min(1).max(7),
  /** During school time only, during school holidays only, or both. */
  season: z.enum(['school-time', 'school-holidays', 'all-year']),
  /** The periods in which it is open at all. */
  periods: z
    .array(z.strictObject({ from: isoDateSchema, until: isoDateSchema }))
    .min(1)
    .max(60),
  /** Days on which the town closes it. */
  closedOn: z.array(isoDateSchema).max(MOST_CLOSINGS).default([]),
})

/** An activity that families book. */
export const activitySchema = z.strictObject({
  id: activityIdSchema,
  name: label,
  /** The family of services under which requests are shown, `Enfance`. */
  service: label,
  /** Where the service reads its mail. */
  serviceEmail: z.email(),
  /** The régie that bills it; the town's first one without. */
  regieId: regieIdSchema.optional(),
  units: z.array(unitSchema).min(1).max(12),
  groups: z.array(groupSchema).min(1).max(60),
  opening: openingSchema,
  /** Whether requests are accepted at once or await a decision of staff. */
  decision: z.enum(['automatic', 'staff']),
  deadlines: z.strictObject({
    add: deadlineSchema,
    cancel: deadlineSchema,
    /** Until when a day can still be added late, at the late price; not at all without. */
    late: deadlineSchema.optional(),
  }),
  /** The periods whose bookings open at an hour; days of no such period are always open. */
  bookingOpenings: z.array(bookingOpeningSchema).max(60).default([]),
  /** How families ask for it; without, only staff enrol. */
  enrolment: enrolmentRulesSchema.optional(),
  /** The places that are counted; without it there is room for everybody. */
  places: placesSchema.optional(),
  /** Within how many days a certificate must come for an absence to be justified. */
  certificateWithinDays: z.int().min(0).max(60).default(5),
})
export type Activity = z.infer<typeof activitySchema>

/**
 * A category of persons for the prices: resident pupil, outsider… The communes and the care plan say
 * to whom the town gives it; the category in a child's file is what counts.
 */
const categorySchema = z.strictObject({
  id: categoryIdSchema,
  name: label,
  /** The towns whose children have it; those of no list have the first category without one. */
  communes: z.array(label).max(300).optional(),
  /** Whether it is that of children with a care plan (PAI) and a basket of their own. */
  allergy: z.boolean().optional(),
})
export type Category = z.infer<typeof categorySchema>

/** A diet that the kitchens serve, by what is on the plate: no town may note a belief. */
export const dietSchema = z.strictObject({
  id: dietIdSchema,
  name: label,
  /** What marks it on a day sheet: a sign or two letters. */
  icon: z.string().min(1).max(8),
})
export type Diet = z.infer<typeof dietSchema>

/** The most school years of a catalogue: those that bills may still be corrected of, and the next. */
export const MOST_SCHOOL_YEARS = 20

/** All that the town has set, as the functions hold it in memory. */
export const catalogueSchema = z.strictObject({
  town: townSchema,
  categories: z.array(categorySchema).min(1).max(40),
  schoolYears: z.array(schoolYearSchema).min(1).max(MOST_SCHOOL_YEARS),
  facilities: z.array(facilitySchema).min(1).max(300),
  activities: z.array(activitySchema).min(1).max(200),
  priceLists: z.array(priceListSchema).max(60),
  diets: z.array(dietSchema).max(30).default([]),
  /** What the town has to say for long: practical information, help, terms, legal notice. */
  pages: z.array(pageSchema).max(10).default([]),
})
export type Catalogue = z.infer<typeof catalogueSchema>
