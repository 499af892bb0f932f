import * as z from 'zod'
import { authorisationSchema, changeSchema } from '../families/model.ts'
import { isIsoDate } from '../kernel/dates.ts'
import { shortDate } from '../kernel/texts.ts'
import {
  authorisationName,
  authorisationWords,
  ENTITY_WORDS,
  FIELD_WORDS,
  MASKED,
  meansName,
} from '../kernel/trail-texts.ts'
import type { Item } from '../platform/entity.ts'
import { ENTITY_ATTRIBUTE, TABLE_INDEX, TABLE_KEYS } from '../platform/keys.ts'
import { familyIdSchema, instantSchema } from '../platform/schemas.ts'
import type { TrailEntry, TrailField } from './model.ts'
import { FOLLOWED_ENTITIES } from './names.ts'
import { canonical, wordsOf, type NameOf } from './words-rules.ts'

const entitySchema = z.enum(FOLLOWED_ENTITIES)
type FollowedEntity = z.infer<typeof entitySchema>

/** The field that names an item within its family, by the kind of item. */
const ID_FIELDS: Readonly<Record<FollowedEntity, string>> = {
  Family: 'familyId',
  Guardian: 'guardianId',
  Child: 'childId',
  Contact: 'contactId',
  AuthorisationSheet: 'childId',
  Enrolment: 'enrolmentId',
  Means: 'from',
  HealthRecord: 'childId',
}

/** A change of an item, as the stream tells it. */
interface Change {
  readonly before: Item | undefined
  readonly after: Item | undefined
  /** When it was written. */
  readonly at: Date
}

/** What is in every such item, or may be. */
const imageSchema = z.looseObject({
  [ENTITY_ATTRIBUTE]: entitySchema,
  familyId: familyIdSchema,
  version: z.int().optional(),
  changed: changeSchema.optional(),
  notedAt: instantSchema.optional(),
  notedBy: z.string().optional(),
  reason: z.string().optional(),
})
type Image = z.infer<typeof imageSchema>

/** An item of a family file in an image of the stream; nothing if it is of another kind. */
export const imageOf = (item: Item | undefined): Image | undefined => {
  const isFollowed = entitySchema.safeParse(item?.[ENTITY_ATTRIBUTE]).success
  return isFollowed ? imageSchema.parse(item) : undefined
}

/** What is not about the family but about the item: where it lies and who has written it. */
const HIDDEN: ReadonlySet<string> = new Set([
  ...Object.values(TABLE_KEYS),
  TABLE_INDEX.partition,
  TABLE_INDEX.sort,
  ENTITY_ATTRIBUTE,
  ...['familyId', 'version', 'changed', 'pending', 'notedAt', 'notedBy', 'reason'],
])

/** What concerns the health of a child: that it changed is told, never what it says. */
const HEALTH: ReadonlySet<string> = new Set(['allergy', 'carePlanUntil', 'diets'])

/** One thing that an item says. */
interface Statement {
  /** What it says something of; its words need not be unique. */
  readonly key: string
  readonly field: string
  readonly words: string
  /** What is compared: of a masked value the words are always the same. */
  readonly value: string
}

const statementsOfSheet = (nameOf: NameOf, image: Image): Statement[] =>
  z
    .array(authorisationSchema)
    .parse(image['authorisations'])
    .map(({ enrolmentId, about, allowed, since }) => {
      const contact = about.kind === 'collect' ? about.contactId : undefined
      const words = authorisationWords(allowed, shortDate(since))
      const field = authorisationName(
        wordsOf(nameOf, 'kind', about.kind),
        contact && wordsOf(nameOf, 'contactId', contact),
        wordsOf(nameOf, 'enrolmentId', enrolmentId),
      )
      return { key: JSON.stringify([enrolmentId, about.kind, contact]), field, words, value: words }
    })

const READING_ORDER = Object.keys(FIELD_WORDS)
const placeOf = (field: string): number =>
  READING_ORDER.includes(field) ? READING_ORDER.indexOf(field) : READING_ORDER.length

/** What an item says, field by field. */
const statementsOf = (nameOf: NameOf, image: Image | undefined): Statement[] => {
  if (image === undefined) return []
  const { [ENTITY_ATTRIBUTE]: entity } = image
  if (entity === 'HealthRecord') {
    const field = ENTITY_WORDS[entity]
    // What is sealed is not even compared: each version is another one.
    return [{ key: entity, field, words: MASKED, value: String(image.version) }]
  }
  if (entity === 'AuthorisationSheet') return statementsOfSheet(nameOf, image)
  const own = ID_FIELDS[entity]
  return Object.entries(image)
    .filter(([field]) => !HIDDEN.has(field) && field !== own)
    .toSorted(([one], [other]) => placeOf(one) - placeOf(other))
    .map(([field, value]) => ({
      key: field,
      field: FIELD_WORDS[field] ?? field,
      words: HEALTH.has(field) ? MASKED : wordsOf(nameOf, field, value),
      value: canonical(value),
    }))
}

/** What differs between two states of an item, in the order of the first, then of the second. */
const differences = (before: readonly Statement[], after: readonly Statement[]): TrailField[] => {
  const earlier = new Map(before.map((each) => [each.key, each]))
  const later = new Map(after.map((each) => [each.key, each]))
  return [...new Map([...earlier, ...later]).values()].flatMap(({ key, field }) => {
    const [was, is] = [earlier.get(key), later.get(key)]
    if (was?.value === is?.value) return []
    return [{ field, before: was?.words, after: is?.words }]
  })
}

const textIn = (image: Image, field: string): string => {
  const value = image[field]
  return typeof value === 'string' ? value : ''
}

/** The name of an item within its family. */
export const idOf = (image: Image): string => textIn(image, ID_FIELDS[image[ENTITY_ATTRIBUTE]])

/** Whom or what an item is about, as people name it. */
const aboutOf = (nameOf: NameOf, image: Image): string => {
  const { [ENTITY_ATTRIBUTE]: entity } = image
  switch (entity) {
    case 'Guardian':
    case 'Child':
      return `${textIn(image, 'firstName')} ${textIn(image, 'lastName')}`
    case 'Family':
    case 'Contact':
      return textIn(image, 'name')
    case 'AuthorisationSheet':
    case 'HealthRecord':
      return wordsOf(nameOf, 'childId', image['childId'])
    case 'Enrolment':
      return ['childId', 'activityId']
        .map((field) => wordsOf(nameOf, field, image[field]))
        .join(', ')
    case 'Means': {
      const from = textIn(image, 'from')
      return meansName(isIsoDate(from) ? shortDate(from) : from)
    }
  }
}

type Author = Pick<TrailEntry, 'at' | 'by' | 'reason'>

/** Who wrote the new state of an item, when and why; only when, if nobody with an account did. */
const authorOf = (before: Image | undefined, after: Image, at: Date): Author => {
  const { changed, notedAt, notedBy, reason } = after
  // What the portal writes by itself leaves the author of the last edit in the item.
  if (changed !== undefined && changed.at !== before?.changed?.at) return changed
  // Means of the town's file have a time as well, which is not that of their writing.
  if (notedAt !== undefined && notedBy !== undefined && notedAt !== before?.notedAt) {
    return { at: notedAt, by: notedBy, reason }
  }
  return { at: at.toISOString() }
}

const markSchema = z.object({ changed: changeSchema })

/** Who removed an item, if a mark of that has taken its place. */
const removerOf = (item: Item | undefined, at: Date): Author => {
  const mark = markSchema.safeParse(item)
  return mark.success ? mark.data.changed : { at: at.toISOString() }
}

/** What an entry of a removal has in the place of a version. */
export const REMOVED = 'REMOVED'

/**
 * The entry of a change of an item of a family file: its first version, another one, or its end.
 * Nothing for a change of which people would see nothing.
 *
 * @param mark what tells the change apart from others of its instant, where the item has no version.
 */
export const entryOf = (
  nameOf: NameOf,
  change: Change,
  mark: () => string,
): Omit<TrailEntry, 'expiresAt'> | undefined => {
  const [before, after] = [imageOf(change.before), imageOf(change.after)]
  const image = after ?? before
  if (image === undefined) return undefined
  const fields = differences(statementsOf(nameOf, before), statementsOf(nameOf, after))
  if (fields.length === 0) return undefined
  const { [ENTITY_ATTRIBUTE]: entity, familyId } = image
  const item = {
    familyId,
    subject: entity,
    id: idOf(image),
    about: aboutOf(nameOf, image),
    fields,
  }
  return after === undefined
    ? { ...item, kind: 'removed', version: REMOVED, ...removerOf(change.after, change.at) }
    : {
        ...item,
        kind: before === undefined ? 'created' : 'changed',
        version: after.version === undefined ? mark() : String(after.version),
        ...authorOf(before, after, change.at),
      }
}
