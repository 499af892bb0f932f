import { defineEntity } from '../platform/entity.ts'
import { familyPartition, type Key, type Segment } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { searchEntrySchema, type SearchEntry } from './model.ts'

/** How many letters name a partition of the index: the shortest search knows them. */
const LETTERS = 2

export const searchEntryEntity = defineEntity({
  type: 'SearchEntry',
  schema: searchEntrySchema,
  key: ({ familyId, token }: Pick<SearchEntry, 'familyId' | 'token'>): Key => ({
    partition: familyPartition(familyId),
    sort: ['SEARCH', token],
  }),
  // Outside the family, so that all families are found by the first letters of a word.
  index: ({ token, familyId }) => ({ partition: letters(token), sort: [token, familyId] }),
})

const letters = (word: string): readonly Segment[] => ['SEARCH', word.slice(0, LETTERS)]

/** The entries that a family has. */
export const entriesHeld = async (table: Table, familyId: FamilyId): Promise<SearchEntry[]> =>
  searchEntryEntity.pick(
    await table.query({ partition: familyPartition(familyId), from: ['SEARCH'] }),
  )

/** The entries whose word begins with `word`, or is it, in the order of the words; up to `limit`. */
export const findEntries = async (
  table: Table,
  word: string,
  { exact, limit }: { readonly exact: boolean; readonly limit: number },
): Promise<SearchEntry[]> =>
  searchEntryEntity.pick(
    await table.query({
      index: true,
      partition: letters(word),
      from: [word],
      // A brace sorts after all that a word is made of.
      to: [exact ? word : `${word}}`],
      limit,
    }),
  )
