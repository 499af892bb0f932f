import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { dataKind, dayOf, type DataKind, type Reader } from '../platform/personal-data.ts'
import { isTheirs } from './list-changes.ts'
import type { FieldValue } from './model.ts'
import { changeRequestEntity } from './store.ts'

/** Fields that tell of health, which is shown to who asks for it. */
const HEALTH: ReadonlySet<string> = new Set(['allergy', 'carePlanUntil', 'diets'])

/** What a field holds, identifiers by their names; whose number at a fund it is, as in the file. */
const showValue = (
  { nameOf, mayReadGuardian }: Reader,
  field: string,
  value: FieldValue | undefined,
): unknown => {
  if (typeof value === 'string') return nameOf(field, value)
  if (Array.isArray(value)) return value.map((each) => nameOf(field, each))
  if (typeof value !== 'object' || !('guardianId' in value)) return value
  const { fund, number, guardianId } = value
  return mayReadGuardian(guardianId)
    ? { fund, number, guardian: nameOf('guardianId', guardianId) }
    : undefined
}

/** What requests for changes of a file hold about people. */
export const CHANGE_DATA: readonly DataKind[] = [
  dataKind(changeRequestEntity, {
    title: DATA_TITLES.ChangeRequest,
    retention: 'activity',
    // What staff have not decided is wanted, however old it is.
    since: ({ decision, withdrawnAt = decision?.at }) =>
      withdrawnAt === undefined ? undefined : dayOf(withdrawnAt),
    show: (change, reader) => {
      const { guardianId, mayReadChild: mayRead } = reader
      const parent = guardianId && { familyId: change.familyId, guardianId, mayRead }
      if (parent !== undefined && !isTheirs(parent, change)) return undefined
      const { number, about, asked, askedAt, by, decision, withdrawnAt } = change
      const isShown = ({ field }: { readonly field: string }): boolean =>
        reader.health || !HEALTH.has(field)
      return {
        ...{ number, about, submittedAt: askedAt, askedBy: by.name },
        fields: asked.filter(isShown).map(({ field, from, to }) => ({
          field,
          before: showValue(reader, field, from),
          after: showValue(reader, field, to),
        })),
        withdrawnAt,
        ...(decision === undefined
          ? {}
          : {
              decision: {
                at: decision.at,
                by: reader.author(decision.by),
                message: decision.message,
                outcomes: decision.outcomes
                  .filter(isShown)
                  .map(({ field, outcome }) => ({ field, outcome })),
              },
            }),
      }
    },
  }),
]
