import type * as z from 'zod'
import { readAccount } from '../accounts/read-account.ts'
import { owingIn } from '../arrears/image.ts'
import { attachmentsOf } from '../attachments/list-attachments.ts'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { labelsOf } from '../catalogue/look-up.ts'
import { enquiriesOf } from '../enquiries/list-enquiries.ts'
import { viewEnquiry } from '../enquiries/view.ts'
import type { FamilyFile } from '../families/model.ts'
import { actingGuardian, admittedTo, householdOf } from '../families/read-file.ts'
import { attentionToFile, viewChild } from '../families/view-file.ts'
import { HOME } from '../kernel/home-texts.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { menuFor } from '../publications/read-information.ts'
import { newsOfToday } from '../publications/read-news.ts'
import { readingOf } from '../publications/rules.ts'
import { lastSchoolYear, offersIn } from '../reservations/list-offers.ts'
import { requestsOf } from '../reservations/list-requests.ts'
import { loadHousehold } from '../reservations/load-household.ts'
import type { HomeAttention, readHomeRoute } from './routes.ts'
import {
  attentionToDebts,
  attentionToDocuments,
  attentionToEnquiries,
  attentionToMail,
  balanceOf,
} from './rules.ts'

type Reply = z.input<(typeof readHomeRoute)['reply']>

/** How many of the last requests, and of the last enquiries, the page shows. */
const SHOWN = 5

/** A family in short: its children, their schools and what they are enrolled in. */
const familyInShort = (
  town: TownCatalogue,
  { family, children, enrolments }: FamilyFile,
  today: IsoDate,
): Reply['family'] => ({
  familyId: family.familyId,
  name: family.name,
  children: children.map((child) => {
    const { childId, firstName, lastName, age, school, className } = viewChild(town, child, today)
    return {
      ...{ childId, firstName, lastName, age, school },
      ...(className === undefined ? {} : { className }),
      activities: enrolments
        .filter((each) => each.childId === childId && each.until >= today)
        .map((each) => ({
          activity: labelsOf(town.catalogue, each).activity,
          until: each.until,
        })),
    }
  }),
})

const attentionToOffers = (offers: ReturnType<typeof offersIn>): HomeAttention[] =>
  offers.map((offer) => ({ kind: 'offer', text: HOME.offer(offer), about: String(offer.number) }))

/**
 * All that a parent's first page shows [guide 28, 34, 35]: the connection before this one, the children,
 * the last requests and enquiries, the news for them, what is to be paid, what needs attention, and the
 * menu. What is to be paid is by the copies in the family file; the ledger tells it to the last second.
 * Two reads and five Queries, however long the family has been there.
 *
 * @throws PortalError `not-found` for a guardian who has left the family, or never signed in by the portal.
 */
export const readHome = async (
  deps: { readonly table: Table; readonly town: TownCatalogue },
  { actor, now }: Pick<Call<typeof readHomeRoute>, 'actor' | 'now'>,
): Promise<Reply> => {
  const { table, town } = deps
  const { catalogue } = town
  const household = householdOf(actor)
  const { familyId, guardianId } = household
  const [account, loaded, attachments, enquiries, newsFor] = await Promise.all([
    readAccount(table, { actor }),
    loadHousehold(table, familyId, lastSchoolYear(town, now)),
    attachmentsOf(table, household),
    enquiriesOf(table, household, 4 * SHOWN),
    newsOfToday({ table, catalogue }, now),
  ])
  const today = parisDate(now)
  const guardian = actingGuardian(loaded.file, guardianId)
  const { mayRead } = admittedTo(loaded.file, { actor, now })
  const { requests } = await requestsOf(deps, familyId, { limit: SHOWN }, mayRead)
  const children = loaded.file.children.filter(({ childId }) => mayRead(childId))
  const file = { ...loaded.file, children }
  const owing = owingIn(loaded.items)
  return {
    name: `${guardian.title} ${guardian.firstName} ${guardian.lastName}`,
    ...(account.lastSignIn === undefined ? {} : { lastSignIn: account.lastSignIn }),
    family: familyInShort(town, file, today),
    requests,
    enquiries: enquiries.slice(0, SHOWN).map(viewEnquiry),
    news: newsFor(readingOf(file, guardianId, today)),
    balance: balanceOf(catalogue, owing, today),
    attention: [
      ...attentionToOffers(offersIn(town, loaded, { guardianId, now })),
      ...attentionToDebts(catalogue, owing, today),
      ...attentionToMail(account.email, account.mailProblem),
      ...attentionToDocuments(attachments),
      ...attentionToEnquiries(enquiries, today),
      ...attentionToFile(file, catalogue.town.files, today).map(({ kind, text, field }) => ({
        kind,
        text,
        ...(field === undefined ? {} : { about: field }),
      })),
    ],
    menu: menuFor(catalogue, 'parent'),
  }
}
