import type * as z from 'zod'
import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { childWrite } from '../families/child-write.ts'
import { refuseStale } from '../families/edit-item.ts'
import { staffEditor } from '../families/editor.ts'
import type { Child, FamilyFile } from '../families/model.ts'
import { readFile } from '../families/read-file.ts'
import { versionOf } from '../families/view-file.ts'
import { laterOf } from '../kernel/dates.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { HOUSEHOLDS } from '../kernel/family-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import { dayLabel, FAULTS } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { ChildId, FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { doubleBookings } from '../reservations/double-bookings.ts'
import { loadHousehold } from '../reservations/load-household.ts'
import type {
  linkHouseholdsRoute,
  readHouseholdsRoute,
  setAuthorityRoute,
  setCustodyRoute,
  unlinkHouseholdsRoute,
} from './routes.ts'
import { otherWeeks, sameCustody } from './rules.ts'

type Reply = z.input<(typeof readHouseholdsRoute)['reply']>
type Staff = Pick<Call<typeof linkHouseholdsRoute>, 'actor' | 'now'>

interface Address {
  readonly familyId: FamilyId
  readonly childId: ChildId
}

const childIn = ({ children }: Pick<FamilyFile, 'children'>, childId: ChildId): Child => {
  const child = children.find((each) => each.childId === childId)
  if (child === undefined) throw new PortalError('not-found')
  return child
}

const loadChild = async (table: Table, { familyId, childId }: Address): Promise<Child> =>
  childIn((await readFile(table, familyId)).file, childId)

/** The same child in the file of its other household, if it has one. */
const loadOther = async (table: Table, child: Child): Promise<Child | undefined> =>
  child.otherHousehold && loadChild(table, child.otherHousehold)

const view = async (table: Table, child: Child): Promise<Reply> => {
  const { otherHousehold: there } = child
  const other = there && (await readFile(table, there.familyId, ['FILE', 'FAMILY'])).file.family
  return {
    familyId: child.familyId,
    childId: child.childId,
    version: versionOf(child),
    ...(there === undefined || other === undefined
      ? {}
      : { otherHousehold: { ...there, familyName: other.name } }),
    ...(child.custody === undefined ? {} : { custody: child.custody }),
    authorityWithdrawn: child.authorityWithdrawn ?? [],
  }
}

/**
 * The households of a child as staff see them.
 *
 * @throws PortalError `not-found`.
 */
export const readHouseholds = async (
  table: Table,
  { parameters }: Pick<Call<typeof readHouseholdsRoute>, 'parameters'>,
): Promise<Reply> => view(table, await loadChild(table, parameters))

/** Writes a child in both of its files, or in the one that it is in, all or nothing. */
const save = async (
  table: Table,
  changes: readonly (readonly [held: Child, wanted: Child])[],
  { actor, now, reason }: Staff & { readonly reason: string },
): Promise<Child> => {
  const written = changes.map(([held, wanted]) =>
    childWrite(held, wanted, staffEditor(actor, held.familyId, reason), now),
  )
  const { done } = await table.transact(written.map(({ write }) => write))
  const [first] = written
  if (!done || first === undefined) throw new StaleReadError('child')
  return first.child
}

const isOf = (child: Child, other: Child): boolean =>
  child.otherHousehold?.familyId === other.familyId &&
  child.otherHousehold.childId === other.childId

const refusedLink = (pointer: string, detail: string): PortalError =>
  new PortalError('not-linkable', { faults: [{ pointer, detail }] })

/** Refuses to link what is not one child of two files that are free to be linked. */
const checkLink = (child: Child, other: Child): void => {
  if (child.familyId === other.familyId) throw refusedLink('/body/familyId', HOUSEHOLDS.sameFile)
  if (child.otherHousehold !== undefined || other.otherHousehold !== undefined) {
    throw refusedLink('/body/childId', HOUSEHOLDS.linkedElsewhere)
  }
  if (child.birthDate !== other.birthDate) {
    throw refusedLink('/body/childId', HOUSEHOLDS.otherBirthDate)
  }
}

/**
 * Says that a child of one file is the same as one of another: each file names the other, in one
 * transaction. The same link again changes nothing.
 *
 * @throws PortalError `not-found`; `not-linkable` for children of one file, of different birth dates, or
 * linked already; `exclusive-units` naming the days on which both households have booked what excludes
 * each other; `concurrent-change`.
 */
export const linkHouseholds = async (
  { table, town }: { readonly table: Table; readonly town: TownCatalogue },
  {
    parameters,
    body,
    actor,
    now,
  }: Pick<Call<typeof linkHouseholdsRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<Reply> =>
  again(async () => {
    const today = parisDate(now)
    const to = town.catalogue.schoolYears.map(({ lastDay }) => lastDay).reduce(laterOf, today)
    const here = await loadHousehold(table, parameters.familyId, schoolYearOf(to))
    const there = await loadHousehold(table, body.familyId, schoolYearOf(to))
    const child = childIn(here.file, parameters.childId)
    const other = childIn(there.file, body.childId)
    if (isOf(child, other) && isOf(other, child)) return view(table, child)
    checkLink(child, other)
    const linked = {
      ...child,
      otherHousehold: { familyId: other.familyId, childId: other.childId },
    }
    const back = { familyId: child.familyId, childId: child.childId }
    const doubles = doubleBookings(town.catalogue, linked, {
      own: here.plannings,
      elsewhere: there.plannings,
      from: today,
      to,
    })
    if (doubles.length > 0) {
      const detail = HOUSEHOLDS.doubles(doubles.slice(0, DAYS_NAMED).map(dayLabel))
      throw new PortalError('exclusive-units', { detail })
    }
    const saved = await save(
      table,
      [
        [child, linked],
        [other, { ...other, otherHousehold: back }],
      ],
      { actor, now, reason: body.reason },
    )
    return view(table, saved)
  })

/** How many days a refusal names. */
const DAYS_NAMED = 10

/** A child without its other household, and without weeks that alternate. */
const alone = (child: Child): Child => ({
  ...child,
  otherHousehold: undefined,
  custody: undefined,
})

/**
 * Takes back that a child is of two households: neither file names the other, nor has weeks. A child
 * that is of one household stays so.
 *
 * @throws PortalError `not-found`, `concurrent-change`.
 */
export const unlinkHouseholds = async (
  table: Table,
  {
    parameters,
    body: { reason },
    actor,
    now,
  }: Pick<Call<typeof unlinkHouseholdsRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<Reply> =>
  again(async () => {
    const child = await loadChild(table, parameters)
    const other = await loadOther(table, child)
    if (other === undefined) return view(table, child)
    const changes = [child, other].map((each) => [each, alone(each)] as const)
    return view(table, await save(table, changes, { actor, now, reason }))
  })

const withCustody = (child: Child, custody: Child['custody']): Child => ({ ...child, custody })

/**
 * Sets the weeks that a child spends in a household, and which of them it books and pays; the other
 * household gets the other weeks in the same transaction. Without weeks it does not alternate.
 *
 * @throws PortalError `not-found`, `changed-meanwhile`, `concurrent-change`.
 */
export const setCustody = async (
  table: Table,
  {
    parameters,
    headers,
    body: { custody, reason },
    actor,
    now,
  }: Pick<Call<typeof setCustodyRoute>, 'parameters' | 'headers' | 'body' | 'actor' | 'now'>,
): Promise<Reply> =>
  again(async () => {
    const child = await loadChild(table, parameters)
    const other = await loadOther(table, child)
    const isSet = (each: Child | undefined, wanted: Child['custody']): boolean =>
      each === undefined || sameCustody(each.custody, wanted)
    if (isSet(child, custody) && isSet(other, otherWeeks(custody))) return view(table, child)
    refuseStale(child, headers['if-match'])
    const changes = [
      [child, withCustody(child, custody)] as const,
      ...(other === undefined ? [] : [[other, withCustody(other, otherWeeks(custody))] as const]),
    ]
    return view(table, await save(table, changes, { actor, now, reason }))
  })

/**
 * Sets which guardians of a file have no authority over a child: they neither see its health nor book
 * nor authorise.
 *
 * @throws PortalError `not-found`, `invalid-request` for a guardian who is not in the file,
 * `changed-meanwhile`, `concurrent-change`.
 */
export const setAuthority = async (
  table: Table,
  {
    parameters,
    headers,
    body: { authorityWithdrawn, reason },
    actor,
    now,
  }: Pick<Call<typeof setAuthorityRoute>, 'parameters' | 'headers' | 'body' | 'actor' | 'now'>,
): Promise<Reply> =>
  again(async () => {
    const { file } = await readFile(table, parameters.familyId)
    const child = childIn(file, parameters.childId)
    const unknown = authorityWithdrawn.findIndex(
      ({ guardianId }, index) =>
        !file.guardians.some((each) => each.guardianId === guardianId) ||
        authorityWithdrawn.findIndex((each) => each.guardianId === guardianId) < index,
    )
    if (unknown >= 0) {
      const pointer = `/body/authorityWithdrawn/${String(unknown)}/guardianId`
      throw new PortalError('invalid-request', { faults: [{ pointer, detail: FAULTS.invalid }] })
    }
    const isSet =
      JSON.stringify(child.authorityWithdrawn ?? []) === JSON.stringify(authorityWithdrawn)
    if (isSet) return view(table, child)
    refuseStale(child, headers['if-match'])
    const wanted = { ...child, authorityWithdrawn }
    return view(table, await save(table, [[child, wanted]], { actor, now, reason }))
  })
