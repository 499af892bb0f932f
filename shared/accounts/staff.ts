import type * as z from 'zod'
import type { Catalogue } from '../catalogue/model.ts'
import { ACCOUNTS } from '../kernel/account-texts.ts'
import { PortalError, StaleReadError, type Fault } from '../kernel/errors.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { Account } from './model.ts'
import type { AccountDeps } from './move-email.ts'
import { registerAccount } from './register-account.ts'
import {
  staffRoles,
  type createStaffRoute,
  type listStaffRoute,
  type resetSecondFactorRoute,
  type setStaffRoute,
} from './routes.ts'
import { dropEmailChange, findAccount, listStaffAccounts, saveAccount } from './store.ts'

type StaffView = z.input<(typeof createStaffRoute)['reply']>
type StaffBody = Pick<Call<typeof setStaffRoute>['body'], 'roles' | 'facilities'>

interface StaffDeps extends AccountDeps {
  readonly catalogue: Catalogue
}

const viewOf = (held: Account): StaffView => ({
  account: held.account,
  userName: held.userName,
  email: held.email,
  name: held.name ?? '',
  roles: staffRoles(held.roles),
  facilities: held.facilities ?? [],
  active: held.inactiveSince === undefined,
  lastSignIn: held.lastSignIn,
  version: held.version ?? 1,
})

/** Staff of a site are limited to facilities of the town, the others to none. */
const checkFacilities = (catalogue: Catalogue, { roles, facilities }: StaffBody): void => {
  const pointer = '/body/facilities'
  const isLimited = roles.includes('site-staff')
  const faults: Fault[] = facilities.flatMap((id, index) =>
    catalogue.facilities.some((facility) => facility.id === id)
      ? []
      : [{ pointer: `${pointer}/${String(index)}`, detail: ACCOUNTS.unknownFacility(id) }],
  )
  if (isLimited && facilities.length === 0) {
    faults.push({ pointer, detail: ACCOUNTS.facilitiesNeeded })
  }
  if (!isLimited && facilities.length > 0) {
    faults.push({ pointer, detail: ACCOUNTS.facilitiesUnused })
  }
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each) => b.includes(each))

/** Whether an account says of somebody what a call asks for. */
const says = (held: Account, about: StaffBody & { name: string; active?: boolean }): boolean =>
  held.name === about.name &&
  isSame(held.roles, about.roles) &&
  isSame(held.facilities ?? [], about.facilities) &&
  (held.inactiveSince === undefined) === (about.active ?? true)

/**
 * Gives a member of staff an account; the user pool mails the first password. The same call again
 * finishes what was cut off, and mails another first password to who has not chosen theirs.
 *
 * @throws PortalError `invalid-request` on `/body/facilities`, or on `/body` when no mail can go to
 * the address; `email-in-use` when the address is
 * somebody else's, or of staff with other rights.
 */
export const createStaff = async (
  { table, accounts, catalogue }: StaffDeps,
  { body, actor, now }: Pick<Call<typeof createStaffRoute>, 'body' | 'actor' | 'now'>,
): Promise<StaffView> => {
  checkFacilities(catalogue, body)
  const { email, ...about } = body
  const given = await accounts.create({ email, roles: [] })
  if (given.familyId !== undefined) throw new PortalError('email-in-use')
  const held = await registerAccount(table, {
    ...about,
    account: given.account,
    email,
    changed: { at: now.toISOString(), by: actor.account },
  })
  if (!says(held, about)) throw new PortalError('email-in-use')
  await accounts.setRoles(held.account, held.roles)
  if (given.isKnown && given.isInvited) await accounts.inviteAgain(held.email)
  return viewOf(held)
}

/** @throws PortalError `not-found`, also for the account of a guardian. */
const findStaff = async (table: Table, account: string): Promise<Account> => {
  const held = await findAccount(table, account)
  if (held === undefined || held.familyId !== undefined) throw new PortalError('not-found')
  return held
}

/** Who works for the town, by their user names. One Query. */
export const listStaff = async (
  table: Table,
): Promise<z.input<(typeof listStaffRoute)['reply']>> => ({
  staff: (await listStaffAccounts(table)).map(viewOf),
})

/**
 * Changes what a member of staff may do, or whether they may sign in. It is written before the user
 * pool is told: the same call again finishes what was cut off. Rights in an id token that is out
 * already last until it ends, within the hour.
 *
 * @throws PortalError `not-found`; `invalid-request` on `/body/facilities`; `own-account` for an
 * administrator who would lock themself out; `changed-meanwhile` when the version is not the
 * present one.
 */
export const setStaff = async (
  { table, accounts, catalogue }: StaffDeps,
  {
    parameters,
    headers,
    body,
    actor,
    now,
  }: Pick<Call<typeof setStaffRoute>, 'parameters' | 'headers' | 'body' | 'actor' | 'now'>,
): Promise<StaffView> => {
  checkFacilities(catalogue, body)
  const held = await findStaff(table, parameters.account)
  const { name, roles, facilities, active } = body
  if (held.account === actor.account && !(active && roles.includes('administrator'))) {
    throw new PortalError('own-account')
  }
  const seen = headers['if-match']
  const present = held.version ?? 1
  // A call that was cut off has written already; whoever sends it again has seen the version before.
  const isWritten = present === seen + 1 && says(held, body)
  if (present !== seen && !isWritten) throw new PortalError('changed-meanwhile')
  const { inactiveSince = now.toISOString(), ...rest } = held
  const wanted = {
    ...rest,
    name,
    roles,
    facilities,
    ...(active ? {} : { inactiveSince }),
    changed: { at: now.toISOString(), by: actor.account },
  }
  const after = isWritten ? held : await save(table, held, wanted)
  await accounts.setRoles(held.account, roles)
  await accounts.setActive(held.account, active)
  if (!active) await dropEmailChange(table, held.account)
  return viewOf(after)
}

/**
 * Takes away the second factor of a member of staff who has lost it: every session of theirs ends, and
 * where the town insists on a second factor the next sign-in sets up another. It is written before the
 * user pool is told: the same call again finishes what was cut off.
 *
 * @throws PortalError `not-found`; `own-account`, since who is signed in has not lost theirs;
 * `changed-meanwhile` when the version is not the present one.
 */
export const resetSecondFactor = async (
  { table, accounts }: AccountDeps,
  {
    parameters,
    headers,
    actor,
    now,
  }: Pick<Call<typeof resetSecondFactorRoute>, 'parameters' | 'headers' | 'actor' | 'now'>,
): Promise<StaffView> => {
  const held = await findStaff(table, parameters.account)
  if (held.account === actor.account) throw new PortalError('own-account')
  const seen = headers['if-match']
  const present = held.version ?? 1
  const isWritten =
    present === seen + 1 && held.totpResetAt !== undefined && held.totpResetAt === held.changed?.at
  if (present !== seen && !isWritten) throw new PortalError('changed-meanwhile')
  const at = now.toISOString()
  const wanted = { ...held, totpResetAt: at, changed: { at, by: actor.account } }
  const after = isWritten ? held : await save(table, held, wanted)
  await accounts.dropTotp(held.account)
  await accounts.signOut(held.account)
  return viewOf(after)
}

const save = async (table: Table, held: Account, wanted: Account): Promise<Account> => {
  try {
    return await saveAccount(table, held, wanted)
  } catch (error) {
    if (!(error instanceof StaleReadError)) throw error
    throw new PortalError('changed-meanwhile', {}, { cause: error })
  }
}
