import type { Table } from '../platform/table.ts'
import { findDuplicates, type Duplicate } from '../search/find-duplicates.ts'
import type { Application } from './model.ts'

/** A file that may be that of somebody who applies, with all that they have in common. */
interface PossibleFile extends Duplicate {
  readonly because: Duplicate['because'][number][]
}

/**
 * The families to which somebody who applies for an account may belong already, those with most in
 * common first: by what they say of themself, and by the name and birth date of each child.
 */
export const duplicatesOf = async (
  table: Table,
  { guardian, children }: Application,
): Promise<PossibleFile[]> => {
  const { lastName, birthDate, email, phone } = guardian
  const lists = await Promise.all([
    findDuplicates(table, { lastName, birthDate, email, phone }),
    ...children.map((child) =>
      findDuplicates(table, { lastName: child.lastName, birthDate: child.birthDate }),
    ),
  ])
  const merged = new Map<Duplicate['familyId'], PossibleFile>()
  for (const found of lists.flat()) {
    const because = [...new Set([...(merged.get(found.familyId)?.because ?? []), ...found.because])]
    merged.set(found.familyId, { ...found, because })
  }
  return [...merged.values()].toSorted((a, b) => b.because.length - a.because.length)
}
