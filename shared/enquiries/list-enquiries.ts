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

/** How many of a family's enquiries are shown. */
const SHOWN = 50

/** The last enquiries of a guardian among those of their family, the newest first. One Query. */
export const enquiriesOf = async (
  table: Table,
  { familyId, guardianId }: { readonly familyId: FamilyId; readonly guardianId: GuardianId },
  limit = SHOWN,
): Promise<Enquiry[]> =>
  (await listEnquiries(table, familyId, limit)).filter(
    ({ writer }) => writer.kind === 'guardian' && writer.guardianId === guardianId,
  )

/**
 * What a guardian has written to services and what these answered, newest first: not what another
 * guardian wrote, who may live elsewhere. One read, one Query.
 *
 * @throws PortalError `not-found` for a guardian who has left the family.
 */
export const listOwnEnquiries = async (
  table: Table,
  { actor }: Pick<Call<typeof listEnquiriesRoute>, 'actor'>,
): Promise<z.input<(typeof listEnquiriesRoute)['reply']>> => {
  const household = householdOf(actor)
  await admitGuardian(table, household)
  return { enquiries: (await enquiriesOf(table, household)).map(viewEnquiry) }
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

/** What a family has written to the services that somebody answers for, newest first. One Query. */
export const listFamilyEnquiries = async (
  { table, catalogue }: Deps,
  { actor, parameters }: Pick<Call<typeof listFamilyEnquiriesRoute>, 'actor' | 'parameters'>,
): Promise<z.input<(typeof listFamilyEnquiriesRoute)['reply']>> => ({
  enquiries: (await listEnquiries(table, parameters.familyId, SHOWN))
    .filter(({ serviceId }) => mayAnswer(catalogue, actor, serviceId))
    .map(viewForStaff),
})
