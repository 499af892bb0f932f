import { spanOf } from '../catalogue/school-time.ts'
import type { FamilyFile } from '../families/model.ts'
import { laterOf, type IsoDate } from '../kernel/dates.ts'
import type { ERASURE_REFUSALS } from '../kernel/erasure-texts.ts'
import type { Item } from '../platform/entity.ts'
import { ENTITY_ATTRIBUTE } from '../platform/keys.ts'
import type { DataKind } from '../platform/personal-data.ts'
import { bookedUnits, hasDay, readLine, yearsOf } from '../reservations/lines.ts'
import type { Planning } from '../reservations/model.ts'
import { holdsPlace, occupies } from '../reservations/rules.ts'
import type { ReportLine } from './model.ts'

/** The kind of an entity; nothing for one that is not known. */
export type KindOf = (entity: unknown) => DataKind | undefined

/** What stands against the erasure of a family. */
export type Refusal = keyof typeof ERASURE_REFUSALS

/** Whether something is booked, asked or waited for from a day on. */
const hasDaysFrom = (planning: Planning, today: IsoDate): boolean => {
  const { from, to } = spanOf(planning.schoolYear)
  if (to < today) return false
  const years = yearsOf([planning], planning)
  return bookedUnits(planning).some((unit) =>
    hasDay(
      readLine(years, unit, laterOf(from, today), to),
      (letter) => occupies(letter) || holdsPlace(letter),
    ),
  )
}

/**
 * What stands against the erasure of a family on a day: a hold, children who are still enrolled or come
 * on a later day, money. What awaits staff does not: it is deleted with the rest.
 *
 * @param owes whether the family has something to pay, and something that is still to be billed.
 */
export const refusalsOf = (
  { family, enrolments }: FamilyFile,
  plannings: readonly Planning[],
  owes: { readonly unpaid: boolean; readonly unbilled: boolean },
  today: IsoDate,
): Refusal[] => {
  const held: Readonly<Record<Refusal, boolean>> = {
    held: family.legalHold !== undefined,
    enrolled: enrolments.some(({ until }) => until >= today),
    booked: plannings.some((planning) => hasDaysFrom(planning, today)),
    unpaid: owes.unpaid,
    unbilled: owes.unbilled,
  }
  const refusals = ['held', 'enrolled', 'booked', 'unpaid', 'unbilled'] as const
  return refusals.filter((refusal) => held[refusal])
}

/** What an erasure does to an item: what is of no known kind is deleted with the rest. */
export const erasureOf = (kindOf: KindOf, item: Item): DataKind['erasure'] =>
  kindOf(item[ENTITY_ATTRIBUTE])?.erasure ?? 'delete'

/** How many of what kind have which end, by kind. */
export const linesOf = (ends: readonly Pick<ReportLine, 'kind' | 'outcome'>[]): ReportLine[] =>
  [...Map.groupBy(ends, ({ kind, outcome }) => `${kind} ${outcome}`).values()]
    .flatMap(([first, ...others]) =>
      first === undefined ? [] : [{ ...first, count: others.length + 1 }],
    )
    .toSorted((a, b) => (`${a.kind} ${a.outcome}` < `${b.kind} ${b.outcome}` ? -1 : 1))

/** What the erasure of a family does to its items. */
export const endsOf = (
  kindOf: KindOf,
  items: readonly Item[],
): Pick<ReportLine, 'kind' | 'outcome'>[] =>
  items.map((item) => ({
    kind: String(item[ENTITY_ATTRIBUTE]),
    outcome: erasureOf(kindOf, item) === 'delete' ? 'deleted' : 'anonymised',
  }))
