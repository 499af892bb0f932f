import { successorOf } from '../families/guardian-account.ts'
import { PortalError } from '../kernel/errors.ts'
import { UNSUBSCRIBE } from '../kernel/mail-texts.ts'
import { hashOf } from '../platform/hash.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { NewSecret } from '../platform/secret.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { showUnsubscribeRoute, unsubscribeRoute } from './routes.ts'
import {
  addSecret,
  deleteLink,
  findLink,
  findPreferences,
  findSecret,
  savePreferences,
} from './store.ts'
import type { Topic } from './topics.ts'
import { unsubscribePage } from './unsubscribe-page.ts'

/** Where the portal's API is, without a slash at its end, and where secrets come from. */
export interface UnsubscribeLinks {
  readonly apiUrl: string
  readonly newSecret: NewSecret
}

/**
 * The address by which a family stops the mails of a topic without signing in (RFC 8058). It says
 * nothing of the family, and nobody finds it by trying; it stays the same, so that old mails work too.
 * One read; the first time a transaction as well.
 *
 * @throws StaleReadError, TableBusyError.
 */
export const unsubscribeUrl = async (
  table: Table,
  { apiUrl, newSecret }: UnsubscribeLinks,
  { familyId, topic }: { readonly familyId: FamilyId; readonly topic: Topic },
): Promise<string> => {
  const secret = await again(async () => {
    const held = await findSecret(table, familyId)
    if (held !== undefined) return held
    const fresh = newSecret()
    await addSecret(table, { familyId, secret: fresh, hash: hashOf(fresh) })
    return fresh
  })
  return `${apiUrl}/unsubscribe/${topic}/${secret}`
}

/** The page with the button that stops the mails of a topic. Opening it changes nothing: scanners open links. */
export const showUnsubscribe = ({
  parameters,
}: Pick<Call<typeof showUnsubscribeRoute>, 'parameters'>): string =>
  unsubscribePage({
    title: UNSUBSCRIBE.title,
    text: UNSUBSCRIBE.ask[parameters.topic],
    isAsking: true,
  })

const stop = (table: Table, familyId: FamilyId, topic: Topic): Promise<void> =>
  again(async () => {
    const held = await findPreferences(table, familyId)
    if (held[topic]) await savePreferences(table, { ...held, [topic]: false })
  })

/**
 * Stops the mails of a topic for the family of a link, and for the one into which its file was merged
 * since: that one mails now. Done again it changes nothing. Three reads and at most one write, two more
 * reads and a write for each merge.
 *
 * @throws PortalError `not-found` for a link that is nobody's; `concurrent-change`.
 */
export const unsubscribe = async (
  table: Table,
  { parameters }: Pick<Call<typeof unsubscribeRoute>, 'parameters'>,
): Promise<string> => {
  const { topic, secret } = parameters
  const link = await findLink(table, hashOf(secret))
  if (link === undefined) throw new PortalError('not-found')
  let familyId: FamilyId | undefined = link.familyId
  while (familyId !== undefined) {
    await stop(table, familyId, topic)
    familyId = await successorOf(table, familyId)
  }
  return unsubscribePage({
    title: UNSUBSCRIBE.title,
    text: UNSUBSCRIBE.done[topic],
    isAsking: false,
  })
}

/** Ends the link by which a family's mails can be stopped, if there is one. */
export const eraseUnsubscribe = async (table: Table, familyId: FamilyId): Promise<void> => {
  const secret = await findSecret(table, familyId)
  if (secret !== undefined) await deleteLink(table, hashOf(secret))
}
