import type { Guardian } from '../families/model.ts'
import type { Write } from '../platform/expressions.ts'
import type { FamilyId, RequestNumber } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { AskedField, ChangeRequest, Target } from './model.ts'
import { mergedAsked, stateOf } from './rules.ts'
import { changeRequestEntity, findChange } from './store.ts'

/** The request for changes that an item waits for; nothing when it waits for none. */
export const awaitedChange = async (
  table: Table,
  familyId: FamilyId,
  number: RequestNumber | undefined,
): Promise<ChangeRequest | undefined> => {
  if (number === undefined) return undefined
  const change = await findChange(table, { familyId, number })
  return change !== undefined && stateOf(change) === 'pending' ? change : undefined
}

/** What a parent asks of the staff who check it. */
export interface Asking {
  readonly familyId: FamilyId
  readonly familyName: string
  readonly target: Target
  readonly about: string
  readonly asked: readonly AskedField[]
  readonly attachmentIds: ChangeRequest['attachmentIds']
  readonly guardian: Guardian
  readonly now: Date
}

/**
 * Draws up a request for changes, to be put into the transaction of what counts at once. What is asked
 * while an earlier request of the same item waits joins that one, so that staff decide once.
 *
 * @param number the number of a new request; that of the earlier one stays.
 */
export const askChange = (
  earlier: ChangeRequest | undefined,
  { asked, attachmentIds, guardian, now, ...about }: Asking,
  number: RequestNumber,
): { readonly change: ChangeRequest; readonly write: Write } => {
  const version = earlier?.version ?? 0
  const change: ChangeRequest = {
    ...about,
    number: earlier?.number ?? number,
    version: version + 1,
    asked: mergedAsked(earlier?.asked ?? [], asked),
    attachmentIds: [...new Set([...(earlier?.attachmentIds ?? []), ...attachmentIds])].slice(-10),
    askedAt: now.toISOString(),
    by: {
      guardianId: guardian.guardianId,
      name: `${guardian.title} ${guardian.firstName} ${guardian.lastName}`,
      email: guardian.email,
    },
  }
  const item = changeRequestEntity.toItem(change)
  return { change, write: { kind: 'put', item, when: { kind: 'version', version } } }
}
