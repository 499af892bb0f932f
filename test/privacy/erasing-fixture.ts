import { openAccount } from '../../shared/accounts/open-account.ts'
import { confirmUpload } from '../../shared/attachments/confirm-upload.ts'
import { offerUpload } from '../../shared/attachments/offer-upload.ts'
import { createCalendarLink } from '../../shared/calendars/link.ts'
import { paymentSchema } from '../../shared/ledger/model.ts'
import { paymentEntity } from '../../shared/ledger/store.ts'
import { cognitoAccounts, type Accounts } from '../../shared/platform/accounts.ts'
import type { Item } from '../../shared/platform/entity.ts'
import { s3Files } from '../../shared/platform/files.ts'
import type { Actor } from '../../shared/platform/http.ts'
import { cognitoIdentity } from '../../shared/platform/identity.ts'
import { ENTITY_ATTRIBUTE, familyPartition } from '../../shared/platform/keys.ts'
import { attachmentIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import type { Erasing } from '../../shared/privacy/erase-family.ts'
import { PASSWORD } from '../accounts/fixture.ts'
import { ANNOUNCED } from '../attachments/fixture.ts'
import { storeInvoice } from '../ledger/fixture.ts'
import { cessonTown, guardian, type DUPONT } from '../support/cesson.ts'
import { streamedTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { mailServer } from '../support/ses.ts'
import { testPool } from '../support/user-pool.ts'
import { BUCKET, openVault, PDF, post } from '../support/vault.ts'

/** Half a year after the end of all enrolments of the demo town. */
export const LATER = new Date('2027-01-15T09:00:00Z')

/** A town hall's administrator. */
export const ADMINISTRATOR: Actor = {
  account: 'account-of-the-administrator',
  roles: ['administrator'],
  family: undefined,
}

let links = 0

/** A table with its stream, a user pool and a bucket, all of them real: call it once a test file. */
export const openErasing = async () => {
  const engine = await streamedTable()
  const { table } = engine
  const vault = await openVault()
  const mail = await mailServer()
  const pool = await testPool(mail.endpoint)
  const accounts: Accounts = cognitoAccounts(pool.client, pool.userPoolId)
  const identity = cognitoIdentity(pool.client, pool)
  const files = s3Files(vault.files, BUCKET.name)
  const deps: Erasing = { table, town: cessonTown, accounts, files }

  const itemsOf = (familyId: FamilyId): Promise<Item[]> =>
    table.query({ partition: familyPartition(familyId) })

  return {
    ...engine,
    ...{ deps, accounts, identity, files, pool, filesUrl: vault.filesUrl },
    /** Every client through which an erasure calls AWS. */
    clients: [engine.documents, pool.client, vault.files],
    itemsOf,
    /** The kinds of what a family has, each once. */
    kindsOf: async (familyId: FamilyId): Promise<string[]> => {
      const items = await itemsOf(familyId)
      return [...new Set(items.map((item) => String(item[ENTITY_ATTRIBUTE])))].toSorted()
    },
    /** A family with one enrolment, an account, a calendar link, a document and a paid invoice. */
    usedFamily: async (): Promise<typeof DUPONT & { readonly email: string }> => {
      const family = await anotherFamily(table, undefined, ['leo-etudes-2025'])
      const { familyId, guardianId } = family
      const email = `parent.${familyId}@famille.example`
      await openAccount(
        { table, accounts },
        { email, password: PASSWORD, roles: ['guardian'], familyId, guardianId },
      )
      links += 1
      const secret = `secret-${String(links)}`
      await createCalendarLink(
        { table, newSecret: () => secret },
        { actor: guardian(family), now: LATER },
      )
      const actor = guardian(family)
      const { attachment, upload } = await offerUpload(
        { table, files, newSecret: () => 'proof' },
        { actor, body: ANNOUNCED, now: LATER },
      )
      await post(upload, PDF)
      const attachmentId = attachmentIdSchema.parse(attachment.attachmentId)
      await confirmUpload({ table, files }, { actor, parameters: { attachmentId }, now: LATER })
      const invoice = await storeInvoice(table, familyId, '2025-10-01', 2080)
      const payment = paymentSchema.parse({
        ...{ familyId, regieId: 'ENF', number: Number(familyId), version: 1 },
        ...{ state: 'validated', amount: 2080, paidOn: '2025-10-20', means: 'cheque' },
        invoices: [invoice.number],
        reference: 'Chèque DUPONT 4711',
        recordedBy: 'account-of-the-accountant',
        recordedAt: '2025-10-20T09:00:00.000Z',
        idempotencyKey: 'payment-of-a-test',
      })
      await table.put(paymentEntity.toItem(payment))
      return { ...family, email }
    },
  }
}
