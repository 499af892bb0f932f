import type * as z from 'zod'
import type { Catalogue } from '../catalogue/model.ts'
import { admitGuardian, householdOf } from '../families/read-file.ts'
import { PortalError } from '../kernel/errors.ts'
import type { Call } from '../platform/http.ts'
import type { FamilyId, GuardianId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Enquiry } from './model.ts'
import type {
  listEnquiriesRoute,
  listFamilyEnquiriesRoute,
  listOpenEnquiriesRoute,
} from './routes.ts'
import { mayAnswer } from './rules.ts'
import { listEnquiries, listOpen } from './store.ts'
import { viewEnquiry, viewForStaff } from './view.ts'

interface Deps {
  readonly table: Table
  readonly catalogue: Catalogue
}

/** Among how many of a family's last enquiries those of a guardian are looked for. */
const LOOKED_AT = 50

/** Whether a guardian has written an enquiry: what another one wrote, who may live elsewhere, is theirs. */
const isOf =
  (guardianId: GuardianId) =>
  ({ writer }: Enquiry): boolean =>
    writer.kind === 'guardian' && writer.guardianId === guardianId

/** The last enquiries of a guardian among those of their family, the newest first. One Query. */
export const enquiriesOf = async (
  table: Table,
  { familyId, guardianId }: { readonly familyId: FamilyId; readonly guardianId: GuardianId },
  limit = LOOKED_AT,
): Promise<Enquiry[]> => (await listEnquiries(table, familyId, { limit })).filter(isOf(guardianId))

/** A page of what a family has written, and the number of the enquiry behind it. One Query. */
const pageOf = async (
  table: Table,
  familyId: FamilyId,
  { after, limit }: Call<typeof listEnquiriesRoute>['query'],
): Promise<{ readonly page: readonly Enquiry[]; readonly next?: Enquiry['number'] }> => {
  const found = await listEnquiries(table, familyId, { until: after, limit: limit + 1 })
  const next = found.at(limit)?.number
  return { page: found.slice(0, limit), ...(next === undefined ? {} : { next }) }
}

/**
 * What a guardian has written to services and what these answered, newest first, by pages, of which one
 * may be short or empty: what another guardian wrote is left out. One read, one Query.
 *
 * @throws PortalError `not-found` for a guardian who has left the family.
 */
export const listOwnEnquiries = async (
  table: Table,
  { actor, query }: Pick<Call<typeof listEnquiriesRoute>, 'actor' | 'query'>,
): Promise<z.input<(typeof listEnquiriesRoute)['reply']>> => {
  const household = householdOf(actor)
  await admitGuardian(table, household)
  const { page, ...next } = await pageOf(table, household.familyId, query)
  return { enquiries: page.filter(isOf(household.guardianId)).map(viewEnquiry), ...next }
}

/** Where an enquiry stands in the inbox; the time of its last word, then its number. */
const placeOf = ({ movedAt, number }: Enquiry): string => `${movedAt}_${String(number)}`

const inOrder = (a: Enquiry, b: Enquiry): number =>
  a.movedAt === b.movedAt ? a.number - b.number : a.movedAt < b.movedAt ? -1 : 1

/**
 * What awaits an answer of the services that somebody answers for, or of one of them, the oldest first,
 * by pages. One Query of the index for each service.
 *
 * @throws PortalError `not-found` for a service that they do not answer for.
 */
export const listOpenEnquiries = async (
  { table, catalogue }: Deps,
  {
    actor,
    query: { serviceId, limit, after },
  }: Pick<Call<typeof listOpenEnquiriesRoute>, 'actor' | 'query'>,
): Promise<z.input<(typeof listOpenEnquiriesRoute)['reply']>> => {
  if (serviceId !== undefined && !mayAnswer(catalogue, actor, serviceId)) {
    throw new PortalError('not-found')
  }
  const own = catalogue.town.services
    .map(({ id }) => id)
    .filter((id) => mayAnswer(catalogue, actor, id))
  const [at, number] = after?.split('_') ?? []
  const from = at === undefined ? [] : [at, Number(number)]
  // The last one of the page before comes along, unless it is answered; and one tells of a next page.
  const found = await Promise.all(
    (serviceId === undefined ? own : [serviceId]).map((each) =>
      listOpen(table, each, { from, limit: limit + 2 }),
    ),
  )
  const open = found
    .flat()
    .filter((enquiry) => placeOf(enquiry) !== after)
    .toSorted(inOrder)
  const page = open.slice(0, limit)
  const last = page.at(-1)
  return {
    enquiries: page.map(viewForStaff),
    ...(open.length > limit && last !== undefined ? { next: placeOf(last) } : {}),
  }
}

/**
 * What a family has written to the services that somebody answers for, newest first, by pages, of which
 * one may be short or empty. One Query.
 */
export const listFamilyEnquiries = async (
  { table, catalogue }: Deps,
  {
    actor,
    parameters,
    query,
  }: Pick<Call<typeof listFamilyEnquiriesRoute>, 'actor' | 'parameters' | 'query'>,
): Promise<z.input<(typeof listFamilyEnquiriesRoute)['reply']>> => {
  const { page, ...next } = await pageOf(table, parameters.familyId, query)
  const own = page.filter(({ serviceId }) => mayAnswer(catalogue, actor, serviceId))
  return { enquiries: own.map(viewForStaff), ...next }
}
