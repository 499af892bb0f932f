import * as z from 'zod'
import {
  activityIdSchema,
  categoryIdSchema,
  centsSchema,
  facilityIdSchema,
  groupIdSchema,
  hourSchema,
  isoDateSchema,
  regieIdSchema,
  schoolYearIdSchema,
  unitIdSchema,
} from '../platform/schemas.ts'

const label = z.string().min(1).max(120)

/** Monday is 1, Sunday is 7. */
export const weekdaySchema = z.literal([1, 2, 3, 4, 5, 6, 7])

/** The office that collects (régie de recettes), which issues the invoices. */
const regieSchema = z.strictObject({
  id: regieIdSchema,
  name: label,
  contact: z.email(),
  /** Days from the issue of an invoice to its due date. */
  daysToPay: z.int().min(0).max(120),
})

/** What a town says of itself. */
export const townSchema = z.strictObject({
  name: label,
  portalName: label,
  siret: z.string().regex(/^\d{14}$/),
  address: label,
  postcode: z.string().regex(/^\d{5}$/),
  phone: z.string().regex(/^\+33\d{9}$/),
  regie: regieSchema,
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

/**
 * Until when a family may act on a day: at an hour of Paris, a number of days before it, counting
 * every day or working days only.
 */
export const deadlineSchema = z.strictObject({
  days: z.int().min(0).max(60),
  counting: z.enum(['every-day', 'working-days']),
  hour: hourSchema,
})
export type DeadlineRule = z.infer<typeof deadlineSchema>

/** What can be booked of an activity on a day: a meal, a morning, a whole day. */
const unitSchema = z.strictObject({
  id: unitIdSchema,
  name: label,
  /** The units that the same child cannot have on the same day. */
  exclusiveWith: z.array(unitIdSchema).default([]),
  /** Whether families book it; others only have a price, as a late fee. */
  bookable: z.boolean().default(true),
})
export type Unit = z.infer<typeof unitSchema>

const groupSchema = z.strictObject({
  id: groupIdSchema,
  name: label,
  facilityId: facilityIdSchema,
})

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
  closedOn: z.array(isoDateSchema).max(200).default([]),
})

/** An activity that families book. */
export const activitySchema = z.strictObject({
  id: activityIdSchema,
  name: label,
  /** The family of services under which requests are shown, `Enfance`. */
  service: label,
  /** Where the service reads its mail. */
  serviceEmail: z.email(),
  units: z.array(unitSchema).min(1).max(12),
  groups: z.array(groupSchema).min(1).max(60),
  opening: openingSchema,
  /** Whether requests are accepted at once or await a decision of staff. */
  decision: z.enum(['automatic', 'staff']),
  deadlines: z.strictObject({ add: deadlineSchema, cancel: deadlineSchema }),
})
export type Activity = z.infer<typeof activitySchema>

/** A published list of prices: one price for a category of persons and a unit. */
export const priceListSchema = z.strictObject({
  id: z.string().regex(/^[\w-]{1,40}$/),
  name: label,
  from: isoDateSchema,
  until: isoDateSchema,
  prices: z
    .array(
      z.strictObject({
        category: categoryIdSchema,
        activityId: activityIdSchema,
        unitId: unitIdSchema,
        /** What one unit costs, in cents. */
        price: centsSchema.min(0),
      }),
    )
    .max(5000),
})
export type PriceList = z.infer<typeof priceListSchema>

/** A category of persons for the prices: resident pupil, outsider… */
const categorySchema = z.strictObject({ id: categoryIdSchema, name: label })

/** All that the town has set, as the functions hold it in memory. */
export const catalogueSchema = z.strictObject({
  town: townSchema,
  categories: z.array(categorySchema).min(1).max(40),
  schoolYears: z.array(schoolYearSchema).min(1).max(20),
  facilities: z.array(facilitySchema).min(1).max(300),
  activities: z.array(activitySchema).min(1).max(200),
  priceLists: z.array(priceListSchema).max(60),
})
export type Catalogue = z.infer<typeof catalogueSchema>
