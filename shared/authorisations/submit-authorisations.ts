import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Guardian } from '../families/model.ts'
import {
  admitGuardian,
  actingGuardian,
  householdOf,
  readWholeFile,
  refuseInactive,
} from '../families/read-file.ts'
import { sheetWrite } from '../families/sheet-write.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { AUTHORISATIONS } from '../kernel/family-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import { noticeWrite, recipientsOf } from '../messages/notices.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { RequestNumber } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { takeRequestNumbers } from '../requests/numbers.ts'
import { answerOnce, numberOfOnce, onceWrite, type OnceCall } from '../requests/once.ts'
import type { AuthorisationRequest, Form } from './model.ts'
import type { previewAuthorisationsRoute, submitAuthorisationsRoute } from './routes.ts'
import { decideForm, type DecidedSheet } from './rules.ts'
import { authorisationRequestEntity, findAuthorisationRequest } from './store.ts'
import { viewAuthorisationRequest, viewChange } from './view.ts'

type Asked = Pick<Call<typeof submitAuthorisationsRoute>, 'actor' | 'headers' | 'body' | 'now'>

const decide = async (
  table: Table,
  { actor, body, now }: { actor: Asked['actor']; body: Form; now: Date },
): Promise<{ guardian: Guardian; decided: DecidedSheet[] }> => {
  const { familyId, guardianId } = householdOf(actor)
  const { file } = await readWholeFile(table, familyId)
  const guardian = actingGuardian(file, guardianId)
  refuseInactive(file)
  return { guardian, decided: decideForm(file, body, { guardianId, today: parisDate(now) }) }
}

/**
 * The recap of a form [guide 59]: what it would change and nothing else. One Query.
 *
 * @throws PortalError the refusals of `decideForm`.
 */
export const previewAuthorisations = async (
  { table, town }: { table: Table; town: TownCatalogue },
  asked: Pick<Call<typeof previewAuthorisationsRoute>, 'actor' | 'body' | 'now'>,
): Promise<z.input<(typeof previewAuthorisationsRoute)['reply']>> => {
  const { decided } = await decide(table, asked)
  return {
    changes: decided.flatMap(({ changes }) =>
      changes.map((change) => viewChange(town.catalogue, change)),
    ),
  }
}

const onceCallOf = ({ actor, headers, body }: Asked): OnceCall => ({
  familyId: householdOf(actor).familyId,
  key: headers['idempotency-key'],
  route: 'submitAuthorisations',
  body,
})

/** The request that the same call has brought before. */
const answerByKey = async (
  table: Table,
  { actor }: Asked,
  once: OnceCall,
): Promise<AuthorisationRequest | undefined> => {
  const number = await numberOfOnce(table, once)
  if (number === undefined) return undefined
  const familyId = await admitGuardian(table, householdOf(actor))
  const request = await findAuthorisationRequest(table, { familyId, number })
  if (request === undefined) throw new Error('A key without its request')
  return request
}

/** @throws PortalError the refusals of `decideForm`, `nothing-to-change`. */
const decideChanges = async (table: Table, asked: Asked): ReturnType<typeof decide> => {
  const outcome = await decide(table, asked)
  if (outcome.decided.length > 0) return outcome
  throw new PortalError('nothing-to-change', { detail: AUTHORISATIONS.nothing })
}

const requestOf = (
  { actor, now }: Asked,
  { guardian, decided }: Awaited<ReturnType<typeof decide>>,
  number: RequestNumber,
): AuthorisationRequest => ({
  familyId: householdOf(actor).familyId,
  number,
  submittedAt: now.toISOString(),
  by: {
    guardianId: guardian.guardianId,
    name: `${guardian.title} ${guardian.firstName} ${guardian.lastName}`,
  },
  changes: decided.flatMap(({ changes }) => [...changes]),
})

const submit = async (
  table: Table,
  once: OnceCall,
  asked: Asked,
): Promise<AuthorisationRequest> => {
  const { actor, now } = asked
  const outcome = await decideChanges(table, asked)
  const number = await takeRequestNumbers(table, 1)
  const request = requestOf(asked, outcome, number)
  const { familyId, submittedAt: at, changes } = request
  const { done } = await table.transact([
    onceWrite(once, number, now),
    { kind: 'put', item: authorisationRequestEntity.toItem(request), when: { kind: 'absent' } },
    ...outcome.decided.map(({ sheet }) =>
      sheetWrite({ ...sheet, changed: { at, by: actor.account } }),
    ),
    noticeWrite(
      {
        familyId,
        noticeId: `AUTHORISED-${String(number)}`,
        to: recipientsOf([outcome.guardian]),
        content: { kind: 'authorised', number, changes },
      },
      now,
    ),
  ])
  // The same call, sent twice at once, or another guardian: what holds now decides.
  if (!done) throw new StaleReadError('authorisations')
  return request
}

/**
 * Allows and forbids for the children of a family and their contacts, as one numbered request that
 * is accepted by itself [guide 56, 57, 58, 59]: the sheets, the request that keeps what changed and
 * the mail are one transaction. The registers follow from the table's stream.
 *
 * @throws PortalError the refusals of `decideForm`, `nothing-to-change`, `idempotency-key-reused`;
 * `concurrent-change` when the family's sheets keep changing.
 */
export const submitAuthorisations = async (
  { table, town }: { table: Table; town: TownCatalogue },
  asked: Asked,
): Promise<z.input<(typeof submitAuthorisationsRoute)['reply']>> =>
  viewAuthorisationRequest(
    town.catalogue,
    await again(() =>
      answerOnce({
        call: onceCallOf(asked),
        answered: (call) => answerByKey(table, asked, call),
        carryOut: (call) => submit(table, call, asked),
      }),
    ),
  )
