import type * as z from 'zod'
import { documentItem } from '../../shared/billing/document-store.ts'
import type { Invoice } from '../../shared/billing/model.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { regieSchema, type DebitSettings } from '../../shared/catalogue/regie-model.ts'
import type { DebitParts } from '../../shared/debits/give-mandate.ts'
import type { signMandateRoute } from '../../shared/debits/routes.ts'
import { signMandate } from '../../shared/debits/sign-mandate.ts'
import { MANDATE_CONSENT } from '../../shared/kernel/debit-texts.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { parisInstant } from '../../shared/kernel/paris.ts'
import { regieIdSchema, type FamilyId, type RegieId } from '../../shared/platform/schemas.ts'
import { kmsSealer } from '../../shared/platform/sealer.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cessonTown, guardian, type DUPONT } from '../support/cesson.ts'
import { storeInvoice } from '../ledger/fixture.ts'
import { ACCOUNT_KEY, openVault } from '../support/vault.ts'

export const ENF = regieIdSchema.parse('ENF')

/** Made-up accounts with right check digits. */
export const IBAN = 'FR7630006000011234567890189'
export const OTHER_IBAN = 'DE89370400440532013000'

/** Nine in the morning of a day in Paris. */
export const morning = (day: IsoDate): Date => parisInstant(day, '09:00')

/** The demo town, whose régie debits by other settings, under another id. */
export const townWith = (settings: Partial<DebitSettings>, id: RegieId = ENF): TownCatalogue => {
  const { catalogue } = cessonTown
  const regies = catalogue.town.regies.map((regie) =>
    regieSchema.parse({ ...regie, id, debit: { ...regie.debit, ...settings } }),
  )
  return { ...cessonTown, catalogue: { ...catalogue, town: { ...catalogue.town, regies } } }
}

/** What debits are worked with, on a table. Call it once at the top of a test file. */
export const openDebits = async (table: Table) => {
  const vault = await openVault()
  const sealer = kmsSealer(vault.keys, ACCOUNT_KEY)
  const parts: DebitParts = { table, town: cessonTown, sealer }
  return { parts, sealer, keys: vault.keys, keysUrl: vault.keysUrl }
}

type Body = z.output<typeof signMandateRoute.body>

/** What a parent of the demo town signs. */
export const signature = (about: Partial<Body> = {}): Body => ({
  regieId: ENF,
  day: 5,
  holder: 'Mme Élodie Œuvrard-Dupont',
  iban: IBAN,
  place: 'Cesson',
  consent: { accepted: true, textVersion: MANDATE_CONSENT.version },
  ...about,
})

let calls = 0

/** A guardian signs a mandate on a day. */
export const sign = (
  parts: DebitParts,
  family: typeof DUPONT,
  about: Partial<Body> = {},
  now = morning('2025-08-01'),
) => {
  calls += 1
  return signMandate(parts, {
    headers: { 'idempotency-key': `signature-${String(calls)}` },
    body: signature(about),
    actor: guardian(family),
    now,
  })
}

/** Puts an invoice of a régie into a family's ledger; due within thirty days. */
export const owe = async (
  table: Table,
  { familyId, regieId }: { familyId: FamilyId; regieId: RegieId },
  total: number,
  issuedOn: IsoDate = '2025-08-01',
): Promise<Invoice> => {
  const model = await storeInvoice(table, familyId, issuedOn, total)
  const number = model.number.replace('ENF', regieId)
  const document = { ...model, regieId, number }
  await table.put(documentItem({ kind: 'invoice', document }))
  return document
}
