import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { FamilyFile, Guardian } from '../families/model.ts'
import { readFile } from '../families/read-file.ts'
import { DEBITS } from '../kernel/debit-texts.ts'
import { PortalError, type Fault } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Write } from '../platform/expressions.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Sealer } from '../platform/sealer.ts'
import type { Table } from '../platform/table.ts'
import { sealAccount } from './account-seal.ts'
import { maskedIban } from './iban-rules.ts'
import { activeOn, endedMandate, stateOn } from './mandate-rules.ts'
import type { Mandate } from './model.ts'
import { mandateNotice } from './notices.ts'
import { debitingRegie, type Debiting } from './settings.ts'
import {
  lastMandateNumber,
  loadMandates,
  mandateWrite,
  newMandateWrites,
  rumOf,
  writeDebits,
} from './store.ts'

/** What mandates are kept with. */
export interface DebitParts {
  readonly table: Table
  readonly town: TownCatalogue
  /** Of bank accounts. */
  readonly sealer: Sealer
}

/** A mandate before it has its reference. */
interface NewMandate extends Pick<
  Mandate,
  'familyId' | 'regieId' | 'holder' | 'day' | 'guardianId' | 'signed' | 'idempotencyKey'
> {
  readonly iban: string
  readonly bic?: string | undefined
  /** The reference of the mandate that it takes the place of. */
  readonly replaces?: string | undefined
}

/** Refuses a day on which the régie does not debit. */
export const dayFaults = ({ settings }: Debiting, day: number): Fault[] =>
  settings.days.includes(day) ? [] : [{ pointer: '/body/day', detail: DEBITS.day(settings.days) }]

const signerIn = ({ guardians }: Pick<FamilyFile, 'guardians'>, wanted: NewMandate): Guardian => {
  const signer = guardians.find(({ guardianId }) => guardianId === wanted.guardianId)
  if (signer === undefined) throw new PortalError('not-found', { detail: DEBITS.unknownGuardian })
  return signer
}

/** The mandate of the same call, if it is there already. */
const earlier = (held: readonly Mandate[], wanted: NewMandate): Mandate | undefined => {
  const known = held.find(({ idempotencyKey }) => idempotencyKey === wanted.idempotencyKey)
  const isSame = known?.account.masked === maskedIban(wanted.iban) && known.holder === wanted.holder
  if (known !== undefined && !isSame) throw new PortalError('idempotency-key-reused')
  return known
}

/** What becomes of the mandate that the family had last: one that is good must be replaced by name. */
const endingWrites = (
  held: readonly Mandate[],
  { replaces, signed }: NewMandate,
  today: Mandate['signed']['on'],
): Write[] => {
  const last = held.at(-1)
  const active = activeOn(held, today)
  if (active !== undefined && active.rum !== replaces) throw new PortalError('mandate-exists')
  if (active === undefined && replaces !== undefined) throw new PortalError('mandate-missing')
  if (last?.state !== 'active') return []
  const state = stateOn(last, today)
  const end = { on: today, by: signed.by }
  return [mandateWrite(endedMandate(last, state === 'lapsed' ? 'lapsed' : 'revoked', end))]
}

const newMandate = async (
  sealer: Sealer,
  { familyId, regieId, holder, day, guardianId, signed, idempotencyKey, iban, bic }: NewMandate,
  place: Pick<Mandate, 'rum' | 'ordinal'>,
): Promise<Mandate> => ({
  ...{ familyId, regieId, holder, day, guardianId, signed, idempotencyKey },
  ...place,
  version: 1,
  state: 'active',
  debits: 0,
  account: {
    masked: maskedIban(iban),
    ...(bic === undefined ? {} : { bic }),
    sealed: await sealAccount(sealer, { familyId, rum: place.rum }, iban),
  },
})

/**
 * Keeps a mandate under the next reference of the town, its account sealed, and tells who signed it. A
 * family has one active mandate of a régie at most: each takes the next place among the family's, so that
 * of two at the same time one is refused. The same key gives the same mandate. Two Queries, one read, one
 * call to the key, one transaction.
 *
 * @throws PortalError `means-not-allowed`, `not-found`, `mandate-exists`; `mandate-missing` when the one
 * to replace is not active; `invalid-request` for a day that the régie does not have;
 * `idempotency-key-reused`; StaleReadError when others keep coming first.
 */
export const giveMandate = async (
  { table, town, sealer }: DebitParts,
  wanted: NewMandate,
  now: Date,
): Promise<Mandate> => {
  const debiting = debitingRegie(town, wanted.regieId)
  return again(async () => {
    const { familyId, regieId } = wanted
    const last = await lastMandateNumber(table)
    const { file } = await readFile(table, familyId, ['FILE', 'GUARDIAN'])
    const signer = signerIn(file, wanted)
    const held = await loadMandates(table, familyId, regieId)
    const known = earlier(held, wanted)
    if (known !== undefined) return known
    const faults = dayFaults(debiting, wanted.day)
    if (faults.length > 0) throw new PortalError('invalid-request', { faults })
    const endings = endingWrites(held, wanted, parisDate(now))
    const mandate = await newMandate(sealer, wanted, {
      rum: rumOf(regieId, last + 1),
      ordinal: (held.at(-1)?.ordinal ?? 0) + 1,
    })
    await writeDebits(table, [
      ...endings,
      ...newMandateWrites(mandate, last + 1),
      ...mandateNotice({ debiting, mandate, guardians: [signer], now }),
    ])
    return mandate
  })
}

/**
 * A mandate of a family, by its reference.
 *
 * @throws PortalError `not-found`.
 */
export const mandateOf = async (
  table: Table,
  familyId: FamilyId,
  rum: string,
): Promise<Mandate> => {
  const found = (await loadMandates(table, familyId)).find((each) => each.rum === rum)
  if (found === undefined) throw new PortalError('not-found')
  return found
}
