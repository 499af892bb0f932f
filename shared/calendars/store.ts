import { StaleReadError } from '../kernel/errors.ts'
import { defineEntity } from '../platform/entity.ts'
import type { Write } from '../platform/expressions.ts'
import { familyPartition, type Key } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import {
  calendarLinkSchema,
  familyLinkSchema,
  type CalendarLink,
  type FamilyLink,
} from './model.ts'

const calendarLinkEntity = defineEntity({
  type: 'CalendarLink',
  schema: calendarLinkSchema,
  key: ({ hash }: { hash: string }): Key => ({
    partition: ['CALENDAR_LINK', hash],
    sort: ['LINK'],
  }),
})

export const familyLinkEntity = defineEntity({
  type: 'FamilyLink',
  schema: familyLinkSchema,
  key: ({ familyId }: { familyId: FamilyId }): Key => ({
    partition: familyPartition(familyId),
    sort: ['CALENDAR_LINK'],
  }),
})

/** The link of a hash; nothing if it never was or is revoked. */
export const findLink = async (table: Table, hash: string): Promise<CalendarLink | undefined> =>
  calendarLinkEntity.found(await table.get(calendarLinkEntity.keyOf({ hash })))

/** The link that a family has, if it has one. */
export const findFamilyLink = async (
  table: Table,
  familyId: FamilyId,
): Promise<FamilyLink | undefined> =>
  familyLinkEntity.found(await table.get(familyLinkEntity.keyOf({ familyId })))

const deletion = (held: FamilyLink): Write => ({
  kind: 'delete',
  key: calendarLinkEntity.keyOf(held),
})

/**
 * Gives a family a link in place of the one it has, all or nothing. A link that is replaced must
 * still be there, and a first one must be the first: of two rivals one reads again.
 *
 * @throws StaleReadError when the family's link has changed since it was read.
 */
export const replaceLink = async (
  table: Table,
  held: FamilyLink | undefined,
  link: CalendarLink,
): Promise<void> => {
  const { familyId, hash } = link
  const outcome = await table.transact([
    { kind: 'put', item: calendarLinkEntity.toItem(link), when: { kind: 'absent' } },
    {
      kind: 'put',
      item: familyLinkEntity.toItem({ familyId, hash }),
      ...(held === undefined ? { when: { kind: 'absent' as const } } : {}),
    },
    ...(held === undefined ? [] : [deletion(held)]),
  ])
  if (!outcome.done) throw new StaleReadError('calendar link')
}

/**
 * Takes a family's link away.
 *
 * @throws StaleReadError when the family's link has changed since it was read.
 */
export const deleteLink = async (table: Table, held: FamilyLink): Promise<void> => {
  const outcome = await table.transact([
    deletion(held),
    { kind: 'delete', key: familyLinkEntity.keyOf(held) },
  ])
  if (!outcome.done) throw new StaleReadError('calendar link')
}
