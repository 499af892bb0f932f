import { defineEntity } from '../platform/entity.ts'
import { familyPartition, type Key } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { mailReceiptSchema, type MailReceipt } from './model.ts'

const mailReceiptEntity = defineEntity({
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
