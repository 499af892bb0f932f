import { defineEntity } from '../platform/entity.ts'
import { familyPartition, type Key } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import {
  mailReceiptSchema,
  preferencesSchema,
  type MailReceipt,
  type Preferences,
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

/** Notes that a mail is dealt with. */
export const settleMail = async (table: Table, receipt: MailReceipt): Promise<void> => {
  await table.put(mailReceiptEntity.toItem(receipt))
}

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
export const findPreferences = async (table: Table, familyId: FamilyId): Promise<Preferences> => {
  const item = await table.get(preferencesEntity.keyOf({ familyId }))
  return item === undefined ? { familyId, reminders: true } : preferencesEntity.fromItem(item)
}

/** Keeps what a family wants to be told. */
export const savePreferences = async (table: Table, preferences: Preferences): Promise<void> => {
  await table.put(preferencesEntity.toItem(preferences))
}
