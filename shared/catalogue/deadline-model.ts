import * as z from 'zod'

/** Monday is 1, Sunday is 7. */
const weekday = z.literal([1, 2, 3, 4, 5, 6, 7])

/** An hour of Paris; `24:00` is the midnight that ends the day, as « jusqu’à la veille minuit ». */
const deadlineHour = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/)

/**
 * Which days count: all of them, Monday to Friday, those without public holidays, or those on which
 * pupils have school. Where no school year is published, school days are the working days.
 */
const dayKindSchema = z.enum(['every-day', 'weekdays', 'working-days', 'school-days'])
export type DayKind = z.infer<typeof dayKindSchema>

/** What every limit says. */
const limit = {
  hour: deadlineHour,
  /** Counted from the day itself, or from the first day of the school holidays in which it lies. */
  countedFrom: z.enum(['day', 'holidays']).optional(),
  /** A limit that falls on another day goes back to the last day of this kind. */
  backTo: dayKindSchema.optional(),
}

/**
 * A number of days before. Clear days (« 15 jours francs ») are whole: their limit is the midnight
 * at which the first of them begins, `{ days: 15, hour: '00:00' }`. It is the kind of a rule that
 * names none, as town files did before there were others.
 */
const daysBeforeSchema = z
  .strictObject({
    kind: z.literal('days-before').default('days-before'),
    days: z.int().min(0).max(120),
    counting: dayKindSchema,
    ...limit,
  })
  .refine(({ days, hour }) => days > 0 || hour !== '24:00', { path: ['hour'] })

/** The last such weekday before: « le vendredi précédent ». */
const previousWeekdaySchema = z.strictObject({
  kind: z.literal('previous-weekday'),
  weekday,
  ...limit,
})

/** A weekday of an earlier week, Monday to Sunday: 1 is « de la semaine précédente ». */
const weekdayOfWeekSchema = z.strictObject({
  kind: z.literal('weekday-of-week'),
  weekday,
  weeksBefore: z.int().min(1).max(26),
  ...limit,
})

/** A day of an earlier month, 1 being the previous one; its last day where it is shorter. */
const dayOfMonthSchema = z.strictObject({
  kind: z.literal('day-of-month'),
  day: z.int().min(1).max(31),
  monthsBefore: z.int().min(1).max(6),
  ...limit,
})

const limitSchemas = [
  daysBeforeSchema,
  previousWeekdaySchema,
  weekdayOfWeekSchema,
  dayOfMonthSchema,
] as const

const limitSchema = z.discriminatedUnion('kind', limitSchemas)
export type DeadlineLimit = z.infer<typeof limitSchema>

/** Several limits, of which the earliest holds. */
const earliestSchema = z.strictObject({
  kind: z.literal('earliest'),
  limits: z.array(limitSchema).min(2).max(6),
})

const rowRuleSchema = z.discriminatedUnion('kind', [...limitSchemas, earliestSchema])

/** Which days a row is for: those that fit all that it says. */
const rowSchema = z.strictObject({
  weekdays: z.array(weekday).min(1).max(7).optional(),
  season: z.enum(['school-time', 'school-holidays']).optional(),
  /** Only in the weeks of which this weekday is a public holiday. */
  holidayOn: weekday.optional(),
  rule: rowRuleSchema,
})

/** A rule for each sort of day: that of the first row which fits, else the one for all others. */
const tableSchema = z.strictObject({
  kind: z.literal('table'),
  rows: z.array(rowSchema).min(1).max(20),
  otherwise: rowRuleSchema,
})
export type DeadlineTable = z.infer<typeof tableSchema>

/** Until when a family may act on a day, at hours of Paris and at most a year before it. */
export const deadlineSchema = z.discriminatedUnion('kind', [
  ...limitSchemas,
  earliestSchema,
  tableSchema,
])
export type DeadlineRule = z.infer<typeof deadlineSchema>
