import { afterAll } from 'vitest'
import { startApiParticulier } from '../../lib/local/api-particulier.ts'
import { changeEmail } from '../../shared/accounts/change-email.ts'
import { changeLetters } from '../../shared/accounts/letters.ts'
import { openAccount } from '../../shared/accounts/open-account.ts'
import { requestAccount } from '../../shared/accounts/request-account.ts'
import { requestAccountRoute } from '../../shared/accounts/routes.ts'
import { areOfFamily } from '../../shared/attachments/are-of-family.ts'
import { confirmUpload } from '../../shared/attachments/confirm-upload.ts'
import { offerUpload } from '../../shared/attachments/offer-upload.ts'
import { submitAuthorisations } from '../../shared/authorisations/submit-authorisations.ts'
import { Calendars, type TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { activitySchema } from '../../shared/catalogue/model.ts'
import { removeContact } from '../../shared/families/edit-contact.ts'
import { editFamily } from '../../shared/families/edit-family.ts'
import { openFileRoute } from '../../shared/families/file-routes.ts'
import { openFile } from '../../shared/families/open-file.ts'
import { keepHealth } from '../../shared/health/keep-record.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import { QUOTIENT_CONSENT } from '../../shared/kernel/quotient-texts.ts'
import { cognitoAccounts, type Accounts } from '../../shared/platform/accounts.ts'
import { s3Files, type FileStore } from '../../shared/platform/files.ts'
import type { Actor } from '../../shared/platform/http.ts'
import { cognitoIdentity, type Identity } from '../../shared/platform/identity.ts'
import { sesMailer, type Mailer } from '../../shared/platform/mailer.ts'
import {
  attachmentIdSchema,
  contactIdSchema,
  type AttachmentId,
  type FamilyId,
} from '../../shared/platform/schemas.ts'
import { kmsSealer, type Sealer } from '../../shared/platform/sealer.ts'
import type { Table } from '../../shared/platform/table.ts'
import { askErasure } from '../../shared/privacy/erasure-requests.ts'
import { eraseFamily } from '../../shared/privacy/erase-family.ts'
import { purgeData } from '../../shared/privacy/purge.ts'
import { saveWarning } from '../../shared/privacy/store.ts'
import { quotientApi } from '../../shared/quotients/api-client.ts'
import { giveConsent } from '../../shared/quotients/consent.ts'
import { fetchQuotient } from '../../shared/quotients/fetch-quotient.ts'
import { keepToken, openToken } from '../../shared/quotients/keep-token.ts'
import { openSession } from '../../shared/sessions/open-session.ts'
import { PASSWORD } from '../accounts/fixture.ts'
import { AGENT, ANNOUNCED } from '../attachments/fixture.ts'
import { allBut, form } from '../authorisations/fixture.ts'
import { enrolling } from '../enrolments/fixture.ts'
import { CHILD, FAMILY, GUARDIAN, NOW, parent } from '../families/file-fixture.ts'
import { LEO, TOLD } from '../health/fixture.ts'
import { CHALONS, staff, TOKEN } from '../quotients/fixture.ts'
import { cesson, cessonTown, DUPONT } from './cesson.ts'
import { mailServer } from './ses.ts'
import { testPool } from './user-pool.ts'
import { BUCKET, KEY, openVault, PDF, post, TOKEN_KEY } from './vault.ts'

/** What keeps accounts, mails, files and secrets, on this machine. */
export interface PeopleParts {
  readonly accounts: Accounts
  readonly identity: Identity
  readonly mailer: Mailer
  readonly files: FileStore
  /** By the key of health records, and by that of tokens. */
  readonly sealer: Sealer
  readonly tokenSealer: Sealer
  /** Where API Particulier is. */
  readonly fundsUrl: string
}

/** Starts all of it, closed after the test file. Call it once at the top of a test file. */
export const openPeopleParts = async (): Promise<PeopleParts> => {
  const vault = await openVault()
  const mail = await mailServer()
  const pool = await testPool(mail.endpoint)
  const funds = await startApiParticulier()
  afterAll(funds.stop)
  return {
    accounts: cognitoAccounts(pool.client, pool.userPoolId),
    identity: cognitoIdentity(pool.client, pool),
    mailer: sesMailer(mail.client, { sender: 'portail@cesson.example', configurationSet: 'x' }),
    files: s3Files(vault.files, BUCKET.name),
    sealer: kmsSealer(vault.keys, KEY),
    tokenSealer: kmsSealer(vault.keys, TOKEN_KEY),
    fundsUrl: funds.url,
  }
}

/** What becomes a secret or an id by chance: the same each time, as the scenario is. */
const newSecret = (): string => 'a-secret'

/** The mother of guide 002. */
const MOTHER: Actor = { account: 'account-of-g1', roles: ['guardian'], family: DUPONT }

const isWrong = (error: unknown): void => {
  if (!(error instanceof PortalError) || error.code !== 'bad-credentials') throw error
}

/** One asks for an account; the other has one, mistypes, and wants to sign in by another e-mail. */
const useAccounts = async (table: Table, parts: PeopleParts): Promise<void> => {
  const { address } = FAMILY
  const asked = {
    guardian: { ...GUARDIAN, email: 'claire.moreau@famille.example' },
    address,
    children: [{ firstName: 'Nina', lastName: 'MOREAU', birthDate: '2019-03-02' }],
    acceptsTerms: true,
  }
  await requestAccount(table, { body: requestAccountRoute.body.parse(asked), now: NOW })

  const email = 'madelainedupont@famille.example'
  const about = { email, password: PASSWORD, roles: ['guardian'], ...DUPONT } as const
  await openAccount({ table, accounts: parts.accounts }, about)
  const signingIn = { table, identity: parts.identity, staffMfa: 'optional', issuer: '' } as const
  const mistyped = { login: email, password: PASSWORD.toLowerCase() }
  await openSession(signingIn, { body: mistyped, now: NOW }).catch(isWrong)
  const account = await parts.identity.accountOf(email)
  if (account === undefined) throw new Error('There is no account')
  const letters = changeLetters({
    portalName: cesson.catalogue.town.portalName,
    portalUrl: 'https://portail.example',
  })
  await changeEmail(
    { table, newSecret, letters, ...parts },
    {
      actor: { ...MOTHER, account },
      body: { email: 'madelaine@famille.example', password: PASSWORD },
      now: NOW,
    },
  )
}

/** Posts a proof of address. */
const useAttachments = async (table: Table, { files }: PeopleParts): Promise<AttachmentId> => {
  const { attachment, upload } = await offerUpload(
    { table, files, newSecret },
    { actor: MOTHER, body: ANNOUNCED, now: NOW },
  )
  await post(upload, PDF)
  const attachmentId = attachmentIdSchema.parse(attachment.attachmentId)
  await confirmUpload({ table, files }, { actor: MOTHER, parameters: { attachmentId }, now: NOW })
  return attachmentId
}

/**
 * Asks for another address, which the town checks, and removes a contact; staff open another file.
 *
 * @returns the other file.
 */
const useFiles = async (table: Table, proof: AttachmentId): Promise<FamilyId> => {
  const editing = {
    table,
    town: cessonTown,
    areOfFamily: areOfFamily.bind(undefined, table),
  }
  const editor = parent(DUPONT)
  const address = { street: '3 rue Neuve', postcode: '77240', town: 'Cesson' }
  const written = { ...FAMILY, address }
  await editFamily(editing, { editor, seen: 1, written, attachmentIds: [proof], now: NOW })
  await removeContact(table, contactIdSchema.parse('jeanne'), { editor, seen: 1, now: NOW })

  const opened = {
    ...FAMILY,
    guardians: [{ ...GUARDIAN, email: 'zoe.petit@famille.example' }],
    children: [CHILD],
    contacts: [],
    reason: 'Dossier reçu au guichet',
  }
  const { family } = await openFile(editing, {
    headers: { 'idempotency-key': 'a-new-family' },
    body: openFileRoute.body.parse(opened),
    actor: AGENT,
    now: NOW,
  })
  return family.familyId
}

/** Allows something else for a child than before. */
const useAuthorisations = async (table: Table): Promise<void> => {
  await submitAuthorisations(
    { table, town: cessonTown },
    {
      actor: MOTHER,
      headers: { 'idempotency-key': 'authorisations' },
      body: form({ version: 1, allow: allBut('photograph') }),
      now: NOW,
    },
  )
}

/** The demo town, where families ask for the holidays and staff decide. */
const enrollingTown = (): TownCatalogue => {
  const activities = cesson.catalogue.activities.map((activity) =>
    activity.id === 'VACANCES'
      ? activitySchema.parse({ ...activity, enrolment: { decision: 'staff' } })
      : activity,
  )
  const catalogue = { ...cesson.catalogue, activities }
  return { catalogue, calendars: new Calendars(catalogue) }
}

/** Asks for the holidays for two children: one awaits staff, the other is enrolled and leaves. */
const useEnrolments = async (table: Table): Promise<void> => {
  const town = enrollingTown()
  const { ask, decide, end } = enrolling(table, { town, club: 'VACANCES' })
  const from = '2025-10-20'
  const young = { childId: 'lucas', groupId: 'PETITS_VACANCES', from }
  await ask(DUPONT, young, { key: 'lucas-in-the-holidays' })
  const { number } = await ask(
    DUPONT,
    { groupId: 'GRANDS_VACANCES', from },
    { key: 'leo-in-the-holidays' },
  )
  const { enrolmentId = '' } = await decide(DUPONT, number, { outcome: 'accepted' })
  await end(DUPONT, enrolmentId, '2025-12-17')
}

/** Tells of the health of a child. */
const useHealth = async (table: Table, { sealer }: PeopleParts): Promise<void> => {
  await keepHealth(
    { table, town: cessonTown, sealer },
    {
      parameters: { childId: LEO },
      headers: { 'if-match': 0 },
      body: TOLD,
      actor: MOTHER,
      now: NOW,
    },
  )
}

/** Agrees that the fund is asked for the quotient, and has it asked. */
const useQuotients = async (
  table: Table,
  { tokenSealer, fundsUrl }: PeopleParts,
): Promise<void> => {
  const secrets = { table, sealer: tokenSealer }
  const body = { accepted: true, textVersion: QUOTIENT_CONSENT.version } as const
  await keepToken(secrets, { body: { token: TOKEN }, actor: staff('administrator'), now: NOW })
  await giveConsent(table, { body, actor: MOTHER, now: NOW })
  const ask = quotientApi({ url: fundsUrl, token: () => openToken(secrets) })
  await fetchQuotient(
    { table, town: cessonTown, ask },
    { body: { birth: CHALONS }, actor: MOTHER, now: NOW },
  )
}

/** Asks to be erased; staff erase a file that they opened in error; the purge warns and deletes. */
const usePrivacy = async (
  table: Table,
  { accounts, files }: PeopleParts,
  mistaken: FamilyId,
): Promise<void> => {
  const headers = { 'idempotency-key': 'erase-us-please' }
  await askErasure(table, { actor: MOTHER, headers, now: NOW })
  const deps = { table, town: cessonTown, accounts, files }
  await eraseFamily(deps, { familyId: mistaken, reason: 'opened-in-error' }, NOW)
  const { familyId } = DUPONT
  await purgeData(deps, NOW)
  await saveWarning(table, { familyId, warnedOn: '2025-10-15', since: '2023-11-01' })
}

/**
 * Does in the demo town, as `openCesson` loads it, what people do with accounts and family files: so
 * that the table holds everything that comes of it, but what follows files by the stream.
 */
export const usePeople = async (table: Table, parts: PeopleParts): Promise<void> => {
  await useAccounts(table, parts)
  const proof = await useAttachments(table, parts)
  await useAuthorisations(table)
  const opened = await useFiles(table, proof)
  await useEnrolments(table)
  await useHealth(table, parts)
  await useQuotients(table, parts)
  await usePrivacy(table, parts, opened)
}
