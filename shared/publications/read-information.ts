import type * as z from 'zod'
import { PAGE_IDS } from '../catalogue/information-model.ts'
import type { Catalogue } from '../catalogue/model.ts'
import { PortalError } from '../kernel/errors.ts'
import { phoneLabel } from '../kernel/phone.ts'
import { MENU } from '../kernel/publication-texts.ts'
import type { Call } from '../platform/http.ts'
import type { menuReply, readInformationRoute, readPageRoute } from './routes.ts'

/** What only the menu of a parent who is signed in has [guide 4, 35]. */
const OF_PARENTS: ReadonlySet<string> = new Set([
  'home',
  'family',
  'bookings',
  'requests',
  'ledger',
  'account',
])

const isAvailable = ({ town, pages }: Catalogue, entry: string): boolean => {
  if (pages.some(({ id }) => id === entry)) return true
  if (entry === 'practical' || entry === 'contacts') return town.services.length > 0
  return !PAGE_IDS.some((id) => id === entry)
}

/**
 * The menu of the portal, all of it for one page of a phone [guide 34, 35]. A page that the town has not
 * written is not available; the services are practical information and contacts by themselves.
 */
export const menuFor = (
  catalogue: Catalogue,
  reader: 'visitor' | 'parent',
): z.input<typeof menuReply> =>
  Object.entries(MENU)
    .filter(([entry]) => reader === 'parent' || !OF_PARENTS.has(entry))
    .map(([entry, label]) => ({ entry, label, available: isAvailable(catalogue, entry) }))

/** The services of the town and the titles of its pages [guide 4, 35]. No read: the catalogue has them. */
export const readInformation = (
  catalogue: Catalogue,
): z.input<(typeof readInformationRoute)['reply']> => ({
  services: catalogue.town.services.map(({ id, name, email, phone, address, openingHours }) => ({
    serviceId: id,
    ...{ name, email, openingHours },
    ...(phone === undefined ? {} : { phone, phoneLabel: phoneLabel(phone) }),
    ...(address === undefined ? {} : { address }),
  })),
  pages: catalogue.pages.map(({ id, title }) => ({ pageId: id, title })),
  menu: menuFor(catalogue, 'visitor'),
})

/**
 * A page of the town, by its paragraphs.
 *
 * @throws PortalError `not-found` for one that the town has not written.
 */
export const readPage = (
  { pages }: Catalogue,
  { parameters: { pageId } }: Pick<Call<typeof readPageRoute>, 'parameters'>,
): z.input<(typeof readPageRoute)['reply']> => {
  const page = pages.find(({ id }) => id === pageId)
  if (page === undefined) throw new PortalError('not-found')
  return { pageId, title: page.title, paragraphs: page.text.split(/\n{2,}/) }
}
