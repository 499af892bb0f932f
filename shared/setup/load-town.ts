import type { TownAccount } from '../accounts/open-account.ts'
import { publishCatalogue } from '../catalogue/publish-catalogue.ts'
import { createFamily } from '../families/create-family.ts'
import type { WholeFile } from '../families/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { PortalError, type Fault } from '../kernel/errors.ts'
import { parisInstant } from '../kernel/paris.ts'
import type { Table } from '../platform/table.ts'
import { hashOf } from '../platform/hash.ts'
import { parseDocument } from '../platform/validation.ts'
import { publishNews } from '../publications/edit-news.ts'
import { faultsOfNews } from '../publications/rules.ts'
import { townFileSchema, type FamilyEntry, type TownFile } from './model.ts'
import { faultsOfTownFile } from './rules.ts'

/** What loading a town file did. */
export interface LoadReport {
  /** The name of the catalogue's edition, now in force. */
  readonly edition: string
  readonly newFamilies: number
  /** Families that were there already and were left as they are. */
  readonly knownFamilies: number
  readonly accounts: number
}

/** The family file that an entry of a town file describes. */
export const fileOf = (entry: FamilyEntry): WholeFile => {
  const { guardians, children, contacts, authorisations, enrolments, means, ...family } = entry
  const { familyId } = family
  return {
    family,
    guardians: guardians.map((guardian) => ({ ...guardian, familyId })),
    children: children.map((child) => ({ ...child, familyId })),
    contacts: contacts.map((contact) => ({ ...contact, familyId })),
    authorisations: authorisations.map((sheet) => ({ ...sheet, familyId })),
    enrolments: enrolments.map((enrolment) => ({ ...enrolment, familyId })),
    means: means
      .toSorted((a, b) => (a.from < b.from ? -1 : 1))
      // The file does not say when the town noted them: what is loaded again must be the same.
      .map((shown) => ({
        familyId,
        ...shown,
        notedAt: parisInstant(shown.from, '00:00').toISOString(),
      })),
  }
}

/** Who has published what a town file brings: no account of the user pool. */
const LOADER = { account: 'town-file', roles: [], family: undefined } as const

/** What is wrong with the news of a town file, by their places in it. */
const faultsOfFileNews = ({ catalogue, news }: TownFile): Fault[] =>
  news.flatMap((each, index) =>
    faultsOfNews(catalogue, each).map(({ pointer, detail }) => ({
      pointer: pointer.replace(/^\/body/, `/news/${String(index)}`),
      detail,
    })),
  )

/** Publishes the news of a town file, each once: the same news again find themselves there. */
const publishFileNews = async (
  table: Table,
  { catalogue, news }: TownFile,
  today: IsoDate,
): Promise<void> => {
  for (const body of news) {
    const headers = { 'idempotency-key': hashOf(body) }
    const now = parisInstant(today, '00:00')
    await publishNews({ table, catalogue }, { actor: LOADER, headers, body, now })
  }
}

/**
 * Opens or updates a town from its file: publishes the catalogue and the news, opens family files that
 * are not there yet, gives accounts. The same file again changes nothing.
 *
 * @param today the day it is in Paris.
 * @throws PortalError `invalid-request` with a French sentence and a JSON pointer for each fault;
 * nothing is written then; `price-list-in-force` when it changes price lists that have begun.
 */
export const loadTown = async (
  {
    table,
    createAccount,
  }: { table: Table; createAccount: (account: TownAccount) => Promise<void> },
  content: unknown,
  today: IsoDate,
): Promise<LoadReport> => {
  const file = parseDocument(townFileSchema, content)
  const faults = [...faultsOfTownFile(file), ...faultsOfFileNews(file)]
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })

  const edition = await publishCatalogue(table, file.catalogue, today)
  let newFamilies = 0
  for (const entry of file.families) {
    if (await createFamily(table, fileOf(entry))) newFamilies += 1
  }
  await publishFileNews(table, file, today)
  for (const account of file.accounts) await createAccount(account)
  return {
    edition,
    newFamilies,
    knownFamilies: file.families.length - newFamilies,
    accounts: file.accounts.length,
  }
}
