import type { IsoDate } from '../kernel/dates.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { FamilyLabel } from './model.ts'
import { SHORTEST, wordOf, wordOfPhone } from './rules.ts'
import { findEntries } from './store.ts'

/** Somebody who may be known already. */
export interface Newcomer {
  readonly lastName: string
  readonly birthDate?: IsoDate | undefined
  readonly email?: string | undefined
  /** In the form of E.164. */
  readonly phone?: string | undefined
}

/** What a newcomer has in common with a family. */
export type Likeness = 'email' | 'phone' | 'name-and-birth-date' | 'name'

/** A family that somebody may belong to already, and why. */
export interface Duplicate extends FamilyLabel {
  readonly familyId: FamilyId
  readonly because: readonly Likeness[]
}

/** The most entries that are read for one word. */
const READ = 200

/**
 * The families to which somebody may belong already, those with most in common first: by e-mail, by
 * phone, and by last name and birth date; by the name alone only if no birth date is known. A hint for
 * staff, who decide: two people may share all of it. One Query for each of the three that is given.
 */
export const findDuplicates = async (
  table: Table,
  { lastName, birthDate, email, phone }: Newcomer,
): Promise<Duplicate[]> => {
  const found = new Map<FamilyId, Duplicate>()
  const look = async (word: string, likeness: Likeness, bornOn?: IsoDate): Promise<void> => {
    if (word.length < SHORTEST) return
    for (const entry of await findEntries(table, word, { exact: true, limit: READ })) {
      if (bornOn !== undefined && !entry.born.includes(bornOn)) continue
      const { familyId, label } = entry
      const because = [...(found.get(familyId)?.because ?? []), likeness]
      found.set(familyId, { familyId, ...label, because })
    }
  }
  await Promise.all([
    look(email === undefined ? '' : wordOf(email), 'email'),
    look(phone === undefined ? '' : wordOfPhone(phone), 'phone'),
    look(wordOf(lastName), birthDate === undefined ? 'name' : 'name-and-birth-date', birthDate),
  ])
  return [...found.values()]
    .map((each) => ({ ...each, because: each.because.toSorted() }))
    .toSorted((a, b) => b.because.length - a.because.length || (a.familyId < b.familyId ? -1 : 1))
}
