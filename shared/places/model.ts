import * as z from 'zod'
import type { IsoDate } from '../kernel/dates.ts'
import {
  activityIdSchema,
  childIdSchema,
  familyIdSchema,
  groupIdSchema,
  instantSchema,
  isoDateSchema,
  requestNumberSchema,
  unitIdSchema,
  type ActivityId,
  type ChildId,
  type FamilyId,
  type GroupId,
} from '../platform/schemas.ts'

/** Where places are counted together: one group of one activity in one week. */
export interface RosterAddress {
  readonly activityId: ActivityId
  readonly groupId: GroupId
  /** The Monday of the week. */
  readonly monday: IsoDate
}

/** Who has places: a child in the family that books for it. */
export interface Holder {
  readonly familyId: FamilyId
  readonly childId: ChildId
}

/** The places of a child in a week. */
export interface Holding {
  /** Seven letters, Monday first, each the slots of a day: `NO_SLOTS`, or a letter of `slotsLetter`. */
  readonly days: string
  /** The number of the request that changed them last: who sees another one has read too early. */
  readonly number: number
  /** Whether that change gave a place from the waiting list. */
  readonly given: boolean
}

/**
 * The roster of a week: how many places each slot of each day has left, and who has the others. It
 * is one item, changed by single conditional updates only: never in a transaction, which would make
 * rivals fail instead of queue. Slots are known by their position in the activity's list.
 */
export interface Roster extends RosterAddress {
  /** How often staff have set a capacity of the week: who sees another number has read too early. */
  readonly settings: number
  /** By `slotKey`, the places that anybody can take; a slot that nobody has touched is not there. */
  readonly left: ReadonlyMap<string, number>
  /** By `slotKey`, places given back, kept for the waiting list until it has been asked. */
  readonly freed: ReadonlyMap<string, number>
  /** By `holderKey`. */
  readonly holdings: ReadonlyMap<string, Holding>
}

/** A child who waits for places on a day, or to whom they are offered. */
export const waitingSchema = z.object({
  activityId: activityIdSchema,
  groupId: groupIdSchema,
  date: isoDateSchema,
  /** The first of the town's priorities that fits; those who have none come last. */
  rank: z.int().min(0).max(99),
  /** Since when the child waits. */
  since: instantSchema,
  /** The request that asked for the places. */
  number: requestNumberSchema,
  familyId: familyIdSchema,
  childId: childIdSchema,
  /** What the child waits for, all of it or nothing. */
  unitIds: z.tuple([unitIdSchema], unitIdSchema),
  /** While the child waits, until when: the deadline for adding the day. Nothing once it has an offer. */
  endsAt: instantSchema.optional(),
  /** Until when the places are kept for the family's answer; nothing while it waits. */
  offeredUntil: instantSchema.optional(),
})
export type Waiting = z.infer<typeof waitingSchema>
