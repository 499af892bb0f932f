import { daysOf, setOf, type DaySet } from '../../shared/billing/day-set-rules.ts'
import { householdOf, type BilledHousehold } from '../../shared/billing/household-rules.ts'
import type { Item } from '../../shared/billing/item-rules.ts'
import { billedTown, type BilledActivity } from '../../shared/billing/town-rules.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import type { Child, FamilyFile } from '../../shared/families/model.ts'
import type { UnitId } from '../../shared/platform/schemas.ts'
import { unitIdSchema } from '../../shared/platform/schemas.ts'
import type { Planning } from '../../shared/reservations/model.ts'
import { account, child, fileOf, townWith } from './arbitraries.ts'

/** Items of bills, for the rules that take items: no planning has to come to them. */

/** A family without plannings unless given: of two children, `a` the elder, unless its file says. */
export const householdIn = (
  town: TownCatalogue = townWith(),
  plannings: readonly Planning[] = [],
  file: FamilyFile = fileOf([child('a'), child('b')]),
): BilledHousehold => householdOf(billedTown(town), account(plannings, { file }))

/** A child of a family by its id. */
export const childOf = ({ children }: BilledHousehold, id: string): Child => {
  const found = children.find(({ childId }) => childId === id)
  if (found === undefined) throw new Error(`No child ${id}`)
  return found
}

/** An activity of the small town. */
export const activityOf = ({ town }: Pick<BilledHousehold, 'town'>, id: string): BilledActivity => {
  const found = town.activities.get(id)
  if (found === undefined) throw new Error(`No activity ${id}`)
  return found
}

/** The set of some days. */
export const setOfDays = (...days: readonly number[]): DaySet =>
  days.reduce((set, day) => set | setOf(day), 0)

export const unitIds = (...ids: readonly string[]): UnitId[] =>
  ids.map((id) => unitIdSchema.parse(id))

/** A meal of 3 € of the elder child on the 3rd, unless given. */
export const itemIn = (household: BilledHousehold, more: Partial<Item> = {}): Item => ({
  kind: 'unit',
  child: childOf(household, 'a'),
  activity: activityOf(household, 'MEALS'),
  unitIds: unitIds('MEAL'),
  label: 'Repas',
  unitPrice: 300,
  account: undefined,
  priceList: 'Tarifs 2025',
  why: 'Prix.',
  days: setOf(3),
  occasion: 'booked',
  ...more,
})

/** Items as tests read them: of whom, what, at which price, on which days. */
export const briefItems = (items: readonly Item[]): string[] =>
  items.map(({ child: of, label, unitPrice, days }) =>
    [of?.firstName, label, unitPrice, daysOf(days).join(' ')].join('|'),
  )
