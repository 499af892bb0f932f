import type { IsoDate } from '../kernel/dates.ts'
import { isSameEmail } from '../kernel/email.ts'
import { MERGE_REFUSALS } from '../kernel/file-texts.ts'
import { MOST } from './file-rules.ts'
import type { Child, Contact, FamilyFile, Guardian } from './model.ts'

/** A name as it is compared: without accents, capitals and what separates its parts. */
const bare = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/[^\p{L}]/gu, '')
    .toLowerCase()

const sameName = (
  a: { readonly firstName: string; readonly lastName: string },
  b: { readonly firstName: string; readonly lastName: string },
): boolean => bare(a.firstName) === bare(b.firstName) && bare(a.lastName) === bare(b.lastName)

/** Whether two children are one: by name and birth date. */
export const sameChild = (
  a: Pick<Child, 'firstName' | 'lastName' | 'birthDate'>,
  b: Pick<Child, 'firstName' | 'lastName' | 'birthDate'>,
): boolean => sameName(a, b) && a.birthDate === b.birthDate

/** Whether two guardians are one: by e-mail address, or by name where no birth date contradicts. */
export const sameGuardian = (a: Guardian, b: Guardian): boolean =>
  isSameEmail(a.email, b.email) ||
  (sameName(a, b) && (a.birthDate ?? b.birthDate) === (b.birthDate ?? a.birthDate))

/** Whether two contacts are one: by name and telephone. */
export const sameContact = (a: Contact, b: Contact): boolean =>
  bare(a.name) === bare(b.name) && a.phone === b.phone

const lacking = <Each>(
  mine: readonly Each[],
  theirs: readonly Each[],
  same: (a: Each, b: Each) => boolean,
): Each[] => mine.filter((each) => !theirs.some((other) => same(each, other)))

/** Those of a duplicate whom the file that is kept lacks. */
export type Copied = Pick<FamilyFile, 'guardians' | 'children' | 'contacts'>

/** Whom the file that is kept lacks of a duplicate. */
export const copiedFrom = (duplicate: FamilyFile, kept: FamilyFile): Copied => ({
  guardians: lacking(duplicate.guardians, kept.guardians, sameGuardian),
  children: lacking(duplicate.children, kept.children, sameChild),
  contacts: lacking(duplicate.contacts, kept.contacts, sameContact),
})

const fits = (copied: Copied, kept: FamilyFile): boolean =>
  (['guardians', 'children', 'contacts'] as const).every(
    (kind) => copied[kind].length + kept[kind].length <= MOST[kind],
  )

/**
 * Why a duplicate is not merged into a file, in French; nothing when it can be. The safe rule: nothing
 * that is booked or to be booked may hang on the duplicate. Its ledger, its past plannings and all else
 * stay where they are and are read, billed and paid under its number; only people are copied.
 *
 * @param today the day in Paris.
 */
export const mergeRefusal = (
  duplicate: FamilyFile,
  kept: FamilyFile,
  today: IsoDate,
): string | undefined => {
  if (duplicate.family.familyId === kept.family.familyId) return MERGE_REFUSALS.itself
  if (duplicate.family.mergedInto !== undefined) return MERGE_REFUSALS.alreadyMerged
  if (kept.family.inactiveSince !== undefined) return MERGE_REFUSALS.intoInactive
  if (duplicate.enrolments.some(({ until }) => until >= today)) return MERGE_REFUSALS.enrolled
  if (duplicate.children.some(({ otherHousehold }) => otherHousehold !== undefined)) {
    return MERGE_REFUSALS.shared
  }
  const children = [...duplicate.children, ...kept.children]
  if (children.some(({ authorityWithdrawn = [] }) => authorityWithdrawn.length > 0)) {
    return MERGE_REFUSALS.authority
  }
  const items = [duplicate.family, ...duplicate.guardians, ...duplicate.children]
  if (items.some(({ pending }) => pending !== undefined)) return MERGE_REFUSALS.pending
  return fits(copiedFrom(duplicate, kept), kept) ? undefined : MERGE_REFUSALS.full
}
