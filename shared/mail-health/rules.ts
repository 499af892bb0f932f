import { normalEmail } from '../kernel/email.ts'
import { hashOf } from '../platform/hash.ts'
import {
  MOST_FAMILIES,
  type MailAddress,
  type News,
  type Report,
  type Standing,
  type Use,
} from './model.ts'

/** So many transient bounces within so many days say that mails do not arrive. */
export const TRANSIENT_ROW = 5
const ROW_DAYS = 30

/** After so many days without news an address is forgotten, and the next mail to it is tried. */
const KEPT_DAYS = 400

const DAY = 86_400_000

/** The key of an address, in which capital letters make no difference. */
export const addressIdOf = (email: string): string => hashOf(normalEmail(email))

const order = (a: Report, b: Report): number =>
  a.at === b.at ? (a.feedbackId < b.feedbackId ? -1 : 1) : a.at < b.at ? -1 : 1

const later = (a: Report | undefined, b: Report): Report =>
  a === undefined || order(a, b) < 0 ? b : a

/** The newest reports of both, each of them once: the same whichever came first. */
const newest = (held: readonly Report[], report: Report): Report[] => {
  const reports = new Map([...held, report].map((each) => [`${each.at} ${each.feedbackId}`, each]))
  return [...reports.values()].toSorted((a, b) => order(b, a)).slice(0, TRANSIENT_ROW)
}

const instants = ({ bounced, complained, transients, confirmedAt }: MailAddress): string[] =>
  [bounced?.at, complained?.at, transients[0]?.at, confirmedAt].filter((at) => at !== undefined)

const hear = (address: MailAddress, news: News): MailAddress => {
  switch (news.kind) {
    case 'bounce':
      return { ...address, bounced: later(address.bounced, news.report) }
    case 'complaint':
      return { ...address, complained: later(address.complained, news.report) }
    case 'transient':
      return { ...address, transients: newest(address.transients, news.report) }
    case 'confirmation': {
      const { confirmedAt = '' } = address
      return { ...address, confirmedAt: confirmedAt < news.at ? news.at : confirmedAt }
    }
    case 'withheld':
      return address
  }
}

/** An address of which nothing is known yet. */
export const unknownAddress = (email: string): MailAddress => ({
  addressId: addressIdOf(email),
  email: normalEmail(email),
  transients: [],
  families: [],
  isTowns: false,
  version: 0,
  expiresAt: 0,
})

/**
 * What is known of an address after one more piece of news. News may come in any order and any number
 * of times (SES promises neither order nor once): what is known then is the same.
 */
export const afterNews = (held: MailAddress, news: News, use: Use): MailAddress => {
  const heard = hear(held, news)
  const families = [...new Set([...held.families, ...use.families])].toSorted()
  const last = Math.max(...instants(heard).map((at) => new Date(at).getTime()), 0)
  return {
    ...heard,
    families: families.slice(0, MOST_FAMILIES),
    isTowns: held.isTowns || use.isTowns,
    expiresAt: Math.ceil(last / 1000) + KEPT_DAYS * (DAY / 1000),
  }
}

/** Since when transient bounces come in a row; nothing while they do not. */
const rowSince = (transients: readonly Report[]): string | undefined => {
  const [first, last] = [transients.at(TRANSIENT_ROW - 1), transients.at(0)]
  if (first === undefined || last === undefined) return undefined
  const days = (new Date(last.at).getTime() - new Date(first.at).getTime()) / DAY
  return days <= ROW_DAYS ? first.at : undefined
}

/**
 * What stands against an address: `undeliverable` after a permanent bounce, or after five transient
 * ones within 30 days; `complained` after a complaint. What was sent before the address was last
 * confirmed counts no more.
 */
export const standingOf = (address: MailAddress): Standing | undefined => {
  const { bounced, complained, transients, confirmedAt = '' } = address
  const counts = ({ at }: Report): boolean => at > confirmedAt
  if (bounced !== undefined && counts(bounced)) {
    return { problem: 'undeliverable', since: bounced.at }
  }
  const since = rowSince(transients.filter(counts))
  if (since !== undefined) return { problem: 'undeliverable', since }
  if (complained !== undefined && counts(complained)) {
    return { problem: 'complained', since: complained.at }
  }
  return undefined
}

/**
 * Whether a mail may be tried: none where nothing arrives, after a complaint none but those that a
 * family must have (invoices, decisions, security).
 */
export const mayBeTried = (
  address: MailAddress | undefined,
  { isInformational }: { readonly isInformational: boolean },
): boolean => {
  const standing = address === undefined ? undefined : standingOf(address)
  if (standing === undefined) return true
  return standing.problem === 'complained' && !isInformational
}
