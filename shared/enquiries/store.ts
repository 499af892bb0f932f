import { defineEntity, type Item } from '../platform/entity.ts'
import { nextVersion, type Write } from '../platform/expressions.ts'
import { familyPartition, type Key, type Segment } from '../platform/keys.ts'
import type { FamilyId, ServiceId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import {
  enquirySchema,
  visitorMailSchema,
  type Enquiry,
  type VisitorMail,
  type Writer,
} from './model.ts'

const visitorPartition = (visitorId: string): readonly Segment[] => ['VISITOR', visitorId]

/** With the family that has written, or under the hash of the visitor's e-mail. */
export const enquiryEntity = defineEntity({
  type: 'Enquiry',
  schema: enquirySchema,
  key: ({ writer, number }: { readonly writer: Writer; readonly number: number }): Key =>
    writer.kind === 'guardian'
      ? { partition: familyPartition(writer.familyId), sort: ['ENQUIRY', number] }
      : { partition: visitorPartition(writer.visitorId), sort: ['ENQUIRY', writer.key] },
  // The inbox of a service: only what awaits its answer, by the time of the last word.
  index: ({ serviceId, state, movedAt, number }) =>
    state === 'open' ? { partition: ['ENQUIRIES', serviceId], sort: [movedAt, number] } : undefined,
})

const visitorMailEntity = defineEntity({
  type: 'VisitorMail',
  schema: visitorMailSchema,
  key: ({ mailId }: Pick<VisitorMail, 'mailId'>): Key => ({
    partition: ['VISITOR_MAIL', mailId],
    sort: ['MAIL'],
  }),
})

/** An enquiry of a family; nothing if it has none of this number. One read. */
export const findEnquiry = async (
  table: Table,
  { familyId, number }: { readonly familyId: FamilyId; readonly number: number },
): Promise<Enquiry | undefined> =>
  enquiryEntity.found(
    await table.get({ partition: familyPartition(familyId), sort: ['ENQUIRY', number] }),
  )

/**
 * The last enquiries of a family, the newest first. One Query.
 *
 * @param until the number of the first, itself included; the very newest unless given.
 */
export const listEnquiries = async (
  table: Table,
  familyId: FamilyId,
  { until, limit }: { readonly until?: number | undefined; readonly limit: number },
): Promise<Enquiry[]> =>
  enquiryEntity.pick(
    await table.query({
      partition: familyPartition(familyId),
      from: ['ENQUIRY'],
      to: until === undefined ? ['ENQUIRY'] : ['ENQUIRY', until],
      newestFirst: true,
      limit,
    }),
  )

/** What a visitor has written within a year. One Query. */
export const listOfVisitor = async (table: Table, visitorId: string): Promise<Enquiry[]> =>
  enquiryEntity.pick(
    await table.query({ partition: visitorPartition(visitorId), from: ['ENQUIRY'] }),
  )

/**
 * What awaits the answer of a service, the oldest first. One Query, of the index.
 *
 * @param from the place of the first: when it was written on last and its number, itself included.
 */
export const listOpen = async (
  table: Table,
  serviceId: ServiceId,
  { from, limit }: { readonly from: readonly Segment[]; readonly limit: number },
): Promise<Enquiry[]> =>
  enquiryEntity.pick(
    await table.query({
      partition: ['ENQUIRIES', serviceId],
      from,
      to: [],
      index: true,
      limit,
    }),
  )

/** The write of an enquiry in the place of the version before: refused when it has changed since. */
export const enquiryWrite = (enquiry: Enquiry): Write => nextVersion(enquiryEntity, enquiry)

/** How long a mail is kept after it was sent, in seconds. */
const MAIL_SECONDS = 30 * 86_400

/** The write that has a mail sent, once. */
export const visitorMailWrite = (mail: Omit<VisitorMail, 'expiresAt'>, now: Date): Write => ({
  kind: 'put',
  item: visitorMailEntity.toItem({
    ...mail,
    expiresAt: Math.floor(now.getTime() / 1000) + MAIL_SECONDS,
  }),
})

/** The mail in an image of the stream; nothing if the image is of something else. */
export const visitorMailIn = (image: Item): VisitorMail | undefined =>
  visitorMailEntity.pick([image])[0]

/** Whether a mail has gone out already, or is forgotten. One read. */
export const isVisitorMailSent = async (table: Table, mailId: string): Promise<boolean> => {
  const mail = visitorMailEntity.found(await table.get(visitorMailEntity.keyOf({ mailId })))
  return mail === undefined || mail.sentAt !== undefined
}

/** Notes that a mail has gone out, or never will. */
export const noteVisitorMail = async (table: Table, mail: VisitorMail, at: Date): Promise<void> => {
  await table.put(visitorMailEntity.toItem({ ...mail, sentAt: at.toISOString() }))
}
