import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import {
  activityIdSchema,
  categoryIdSchema,
  centsSchema,
  childIdSchema,
  decimalSchema,
  instantSchema,
  isoDateSchema,
  lineSchema,
  unitIdSchema,
} from '../platform/schemas.ts'
import { priceListSchema } from './model.ts'

const service = priceListSchema.shape.service
const priceListId = priceListSchema.shape.id

/** A price list as a simulation names it: its « date de calcul des prix » [guide 51]. */
const priceDateReply = z.strictObject({
  priceListId: z.string(),
  name: z.string(),
  from: isoDateSchema,
  until: isoDateSchema,
  /** The deliberation of the council. */
  decision: z.string().optional(),
})
export type PriceDateReply = z.input<typeof priceDateReply>

const categoryReply = z.strictObject({
  categoryId: categoryIdSchema,
  name: z.string(),
  /** The towns whose children have it. */
  communes: z.array(z.string()).optional(),
})

export const listTariffServicesRoute = defineRoute({
  id: 'listTariffServices',
  method: 'GET',
  path: '/tariffs/services',
  function: 'town',
  access: 'public',
  summary: 'The services with their price dates, and the categories: what a simulation asks first',
  query: z.strictObject({
    /** Only what is in force on a day. */
    date: isoDateSchema.optional(),
  }),
  status: 200,
  reply: z.strictObject({
    services: z.array(
      z.strictObject({
        service: z.string(),
        /** The latest first. */
        priceDates: z.array(priceDateReply),
        /** The one in force on the day that is asked for, today without. */
        inForce: z.string().optional(),
      }),
    ),
    categories: z.array(categoryReply),
  }),
  cacheSeconds: 60,
  errors: [],
})

/** A line of the results of a simulation [guide 54]. */
const simulationRowReply = z.strictObject({
  /** Of an activity; a fee may be of the whole service. */
  activityId: activityIdSchema.optional(),
  activity: z.string(),
  /** Of a single unit; sets of units, fees and packs have none. */
  unitId: unitIdSchema.optional(),
  /** The unit, the units that are priced together, or the fee. */
  unit: z.string(),
  /** In cents; nothing when the figures do not tell it, as `why` says. */
  price: centsSchema.nullable(),
  why: z.string(),
})
export type SimulationRowReply = z.input<typeof simulationRowReply>

/** Where the quotient comes from [guide 51]. */
const quotientDetailReply = z.strictObject({
  quotient: decimalSchema.nullable(),
  /** The yearly income, in euros. */
  income: decimalSchema.nullable(),
  dependants: z.int().nullable(),
  parts: decimalSchema.nullable(),
  /** The first day on which it counts. */
  from: isoDateSchema,
  /** Who told it, in French. */
  source: z.string(),
})

/** The results of a simulation: the header and the rows of guide 002 [guide 53, 54]. */
export const simulationReply = z.strictObject({
  simulatedAt: instantSchema,
  /** Who is signed in. */
  user: z.string().optional(),
  /** The first name of the child. */
  child: z.string().optional(),
  service: z.string(),
  priceDate: priceDateReply,
  /** The day whose prices these are: today, as far as the price list is in force. */
  date: isoDateSchema,
  /** Whether the family lives in the town: « Commune » or « Hors commune ». */
  tarification: z.string(),
  /** `0.17`; nothing when none is known, which is not 0. */
  quotient: decimalSchema.nullable(),
  income: decimalSchema.nullable(),
  category: z.strictObject({ categoryId: categoryIdSchema, name: z.string() }),
  dependants: z.int().nullable(),
  parts: decimalSchema.nullable(),
  rows: z.array(simulationRowReply),
  quotientDetail: quotientDetailReply.optional(),
})
export type SimulationReply = z.input<typeof simulationReply>

const figures = {
  quotient: decimalSchema.optional(),
  /** The yearly income, in euros. */
  income: decimalSchema.optional(),
  dependants: z.int().min(0).max(20).optional(),
  parts: decimalSchema.optional(),
}

export const simulateRoute = defineRoute({
  id: 'simulate',
  method: 'POST',
  path: '/simulations',
  function: 'town',
  access: 'public',
  summary: 'What each service would cost by figures that anybody gives; nothing is stored',
  body: z.strictObject({
    service,
    priceListId,
    /** By the commune without. */
    categoryId: categoryIdSchema.optional(),
    /** Where the family lives; in the town without. */
    commune: lineSchema(80).optional(),
    ...figures,
  }),
  status: 200,
  reply: simulationReply,
  errors: [],
})

export const simulateForFamilyRoute = defineRoute({
  id: 'simulateForFamily',
  method: 'POST',
  path: '/family/simulations',
  function: 'ledger',
  access: ['guardian'],
  summary: 'What each service costs for my child, by the figures of my file; nothing is stored',
  body: z.strictObject({
    childId: childIdSchema,
    service,
    priceListId,
    /** That of the child's file without. */
    categoryId: categoryIdSchema.optional(),
    /** Whether to tell where the quotient comes from. */
    quotientDetail: z.boolean().default(false),
  }),
  status: 200,
  reply: simulationReply,
  errors: ['not-found'],
})

const bandReply = z.strictObject({
  from: decimalSchema,
  below: decimalSchema.nullable(),
  /** In French. */
  label: z.string(),
})

const priceRowReply = z.strictObject({
  /** Of an activity; a fee may be of the whole service. */
  activityId: activityIdSchema.optional(),
  activity: z.string(),
  /** The units that are priced together; none of a fee or pack. */
  units: z.array(z.string()),
  /** The name of the rule, the fee or the pack. */
  name: z.string(),
  /** For whom and when, in French; nothing for everybody. */
  conditions: z.array(z.string()),
  /** How it is computed, in French. */
  computation: z.string(),
  /** In cents, one for each band of the table; nothing where the figure itself makes the price. */
  prices: z.array(centsSchema.nullable()),
  /** In cents, for a family of which the figure is not known; nothing when it must be known. */
  unknown: centsSchema.nullable(),
})
export type PriceRowReply = z.input<typeof priceRowReply>

/** A price list for everybody to read and print [guide 6]. */
export const priceTableReply = z.strictObject({
  town: z.string(),
  service: z.string(),
  priceDate: priceDateReply,
  tables: z.array(
    z.strictObject({
      /** What the columns are bands of; one column for all when nothing. */
      by: z.enum(['quotient', 'income']).nullable(),
      title: z.string(),
      bands: z.array(bandReply),
      rows: z.array(priceRowReply),
    }),
  ),
  /** Supplements, reductions, absences, packs and the minimum, a sentence each. */
  notes: z.array(z.string()),
})
export type PriceTableReply = z.input<typeof priceTableReply>

export const readPriceTableRoute = defineRoute({
  id: 'readPriceTable',
  method: 'GET',
  path: '/tariffs/{priceListId}',
  function: 'town',
  access: 'public',
  summary: 'A price list with all its units and bands',
  parameters: z.strictObject({ priceListId }),
  status: 200,
  reply: priceTableReply,
  cacheSeconds: 60,
  errors: ['not-found'],
})
