import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Child } from '../families/model.ts'
import { readFile } from '../families/read-file.ts'
import { earlierOf, monthOf, type IsoDate } from '../kernel/dates.ts'
import { PortalError, type Fault } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type {
  grantAidRoute,
  grantDayCreditRoute,
  listGrantsRoute,
  removeAidRoute,
  removeDayCreditRoute,
} from './grant-routes.ts'
import { faultsOfAid, faultsOfDayCredit, isUsed } from './grant-rules.ts'
import type { Aid, DayCredit, InvoiceLine } from './model.ts'
import { reviewSince } from './note-review.ts'
import { documentsSince } from './document-store.ts'
import {
  inputsAmong,
  removeAid as forgetAid,
  removeDayCredit as forgetDayCredit,
  saveAid,
  saveDayCredit,
} from './store.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}

type Reply = z.input<(typeof listGrantsRoute)['reply']>

interface Grants {
  readonly aids: readonly Aid[]
  readonly dayCredits: readonly DayCredit[]
}

/** What is granted to a family, and whom it may be granted for: one Query. */
const loadGrants = async (
  table: Table,
  familyId: FamilyId,
): Promise<Grants & { readonly children: readonly Child[] }> => {
  const { file, items } = await readFile(table, familyId, ['FILE', 'FAMILY'])
  const { aids, dayCredits } = inputsAmong(items)
  return { children: file.children, aids, dayCredits }
}

const view = (familyId: FamilyId, { aids, dayCredits }: Grants): Reply => ({
  familyId,
  aids: [...aids],
  dayCredits: [...dayCredits],
})

const refuse = (faults: readonly Fault[]): void => {
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
}

type Stamp = Pick<Aid, 'notedBy' | 'notedAt'>

/** Who grants something or changes it, and when. */
const stampOf = ({ actor, now }: Pick<Call<typeof grantAidRoute>, 'actor' | 'now'>): Stamp => ({
  notedBy: actor.account,
  notedAt: now.toISOString(),
})

/** Whether something is granted already, whoever noted it. */
const isHeld = (grant: Stamp, held: Stamp | undefined): boolean =>
  held !== undefined &&
  JSON.stringify(grant) ===
    JSON.stringify({ ...held, notedBy: grant.notedBy, notedAt: grant.notedAt })

/**
 * What others pay of a family's bills, and the days that it has paid in advance.
 *
 * @throws PortalError `not-found`.
 */
export const listGrants = async (
  table: Table,
  { parameters: { familyId } }: Pick<Call<typeof listGrantsRoute>, 'parameters'>,
): Promise<Reply> => view(familyId, await loadGrants(table, familyId))

/**
 * Grants an aid to a family, or changes it: the caller gives its id, so that the same call again has
 * one effect. It tells who granted it or changed it last. Invoiced months that it is about are
 * corrected by the next billing run, which follows the table.
 *
 * @throws PortalError `not-found`, `invalid-request` naming each field.
 */
export const grantAid = async (
  { table, town }: Deps,
  call: Pick<Call<typeof grantAidRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<Reply> => {
  const { parameters, body } = call
  const { familyId, aidId } = parameters
  const { children, aids, dayCredits } = await loadGrants(table, familyId)
  const aid: Aid = { ...parameters, ...body, ...stampOf(call) }
  refuse(faultsOfAid(town.catalogue, children, aid))
  const others = aids.filter((each) => each.aidId !== aidId)
  const held = aids.find((each) => each.aidId === aidId)
  if (isHeld(aid, held)) return view(familyId, { aids, dayCredits })
  await saveAid(table, aid)
  return view(familyId, { aids: [...others, aid], dayCredits })
}

/**
 * Grants a family days that it pays in advance, or changes them: as an aid.
 *
 * @throws PortalError `not-found`, `invalid-request` naming each field.
 */
export const grantDayCredit = async (
  { table, town }: Deps,
  call: Pick<Call<typeof grantDayCreditRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<Reply> => {
  const { parameters, body } = call
  const { familyId, creditId } = parameters
  const { children, aids, dayCredits } = await loadGrants(table, familyId)
  const credit: DayCredit = { ...parameters, ...body, ...stampOf(call) }
  refuse(faultsOfDayCredit(town.catalogue, children, credit))
  const others = dayCredits.filter((each) => each.creditId !== creditId)
  const held = dayCredits.find((each) => each.creditId === creditId)
  if (isHeld(credit, held)) return view(familyId, { aids, dayCredits })
  await saveDayCredit(table, credit)
  return view(familyId, { aids, dayCredits: [...others, credit] })
}

/** What is to be removed, by its lines on documents. */
interface Removal {
  readonly familyId: FamilyId
  readonly from: IsoDate
  readonly until: IsoDate
  readonly line: Pick<InvoiceLine, 'kind' | 'label'>
}

/**
 * Removes what no issued month has used. A run that has computed its drafts and not issued them may
 * have used it: the months are reviewed, so that the next run takes back what that one gives.
 *
 * @returns whether it was removed; else it is to end today.
 */
const removeUnused = async (
  { table, town }: Deps,
  { familyId, from, until, line }: Removal,
  now: Date,
  forget: () => Promise<unknown>,
): Promise<boolean> => {
  const documents = await documentsSince(table, familyId, monthOf(from))
  if (isUsed(documents, { ...line, from, until })) return false
  await reviewSince({ table, town }, { familyId, from }, now)
  await forget()
  return true
}

/**
 * Removes an aid that no issued month has used; one that was used ends today and stays in force for
 * the days before. What is not there is removed already.
 *
 * @throws PortalError `not-found`.
 */
export const removeAid = async (
  deps: Deps,
  call: Pick<Call<typeof removeAidRoute>, 'parameters' | 'actor' | 'now'>,
): Promise<Reply> => {
  const { familyId, aidId } = call.parameters
  const { table } = deps
  const { aids, dayCredits } = await loadGrants(table, familyId)
  const others = aids.filter((each) => each.aidId !== aidId)
  const held = aids.find((each) => each.aidId === aidId)
  if (held === undefined) return view(familyId, { aids, dayCredits })
  const removal = { ...held, line: { kind: 'aid', label: held.payer } } satisfies Removal
  if (await removeUnused(deps, removal, call.now, () => forgetAid(table, held))) {
    return view(familyId, { aids: others, dayCredits })
  }
  const until = earlierOf(held.until, parisDate(call.now))
  if (until === held.until) return view(familyId, { aids, dayCredits })
  const ended: Aid = { ...held, until, ...stampOf(call) }
  await saveAid(table, ended)
  return view(familyId, { aids: [...others, ended], dayCredits })
}

/**
 * Removes days paid in advance that no issued month has used or billed; others end today, the days
 * left of them being lost. What is not there is removed already.
 *
 * @throws PortalError `not-found`.
 */
export const removeDayCredit = async (
  deps: Deps,
  call: Pick<Call<typeof removeDayCreditRoute>, 'parameters' | 'actor' | 'now'>,
): Promise<Reply> => {
  const { familyId, creditId } = call.parameters
  const { table } = deps
  const { aids, dayCredits } = await loadGrants(table, familyId)
  const others = dayCredits.filter((each) => each.creditId !== creditId)
  const held = dayCredits.find((each) => each.creditId === creditId)
  if (held === undefined) return view(familyId, { aids, dayCredits })
  const line = { kind: 'day-credit', label: held.name } as const
  const removal = { ...held, line } satisfies Removal
  if (await removeUnused(deps, removal, call.now, () => forgetDayCredit(table, held))) {
    return view(familyId, { aids, dayCredits: others })
  }
  const until = earlierOf(held.until, parisDate(call.now))
  if (until === held.until) return view(familyId, { aids, dayCredits })
  const ended: DayCredit = { ...held, until, ...stampOf(call) }
  await saveDayCredit(table, ended)
  return view(familyId, { aids, dayCredits: [...others, ended] })
}
