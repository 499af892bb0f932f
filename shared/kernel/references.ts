import type { Fault } from './errors.ts'
import { FAULTS } from './texts.ts'

/** That a place of a file names something that the file does not hold. */
export const unknownReference = (pointer: string, id: string): Fault => ({
  pointer,
  detail: FAULTS.unknownReference(id),
})

/** The fault of an id that is not among those that are known, if it is one. */
export const missing = (
  pointer: string,
  id: string,
  known: readonly { readonly id: string }[],
): Fault[] => (known.some((each) => each.id === id) ? [] : [unknownReference(pointer, id)])

/** The ids that a list has more than once. */
export const doubles = <Key extends string>(
  pointer: string,
  key: Key,
  list: readonly Readonly<Record<Key, string>>[],
): Fault[] =>
  list.flatMap((each, index) =>
    list.findIndex((other) => other[key] === each[key]) === index
      ? []
      : [{ pointer: `${pointer}/${String(index)}/${key}`, detail: FAULTS.twice(each[key]) }],
  )
