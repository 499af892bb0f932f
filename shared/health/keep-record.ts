import type * as z from 'zod'
import { PortalError } from '../kernel/errors.ts'
import { HEALTH_CONSENT, HEALTH_FAULTS } from '../kernel/health-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import { hashOf } from '../platform/hash.ts'
import type { Call } from '../platform/http.ts'
import { guardedHealth, openRecord, sealRecord, type GuardedHealth } from './find-record.ts'
import { healthRecordSchema, type HealthConsent, type HealthRecord } from './model.ts'
import { requireDetailed, viewHealth, type HealthParts } from './read-record.ts'
import type { healthReply, keepHealthRoute } from './routes.ts'
import { faultsOfRecord } from './rules.ts'
import { consentWrite, recordWrite } from './store.ts'

type Asked = Pick<Call<typeof keepHealthRoute>, 'parameters' | 'headers' | 'body' | 'actor' | 'now'>

/** @throws PortalError `invalid-request` for what is wrong with a record, or with the consent to it. */
const checked = (
  { body: { consent, ...record }, now }: Asked,
  { child }: GuardedHealth,
): HealthRecord => {
  const faults = faultsOfRecord(record, child, parisDate(now))
  if (consent.textVersion !== HEALTH_CONSENT.version) {
    faults.push({ pointer: '/body/consent/textVersion', detail: HEALTH_FAULTS.consent })
  }
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
  return healthRecordSchema.parse(record)
}

/** The consent that goes with a change; nothing where the one that is held goes on. */
const newConsent = (
  { by, health: { address, consent } }: GuardedHealth,
  now: Date,
): HealthConsent | undefined => {
  const goesOn = consent?.withdrawn === undefined && consent?.textVersion === HEALTH_CONSENT.version
  if (goesOn) return undefined
  return {
    ...address,
    by,
    at: now.toISOString(),
    textVersion: HEALTH_CONSENT.version,
    version: (consent?.version ?? 0) + 1,
  }
}

/** Whether the record that is held is what the same call has brought when it was sent before. */
const isDone = async (
  { sealer }: HealthParts,
  { actor, headers }: Asked,
  { health: { sealed } }: GuardedHealth,
  record: HealthRecord,
): Promise<boolean> => {
  const isNext = sealed?.version === headers['if-match'] + 1 && sealed.changed.by === actor.account
  return isNext && hashOf(await openRecord(sealer, sealed)) === hashOf(record)
}

/**
 * Keeps the health record of a child, whole, sealed for its place and version, with the guardian's consent
 * [guide 16, 17, 18]. One transaction; the trail follows from the table's stream. The same call again
 * changes nothing.
 *
 * @throws PortalError `not-found` as `guardedHealth` does; `invalid-request`; `changed-meanwhile` when the
 * record is no longer at the version that the guardian has read; `health-record-off` where the town keeps
 * none in detail.
 */
export const keepHealth = async (
  parts: HealthParts,
  asked: Asked,
): Promise<z.input<typeof healthReply>> => {
  const { table, town, sealer } = parts
  const { actor, parameters, headers, now } = asked
  const guarded = await guardedHealth(table, { actor, childId: parameters.childId, now })
  requireDetailed(town)
  const record = checked(asked, guarded)
  const { health } = guarded
  if ((health.sealed?.version ?? 0) !== headers['if-match']) {
    if (await isDone(parts, asked, guarded, record)) return viewHealth(town, guarded, record)
    throw new PortalError('changed-meanwhile')
  }
  const { address } = health
  const version = headers['if-match'] + 1
  const sealed = {
    ...address,
    ...(await sealRecord(sealer, record, { address, version })),
    version,
    changed: { at: now.toISOString(), by: actor.account },
  }
  const consent = newConsent(guarded, now)
  const { done } = await table.transact([
    recordWrite(sealed),
    ...(consent === undefined ? [] : [consentWrite(consent)]),
  ])
  if (!done) throw new PortalError('changed-meanwhile')
  const kept = { address, sealed, consent: consent ?? health.consent }
  return viewHealth(town, { ...guarded, health: kept }, record)
}
