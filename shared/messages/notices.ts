import type { Guardian } from '../families/model.ts'
import { defineEntity, type Item } from '../platform/entity.ts'
import type { Write } from '../platform/expressions.ts'
import { familyPartition, type Key } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { noticeSchema, type Notice } from './notice-model.ts'

export const noticeEntity = defineEntity({
  type: 'Notice',
  schema: noticeSchema,
  key: ({ familyId, noticeId }: { familyId: FamilyId; noticeId: string }): Key => ({
    partition: familyPartition(familyId),
    sort: ['NOTICE', noticeId],
  }),
})

/** Guardians as the recipients of a notice. */
export const recipientsOf = (guardians: readonly Guardian[]): Notice['to'] =>
  guardians.map(({ title, firstName, lastName, email }) => ({
    name: `${title} ${firstName} ${lastName}`,
    email,
  }))

/** How long a notice is kept after it was sent, in seconds. */
const LIFETIME = 60 * 86_400

const itemOf = (notice: Omit<Notice, 'expiresAt'>, now: Date): Item =>
  noticeEntity.toItem({ ...notice, expiresAt: Math.floor(now.getTime() / 1000) + LIFETIME })

/**
 * The write that has a notice sent: to be put into the transaction of what it tells of, so that
 * neither happens without the other.
 */
export const noticeWrite = (notice: Omit<Notice, 'expiresAt'>, now: Date): Write => ({
  kind: 'put',
  item: itemOf(notice, now),
})

/**
 * Has a notice sent that tells of no other write, once: the notice of an id that there is already
 * stays as it is.
 *
 * @returns whether it is new.
 */
export const sendNotice = (
  table: Table,
  notice: Omit<Notice, 'expiresAt'>,
  now: Date,
): Promise<boolean> => table.put(itemOf(notice, now), { kind: 'absent' })

/** The notice in an image of the stream; nothing if the image is of something else. */
export const noticeIn = (image: Item): Notice | undefined => noticeEntity.pick([image])[0]
