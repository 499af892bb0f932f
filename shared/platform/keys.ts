/** The attributes of the one table that the stacks declare and the entities fill. */
export const TABLE_KEYS = { partition: 'pk', sort: 'sk' } as const

/** The one index; an item without its attributes is not in it. */
export const TABLE_INDEX = { name: 'gsi1', partition: 'gsi1pk', sort: 'gsi1sk' } as const

/** The attribute that says which entity an item is, read by the stream's filters. */
export const ENTITY_ATTRIBUTE = 'entity'

/** The attribute with the version of an item's schema; an item of the first version has none. */
export const VERSION_ATTRIBUTE = 'v'

/** The attribute at which DynamoDB forgets an item, in seconds since 1970. */
export const EXPIRY_ATTRIBUTE = 'expiresAt'

/** The most items that one transaction may write (a limit of DynamoDB). */
export const TRANSACTION_LIMIT = 100

/** A part of a key: a word in capitals or an identifier. */
export type Segment = string | number

/** The key of an item, as segments: the separator is known here only. */
export interface Key {
  readonly partition: readonly Segment[]
  readonly sort: readonly Segment[]
}

const SEPARATOR = '#'

/** Sorts after every character that a segment can hold, and thus ends a range of keys. */
const LAST = '~'

/** The characters of a segment: they sort after the separator and before the end of a range. */
const TEXT = /^[$-}]+$/

const textOf = (segment: Segment): string => {
  const text = typeof segment === 'number' ? String(segment).padStart(9, '0') : segment
  const allowed = typeof segment === 'number' ? /^\d{9}$/ : TEXT
  if (!allowed.test(text)) throw new RangeError('Not a segment of a key')
  return text
}

/**
 * Joins segments to a key attribute. Numbers are padded, so that they sort by value.
 *
 * @throws RangeError when a segment is empty or holds the separator or a character that would leave
 * its range, so that no key can be forged from input; and for a number that is not a whole one of
 * up to nine digits, which would not sort by value.
 */
export const join = (segments: readonly Segment[]): string => segments.map(textOf).join(SEPARATOR)

/** The first sort key of a range: `segments` itself, and all that lies below. */
export const startOf = (segments: readonly Segment[]): string =>
  segments.length === 0 ? ' ' : join(segments)

/** A sort key behind all those below `segments`. */
export const endOf = (segments: readonly Segment[]): string =>
  segments.length === 0 ? LAST : join(segments) + SEPARATOR + LAST

/** The partition of everything that a family has, whichever capability keeps it. */
export const familyPartition = (familyId: string): readonly Segment[] => ['FAMILY', familyId]

/** The partition of the index that holds the register of an activity in a school year. */
export const activityPartition = (activityId: string, schoolYear: string): readonly Segment[] => [
  'ACTIVITY',
  activityId,
  schoolYear,
]

/** The partition of the counters. */
export const SEQUENCES: readonly Segment[] = ['SEQUENCE']
