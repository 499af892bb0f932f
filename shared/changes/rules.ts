import type { AskedField, ChangeRequest, FieldDecision, FieldOutcome } from './model.ts'
import { fieldValueSchema, type FieldValue } from './model.ts'

/** Where a request for changes stands. */
export const stateOf = ({
  decision,
  withdrawnAt,
}: Pick<ChangeRequest, 'decision' | 'withdrawnAt'>): 'pending' | 'decided' | 'withdrawn' => {
  if (withdrawnAt !== undefined) return 'withdrawn'
  return decision === undefined ? 'pending' : 'decided'
}

/** What a field of an item holds; nothing where it is empty. */
export const valueIn = (item: object, field: string): FieldValue | undefined => {
  const value = new Map<string, unknown>(Object.entries(item)).get(field)
  return value === undefined ? undefined : fieldValueSchema.parse(value)
}

/** Whether two values are the same: their parts come in the order of one schema. */
export const sameValue = (a: FieldValue | undefined, b: FieldValue | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b)

const withoutHoles = ({ field, from, to }: AskedField): AskedField => ({
  field,
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
})

/**
 * Parts what a parent has written of an item into what counts at once and what staff check first.
 *
 * @param checked the names of the fields that staff check.
 * @returns the fields to check that change; they are to stay as they are until staff have decided.
 */
export const askedFields = (
  held: object,
  written: object,
  checked: readonly string[],
): AskedField[] =>
  checked
    .map((field) => ({ field, from: valueIn(held, field), to: valueIn(written, field) }))
    .filter(({ from, to }) => !sameValue(from, to))
    .map(withoutHoles)

/** What is asked when more is asked while staff have not decided yet: the later word counts. */
export const mergedAsked = (
  earlier: readonly AskedField[],
  later: readonly AskedField[],
): AskedField[] => [
  ...earlier.filter(({ field }) => !later.some((each) => each.field === field)),
  ...later,
]

/** Whether all of `later` is asked in `earlier` already. */
export const isAsked = (earlier: readonly AskedField[], later: readonly AskedField[]): boolean =>
  later.every(({ field, to }) =>
    earlier.some((each) => each.field === field && sameValue(each.to, to)),
  )

/**
 * What decisions come to: an accepted value is taken over if the field still holds what the parent
 * saw, or holds what they want already; else the answer is what it holds now.
 *
 * @param item the item as it is, nothing if it is no longer in the file.
 */
export const outcomesOf = (
  asked: readonly AskedField[],
  decisions: readonly FieldDecision[],
  item: object | undefined,
): FieldOutcome[] =>
  asked.map(({ field, from, to }) => {
    const accepted = decisions.some((each) => each.field === field && each.outcome === 'accepted')
    if (!accepted) return { field, outcome: 'refused' }
    if (item === undefined) return { field, outcome: 'overtaken' }
    const current = valueIn(item, field)
    if (sameValue(current, from) || sameValue(current, to)) return { field, outcome: 'accepted' }
    return { field, outcome: 'overtaken', ...(current === undefined ? {} : { current }) }
  })

/** The values that are taken over, by field; nothing in the place of one that is emptied. */
export const acceptedValues = (
  asked: readonly AskedField[],
  outcomes: readonly FieldOutcome[],
): Record<string, FieldValue | undefined> =>
  Object.fromEntries(
    asked
      .filter(({ field }) =>
        outcomes.some((each) => each.field === field && each.outcome === 'accepted'),
      )
      .map(({ field, to }) => [field, to]),
  )
