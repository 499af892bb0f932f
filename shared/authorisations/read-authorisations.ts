import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { describeGroup } from '../catalogue/look-up.ts'
import { labelEnrolment } from '../families/label-enrolment.ts'
import {
  AUTHORISATION_KINDS,
  type Authorisation,
  type AuthorisationSheet,
  type Contact,
  type Enrolment,
} from '../families/model.ts'
import { actingGuardian, admitParent, householdOf, readWholeFile } from '../families/read-file.ts'
import { mayParent } from '../families/rights-rules.ts'
import { AUTHORISATIONS } from '../kernel/family-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { choiceLabel } from './labels.ts'
import type { listAuthorisationRequestsRoute, readAuthorisationsRoute } from './routes.ts'
import { decidedIn, enrolmentsToDecide, versionOf } from './rules.ts'
import { listAuthorisationRequests } from './store.ts'
import { viewAuthorisationRequest } from './view.ts'

type Reply = z.input<(typeof readAuthorisationsRoute)['reply']>
type EnrolmentReply = Reply['children'][number]['enrolments'][number]

const viewChoice = (label: string, decided: Authorisation | undefined) => {
  const { signs, undecided } = AUTHORISATIONS
  if (decided === undefined) return { label, sign: signs.undecided, choice: undecided }
  const { allowed, since } = decided
  const sign = allowed ? signs.allowed : signs.forbidden
  return { label, allowed, sign, choice: choiceLabel(allowed), since }
}

const viewEnrolment = (
  { catalogue }: TownCatalogue,
  enrolment: Enrolment,
  sheet: AuthorisationSheet | undefined,
  contacts: readonly Contact[],
): EnrolmentReply[] => {
  const described = describeGroup(catalogue, enrolment)
  if (described === undefined) return []
  const decided = (about: Authorisation['about']) => decidedIn(sheet, enrolment.enrolmentId, about)
  return [
    {
      ...labelEnrolment(enrolment, described),
      decisions: AUTHORISATION_KINDS.map((kind) => ({
        kind,
        ...viewChoice(AUTHORISATIONS.kinds[kind], decided({ kind })),
      })),
      contacts: contacts.map(({ contactId, name, relation, phone }) => ({
        contactId,
        name,
        relation,
        phone,
        ...viewChoice(
          AUTHORISATIONS.collect({ name, relation }),
          decided({ kind: 'collect', contactId }),
        ),
      })),
    },
  ]
}

/**
 * What a family allows and forbids, by child and enrolment [guide 55, 56, 57]: for the children over
 * whom the guardian has authority, in the enrolments that are not over. One Query.
 *
 * @throws PortalError `not-found` for a guardian who has left the family.
 */
export const readAuthorisations = async (
  { table, town }: { table: Table; town: TownCatalogue },
  { actor, now }: Pick<Call<typeof readAuthorisationsRoute>, 'actor' | 'now'>,
): Promise<Reply> => {
  const { familyId, guardianId } = householdOf(actor)
  const { file } = await readWholeFile(table, familyId)
  actingGuardian(file, guardianId)
  const today = parisDate(now)
  return {
    children: file.children
      .filter((child) => mayParent(child, guardianId, today))
      .map((child) => {
        const sheet = file.authorisations.find(({ childId }) => childId === child.childId)
        return {
          childId: child.childId,
          firstName: child.firstName,
          version: versionOf(sheet),
          enrolments: enrolmentsToDecide(file, child, today).flatMap((enrolment) =>
            viewEnrolment(town, enrolment, sheet, file.contacts),
          ),
        }
      }),
  }
}

/**
 * What a family has decided so far for the children over whom the guardian has authority, newest
 * first, by pages [guide 59]: one that decided for others alone leaves its page shorter. Two Queries.
 *
 * @throws PortalError `not-found` for a guardian who has left the family.
 */
export const listOwnAuthorisationRequests = async (
  { table, town }: { table: Table; town: TownCatalogue },
  {
    actor,
    query: { before, limit },
    now,
  }: Pick<Call<typeof listAuthorisationRequestsRoute>, 'actor' | 'query' | 'now'>,
): Promise<z.input<(typeof listAuthorisationRequestsRoute)['reply']>> => {
  const { familyId, mayRead } = await admitParent(table, { actor, now })
  const found = await listAuthorisationRequests(table, familyId, { before, limit: limit + 1 })
  const page = found.slice(0, limit)
  const last = page[limit - 1]
  return {
    requests: page
      .map((request) => ({
        ...request,
        changes: request.changes.filter(({ childId }) => mayRead(childId)),
      }))
      .filter(({ changes }) => changes.length > 0)
      .map((request) => viewAuthorisationRequest(town.catalogue, request)),
    ...(found.length > limit && last !== undefined ? { next: last.number } : {}),
  }
}
