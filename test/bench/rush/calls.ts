import * as z from 'zod'

/** An item that a call writes: its key in one text, and what kind of item it is. */
export interface Written {
  readonly key: string
  readonly kind: string
}

/** A key attribute as callers give it or as it goes over the wire. */
const attribute = z.union([z.string(), z.object({ S: z.string() }).transform(({ S }) => S)])
const keySchema = z.object({ pk: attribute, sk: attribute })
const keyed = z.object({ Key: keySchema.optional(), Item: keySchema.optional() })
const transaction = z.object({
  TransactItems: z.array(
    z.object({ Put: keyed.optional(), Update: keyed.optional(), Delete: keyed.optional() }),
  ),
})

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^ROSTER#/, 'roster'],
  [/^SEQUENCE /, 'sequence'],
  [/^WAITING#/, 'waiting'],
  [/^COUNTER /, 'counter'],
  [/ RECEIPT#/, 'receipt'],
  [/ REQUEST#/, 'submission'],
  [/ FILE#PLANNING#/, 'planning'],
]

const writtenBy = ({ Key: key, Item: item }: z.infer<typeof keyed>): Written[] => {
  const at = key ?? item
  if (at === undefined) return []
  const text = `${at.pk} ${at.sk}`
  return [{ key: text, kind: KINDS.find(([start]) => start.test(text))?.[1] ?? 'other' }]
}

/** The items that a call writes; none for a read. */
export const writesOf = (operation: string, input: object): Written[] => {
  switch (operation) {
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return writtenBy(keyed.parse(input))
    case 'TransactWriteItems':
      return transaction
        .parse(input)
        .TransactItems.flatMap(({ Put: put, Update: update, Delete: gone }) =>
          writtenBy(put ?? update ?? gone ?? {}),
        )
    default:
      return []
  }
}
