import * as z from 'zod'
import type { Means } from '../families/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { ROUNDINGS } from '../kernel/decimal.ts'
import type { Cents } from '../kernel/money.ts'
import {
  activityIdSchema,
  bookAccountSchema,
  categoryIdSchema,
  centsSchema,
  circumstanceIdSchema,
  isoDateSchema,
  decimalSchema,
  unitIdSchema,
  weekdaySchema,
  type ActivityId,
  type CategoryId,
  type CircumstanceId,
  type UnitId,
} from '../platform/schemas.ts'

const label = z.string().min(1).max(120)
const price = centsSchema.min(0).max(10_000_000)

const ruleId = z.string().regex(/^[\w-]{1,40}$/)

/** What a price may follow from: the family's quotient, or its yearly income, both in euros. */
const basisSchema = z.enum(['quotient', 'income'])
export type Basis = z.infer<typeof basisSchema>

/**
 * What applies to a family of which the town knows no quotient (or income): the highest price, a
 * price of its own, or nobody is billed before it is known. A quotient of 0 is a known one.
 */
const unknownSchema = z
  .union([z.literal('highest'), z.literal('refuse'), z.strictObject({ price })])
  .default('highest')

/** One price for everybody, in cents. */
const flatSchema = z.strictObject({ kind: z.literal('flat'), price })

/**
 * Prices by bands: `from` belongs to the band, `below` to the next one; the first begins at 0 and
 * the last has no `below`. A list with a hole or an overlap is refused.
 */
const bandsSchema = z.strictObject({
  kind: z.literal('bands'),
  by: basisSchema,
  bands: z
    .array(z.strictObject({ from: decimalSchema, below: decimalSchema.optional(), price }))
    .min(1)
    .max(60),
  unknown: unknownSchema,
})

/** An effort rate (taux d'effort): so many hundredths of the quotient or income, within limits. */
const effortSchema = z.strictObject({
  kind: z.literal('effort'),
  by: basisSchema,
  /** In percent of the euros: a quotient of 580 at 0.55 is 3.19 €. */
  percent: decimalSchema,
  /** In cents. */
  least: price.optional(),
  most: price.optional(),
  /** From this quotient or income on there is one price. */
  from: z.strictObject({ threshold: decimalSchema, price }).optional(),
  unknown: unknownSchema,
})

/** The sum of what other units of the day would cost: a day is its morning and its afternoon. */
const sumSchema = z.strictObject({
  kind: z.literal('sum'),
  unitIds: z.array(unitIdSchema).min(1).max(6),
})

/** So many hundredths of what another unit costs: an evening too late is 120 % of an evening. */
const shareSchema = z.strictObject({
  kind: z.literal('share'),
  unitId: unitIdSchema,
  percent: decimalSchema,
})

const formulas = [flatSchema, bandsSchema, effortSchema, sumSchema, shareSchema] as const

/** The price of the time spent: for each step that is begun, or by its nearest or whole steps. */
const timeSchema = z.strictObject({
  kind: z.literal('time'),
  /** The minutes of a step: 60, 30, 15, 1… The duration is rounded once, to whole steps. */
  minutes: z.int().min(1).max(600),
  rounding: z.enum(['up', 'nearest', 'down']),
  /** The fewest and the most steps that are billed. */
  least: z.int().min(0).max(600).optional(),
  most: z.int().min(1).max(600).optional(),
  /** What a step costs. */
  step: z.discriminatedUnion('kind', [flatSchema, bandsSchema, effortSchema]),
})

/** How a price is found. */
export const formulaSchema = z.discriminatedUnion('kind', [...formulas, timeSchema])
export type Formula = z.infer<typeof formulaSchema>

/**
 * How a day came to be billed: booked in time; booked late (hors délais) [guide 50]; attended
 * without a booking; absent without an accepted reason; absent with one.
 */
export const OCCASIONS = ['booked', 'late', 'unbooked', 'absent', 'excused'] as const
export type Occasion = (typeof OCCASIONS)[number]

/** Among whom siblings are counted: those enrolled in the activity, or those with a billed day in it. */
const amongSchema = z.enum(['enrolled', 'present'])

/** What must hold for a rule to apply: all that is named. */
export const conditionsSchema = z.strictObject({
  categories: z.array(categoryIdSchema).min(1).optional(),
  /** The town of the family's address, however it is written. */
  communes: z.array(label).min(1).max(300).optional(),
  circumstances: z.array(circumstanceIdSchema).min(1).optional(),
  /** Whether the town knows a quotient. */
  quotient: z.enum(['known', 'unknown']).optional(),
  /** The place of the child among its siblings, the eldest first. */
  rank: z
    .strictObject({ among: amongSchema, from: z.int().min(1), to: z.int().min(1).optional() })
    .optional(),
  /** How many children of the family there are at least, this one included. */
  siblings: z.strictObject({ among: amongSchema, atLeast: z.int().min(2) }).optional(),
  /** Whether the child comes regularly, by the share of the month's days that the list names. */
  regular: z.boolean().optional(),
  occasions: z.array(z.enum(OCCASIONS)).min(1).optional(),
  weekdays: z.array(weekdaySchema).min(1).optional(),
  /** Whether the child has a care plan (PAI) and brings its own basket. */
  allergy: z.boolean().optional(),
})
export type Conditions = z.infer<typeof conditionsSchema>

/** A part of a price with an account of its own: the meal and the supervision. */
const partSchema = z.strictObject({
  label: label.optional(),
  account: bookAccountSchema.optional(),
  formula: formulaSchema,
})

/** A rule of a price list: which units it prices, when, and how. */
const ruleSchema = z.strictObject({
  id: ruleId,
  /** What parents read as the reason of a price. */
  name: label,
  activityId: activityIdSchema,
  /** Units of the same day that are priced together; most rules name one. */
  unitIds: z.array(unitIdSchema).min(1).max(6),
  when: conditionsSchema.default({}),
  parts: z.array(partSchema).min(1).max(4),
  /** Whether it prices meals for which the town claims the State's aid (« cantine à 1 € »). */
  oneEuroMeals: z.boolean().optional(),
})
export type Rule = z.infer<typeof ruleSchema>

/** What units are meant: all of the list's activities, of one of them, or some units of one. */
const scopeSchema = z.strictObject({
  activityId: activityIdSchema.optional(),
  unitIds: z.array(unitIdSchema).min(1).optional(),
})
export type Scope = z.infer<typeof scopeSchema>

/** What comes on top of days booked late or not at all. */
const supplementSchema = z.strictObject({
  id: ruleId,
  name: label,
  of: scopeSchema.default({}),
  occasions: z.array(z.enum(['late', 'unbooked'])).min(1),
  how: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('percent'), percent: decimalSchema }),
    z.strictObject({ kind: z.literal('amount'), amount: price }),
    z.strictObject({ kind: z.literal('multiple'), by: decimalSchema }),
    /** In the place of the price. */
    z.strictObject({ kind: z.literal('fixed'), price }),
    /** Once a day, however many children of the family are concerned; a line of its own. */
    z.strictObject({ kind: z.literal('per-family'), amount: price }),
  ]),
  /** Only once so many have gone before without it: of a child, within the month or school year. */
  after: z
    .strictObject({ times: z.int().min(1).max(200), within: z.enum(['month', 'school-year']) })
    .optional(),
})
export type Supplement = z.infer<typeof supplementSchema>

/** What is taken off prices. All that apply are taken off one after the other, before rounding. */
const reductionSchema = z.strictObject({
  id: ruleId,
  name: label,
  of: scopeSchema.default({}),
  when: conditionsSchema,
  percent: decimalSchema,
})

/** What an absence costs, in percent of the day's price. */
const absencesSchema = z.strictObject({
  /** Without an accepted reason [guide 50]. */
  unjustified: decimalSchema.default('100'),
  justified: decimalSchema.default('0'),
  /** The first days of each justified absence in a row that are due in full (jours de carence). */
  daysDue: z.int().min(0).max(30).default(0),
})

/** What is billed once, on the first day that is due: enrolment fees. */
const feeSchema = z.strictObject({
  id: ruleId,
  name: label,
  of: scopeSchema.default({}),
  when: conditionsSchema.default({}),
  per: z.enum(['child', 'family']),
  /** Once a school year, or once for each period of school holidays. */
  every: z.enum(['school-year', 'school-holiday']),
  account: bookAccountSchema.optional(),
  formula: z.discriminatedUnion('kind', [flatSchema, bandsSchema, effortSchema]),
})
export type Fee = z.infer<typeof feeSchema>

/** One price for all of a child's days in a month, from a number of days on (forfait). */
const packSchema = z.strictObject({
  id: ruleId,
  name: label,
  of: scopeSchema.default({}),
  when: conditionsSchema.default({}),
  fromDays: z.int().min(1).max(31),
  account: bookAccountSchema.optional(),
  formula: z.discriminatedUnion('kind', [flatSchema, bandsSchema, effortSchema]),
})
export type Pack = z.infer<typeof packSchema>

/** The least that is billed for a month in which anything is. */
const minimumSchema = z.strictObject({
  name: label,
  per: z.enum(['child', 'family']),
  amount: price,
  account: bookAccountSchema.optional(),
})

/**
 * A price list (grille tarifaire) of a service. Once it is in force it never changes: a new version
 * is another list of the same service, in force from a later day on; of several lists of a service
 * the one that began last counts.
 */
export const priceListSchema = z.strictObject({
  id: ruleId,
  /** As parents read it: « Tarifs 2026 ». */
  name: label,
  /** The deliberation of the council that set it. */
  decision: label.optional(),
  service: label,
  from: isoDateSchema,
  until: isoDateSchema,
  /** Tried in order: the first that applies prices. */
  rules: z.array(ruleSchema).min(1).max(500),
  supplements: z.array(supplementSchema).max(20).default([]),
  reductions: z.array(reductionSchema).max(20).default([]),
  absences: absencesSchema.default({ unjustified: '100', justified: '0', daysDue: 0 }),
  fees: z.array(feeSchema).max(20).default([]),
  packs: z.array(packSchema).max(20).default([]),
  minimum: minimumSchema.optional(),
  /** From which percentage of the month's open days on a child comes regularly. */
  regularFrom: z.int().min(1).max(100).default(50),
  rounding: z.enum(ROUNDINGS).default('half-up'),
})
export type PriceList = z.infer<typeof priceListSchema>

/** How many children of a family there are up to this one, the eldest first, and in all. */
export interface Place {
  readonly rank: number
  readonly children: number
}

/** Whom a price is for, as the rules ask about them. */
export interface Person {
  readonly category: CategoryId
  /** As parents read it, for the reason of a price; its id without. */
  readonly categoryName?: string | undefined
  readonly commune: string
  readonly circumstances: readonly CircumstanceId[]
  readonly allergy: boolean
  /** What counts on the day; nothing when the town knows nothing. */
  readonly means?: Pick<Means, 'from' | 'quotient' | 'income'> | undefined
  readonly enrolled: Place
  readonly present: Place
  /** The percentage of the month's open days of the activity on which the child comes. */
  readonly share: number
}

/** A unit of a day that may be billed. */
export interface DueUnit {
  readonly unitId: UnitId
  readonly occasion: Occasion
  /** Of a unit billed by the time spent. */
  readonly minutes?: number | undefined
  /** Of a day late or not booked: how many such days the child had before, of this occasion. */
  readonly earlier?: { readonly month: number; readonly schoolYear: number } | undefined
  /** Of an absence: the place of the day among those in a row, from 1. */
  readonly dayOfAbsence?: number | undefined
}

/** What a child has on a day in an activity. */
export interface DueDay {
  readonly date: IsoDate
  readonly activityId: ActivityId
  readonly units: readonly DueUnit[]
  readonly person: Person
}

/** One price of a day, with its reason. */
export interface Charge {
  readonly kind: 'unit' | 'supplement'
  /** The units that it prices together. */
  readonly unitIds: readonly UnitId[]
  readonly occasion: Occasion
  readonly ruleId: string
  /** What it is of, beside the names of the units: the part of the price, the supplement. */
  readonly label: string | undefined
  readonly account: string | undefined
  /** In cents, rounded once. */
  readonly unitPrice: Cents
  readonly priceList: string
  /** In French [wish W4]. */
  readonly why: string
  /** Whether it is charged once a day, however many children of the family have it. */
  readonly perFamily: boolean
}

/** A unit of a day for which there is no price, and what was missing. */
export interface Unpriced {
  readonly unitId: UnitId
  readonly missing: 'list' | 'rule' | 'quotient' | 'income' | 'duration'
}

/** What a day costs. */
export interface DayPrice {
  readonly charges: readonly Charge[]
  readonly unpriced: readonly Unpriced[]
}
