import { ENTITY_ATTRIBUTE, type Key } from '../platform/keys.ts'
import type { Item } from '../platform/entity.ts'
import type { Check, Update } from '../platform/expressions.ts'
import { mondayOf, type IsoDate } from '../kernel/dates.ts'
import {
  activityIdSchema,
  groupIdSchema,
  isoDateSchema,
  type ActivityId,
  type GroupId,
} from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import * as z from 'zod'
import type { Holding, Roster, RosterAddress } from './model.ts'

const ROSTER = 'Roster'

/** The attributes of a roster, by what their names begin with. */
const LEFT = 'l'
const FREED = 'f'
const HOLDER = '@'

/** The attribute that counts how often staff have set a capacity of the week. */
const SETTINGS = 'settings'

/** Which places of a roster a change moves, by `slotKey`. */
export type Moves = Readonly<Record<string, number>>

const GIVEN = 'w'

const holdingText = ({ days, number, given }: Holding): string =>
  `${days}${given ? GIVEN : ''}${String(number)}`

const holdingOf = (text: string): Holding => {
  const rest = text.slice(7)
  const given = rest.startsWith(GIVEN)
  return { days: text.slice(0, 7), number: Number(given ? rest.slice(1) : rest), given }
}

const rosterSchema = z
  .object({
    [ENTITY_ATTRIBUTE]: z.literal(ROSTER),
    activityId: activityIdSchema,
    groupId: groupIdSchema,
    monday: isoDateSchema,
  })
  .catchall(z.union([z.string(), z.number()]))

const numbersOf = (item: Item, prefix: string): ReadonlyMap<string, number> =>
  new Map(
    Object.entries(item).flatMap(([name, value]) =>
      name.startsWith(prefix) && /^.\d\d$/.test(name) && typeof value === 'number'
        ? [[name.slice(1), value] as const]
        : [],
    ),
  )

/** A roster as the table holds it: one attribute for each number and for each child. */
export const rosterOf = (stored: Item): Roster => {
  const item = rosterSchema.parse(stored)
  return {
    activityId: item.activityId,
    groupId: item.groupId,
    monday: item.monday,
    settings: Number(item[SETTINGS] ?? 0),
    left: numbersOf(item, LEFT),
    freed: numbersOf(item, FREED),
    holdings: new Map(
      Object.entries(item).flatMap(([name, value]) =>
        name.startsWith(HOLDER) && typeof value === 'string'
          ? [[name.slice(1), holdingOf(value)] as const]
          : [],
      ),
    ),
  }
}

/** The roster in an image of the stream; nothing if the image is of something else. */
export const rosterIn = (image: Item): Roster | undefined =>
  image[ENTITY_ATTRIBUTE] === ROSTER ? rosterOf(image) : undefined

/** All weeks of a group are one partition, so that one Query tells how full a period is. */
const rosterKey = ({ activityId, groupId, monday }: RosterAddress): Key => ({
  partition: ['ROSTER', activityId, groupId],
  sort: ['WEEK', monday],
})

/** The roster of a week; nothing while nobody has touched it. One read. */
export const findRoster = async (
  table: Table,
  address: RosterAddress,
): Promise<Roster | undefined> => {
  const item = await table.get(rosterKey(address))
  return item === undefined ? undefined : rosterOf(item)
}

/** The rosters of a group for the weeks from a day to a day, those that anybody has touched. */
export const listRosters = async (
  table: Table,
  group: { readonly activityId: ActivityId; readonly groupId: GroupId },
  { from, to }: { readonly from: IsoDate; readonly to: IsoDate },
): Promise<Roster[]> =>
  (
    await table.query({
      partition: ['ROSTER', group.activityId, group.groupId],
      from: ['WEEK', mondayOf(from)],
      to: ['WEEK', to],
    })
  ).map(rosterOf)

/** Deletes the roster of a week that is long over. */
export const deleteRoster = (table: Table, address: RosterAddress): Promise<void> =>
  table.delete(rosterKey(address))

/** One change of a roster. */
export interface RosterChange {
  /** The child whose holding changes, by `holderKey`; nobody's when only numbers move. */
  readonly holder?: {
    readonly key: string
    /** What the child must hold for the change to be made. */
    readonly before: Holding | undefined
    readonly after: Holding
  }
  /** Moves of what is left; it never goes below zero. */
  readonly left?: Moves
  /** Moves of what is kept for the waiting list; it never goes below zero. */
  readonly freed?: Moves
  /** What a slot has while nobody has touched it, by `slotKey`. */
  readonly capacity: (key: string) => number
  /** Of a change of capacity: how many there had been when it was decided. */
  readonly settings?: number
}

const movesOf = (
  prefix: string,
  moves: Moves,
  start: (key: string) => number,
): { move: NonNullable<Update['move']>; when: Check[] } => ({
  move: Object.fromEntries(
    Object.entries(moves).map(([key, by]) => [`${prefix}${key}`, { by, start: start(key) }]),
  ),
  when: Object.entries(moves).flatMap(([key, by]) =>
    by < 0
      ? [{ attribute: `${prefix}${key}`, is: 'at-least', value: -by, start: start(key) } as const]
      : [],
  ),
})

const settingsCheck = (settings: number): Check =>
  settings === 0
    ? { attribute: SETTINGS, is: 'absent' }
    : { attribute: SETTINGS, is: 'equal', value: settings }

/**
 * Changes a roster by one conditional update, which creates it if nobody has touched it before.
 *
 * @returns refused, with the roster as it is, when a slot has not enough places, the child does not
 * hold what it should, or staff have set a capacity meanwhile.
 */
export const changeRoster = async (
  table: Table,
  address: RosterAddress,
  { holder, left = {}, freed = {}, capacity, settings }: RosterChange,
): Promise<
  | { readonly done: true; readonly roster: Roster }
  | { readonly done: false; readonly roster: Roster | undefined }
> => {
  const ofLeft = movesOf(LEFT, left, capacity)
  const ofFreed = movesOf(FREED, freed, () => 0)
  const attribute = `${HOLDER}${holder?.key ?? ''}`
  const isEmpty = holder !== undefined && /^\.+$/.test(holder.after.days)
  const outcome = await table.update(rosterKey(address), {
    set: {
      [ENTITY_ATTRIBUTE]: ROSTER,
      activityId: address.activityId,
      groupId: address.groupId,
      monday: address.monday,
      ...(holder === undefined || isEmpty ? {} : { [attribute]: holdingText(holder.after) }),
    },
    move: {
      ...ofLeft.move,
      ...ofFreed.move,
      ...(settings === undefined ? {} : { [SETTINGS]: { by: 1, start: 0 } }),
    },
    remove: isEmpty ? [attribute] : [],
    when: [
      ...(holder === undefined
        ? []
        : [
            holder.before === undefined
              ? ({ attribute, is: 'absent' } as const)
              : ({ attribute, is: 'equal', value: holdingText(holder.before) } as const),
          ]),
      ...(settings === undefined ? [] : [settingsCheck(settings)]),
      ...ofLeft.when,
      ...ofFreed.when,
    ],
  })
  if (outcome.done) return { done: true, roster: rosterOf(outcome.item) }
  return { done: false, roster: outcome.held === undefined ? undefined : rosterOf(outcome.held) }
}
