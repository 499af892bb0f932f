import type { IsoDate } from '../kernel/dates.ts'
import { defineEntity, type Item } from '../platform/entity.ts'
import type { Write } from '../platform/expressions.ts'
import type { Key } from '../platform/keys.ts'
import type { ActivityId, GroupId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { waitingSchema, type Waiting } from './model.ts'

/** What tells an entry of a waiting list from all others. */
export type WaitingAddress = Pick<
  Waiting,
  'activityId' | 'groupId' | 'date' | 'rank' | 'since' | 'number' | 'unitIds'
>

/** Where the index has the entries of all waiting lists. */
const ENDS = ['WAITING', 'ends'] as const

/** When the time of an entry is over: that of its offer, or that of waiting. */
const endOf = ({ offeredUntil, endsAt }: Waiting): string | undefined => offeredUntil ?? endsAt

/** By day, in the order in which places are given: the town's priorities, then the time of asking. */
const waitingEntity = defineEntity({
  type: 'Waiting',
  schema: waitingSchema,
  key: ({ activityId, groupId, date, rank, since, number, unitIds }: WaitingAddress): Key => ({
    partition: ['WAITING', activityId, groupId, date],
    sort: ['CHILD', rank, since, number, unitIds[0]],
  }),
  // By the end of their time, so that what is over is found.
  index: (waiting) => {
    const { number, date, unitIds } = waiting
    const end = endOf(waiting)
    return end === undefined
      ? undefined
      : { partition: ENDS, sort: [end, number, date, unitIds[0]] }
  },
})

/*
 * Entries are written together with the planning that says `waiting` or `offered`, in one
 * transaction that the planning's version guards: the two never tell different stories.
 */

/** Puts a child on the waiting list, or has its entry say that places are offered. */
export const waitingWrite = (waiting: Waiting): Write => ({
  kind: 'put',
  item: waitingEntity.toItem(waiting),
})

/** Takes a child off the waiting list. */
export const leavingWrite = (address: WaitingAddress): Write => ({
  kind: 'delete',
  key: waitingEntity.keyOf(address),
})

/** Ends a wait of a child whose planning is about to be deleted, be it that it has ended. */
export const endWait = (table: Table, address: WaitingAddress): Promise<void> =>
  table.delete(waitingEntity.keyOf(address))

/** Who waits for a day, or has an offer, first come first, from the start of the list. */
export const listWaiting = async (
  table: Table,
  { activityId, groupId }: { readonly activityId: ActivityId; readonly groupId: GroupId },
  date: IsoDate,
): Promise<Waiting[]> =>
  waitingEntity.pick(await table.query({ partition: ['WAITING', activityId, groupId, date] }))

/** The entries whose time is over at an instant, of waiting or of an offer, the oldest first. */
export const listOver = async (table: Table, at: Date, limit: number): Promise<Waiting[]> =>
  waitingEntity
    .pick(
      await table.query({
        partition: ENDS,
        from: [],
        to: [at.toISOString()],
        index: true,
        limit,
      }),
    )
    .filter((waiting) => {
      const end = endOf(waiting)
      return end !== undefined && end <= at.toISOString()
    })

/** The entry in an image of the stream; nothing if the image is of something else. */
export const waitingIn = (image: Item): Waiting | undefined => waitingEntity.pick([image])[0]
