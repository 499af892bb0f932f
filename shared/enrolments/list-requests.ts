import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { admitParent } from '../families/read-file.ts'
import type { Call } from '../platform/http.ts'
import type { Segment } from '../platform/keys.ts'
import { LARGEST_NUMBER, type FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { EnrolmentRequest } from './model.ts'
import type { listEnrolmentRequestsRoute, listOwnEnrolmentRequestsRoute } from './routes.ts'
import { listEnrolmentRequests, listPendingEnrolmentRequests } from './store.ts'
import { viewEnrolmentRequest } from './view.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}

/**
 * A family's requests for enrolments of the children over whom the guardian has authority, newest
 * first. Two Queries.
 *
 * @throws PortalError `not-found` for a guardian who has left the family.
 */
export const listOwnEnrolmentRequests = async (
  { table, town }: Deps,
  call: Pick<Call<typeof listOwnEnrolmentRequestsRoute>, 'actor' | 'now'>,
): Promise<z.input<(typeof listOwnEnrolmentRequestsRoute)['reply']>> => {
  const { familyId, mayRead } = await admitParent(table, call)
  const requests = await listEnrolmentRequests(table, familyId)
  return {
    requests: requests
      .filter(({ childId }) => mayRead(childId))
      .map((request) => viewEnrolmentRequest(town.catalogue, request)),
  }
}

/** Whether a request of a family for an enrolment awaits staff. One Query. */
export const awaitsEnrolment = async (table: Table, familyId: FamilyId): Promise<boolean> =>
  (await listEnrolmentRequests(table, familyId)).some(({ state }) => state === 'pending')

const placeOf = ({ submittedAt, number }: EnrolmentRequest): string =>
  `${submittedAt}_${String(number)}`

const behind = (place: string): readonly Segment[] => {
  const [submittedAt = '', number] = place.split('_')
  return [submittedAt, Math.min(Number(number) + 1, LARGEST_NUMBER)]
}

/** The requests for enrolments that await a decision of staff, oldest first, by pages. One Query. */
export const listEnrolmentInbox = async (
  { table, town }: Deps,
  { query: { limit, after } }: Pick<Call<typeof listEnrolmentRequestsRoute>, 'query'>,
): Promise<z.input<(typeof listEnrolmentRequestsRoute)['reply']>> => {
  const from = after === undefined ? [] : behind(after)
  const found = await listPendingEnrolmentRequests(table, { from, limit: limit + 1 })
  const page = found.slice(0, limit)
  const last = page[limit - 1]
  return {
    requests: page.map((request) => ({
      ...viewEnrolmentRequest(town.catalogue, request),
      familyId: request.familyId,
      familyName: request.familyName,
      age: request.age,
      ...(request.className === undefined ? {} : { className: request.className }),
    })),
    ...(found.length > limit && last !== undefined ? { next: placeOf(last) } : {}),
  }
}
