import { StaleReadError } from '../kernel/errors.ts'
import { defineEntity } from '../platform/entity.ts'
import { nextVersion, type Write } from '../platform/expressions.ts'
import { familyPartition, type Key } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import { putNext, type Table } from '../platform/table.ts'
import {
  mailReceiptSchema,
  preferencesSchema,
  unsubscribeLinkSchema,
  unsubscribeSecretSchema,
  type MailReceipt,
  type Preferences,
  type UnsubscribeLink,
} from './model.ts'

export const mailReceiptEntity = defineEntity({
  type: 'MailReceipt',
  schema: mailReceiptSchema,
  key: ({ familyId, mailId }: { familyId: FamilyId; mailId: string }): Key => ({
    partition: familyPartition(familyId),
    sort: ['MAIL', mailId],
  }),
})

/** Whether a mail is dealt with: sent, or refused for good. */
export const isSettled = async (
  table: Table,
  mail: { familyId: FamilyId; mailId: string },
): Promise<boolean> => (await table.get(mailReceiptEntity.keyOf(mail))) !== undefined

/** Notes that a mail is dealt with, unless it was heard meanwhile that it did not arrive. */
export const settleMail = async (table: Table, receipt: MailReceipt): Promise<void> => {
  await table.put(mailReceiptEntity.toItem(receipt), { kind: 'absent' })
}

/** Notes what became of a mail, whatever was noted before. */
export const keepReceipt = async (table: Table, receipt: MailReceipt): Promise<void> => {
  await table.put(mailReceiptEntity.toItem(receipt))
}

/** What became of the mails of a family's invoices and credit notes. One Query. */
export const invoiceReceipts = async (table: Table, familyId: FamilyId): Promise<MailReceipt[]> =>
  mailReceiptEntity.pick(
    await table.query({
      partition: familyPartition(familyId),
      from: ['MAIL', 'INVOICE-'],
      to: ['MAIL', 'INVOICE-}'],
      stale: true,
    }),
  )

/** Beside the family file and not in it: only reminders ask for it, plannings are read all day. */
export const preferencesEntity = defineEntity({
  type: 'Preferences',
  schema: preferencesSchema,
  key: ({ familyId }: { familyId: FamilyId }): Key => ({
    partition: familyPartition(familyId),
    sort: ['PREFERENCES'],
  }),
})

/** What a family wants to be told; all of it when it never said. */
export const findPreferences = async (table: Table, familyId: FamilyId): Promise<Preferences> =>
  preferencesEntity.found(await table.get(preferencesEntity.keyOf({ familyId }))) ?? {
    familyId,
    reminders: true,
    news: true,
    version: 0,
  }

const nextPreferences = (preferences: Preferences): Preferences & { readonly version: number } => ({
  ...preferences,
  version: (preferences.version ?? 1) + 1,
})

/** The write that keeps what a family wants to be told, of the version that was read. */
export const preferencesWrite = (preferences: Preferences): Write =>
  nextVersion(preferencesEntity, nextPreferences(preferences))

/**
 * Keeps what a family wants to be told, of the version that was read.
 *
 * @throws StaleReadError when somebody has said something else meanwhile.
 */
export const savePreferences = async (table: Table, preferences: Preferences): Promise<void> => {
  const isKept = await putNext(table, preferencesEntity, nextPreferences(preferences))
  if (!isKept) throw new StaleReadError('preferences')
}

export const unsubscribeSecretEntity = defineEntity({
  type: 'UnsubscribeSecret',
  schema: unsubscribeSecretSchema,
  key: ({ familyId }: { familyId: FamilyId }): Key => ({
    partition: familyPartition(familyId),
    sort: ['UNSUBSCRIBE'],
  }),
})

const unsubscribeLinkEntity = defineEntity({
  type: 'UnsubscribeLink',
  schema: unsubscribeLinkSchema,
  key: ({ hash }: { hash: string }): Key => ({ partition: ['UNSUBSCRIBE', hash], sort: ['LINK'] }),
})

/** The secret of a family, if it has one. One read. */
export const findSecret = async (table: Table, familyId: FamilyId): Promise<string | undefined> =>
  unsubscribeSecretEntity.found(await table.get(unsubscribeSecretEntity.keyOf({ familyId })))
    ?.secret

/** Whose secret has a hash; nothing for a secret that nobody has. One read. */
export const findLink = async (table: Table, hash: string): Promise<UnsubscribeLink | undefined> =>
  unsubscribeLinkEntity.found(await table.get(unsubscribeLinkEntity.keyOf({ hash })))

/**
 * Gives a family its secret, unless it has one.
 *
 * @throws StaleReadError when it has got one meanwhile.
 */
export const addSecret = async (
  table: Table,
  { familyId, secret, hash }: UnsubscribeLink & { readonly secret: string },
): Promise<void> => {
  const when = { kind: 'absent' as const }
  const outcome = await table.transact([
    { kind: 'put', item: unsubscribeSecretEntity.toItem({ familyId, secret }), when },
    { kind: 'put', item: unsubscribeLinkEntity.toItem({ familyId, hash }), when },
  ])
  if (!outcome.done) throw new StaleReadError('unsubscribe secret')
}

/** Takes what leads from a secret to its family away. */
export const deleteLink = (table: Table, hash: string): Promise<void> =>
  table.delete(unsubscribeLinkEntity.keyOf({ hash }))
