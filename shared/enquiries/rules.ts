import type { Service } from '../catalogue/information-model.ts'
import type { Catalogue } from '../catalogue/model.ts'
import { ENQUIRIES } from '../kernel/enquiry-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import type { Role } from '../platform/route.ts'
import type { ServiceId } from '../platform/schemas.ts'
import { MOST_MESSAGES, MOST_OPEN, type Enquiry, type Writer } from './model.ts'

/** How long what a visitor wrote is kept after the last word, in seconds: a year. */
const VISITOR_SECONDS = 365 * 86_400

/** When what a visitor wrote is forgotten; what a family wrote is kept as the town says. */
export const expiryOf = ({ kind }: Pick<Writer, 'kind'>, now: Date): { expiresAt?: number } =>
  kind === 'visitor' ? { expiresAt: Math.floor(now.getTime() / 1000) + VISITOR_SECONDS } : {}

/**
 * The service that somebody writes to.
 *
 * @throws PortalError `invalid-request` for one that the town has not.
 */
export const serviceOf = ({ town }: Pick<Catalogue, 'town'>, serviceId: ServiceId): Service => {
  const service = town.services.find(({ id }) => id === serviceId)
  if (service === undefined) {
    const faults = [{ pointer: '/body/serviceId', detail: ENQUIRIES.unknownService }]
    throw new PortalError('invalid-request', { faults })
  }
  return service
}

/** Whether somebody answers for a service: who has one of its roles; administrators for all, also those that are gone. */
export const mayAnswer = (
  { town }: Pick<Catalogue, 'town'>,
  { roles }: { readonly roles: readonly Role[] },
  serviceId: ServiceId,
): boolean => {
  if (roles.includes('administrator')) return true
  const answeredBy: readonly Role[] =
    town.services.find(({ id }) => id === serviceId)?.answeredBy ?? []
  return answeredBy.some((role) => roles.includes(role))
}

/**
 * Refuses who has so many enquiries open that one more would only be noise.
 *
 * @throws PortalError `too-many-attempts`.
 */
export const refuseFlood = (held: readonly Enquiry[], kind: Writer['kind']): void => {
  const open = held.filter(({ state }) => state === 'open')
  if (open.length >= MOST_OPEN[kind]) {
    throw new PortalError('too-many-attempts', { detail: ENQUIRIES.tooMany(open.length) })
  }
}

/**
 * An enquiry with one more message, under its next version: what the writer adds awaits an answer again.
 *
 * @throws PortalError `file-full` when it holds as many as it can.
 */
export const withMessage = (
  held: Enquiry,
  { text, by, now }: { readonly text: string; readonly by?: string; readonly now: Date },
): Enquiry => {
  if (held.messages.length >= MOST_MESSAGES) {
    throw new PortalError('file-full', { detail: ENQUIRIES.full })
  }
  const at = now.toISOString()
  const isAnswer = by !== undefined
  const message = isAnswer
    ? { at, from: 'service' as const, by, text }
    : { at, from: 'writer' as const, text }
  return {
    ...held,
    messages: [...held.messages, message],
    state: isAnswer ? 'answered' : 'open',
    movedAt: at,
    version: held.version + 1,
    ...expiryOf(held.writer, now),
  }
}
