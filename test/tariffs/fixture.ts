import type * as z from 'zod'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import {
  activityIdSchema,
  categoryIdSchema,
  circumstanceIdSchema,
  unitIdSchema,
} from '../../shared/platform/schemas.ts'
import {
  priceListSchema,
  type DayPrice,
  type DueDay,
  type DueUnit,
  type Person,
  type PriceList,
} from '../../shared/tariffs/model.ts'
import { priceDay } from '../../shared/tariffs/rules.ts'

type ListInput = z.input<typeof priceListSchema>
type RuleInput = ListInput['rules'][number]
export type FormulaInput = RuleInput['parts'][number]['formula']
export type Of<Kind extends FormulaInput['kind']> = Extract<FormulaInput, { kind: Kind }>

/** A rule of one part, of the meal unless it says of what. */
export const rule = (
  formula: FormulaInput,
  more: Partial<Omit<RuleInput, 'parts'>> = {},
): RuleInput => ({
  id: 'REGLE',
  name: 'Repas',
  activityId: 'CANTINE',
  unitIds: ['REPAS'],
  parts: [{ formula }],
  ...more,
})

/** A price list of the year 2026 with some rules, as a town file holds it. */
export const listOf = (
  rules: readonly RuleInput[],
  more: Partial<Omit<ListInput, 'rules'>> = {},
): PriceList =>
  priceListSchema.parse({
    id: 'TARIFS_2026',
    name: 'Tarifs 2026',
    service: 'Enfance',
    from: '2026-01-01',
    until: '2026-12-31',
    rules: rules.map((each, index) => ({ ...each, id: `${each.id}-${String(index)}` })),
    ...more,
  })

export const flat = (price: number): Of<'flat'> => ({ kind: 'flat', price })

/** Bands of quotient, each from a bound on. */
export const bands = (
  prices: readonly (readonly [from: string, price: number])[],
  more: Partial<Omit<Of<'bands'>, 'kind' | 'bands'>> = {},
): Of<'bands'> => ({
  kind: 'bands',
  by: 'quotient',
  bands: prices.map(([from, price], index) => ({ from, below: prices[index + 1]?.[0], price })),
  ...more,
})

/** A person; a resident pupil, an only child, every day there, of unknown means, unless given. */
export const personWith = ({
  category = 'ENFANT',
  quotient,
  income,
  circumstances = [],
  rank = 1,
  children = rank,
  ...more
}: Partial<Omit<Person, 'category' | 'circumstances' | 'means'>> & {
  readonly category?: string
  readonly quotient?: string
  readonly income?: string
  readonly circumstances?: readonly string[]
  /** Among those enrolled and those present. */
  readonly rank?: number
  readonly children?: number
} = {}): Person => ({
  commune: 'Cesson',
  allergy: false,
  enrolled: { rank, children },
  present: { rank, children },
  share: 100,
  ...more,
  category: categoryIdSchema.parse(category),
  circumstances: circumstances.map((id) => circumstanceIdSchema.parse(id)),
  means:
    quotient === undefined && income === undefined
      ? undefined
      : { from: '2026-09-01', quotient, income },
})

type UnitInput = Partial<Omit<DueUnit, 'unitId'>> & { readonly unitId?: string }

/** A day with some units, of the meal booked in time unless given; 14 September 2026 is a Monday. */
export const dayOf = (
  units: readonly UnitInput[] = [{}],
  {
    activityId = 'CANTINE',
    ...more
  }: Partial<Omit<DueDay, 'units' | 'activityId'>> & { readonly activityId?: string } = {},
): DueDay => ({
  date: '2026-09-14',
  person: personWith(),
  ...more,
  activityId: activityIdSchema.parse(activityId),
  units: units.map(({ unitId = 'REPAS', occasion = 'booked', ...about }) => ({
    unitId: unitIdSchema.parse(unitId),
    occasion,
    ...about,
  })),
})

/** The prices of a day in cents, or what is missing. */
export const pricesOf = ({ charges, unpriced }: DayPrice): (number | string)[] => [
  ...charges.map(({ unitPrice }) => unitPrice),
  ...unpriced.map(({ missing }) => missing),
]

/** The prices of a day by one list. */
export const pricesBy = (
  list: PriceList,
  units?: Parameters<typeof dayOf>[0],
  person?: Parameters<typeof personWith>[0],
  date: IsoDate = '2026-09-14',
): (number | string)[] =>
  pricesOf(priceDay([list], dayOf(units, { person: personWith(person), date })))

/** A reason with plain spaces, as a test writes it. */
export const plain = (text: string | undefined): string | undefined =>
  text?.replaceAll(/[\u00A0\u202F]/g, ' ')
