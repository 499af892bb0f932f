import type { TownCatalogue } from '../catalogue/calendar.ts'
import { ENTITY_ATTRIBUTE, familyPartition } from '../platform/keys.ts'
import type { Change } from '../platform/stream.ts'
import type { Table } from '../platform/table.ts'
import { keepSearchEntries } from '../search/keep-entries.ts'
import { noteChange } from '../trail/note-change.ts'
import { imageOf } from '../trail/rules.ts'
import { keepCards } from './keep-cards.ts'
import { readSheets } from './read-file.ts'
import { enrolmentCardEntity, fileAmong } from './store.ts'

/** The kinds of items that cards are made of. */
const ON_CARDS: ReadonlySet<string> = new Set([
  'Guardian',
  'Child',
  'Contact',
  'AuthorisationSheet',
  'Enrolment',
])

/** The kinds of items that families are found by. */
const IN_SEARCH: ReadonlySet<string> = new Set(['Family', 'Guardian', 'Child'])

/**
 * Does what follows a change of a family file: the entry of its trail, the cards of the registers, the
 * words under which staff find the family. Cards and words are made from the file as it is now and not
 * from the change, so that changes may come twice, late or in any order: the last one leaves what is
 * right. One Query for the file with its cards, others for the authorisations and for the words where they count, and a
 * write for each item that is to be another one.
 *
 * A file that is gone has neither cards nor words, and nothing more is noted of it: what an erasure has
 * deleted must not come back as the trail of its deletion.
 *
 * @throws when the table fails for now: the stream delivers the change again.
 */
export const followFile = async (
  { table, town }: { readonly table: Table; readonly town: TownCatalogue },
  change: Change,
): Promise<void> => {
  const image = imageOf(change.after) ?? imageOf(change.before)
  if (image === undefined) return
  const { [ENTITY_ATTRIBUTE]: entity, familyId } = image
  const items = await table.query({
    partition: familyPartition(familyId),
    from: ['CARD'],
    to: ['FILE', 'MEANS'],
  })
  const file = fileAmong(items)
  const isGone = file === undefined
  const isOnCards = ON_CARDS.has(entity)
  const authorisations = isOnCards && !isGone ? await readSheets(table, familyId) : []
  await Promise.all([
    isGone ? undefined : noteChange({ table, catalogue: town.catalogue }, file, change),
    isGone || isOnCards
      ? keepCards(table, {
          familyId,
          file: file && { ...file, authorisations },
          held: enrolmentCardEntity.pick(items),
        })
      : undefined,
    isGone || IN_SEARCH.has(entity) ? keepSearchEntries(table, familyId, file) : undefined,
  ])
}
