import type * as z from 'zod'
import { facilitiesOf } from '../accounts/facilities.ts'
import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import type { Child } from '../families/model.ts'
import { PortalError } from '../kernel/errors.ts'
import { HEALTH_CONSENT, HEALTH_SUMMARY } from '../kernel/health-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Actor, Call } from '../platform/http.ts'
import type { Sealer } from '../platform/sealer.ts'
import type { Table } from '../platform/table.ts'
import { loadHousehold } from '../reservations/load-household.ts'
import { readingWrite } from '../trail/note-reading.ts'
import { guardedHealth, healthOf, openRecord, type GuardedHealth } from './find-record.ts'
import type { HealthRecord } from './model.ts'
import type { healthReply, readChildHealthRoute, readHealthRoute } from './routes.ts'
import { isCaredFor } from './is-cared-for.ts'
import type { HealthFile } from './store.ts'
import { viewSheet } from './view.ts'

/** What health records are read with. */
export interface HealthParts {
  readonly table: Table
  readonly town: TownCatalogue
  readonly sealer: Sealer
}

/** Whether the town keeps the health of children in detail. */
export const isDetailed = ({ catalogue }: TownCatalogue): boolean =>
  catalogue.town.healthRecord === 'detailed'

/** @throws PortalError `health-record-off` where the town keeps no more than diets and care plans. */
export const requireDetailed = (town: TownCatalogue): void => {
  if (!isDetailed(town)) throw new PortalError('health-record-off', { detail: HEALTH_SUMMARY })
}

/** Notes who reads before anything is opened: what is not noted is not shown. */
const noteReading = async (
  table: Table,
  { address }: HealthFile,
  { child, by, now }: { readonly child: Child; readonly by: Actor; readonly now: Date },
): Promise<void> => {
  const about = `${child.firstName} ${child.lastName}`
  await table.put(readingWrite({ ...address, about, by: by.account, now }).item)
}

/** A record as a guardian reads it. */
export const viewHealth = (
  town: TownCatalogue,
  { child, health, guardian }: Pick<GuardedHealth, 'child' | 'health' | 'guardian'>,
  record: HealthRecord | undefined,
): z.input<typeof healthReply> => {
  const { sealed, consent } = health
  const isGiven = consent !== undefined && consent.withdrawn === undefined
  const by = consent === undefined ? undefined : guardian(consent.by)
  return {
    childId: child.childId,
    version: sealed?.version ?? 0,
    detailed: isDetailed(town),
    ...viewSheet(record, child),
    consent: {
      text: HEALTH_CONSENT.text,
      textVersion: HEALTH_CONSENT.version,
      ...(isGiven
        ? {
            given: {
              at: consent.at,
              textVersion: consent.textVersion,
              ...(by === undefined ? {} : { by }),
            },
          }
        : {}),
      ...(consent?.withdrawn === undefined ? {} : { withdrawnAt: consent.withdrawn.at }),
    },
  }
}

/**
 * The health record of a child for one of its guardians [guide 16, 17, 18]. Two Queries, one call for
 * the key, and one write: the reading is noted first.
 *
 * @throws PortalError `not-found` as `guardedHealth` does.
 */
export const readHealth = async (
  { table, town, sealer }: HealthParts,
  { parameters, actor, now }: Pick<Call<typeof readHealthRoute>, 'parameters' | 'actor' | 'now'>,
): Promise<z.input<typeof healthReply>> => {
  const guarded = await guardedHealth(table, { actor, childId: parameters.childId, now })
  const { child, health } = guarded
  if (health.sealed === undefined) return viewHealth(town, guarded, undefined)
  await noteReading(table, health, { child, by: actor, now })
  return viewHealth(town, guarded, await openRecord(sealer, health.sealed))
}

/**
 * The health record of a child for those who care for it today: it is booked, or is there, with a group of
 * theirs. Agents read it where the town says so. One Query of the family's file and plannings, one of the
 * record, one call for the key, and one write: the reading is noted first.
 *
 * @throws PortalError `health-record-off`; `not-found` for a child that is not there and for one that is
 * not in their care today.
 */
export const readChildHealth = async (
  { table, town, sealer }: HealthParts,
  { query, actor, now }: Pick<Call<typeof readChildHealthRoute>, 'query' | 'actor' | 'now'>,
): Promise<z.input<(typeof readChildHealthRoute)['reply']>> => {
  requireDetailed(town)
  const today = parisDate(now)
  const { familyId, childId } = query
  const isAgent = actor.roles.includes('agent') && town.catalogue.town.agentsReadHealth
  const cares = actor.roles.includes('site-staff')
  if (!isAgent && !cares) throw new PortalError('not-found')
  const facilities = isAgent ? undefined : await facilitiesOf(table, actor)
  const household = await loadHousehold(table, familyId, schoolYearOf(today))
  const child = household.file.children.find((each) => each.childId === childId)
  if (child === undefined) throw new PortalError('not-found')
  if (!isAgent && !isCaredFor(town, household, { childId, facilities, today })) {
    throw new PortalError('not-found')
  }
  const health = await healthOf(table, child)
  await noteReading(table, health, { child, by: actor, now })
  const { sealed } = health
  const record = sealed === undefined ? undefined : await openRecord(sealer, sealed)
  return {
    familyId,
    childId,
    firstName: child.firstName,
    lastName: child.lastName,
    allergy: child.allergy ?? false,
    ...(child.carePlanUntil === undefined ? {} : { carePlanUntil: child.carePlanUntil }),
    ...(sealed === undefined ? {} : { toldAt: sealed.changed.at }),
    ...viewSheet(record, child),
  }
}
