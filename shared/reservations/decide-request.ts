import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Decision } from './decision-rules.ts'
import { decideForFamily } from './decide-requests.ts'
import type { Deciding } from './desk.ts'
import type { Request, Submission } from './model.ts'

/**
 * Decides one request, just as many are decided in one go [guide 48].
 *
 * @throws PortalError `not-found`, `already-decided` when it was decided otherwise or needed no
 * decision, `request-withdrawn`, `date-not-requested`, `concurrent-change`.
 */
export const decideRequest = async (
  table: Table,
  { familyId, by, now, ...decision }: Decision & Deciding & { readonly familyId: FamilyId },
): Promise<{ submission: Submission; request: Request }> => {
  const [result] = await decideForFamily(table, familyId, [decision], { by, now })
  if (result?.done !== true) throw result?.problem ?? new Error('A decision without a result')
  return { submission: result.submission, request: result.request }
}
