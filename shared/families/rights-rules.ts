import { PortalError } from '../kernel/errors.ts'
import { isoWeekOf, type IsoDate } from '../kernel/dates.ts'
import type { ChildId, GuardianId } from '../platform/schemas.ts'
import type { Child, FamilyFile } from './model.ts'

/**
 * Whether a guardian has parental authority over a child: without it they neither see its health nor
 * book nor authorise (Code civil, articles 373-1 and 378; CADA, avis 20154766).
 *
 * @param today an ISO date of Paris; without one the last word counts, whenever it begins.
 */
export const mayParent = (
  { authorityWithdrawn = [] }: Pick<Child, 'authorityWithdrawn'>,
  guardianId: GuardianId,
  today?: IsoDate,
): boolean =>
  !authorityWithdrawn.some(
    (withdrawn) =>
      withdrawn.guardianId === guardianId && (today === undefined || withdrawn.since <= today),
  )

/** A family file with the enrolments only of the children over whom a guardian has authority. */
export const withinAuthority = (
  file: FamilyFile,
  guardianId: GuardianId,
  today: IsoDate,
): FamilyFile => ({
  ...file,
  enrolments: file.enrolments.filter(({ childId }) =>
    file.children.some((child) => child.childId === childId && mayParent(child, guardianId, today)),
  ),
})

/**
 * Whether a household books a day of a child, and thus pays it. A child who alternates between two
 * households is booked by each in its own weeks, even or odd ones by the number of ISO 8601, unless the
 * town or staff let both book any day: to split bills is a choice of the town (CA Nancy, 2014).
 *
 * @param booking the town's rule, which that of the child takes precedence of.
 */
export const booksOn = (
  { custody }: Pick<Child, 'custody'>,
  date: IsoDate,
  booking: 'own-weeks' | 'any',
): boolean => {
  if (custody === undefined || (custody.rule ?? booking) === 'any' || date < custody.from)
    return true
  return (isoWeekOf(date) % 2 === 0) === (custody.weeks === 'even')
}

/**
 * The child of a file over whom a guardian has authority.
 *
 * @throws PortalError `not-found`, the same for a child that is not there and for one that they have
 * no authority over.
 */
export const childOf = (
  { children }: Pick<FamilyFile, 'children'>,
  guardianId: GuardianId,
  { childId, today }: { readonly childId: ChildId; readonly today: IsoDate },
): Child => {
  const child = children.find((each) => each.childId === childId)
  if (child === undefined || !mayParent(child, guardianId, today)) {
    throw new PortalError('not-found')
  }
  return child
}
