import type { Account } from '../accounts/model.ts'
import { addedBy } from '../attachments/personal-data.ts'
import type { Catalogue } from '../catalogue/model.ts'
import type { FamilyFile, Guardian } from '../families/model.ts'
import { mayParent } from '../families/rights-rules.ts'
import { aboutPerson, mayReadGuardian } from '../families/view-file.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { EXPORT } from '../kernel/privacy-texts.ts'
import type { Item } from '../platform/entity.ts'
import type { Reader } from '../platform/personal-data.ts'
import { namesOf } from '../trail/words-rules.ts'

/** What an export is made from. */
export interface Held {
  readonly catalogue: Catalogue
  readonly file: FamilyFile
  /** All items of the family's partition. */
  readonly items: readonly Item[]
  /** Of the guardians of the family, of former ones too. */
  readonly accounts: readonly Account[]
}

/** For whom an export is made. */
export interface Reading {
  /** The guardian who reads, or whom staff answer; staff who keep a whole copy have none. */
  readonly guardian: Guardian | undefined
  /** The account of the guardian who reads. */
  readonly account?: string
  readonly health: boolean
  /** The day in Paris. */
  readonly today: IsoDate
}

type Named = readonly { readonly id: string; readonly name: string }[]

/** Names that the trail does not tell: of health where it was asked for, and of documents. */
const moreNames = (
  { diets, categories, activities }: Catalogue,
  health: boolean,
): Readonly<Record<string, Named>> => ({
  diets,
  documentId: activities.flatMap(({ enrolment }) => enrolment?.documents ?? []),
  ...(health ? { category: categories } : {}),
})

const namer = ({ catalogue, file }: Held, health: boolean): Reader['nameOf'] => {
  const known = namesOf(catalogue, file)
  const more = moreNames(catalogue, health)
  return (field, id) => more[field]?.find((each) => each.id === id)?.name ?? known(field, id) ?? id
}

/** Who an account is: a guardian by name, staff by no more than that they are. */
const authors =
  ({ file, accounts }: Held, { guardian, account: own }: Reading): Reader['author'] =>
  (account) => {
    if (account === undefined) return undefined
    if (account === own && guardian !== undefined) return aboutPerson(guardian)
    const held = accounts.find((each) => each.account === account)
    if (held === undefined) return EXPORT.authors.town
    const author = file.guardians.find(({ guardianId }) => guardianId === held.guardianId)
    return author === undefined ? EXPORT.authors.former : aboutPerson(author)
  }

/** What a reader may read of a file: staff all of it. */
type Rights = Pick<
  Reader,
  'mayReadChild' | 'mayReadEnrolment' | 'mayReadAttachment' | 'mayReadGuardian'
>

const OF_STAFF: Rights = {
  mayReadChild: () => true,
  mayReadEnrolment: () => true,
  mayReadAttachment: () => true,
  mayReadGuardian: () => true,
}

/** As on the family page; of children and guardians who have left the file nobody reads but staff. */
const rightsOf = ({ file, items }: Held, guardian: Guardian, today: IsoDate): Rights => {
  const { guardianId } = guardian
  const children = file.children.filter((child) => mayParent(child, guardianId, today))
  const mayReadChild = (id: string): boolean => children.some(({ childId }) => childId === id)
  const own = addedBy(items, guardianId)
  return {
    mayReadChild,
    mayReadEnrolment: (id) =>
      file.enrolments.some(
        ({ enrolmentId, childId }) => enrolmentId === id && mayReadChild(childId),
      ),
    mayReadAttachment: (id) => own.has(id),
    mayReadGuardian: (id) =>
      file.guardians.some(
        (each) => each.guardianId === id && mayReadGuardian(file.family, each, guardian),
      ),
  }
}

/** Who reads an export, and what they may: the rights of the family page. */
export const readerOf = (held: Held, reading: Reading): Reader => {
  const { guardian, health, today } = reading
  return {
    guardianId: guardian?.guardianId,
    email: guardian?.email,
    health,
    ...(guardian === undefined ? OF_STAFF : rightsOf(held, guardian, today)),
    nameOf: namer(held, health),
    unitName: (activityId, unitId) =>
      held.catalogue.activities
        .find(({ id }) => id === activityId)
        ?.units.find(({ id }) => id === unitId)?.name ?? unitId,
    author: authors(held, reading),
  }
}
