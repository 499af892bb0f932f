import type { Catalogue } from '../catalogue/model.ts'
import { PRICE_TABLE } from '../kernel/simulation-texts.ts'
import type { ActivityId, UnitId } from '../platform/schemas.ts'
import type { Conditions, Formula, PriceList, Scope, Supplement } from './model.ts'

/** The name of a unit of an activity; its id when the catalogue no longer has it. */
export const unitName = (
  { activities }: Catalogue,
  activityId: ActivityId | undefined,
  unitId: UnitId,
): string =>
  activities.find(({ id }) => id === activityId)?.units.find(({ id }) => id === unitId)?.name ??
  unitId

/** How a formula finds a price, in French. */
export const formulaText = (
  catalogue: Catalogue,
  activityId: ActivityId | undefined,
  formula: Formula,
): string => {
  const words = PRICE_TABLE.computations
  switch (formula.kind) {
    case 'flat':
      return words.flat
    case 'bands':
      return words.bands[formula.by]
    case 'effort': {
      const { by, percent: rate, least, most, from } = formula
      return words.effort({ by, rate, least, most, from })
    }
    case 'sum':
      return words.sum(formula.unitIds.map((id) => unitName(catalogue, activityId, id)))
    case 'share':
      return words.share(formula.percent, unitName(catalogue, activityId, formula.unitId))
    case 'time': {
      const step = formulaText(catalogue, activityId, formula.step)
      return words.time(formula.minutes, formula.rounding, step)
    }
  }
}

/** For whom and when a price is, in French: one sentence for each condition. */
export const conditionTexts = ({ categories }: Catalogue, when: Conditions): string[] => {
  const words = PRICE_TABLE.conditions
  const { rank, siblings } = when
  const nameOf = (id: string) => categories.find((category) => category.id === id)?.name ?? id
  return [
    when.categories === undefined ? [] : words.categories(when.categories.map(nameOf)),
    when.communes === undefined ? [] : words.communes(when.communes),
    when.circumstances === undefined ? [] : words.circumstances(when.circumstances),
    when.quotient === undefined ? [] : words.quotient[when.quotient],
    rank === undefined ? [] : words.rank(rank.from, rank.to, rank.among),
    siblings === undefined ? [] : words.siblings(siblings.atLeast, siblings.among),
    when.regular === undefined ? [] : when.regular ? words.regular : words.occasional,
    (when.occasions ?? []).map((occasion) => words.occasions[occasion]),
    when.weekdays === undefined ? [] : words.weekdays(when.weekdays),
    when.allergy === undefined ? [] : when.allergy ? words.allergy : words.noAllergy,
  ].flat()
}

const scopeText = (catalogue: Catalogue, { activityId, unitIds }: Scope): string => {
  const activity = catalogue.activities.find(({ id }) => id === activityId)
  if (activity === undefined) return PRICE_TABLE.everywhere
  const units = unitIds?.map((id) => unitName(catalogue, activityId, id)) ?? []
  return [activity.name, ...units].join(', ')
}

const supplementText = ({ how, occasions, after }: Supplement): string => {
  const words = PRICE_TABLE.supplements
  const amount = (): string => {
    switch (how.kind) {
      case 'percent':
        return words.percent(how.percent)
      case 'amount':
        return words.amount(how.amount)
      case 'multiple':
        return words.multiple(how.by)
      case 'fixed':
        return words.fixed(how.price)
      case 'per-family':
        return words['per-family'](how.amount)
    }
  }
  return [
    amount(),
    ...occasions.map((occasion) => words.occasions[occasion]),
    ...(after === undefined ? [] : [words.after[after.within](after.times)]),
  ].join(', ')
}

/** What a price list says beside its prices: supplements, reductions, absences, the minimum. */
export const notesOf = (catalogue: Catalogue, list: PriceList): string[] => {
  const { supplements, reductions, absences, minimum } = list
  return [
    ...supplements.map((supplement) =>
      PRICE_TABLE.note(
        supplement.name,
        scopeText(catalogue, supplement.of),
        supplementText(supplement),
      ),
    ),
    ...reductions.map(({ name, of, percent, when }) =>
      PRICE_TABLE.note(
        name,
        scopeText(catalogue, of),
        PRICE_TABLE.reduction(percent, conditionTexts(catalogue, when)),
      ),
    ),
    PRICE_TABLE.absences(absences.unjustified, absences.justified),
    ...(absences.daysDue === 0 ? [] : [PRICE_TABLE.daysDue(absences.daysDue)]),
    ...(minimum === undefined
      ? []
      : [PRICE_TABLE.minimum[minimum.per](minimum.name, minimum.amount)]),
  ]
}
