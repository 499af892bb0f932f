import type * as z from 'zod'
import { readChangeable } from '../families/apply-changes.ts'
import type { FamilyFile } from '../families/model.ts'
import { PortalError, StaleReadError, type Fault } from '../kernel/errors.ts'
import { FILE_FAULTS } from '../kernel/file-texts.ts'
import { noticeWrite } from '../messages/notices.ts'
import type { Write } from '../platform/expressions.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { ChangeRequest, FieldDecision } from './model.ts'
import type { decideChangeRoute } from './routes.ts'
import { acceptedValues, outcomesOf } from './rules.ts'
import { changeRequestEntity, findChange } from './store.ts'
import { viewChange } from './view.ts'

type DecideCall = Pick<
  Call<typeof decideChangeRoute>,
  'parameters' | 'headers' | 'body' | 'actor' | 'now'
>

/** Whether two sets of decisions say the same of every field. */
const sameDecisions = (a: readonly FieldDecision[], b: readonly FieldDecision[]): boolean =>
  a.length === b.length &&
  a.every(({ field, outcome }) =>
    b.some((each) => each.field === field && each.outcome === outcome),
  )

/** That each field that is asked is decided once, no other is, and a refusal says why. */
const faultsOfDecisions = (
  { asked }: ChangeRequest,
  { decisions, message }: DecideCall['body'],
): Fault[] => [
  ...decisions.flatMap(({ field }, index) =>
    asked.some((each) => each.field === field) &&
    decisions.findIndex((each) => each.field === field) === index
      ? []
      : [{ pointer: `/body/decisions/${String(index)}/field`, detail: FILE_FAULTS.notRequested }],
  ),
  ...asked
    .filter(({ field }) => !decisions.some((each) => each.field === field))
    .map(({ field }) => ({ pointer: '/body/decisions', detail: FILE_FAULTS.undecided(field) })),
  ...(message === undefined && decisions.some(({ outcome }) => outcome === 'refused')
    ? [{ pointer: '/body/message', detail: FILE_FAULTS.reasonNeeded }]
    : []),
]

/** The mail to the guardian who asked, where the file has them now; it tells no values. */
const noticeOf = (
  { by, ...change }: ChangeRequest,
  { guardians }: FamilyFile,
  now: Date,
): Write => {
  const guardian = guardians.find(({ guardianId }) => guardianId === by.guardianId)
  return noticeWrite(
    {
      familyId: change.familyId,
      noticeId: `CHANGE-${String(change.number)}`,
      to: [{ name: by.name, email: guardian?.email ?? by.email }],
      content: {
        kind: 'file-checked',
        number: change.number,
        about: change.about,
        outcomes: (change.decision?.outcomes ?? []).map(({ field, outcome }) => ({
          field,
          outcome,
        })),
        ...(change.decision?.message === undefined ? {} : { message: change.decision.message }),
      },
    },
    now,
  )
}

/**
 * Accepts or refuses the changes that a parent has asked for, field by field. What is accepted is
 * written to the file if that still holds what the parent saw; else the outcome is `overtaken`, with
 * what it holds now. The guardian is told by one mail. One read, one Query, one transaction.
 *
 * @throws PortalError `not-found`, `changed-meanwhile` when more was asked since staff read it,
 * `already-decided` when it was decided otherwise, `request-withdrawn`, `invalid-request`,
 * `concurrent-change`.
 */
export const decideChange = (
  table: Table,
  { parameters, headers, body, actor, now }: DecideCall,
): Promise<z.input<(typeof decideChangeRoute)['reply']>> =>
  again(async () => {
    const held = await findChange(table, parameters)
    if (held === undefined) throw new PortalError('not-found')
    if (held.decision !== undefined) {
      if (sameDecisions(held.decision.decisions, body.decisions)) return viewChange(held)
      throw new PortalError('already-decided')
    }
    if (held.withdrawnAt !== undefined) throw new PortalError('request-withdrawn')
    if (held.version !== headers['if-match']) {
      const detail = FILE_FAULTS.version(held.version)
      throw new PortalError('changed-meanwhile', {
        faults: [{ pointer: '/headers/if-match', detail }],
      })
    }
    const faults = faultsOfDecisions(held, body)
    if (faults.length > 0) throw new PortalError('invalid-request', { faults })

    const { file, item } = await readChangeable(table, held.familyId, held.target)
    const { decisions, message } = body
    const at = now.toISOString()
    const outcomes = outcomesOf(held.asked, decisions, item?.value)
    const decided: ChangeRequest = {
      ...held,
      version: held.version + 1,
      decision: {
        at,
        by: actor.account,
        decisions,
        outcomes,
        ...(message === undefined ? {} : { message }),
      },
    }
    const values = acceptedValues(held.asked, outcomes)
    const { done } = await table.transact([
      {
        kind: 'put',
        item: changeRequestEntity.toItem(decided),
        when: { kind: 'version', version: held.version },
      },
      ...(item === undefined ? [] : [item.write(values, { at, by: actor.account })]),
      noticeOf(decided, file, now),
    ])
    if (!done) throw new StaleReadError('change')
    return viewChange(decided)
  })
