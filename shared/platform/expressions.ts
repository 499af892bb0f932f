import type { TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { keyAttributes, type Item } from './entity.ts'
import { endOf, join, startOf, TABLE_INDEX, TABLE_KEYS, type Key, type Segment } from './keys.ts'

/** When an item may be written. */
export type Condition =
  | { readonly kind: 'absent' }
  /**
   * The stored item has this `version`; version 0 means that there is no item yet, and an item that
   * carries none is at version 1.
   */
  | { readonly kind: 'version'; readonly version: number }
  /** The stored item has this value in one attribute: what is replaced whole and carries no version. */
  | { readonly kind: 'equal'; readonly attribute: string; readonly value: string }

/** One write of a transaction. */
export type Write =
  | { readonly kind: 'put'; readonly item: Item; readonly when?: Condition }
  /** Moves a counter from a known value to another; a counter that does not exist stands at 0. */
  | { readonly kind: 'move-counter'; readonly key: Key; readonly from: number; readonly to: number }
  /** Deletes an item that must be there, and be what `when` says. */
  | {
      readonly kind: 'delete'
      readonly key: Key
      readonly when?: Extract<Condition, { kind: 'version' }>
    }

/** What must hold of one attribute of an item for an update to be made. */
export type Check =
  | { readonly attribute: string; readonly is: 'absent' }
  | { readonly attribute: string; readonly is: 'equal'; readonly value: string | number }
  | {
      readonly attribute: string
      readonly is: 'at-least'
      readonly value: number
      /** What the attribute counts as while the item lacks it. */
      readonly start: number
    }

/** A change of single attributes of one item, which need not exist before. */
export interface Update {
  readonly set?: Readonly<Record<string, string | number>>
  /** Numbers moved by an amount, from `start` while the item lacks them. */
  readonly move?: Readonly<Record<string, { readonly by: number; readonly start: number }>>
  readonly remove?: readonly string[]
  /** All of them must hold, or nothing is changed. */
  readonly when?: readonly Check[]
}

/** A part of one partition, in order of its sort keys. */
export interface Range {
  readonly partition: readonly Segment[]
  /** The first prefix of the range; the whole partition without it. */
  readonly from?: readonly Segment[]
  /** The last prefix of the range, included; `from` without it. */
  readonly to?: readonly Segment[]
  readonly index?: boolean
  readonly newestFirst?: boolean
  readonly limit?: number
  /** At half the price, and perhaps without what was written in the last moments. */
  readonly stale?: boolean
}

/** The attribute of a counter item that counts. */
export const COUNTER = 'value'

/** The condition of a put, as DynamoDB writes it. */
export const conditionOf = (
  when: Condition | undefined,
): {
  ConditionExpression?: string
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Record<string, unknown>
} => {
  if (when === undefined) return {}
  if (when.kind === 'equal') {
    return {
      ConditionExpression: '#attribute = :value',
      ExpressionAttributeNames: { '#attribute': when.attribute },
      ExpressionAttributeValues: { ':value': when.value },
    }
  }
  if (when.kind === 'absent' || when.version === 0) {
    return {
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': TABLE_KEYS.partition },
    }
  }
  const isVersion = {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': when.version },
  }
  if (when.version > 1) return isVersion
  return {
    ...isVersion,
    ConditionExpression:
      '#version = :version OR (attribute_exists(#key) AND attribute_not_exists(#version))',
    ExpressionAttributeNames: {
      ...isVersion.ExpressionAttributeNames,
      '#key': TABLE_KEYS.partition,
    },
  }
}

/** A put that is refused when the item is no more what was read. */
type NextVersion = Required<Extract<Write, { kind: 'put' }>>

/**
 * The put of a value that carries its next version: in place of the version before it, and of nothing at
 * all for version 1.
 */
export const nextVersion = <Value extends { readonly version: number }>(
  entity: { readonly toItem: (value: Value) => Item },
  value: Value,
): NextVersion => ({
  kind: 'put',
  item: entity.toItem(value),
  when: { kind: 'version', version: value.version - 1 },
})

/** One write as a transaction of DynamoDB takes it. */
export const transactItem = (
  tableName: string,
  write: Write,
): NonNullable<ConstructorParameters<typeof TransactWriteCommand>[0]['TransactItems']>[number] => {
  if (write.kind === 'delete') {
    return {
      Delete: {
        TableName: tableName,
        Key: keyAttributes(write.key),
        ...(write.when === undefined
          ? {
              ConditionExpression: 'attribute_exists(#key)',
              ExpressionAttributeNames: { '#key': TABLE_KEYS.partition },
            }
          : conditionOf(write.when)),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    }
  }
  if (write.kind === 'put') {
    return {
      Put: {
        TableName: tableName,
        Item: write.item,
        ...conditionOf(write.when),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    }
  }
  return {
    Update: {
      TableName: tableName,
      Key: keyAttributes(write.key),
      UpdateExpression: 'SET #value = :to',
      ConditionExpression:
        write.from === 0 ? 'attribute_not_exists(#value) OR #value = :from' : '#value = :from',
      ExpressionAttributeNames: { '#value': COUNTER },
      ExpressionAttributeValues: { ':from': write.from, ':to': write.to },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  }
}

/** The names and values that the parts of one expression refer to. */
class Placeholders {
  readonly names: Record<string, string> = {}
  readonly values: Record<string, string | number> = {}

  name(attribute: string): string {
    const known = Object.entries(this.names).find(([, name]) => name === attribute)
    if (known !== undefined) return known[0]
    const placeholder = `#n${String(Object.keys(this.names).length)}`
    this.names[placeholder] = attribute
    return placeholder
  }

  value(value: string | number): string {
    const placeholder = `:v${String(Object.keys(this.values).length)}`
    this.values[placeholder] = value
    return placeholder
  }
}

const checkExpression = (check: Check, placeholders: Placeholders): string => {
  const name = placeholders.name(check.attribute)
  switch (check.is) {
    case 'absent':
      return `attribute_not_exists(${name})`
    case 'equal':
      return `${name} = ${placeholders.value(check.value)}`
    case 'at-least': {
      const enough = `${name} >= ${placeholders.value(check.value)}`
      return check.start >= check.value ? `(attribute_not_exists(${name}) OR ${enough})` : enough
    }
  }
}

/** A change of single attributes, as DynamoDB writes it. */
export const updateExpressions = ({
  set = {},
  move = {},
  remove = [],
  when = [],
}: Update): {
  UpdateExpression: string
  ConditionExpression?: string
  ExpressionAttributeNames: Record<string, string>
  ExpressionAttributeValues?: Record<string, string | number>
} => {
  const placeholders = new Placeholders()
  const sets = [
    ...Object.entries(set).map(
      ([attribute, value]) => `${placeholders.name(attribute)} = ${placeholders.value(value)}`,
    ),
    ...Object.entries(move).map(([attribute, { by, start }]) => {
      const name = placeholders.name(attribute)
      return `${name} = if_not_exists(${name}, ${placeholders.value(start)}) + ${placeholders.value(by)}`
    }),
  ]
  const parts = [
    ...(sets.length === 0 ? [] : [`SET ${sets.join(', ')}`]),
    ...(remove.length === 0
      ? []
      : [`REMOVE ${remove.map((attribute) => placeholders.name(attribute)).join(', ')}`]),
  ]
  const checks = when.map((check) => checkExpression(check, placeholders))
  return {
    UpdateExpression: parts.join(' '),
    ...(checks.length === 0 ? {} : { ConditionExpression: checks.join(' AND ') }),
    ExpressionAttributeNames: placeholders.names,
    ...(Object.keys(placeholders.values).length === 0
      ? {}
      : { ExpressionAttributeValues: placeholders.values }),
  }
}

/** A range of keys, as a Query of DynamoDB takes it. */
export const keyCondition = (
  range: Range,
): {
  KeyConditionExpression: string
  ExpressionAttributeNames: Record<string, string>
  ExpressionAttributeValues: Record<string, string>
} => {
  const names = range.index === true ? TABLE_INDEX : TABLE_KEYS
  const from = range.from ?? []
  return {
    KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#partition': names.partition, '#sort': names.sort },
    ExpressionAttributeValues: {
      ':partition': join(range.partition),
      ':from': startOf(from),
      ':to': endOf(range.to ?? from),
    },
  }
}
