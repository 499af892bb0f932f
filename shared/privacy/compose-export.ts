import * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { aboutPerson } from '../families/view-file.ts'
import { parisDate } from '../kernel/paris.ts'
import { EXPORT } from '../kernel/privacy-texts.ts'
import { ENTITY_ATTRIBUTE } from '../platform/keys.ts'
import type { DataKind, Reader } from '../platform/personal-data.ts'
import { readerOf, type Held, type Reading } from './export-reader.ts'
import type { exportReply, sectionReply } from './export-routes.ts'
import { kindOf, KINDS } from './kinds.ts'

/** What is held of one kind. */
export type Section = z.input<typeof sectionReply>
/** Everything that is held of a family, as somebody may read it. */
export type Export = z.input<typeof exportReply>

const shownSchema = z.record(z.string(), z.unknown())

/** What a kind shows as plain JSON: what is not there is left out, and nothing but JSON comes through. */
export const plain = (shown: unknown): Section['items'] =>
  shown === undefined ? [] : [shownSchema.parse(JSON.parse(JSON.stringify(shown)))]

const retentionOf = (
  { catalogue }: TownCatalogue,
  kind: DataKind['retention'],
): Section['retention'] => {
  if (kind === 'technical') return { kind, label: EXPORT.retention.technical }
  const months = catalogue.town.retention[kind]
  return { kind, months, label: EXPORT.retention[kind](months) }
}

/** One section of a title and items that are kept as a kind of data is. */
export const sectionOf = (
  town: TownCatalogue,
  { entity, title, retention }: Pick<DataKind, 'entity' | 'title' | 'retention'>,
  items: Section['items'],
): Section[] =>
  items.length === 0
    ? []
    : [{ kind: entity, title, retention: retentionOf(town, retention), items }]

/** The items of the partition, kind by kind, as far as the reader may read of them. */
const sectionsOf = (town: TownCatalogue, { items }: Held, reader: Reader): Section[] =>
  KINDS.flatMap((kind) => {
    const { entity, show } = kind
    if (typeof show !== 'function') return []
    const held = items.filter((item) => item[ENTITY_ATTRIBUTE] === entity)
    return sectionOf(
      town,
      kind,
      held.flatMap((item) => plain(show(item, reader))),
    )
  })

/** That a family has no link to its calendar is an answer as well. */
const noLinkOf = (town: TownCatalogue, { items }: Held): Section[] => {
  const kind = kindOf('FamilyLink')
  const isThere = items.some((item) => item[ENTITY_ATTRIBUTE] === kind?.entity)
  return kind === undefined || isThere ? [] : sectionOf(town, kind, [{ calendarLink: false }])
}

/** The titles of what is held and never shown. */
const alsoHeldOf = ({ items }: Held): string[] => {
  const entities = new Set(items.map((item) => item[ENTITY_ATTRIBUTE]))
  return KINDS.filter(({ entity, show }) => typeof show !== 'function' && entities.has(entity)).map(
    ({ title }) => title,
  )
}

/** The accounts of the guardians of whom the reader may read more than the name. */
const accountsOf = (town: TownCatalogue, { accounts }: Held, reader: Reader): Section[] =>
  sectionOf(
    town,
    { entity: 'Account', title: EXPORT.accounts, retention: 'file' },
    accounts
      .filter(({ guardianId }) => reader.mayReadGuardian(guardianId ?? ''))
      .flatMap(({ guardianId, userName, email, lastSignIn, previousSignIn }) =>
        plain({
          guardian: reader.nameOf('guardianId', guardianId ?? ''),
          ...{ userName, email, lastSignIn, previousSignIn },
        }),
      ),
  )

/** Everything that is held of a family as somebody may read it, without what is sealed. */
export const composeExport = (
  town: TownCatalogue,
  held: Held,
  { now, ...about }: Omit<Reading, 'today'> & { readonly now: Date },
): Export => {
  const { guardian, health } = about
  const reader = readerOf(held, { ...about, today: parisDate(now) })
  const { familyId, name } = held.file.family
  return {
    familyId,
    name,
    at: now.toISOString(),
    ...(guardian === undefined ? {} : { reader: aboutPerson(guardian) }),
    health,
    sections: [
      ...sectionsOf(town, held, reader),
      ...noLinkOf(town, held),
      ...accountsOf(town, held, reader),
    ],
    alsoHeld: alsoHeldOf(held),
    notes: [
      EXPORT.notes.rights,
      ...(health ? [] : [guardian === undefined ? EXPORT.notes.noHealth : EXPORT.notes.askHealth]),
    ],
  }
}
