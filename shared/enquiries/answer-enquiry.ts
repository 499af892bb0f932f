import type { Catalogue } from '../catalogue/model.ts'
import { PortalError } from '../kernel/errors.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { Enquiry } from './model.ts'
import type { answerEnquiryRoute, answerVisitorRoute, StaffEnquiry } from './routes.ts'
import { mayAnswer, withMessage } from './rules.ts'
import { enquiryWrite, findEnquiry, listOfVisitor } from './store.ts'
import { presentWriter } from './present-writer.ts'
import { tellAnswer } from './tell.ts'
import { viewForStaff } from './view.ts'

interface Deps {
  readonly table: Table
  readonly catalogue: Catalogue
}

type Said = Pick<Call<typeof answerEnquiryRoute>, 'actor' | 'headers' | 'body' | 'now'>

/** Whether an enquiry is what an answer has made of it: who sends the same again has seen the version before. */
const isDone = (held: Enquiry, { headers, body, actor }: Said): boolean => {
  if (held.version !== headers['if-match'] + 1) return false
  if (body.kind === 'close') return held.state === 'closed'
  const last = held.messages.at(-1)
  return last?.by === actor.account && last.text === body.message
}

/**
 * @throws PortalError `not-found`, also for who does not answer for its service; `changed-meanwhile` when something was written since it was read.
 */
const answer = async (
  { table, catalogue }: Deps,
  held: Enquiry | undefined,
  said: Said,
): Promise<StaffEnquiry> => {
  const { actor, headers, body, now } = said
  if (held === undefined || !mayAnswer(catalogue, actor, held.serviceId)) {
    throw new PortalError('not-found')
  }
  if (isDone(held, said)) return viewForStaff(held)
  if (held.version !== headers['if-match']) throw new PortalError('changed-meanwhile')
  const after: Enquiry =
    body.kind === 'answer'
      ? withMessage(held, { text: body.message, by: actor.account, now })
      : { ...held, state: 'closed', movedAt: now.toISOString(), version: held.version + 1 }
  const told =
    body.kind === 'answer'
      ? tellAnswer(after, await presentWriter(table, held.writer), { message: body.message, now })
      : []
  const outcome = await table.transact([enquiryWrite(after), ...told])
  if (!outcome.done) throw new PortalError('changed-meanwhile')
  return viewForStaff(after)
}

/**
 * Answers what a family wrote to a service, or closes it without a word [guide 4]: who wrote it is mailed
 * the answer at the address of today, unless they have left the family. Of the version that was read, so
 * that nobody answers past a later message; the same call again has one effect. Two reads, one transaction.
 *
 * @throws PortalError `not-found`, also for who does not answer for the service; `file-full`;
 * `changed-meanwhile`.
 */
export const answerEnquiry = async (
  deps: Deps,
  {
    parameters,
    ...said
  }: Pick<Call<typeof answerEnquiryRoute>, 'parameters' | 'actor' | 'headers' | 'body' | 'now'>,
): Promise<StaffEnquiry> => answer(deps, await findEnquiry(deps.table, parameters), said)

/**
 * The same of what a visitor wrote.
 *
 * @throws PortalError as `answerEnquiry` does.
 */
export const answerVisitor = async (
  deps: Deps,
  {
    parameters: { visitorId, number },
    ...said
  }: Pick<Call<typeof answerVisitorRoute>, 'parameters' | 'actor' | 'headers' | 'body' | 'now'>,
): Promise<StaffEnquiry> => {
  const held = await listOfVisitor(deps.table, visitorId)
  return answer(
    deps,
    held.find((each) => each.number === number),
    said,
  )
}
