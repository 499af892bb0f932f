import * as z from 'zod'
import type { Catalogue } from '../catalogue/model.ts'
import type { FamilyFile } from '../families/model.ts'
import { isIsoDate } from '../kernel/dates.ts'
import { parisDate, parisTime } from '../kernel/paris.ts'
import { phoneLabel } from '../kernel/phone.ts'
import { momentLabel, shortDate } from '../kernel/texts.ts'
import { ANSWERS, enrolmentName, MASKED, VALUE_WORDS } from '../kernel/trail-texts.ts'
import { instantSchema } from '../platform/schemas.ts'

/** The name of what an identifier in a field stands for; nothing where the field holds none. */
export type NameOf = (field: string, id: string) => string | undefined

const fullName = ({ firstName, lastName }: { firstName: string; lastName: string }): string =>
  `${firstName} ${lastName}`

type Finder = (id: string) => string | undefined

/** Finds names among things that have an identifier. */
const among =
  <Thing>(
    things: readonly Thing[],
    idOf: (thing: Thing) => string,
    nameOf: (thing: Thing) => string,
  ): Finder =>
  (id) => {
    const thing = things.find((each) => idOf(each) === id)
    return thing === undefined ? undefined : nameOf(thing)
  }

/** Finds names in a list of the catalogue. */
const listed = (things: readonly { readonly id: string; readonly name: string }[]): Finder =>
  among(
    things,
    ({ id }) => id,
    ({ name }) => name,
  )

/**
 * The names of what a file refers to, by field, as the town's catalogue and the file have them today.
 * A category that tells of a care plan has no name here: it is a matter of health.
 */
export const namesOf = (catalogue: Catalogue, file: FamilyFile): NameOf => {
  const activity = listed(catalogue.activities)
  const finders: Readonly<Record<string, Finder>> = {
    schoolId: listed(catalogue.facilities),
    category: among(
      catalogue.categories,
      ({ id }) => id,
      ({ name, allergy }) => (allergy === true ? MASKED : name),
    ),
    activityId: activity,
    groupId: listed(catalogue.activities.flatMap(({ groups }) => groups)),
    childId: among(file.children, ({ childId }) => childId, fullName),
    guardianId: among(file.guardians, ({ guardianId }) => guardianId, fullName),
    contactId: among(
      file.contacts,
      ({ contactId }) => contactId,
      ({ name }) => name,
    ),
    enrolmentId: among(
      file.enrolments,
      ({ enrolmentId }) => enrolmentId,
      ({ activityId, from, until }) =>
        enrolmentName(activity(activityId) ?? activityId, shortDate(from), shortDate(until)),
    ),
  }
  return (field, id) => finders[field]?.(id)
}

const textOf = (nameOf: NameOf, field: string, text: string): string => {
  const known = VALUE_WORDS[field]?.[text] ?? nameOf(field, text)
  if (known !== undefined) return known
  if (isIsoDate(text)) return shortDate(text)
  if (instantSchema.safeParse(text).success) {
    const at = new Date(text)
    return momentLabel(parisDate(at), parisTime(at))
  }
  return /^\+\d+$/.test(text) ? phoneLabel(text) : text
}

/** In what order people read the parts of a value: the table keeps none. */
const PARTS = ['street', 'complement', 'postcode', 'town', 'fund', 'number', 'weeks', 'familyId']

const recordSchema = z.record(z.string(), z.unknown())

/** A stored value as a text that is equal for equal values, in whatever order their parts come. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => {
    const { success, data } = recordSchema.safeParse(part)
    if (!success || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  })

/** A stored value in words: lists and parts one after the other, identifiers by their names. */
export const wordsOf = (nameOf: NameOf, field: string, value: unknown): string => {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return textOf(nameOf, field, value)
  if (typeof value === 'boolean') return value ? ANSWERS.yes : ANSWERS.no
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.map((each) => wordsOf(nameOf, field, each)).join(', ')
  const parts = recordSchema.parse(value)
  return [...PARTS, ...Object.keys(parts).toSorted()]
    .filter((part, position, all) => part !== 'attachmentId' && all.indexOf(part) === position)
    .map((part) => wordsOf(nameOf, part, parts[part]))
    .filter((words) => words !== '')
    .join(' ')
}
