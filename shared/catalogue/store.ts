import * as z from 'zod'
import { PortalError } from '../kernel/errors.ts'
import { defineEntity } from '../platform/entity.ts'
import type { Key } from '../platform/keys.ts'
import type { Table } from '../platform/table.ts'
import { catalogueSchema, townSchema, type Catalogue } from './model.ts'

const SECTIONS = [
  'town',
  'categories',
  'schoolYears',
  'facilities',
  'activities',
  'priceLists',
  'diets',
  'pages',
] as const

/** A part of an edition of the catalogue; an edition never changes once it is written. */
const entryEntity = defineEntity({
  type: 'CatalogueEntry',
  schema: z.object({
    edition: z.string(),
    section: z.enum(SECTIONS),
    position: z.int(),
    content: z.unknown(),
  }),
  key: (address: { edition: string; section: string; position: number }): Key => ({
    partition: ['CATALOGUE'],
    sort: ['EDITION', address.edition, address.section, address.position],
  }),
})

/** Which edition is in force. */
const currentEntity = defineEntity({
  type: 'CatalogueCurrent',
  schema: z.object({ edition: z.string() }),
  key: (): Key => ({ partition: ['CATALOGUE'], sort: ['CURRENT'] }),
})

/** The name of the edition in force; nothing before the first town file is loaded. */
export const currentEdition = async (table: Table): Promise<string | undefined> =>
  currentEntity.found(await table.get(currentEntity.keyOf({})))?.edition

/** A whole edition: one Query. */
export const loadEdition = async (table: Table, edition: string): Promise<Catalogue> => {
  const entries = entryEntity.pick(
    await table.query({ partition: ['CATALOGUE'], from: ['EDITION', edition] }),
  )
  const section = (name: (typeof SECTIONS)[number]): unknown[] =>
    entries.filter((entry) => entry.section === name).map((entry) => entry.content)
  return catalogueSchema.parse({
    town: section('town')[0],
    categories: section('categories'),
    schoolYears: section('schoolYears'),
    facilities: section('facilities'),
    activities: section('activities'),
    priceLists: section('priceLists'),
    diets: section('diets'),
    pages: section('pages'),
  })
}

/**
 * What the town said of itself in an edition: one read.
 *
 * @throws PortalError `not-found` when there never was such an edition.
 */
export const loadTownIn = async (table: Table, edition: string): Promise<Catalogue['town']> => {
  const item = await table.get(entryEntity.keyOf({ edition, section: 'town', position: 0 }))
  if (item === undefined) throw new PortalError('not-found')
  return townSchema.parse(entryEntity.fromItem(item).content)
}

/** Writes an edition beside the earlier ones; none of them changes. */
export const saveEdition = async (
  table: Table,
  edition: string,
  catalogue: Catalogue,
): Promise<void> => {
  for (const section of SECTIONS) {
    for (const [position, content] of [catalogue[section]].flat().entries()) {
      await table.put(entryEntity.toItem({ edition, section, position, content }))
    }
  }
}

/**
 * Puts an edition in force in the place of another, or as the first one.
 *
 * @param before what is in force so far.
 * @returns false when that is not so any more.
 */
export const switchFrom = async (
  table: Table,
  before: string | undefined,
  edition: string,
): Promise<boolean> => {
  if (before === undefined) return table.put(currentEntity.toItem({ edition }), { kind: 'absent' })
  const { done } = await table.update(currentEntity.keyOf({}), {
    set: { edition },
    when: [{ attribute: 'edition', is: 'equal', value: before }],
  })
  return done
}
