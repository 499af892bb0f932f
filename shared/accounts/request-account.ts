import type * as z from 'zod'
import type { Call } from '../platform/http.ts'
import { hashOf } from '../platform/hash.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { AccountMail, AccountRequest } from './model.ts'
import { duplicatesOf } from './find-duplicates.ts'
import type { listAccountRequestsRoute, requestAccountRoute } from './routes.ts'
import { findRequest, listRequests, saveRequest } from './store.ts'

/** How long an application waits for staff, and how long a decision is kept, in days. */
const LIFETIME_DAYS = 60

/** Until when an application is kept, in seconds since 1970. */
const expiryOf = (now: Date): number => Math.floor(now.getTime() / 1000) + LIFETIME_DAYS * 86_400

/** The mail that tells the person who asks what has become of it, once for each step. */
export const mailOf = (
  { requestId, submittedAt, application }: Omit<AccountRequest, 'version'>,
  content: AccountMail['content'],
): Omit<AccountMail, 'expiresAt'> => ({
  mailId: `${requestId}-${submittedAt}-${content.kind}`,
  to: application.guardian.email,
  content,
})

/** Where an application stands among those that wait. */
const placeOf = ({ submittedAt, requestId }: AccountRequest): string =>
  `${submittedAt}_${requestId}`

/** Whether an application waits for staff, and is not forgotten. */
export const isOpen = ({ state, expiresAt }: AccountRequest, now: Date): boolean =>
  (state === 'pending' || state === 'deciding') && expiresAt * 1000 > now.getTime()

/** The number of the application of who has an e-mail, in small letters: there is one at a time. */
export const requestIdOf = (email: string): string => hashOf(email).slice(0, 32)

/**
 * Keeps an application for an account until staff decide. One that waits already for the same e-mail
 * stays as it is: the answer is the same, and does not say who is known.
 *
 * @throws PortalError `concurrent-change`.
 */
export const requestAccount = async (
  table: Table,
  { body, now }: Pick<Call<typeof requestAccountRoute>, 'body' | 'now'>,
): Promise<z.input<(typeof requestAccountRoute)['reply']>> => {
  const { guardian, address, children } = body
  const requestId = requestIdOf(guardian.email)
  const at = now.toISOString()
  const request = {
    requestId,
    submittedAt: at,
    agreedAt: at,
    application: { guardian, address, children },
    state: 'pending' as const,
    expiresAt: expiryOf(now),
  }
  await again(async () => {
    const held = await findRequest(table, requestId)
    if (held !== undefined && isOpen(held, now)) return
    const letter = mailOf(request, { kind: 'application-received' })
    await saveRequest(table, held?.version ?? 0, request, { letter, now })
  })
  return { received: true }
}

/** The applications that wait for staff, the oldest first by pages, with the files that may be theirs. */
export const listAccountRequests = async (
  table: Table,
  { query: { limit, after }, now }: Pick<Call<typeof listAccountRequestsRoute>, 'query' | 'now'>,
): Promise<z.input<(typeof listAccountRequestsRoute)['reply']>> => {
  // The last one of the page before comes along, unless it is decided; and one tells of a next page.
  const from = after?.split('_') ?? []
  const found = (await listRequests(table, { from, limit: limit + 2 })).filter(
    (request) => placeOf(request) !== after,
  )
  const held = found.slice(0, limit)
  const last = held.at(-1)
  return {
    requests: await Promise.all(
      held
        .filter((request) => isOpen(request, now))
        .map(async ({ requestId, submittedAt, application }) => ({
          requestId,
          submittedAt,
          application,
          duplicates: await duplicatesOf(table, application),
        })),
    ),
    ...(found.length > limit && last !== undefined ? { next: placeOf(last) } : {}),
  }
}
