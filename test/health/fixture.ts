import type * as z from 'zod'
import { registerAccount } from '../../shared/accounts/register-account.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { keepHealth } from '../../shared/health/keep-record.ts'
import { readChildHealth, readHealth } from '../../shared/health/read-record.ts'
import type { keepHealthRoute } from '../../shared/health/routes.ts'
import { withdrawHealth } from '../../shared/health/withdraw-consent.ts'
import { HEALTH_CONSENT } from '../../shared/kernel/health-texts.ts'
import type { Actor } from '../../shared/platform/http.ts'
import type { Role } from '../../shared/platform/route.ts'
import {
  childIdSchema,
  facilityIdSchema,
  type ChildId,
  type FamilyId,
} from '../../shared/platform/schemas.ts'
import { kmsSealer, type Sealer } from '../../shared/platform/sealer.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cessonTown, guardian, type DUPONT } from '../support/cesson.ts'
import { KEY, openVault } from '../support/vault.ts'

export const LEO = childIdSchema.parse('leo')
export const LUCAS = childIdSchema.parse('lucas')

/** A Monday of school on which Léo may be at lunch; the town counts 11:00 in Paris. */
export const MONDAY = '2025-09-15'
export const NOON = new Date(`${MONDAY}T09:00:00Z`)

type Body = z.output<typeof keepHealthRoute.body>

/** What the mother of guide 002 tells of Léo: every word of it is one that no other text holds. */
export const TOLD: Body = {
  vaccinations: [
    { vaccine: 'diphtheria', done: true, on: '2017-06-15' },
    { vaccine: 'bcg', done: false },
  ],
  illnesses: [
    { illness: 'asthma', had: true, on: '2021-02-03', details: 'Xylophonite nocturne' },
    { illness: 'measles', had: false },
  ],
  allergies: [
    { kind: 'food', has: true, details: 'chocolatose' },
    { kind: 'medicine', has: false },
  ],
  doctor: { name: 'Docteur Zwickel', phone: '+33299835200' },
  recommendations: 'Inhalateur bleuté\ndans le cartable',
  carePlan: 'Panier-repas fourni par la famille, adrénalisation au besoin',
  consent: { textVersion: HEALTH_CONSENT.version },
}

/** The words of what she tells that must stand nowhere in the open. */
export const SECRETS = ['Xylophonite', 'chocolatose', 'Zwickel', '299835200', 'bleut', 'adrénalis']

/** Staff of the town as the edge hands them over. */
export const staff = (...roles: Role[]): Actor => ({
  account: `account-of-${roles.join('-')}`,
  roles,
  family: undefined,
})

/** Opens an account of staff of a site. */
export const siteStaff = async (
  table: Table,
  account: string,
  facilities: readonly string[],
): Promise<Actor> => {
  await registerAccount(table, {
    account,
    email: `${account}@cesson.example`,
    roles: ['site-staff'],
    facilities: facilities.map((id) => facilityIdSchema.parse(id)),
  })
  return { account, roles: ['site-staff'], family: undefined }
}

/** The demo town with settings of its own. */
export const townWith = (settings: Partial<TownCatalogue['catalogue']['town']>): TownCatalogue => ({
  ...cessonTown,
  catalogue: { ...cessonTown.catalogue, town: { ...cessonTown.catalogue.town, ...settings } },
})

/** Health records on a table, with a key of their own. */
export const openHealth = async (table: Table) => {
  const { keys, keysUrl } = await openVault()
  const sealer: Sealer = kmsSealer(keys, KEY)
  const parts = (town = cessonTown) => ({ table, town, sealer })
  return {
    keys,
    keysUrl,
    sealer,
    read: (who: typeof DUPONT, { child = LEO, now = NOON }: { child?: ChildId; now?: Date } = {}) =>
      readHealth(parts(), { parameters: { childId: child }, actor: guardian(who), now }),
    keep: (
      who: typeof DUPONT,
      seen: number,
      {
        body = TOLD,
        child = LEO,
        town = cessonTown,
        now = NOON,
        actor = guardian(who),
      }: {
        body?: Body
        child?: ChildId
        town?: TownCatalogue
        now?: Date
        actor?: Actor
      } = {},
    ) =>
      keepHealth(parts(town), {
        parameters: { childId: child },
        headers: { 'if-match': seen },
        body,
        actor,
        now,
      }),
    withdraw: (who: typeof DUPONT, { child = LEO, now = NOON } = {}) =>
      withdrawHealth(table, { parameters: { childId: child }, actor: guardian(who), now }),
    readOnDuty: (
      actor: Actor,
      familyId: FamilyId,
      { child = LEO, town = cessonTown, now = NOON } = {},
    ) => readChildHealth(parts(town), { query: { familyId, childId: child }, actor, now }),
  }
}
