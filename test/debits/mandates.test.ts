import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import {
  changeDay,
  revokeFamilyMandate,
  revokeMandate,
} from '../../shared/debits/change-mandate.ts'
import { openAccount } from '../../shared/debits/account-seal.ts'
import {
  listRegieMandates,
  readDebits,
  readFamilyMandates,
} from '../../shared/debits/read-mandates.ts'
import { changeAccount, enterMandate, signMandate } from '../../shared/debits/sign-mandate.ts'
import { listMandates, loadMandates } from '../../shared/debits/store.ts'
import { DEBITS, MANDATE_CONSENT } from '../../shared/kernel/debit-texts.ts'
import type { PortalError } from '../../shared/kernel/errors.ts'
import { kindOf } from '../../shared/privacy/kinds.ts'
import { guardianIdSchema } from '../../shared/platform/schemas.ts'
import { ACCOUNTANT } from '../ledger/fixture.ts'
import { guardian, openCesson, type DUPONT } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { measure } from '../support/meter.ts'
import { ENF, IBAN, morning, openDebits, OTHER_IBAN, sign, signature } from './fixture.ts'

const { table, tableName, documents } = await freshTable()
const { parts, sealer, keys } = await openDebits(table)
await openCesson(table)

const family = () => anotherFamily(table, undefined, [])
const NOW = morning('2025-08-01')

/** The other guardian of the family of the guide. */
const other = (one: typeof DUPONT): typeof DUPONT => ({
  ...one,
  guardianId: guardianIdSchema.parse('g2'),
})

const refusal = (code: PortalError['code']): unknown => expect.objectContaining({ code })

/** All that the table holds, as one text; bytes in hexadecimal. */
const everything = async (): Promise<string> => {
  const items: unknown[] = []
  let start: Record<string, unknown> | undefined
  do {
    const page = await documents.send(
      new ScanCommand({ TableName: tableName, ...(start && { ExclusiveStartKey: start }) }),
    )
    items.push(...(page.Items ?? []))
    start = page.LastEvaluatedKey
  } while (start !== undefined)
  return JSON.stringify(items)
}

describe('signing a mandate', () => {
  it('keeps day, wording and account, and shows of the account its last signs [guide 10]', async () => {
    const one = await family()
    const mandate = await sign(parts, one, { bic: 'AGRIFRPP' })
    expect(mandate).toMatchObject({
      state: 'active',
      stateLabel: 'En vigueur',
      day: 5,
      signedOn: '2025-08-01',
      how: 'online',
      iban: 'FR** **** 0189',
      bic: 'AGRIFRPP',
      consent: { version: MANDATE_CONSENT.version },
      goodUntil: '2028-08-01',
    })
    expect(mandate.consent?.text).toContain('Régie Enfance de Cesson')
    expect(mandate.consent?.text).toContain('FR72ZZZ123456')
    const [held] = await loadMandates(table, one.familyId)
    expect(held && (await openAccount(sealer, held))).toBe(IBAN)
  })

  it('seals the account: it stands nowhere in the table, and opens for no other mandate', async () => {
    const [one, two] = [await family(), await family()]
    await sign(parts, one)
    await sign(parts, two, { iban: OTHER_IBAN })
    const text = await everything()
    expect(text).not.toContain(IBAN)
    expect(text).not.toContain(IBAN.slice(4, 20))
    expect(text).not.toContain(OTHER_IBAN)
    const [[a], [b]] = [
      await loadMandates(table, one.familyId),
      await loadMandates(table, two.familyId),
    ]
    if (a === undefined || b === undefined) throw new Error('Both have signed')
    await expect(openAccount(sealer, { ...a, account: b.account })).rejects.toThrow()
  })

  it('gives each mandate a reference of its own, however many are signed at once', async () => {
    const families = await Promise.all(Array.from({ length: 4 }, family))
    const signed = await Promise.all(families.map((each) => sign(parts, each)))
    const rums = signed.map(({ rum }) => rum)
    expect(new Set(rums).size).toBe(4)
    for (const rum of rums) expect(rum).toMatch(/^ENF-M\d{9}$/)
  })

  it('is refused while the family has a mandate, also to the other parent at the same moment', async () => {
    const one = await family()
    const outcomes = await Promise.allSettled([
      sign(parts, one),
      sign(parts, other(one), { iban: OTHER_IBAN }),
    ])
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    expect(refused).toEqual([{ status: 'rejected', reason: refusal('mandate-exists') }])
    expect(await loadMandates(table, one.familyId)).toHaveLength(1)
    await expect(sign(parts, one)).rejects.toEqual(refusal('mandate-exists'))
  })

  it('is refused for a day that the régie does not have, and for another wording', async () => {
    const one = await family()
    await expect(sign(parts, one, { day: 6 })).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: '/body/day', detail: DEBITS.day([5, 15]) }],
    })
    const consent = { accepted: true, textVersion: 'old' } as const
    await expect(sign(parts, one, { consent })).rejects.toMatchObject({
      faults: [{ pointer: '/body/consent/textVersion' }],
    })
    expect(await loadMandates(table, one.familyId)).toEqual([])
  })

  it('once more after 36 months without a debit: the old one has lapsed', async () => {
    const one = await family()
    await sign(parts, one, {}, morning('2022-08-01'))
    await expect(sign(parts, one, {}, morning('2025-08-01'))).rejects.toEqual(
      refusal('mandate-exists'),
    )
    await sign(parts, one, {}, morning('2025-08-02'))
    const held = await loadMandates(table, one.familyId)
    expect(held.map(({ state }) => state)).toEqual(['lapsed', 'active'])
  })

  it('has one effect wherever it breaks, and the same call gives the same mandate', async () => {
    await crashEverywhere({
      clients: [documents, keys],
      scenario: async () => {
        const one = await family()
        const call = {
          headers: { 'idempotency-key': `crash-of-${one.familyId}` },
          body: signature(),
          actor: guardian(one),
          now: NOW,
        }
        return {
          run: () => signMandate(parts, call),
          check: async ({ rum }) => {
            const held = await loadMandates(table, one.familyId)
            expect(held.map((mandate) => mandate.rum)).toEqual([rum])
          },
        }
      },
    })
  })

  it('refuses another content under the same key', async () => {
    const one = await family()
    const headers = { 'idempotency-key': 'the-same-key' }
    const call = { headers, actor: guardian(one), now: NOW }
    await signMandate(parts, { ...call, body: signature() })
    await expect(
      signMandate(parts, { ...call, body: signature({ iban: OTHER_IBAN }) }),
    ).rejects.toEqual(refusal('idempotency-key-reused'))
  })
})

describe('a mandate in force', () => {
  it('shows nobody but its signer and staff an account', async () => {
    const one = await family()
    await sign(parts, one)
    const read = async (by: typeof DUPONT) =>
      (await readDebits(parts, { actor: guardian(by), now: NOW })).mandates[0]
    expect(await read(one)).toMatchObject({ iban: 'FR** **** 0189', holder: signature().holder })
    const seen = await read(other(one))
    expect(seen?.state).toBe('active')
    expect(seen).not.toHaveProperty('iban')
    expect(seen).not.toHaveProperty('holder')
    const staff = await readFamilyMandates(table, { parameters: one, now: NOW })
    expect(staff.mandates[0]?.iban).toBe('FR** **** 0189')
  })

  it('changes its day at the word of its signer only', async () => {
    const one = await family()
    const { rum } = await sign(parts, one)
    const call = { parameters: { rum }, body: { day: 15 }, now: NOW }
    await expect(changeDay(parts, { ...call, actor: guardian(other(one)) })).rejects.toEqual(
      refusal('forbidden'),
    )
    const stranger = await family()
    await expect(changeDay(parts, { ...call, actor: guardian(stranger) })).rejects.toEqual(
      refusal('not-found'),
    )
    const changed = await changeDay(parts, { ...call, actor: guardian(one) })
    expect(changed.day).toBe(15)
    const on15 = await listMandates(table, ENF, { from: 15, to: 15 })
    expect(on15.map((each) => each.rum)).toContain(rum)
    const on5 = await listMandates(table, ENF, { from: 5, to: 5 })
    expect(on5.map((each) => each.rum)).not.toContain(rum)
  })

  it('gives way to one of another account in the same moment', async () => {
    const one = await family()
    const { rum } = await sign(parts, one)
    const { holder, iban, place, consent } = signature({ iban: OTHER_IBAN })
    const call = {
      parameters: { rum },
      headers: { 'idempotency-key': `account-of-${one.familyId}` },
      body: { holder, iban, place, consent },
      actor: guardian(one),
      now: NOW,
    }
    const changed = await changeAccount(parts, call)
    expect(changed).toMatchObject({ state: 'active', iban: 'DE** **** 3000', day: 5 })
    expect(await changeAccount(parts, call)).toEqual(changed)
    const held = await loadMandates(table, one.familyId)
    expect(held.map(({ state }) => state)).toEqual(['revoked', 'active'])
    expect(new Set(held.map((each) => each.rum)).size).toBe(2)
  })

  it('is revoked at once or from a day on, and is revoked once', async () => {
    const one = await family()
    const { rum } = await sign(parts, one)
    const call = { parameters: { rum }, actor: guardian(one), now: NOW }
    await expect(revokeMandate(parts, { ...call, body: { from: '2025-07-31' } })).rejects.toEqual(
      refusal('period-out-of-range'),
    )
    const later = await revokeMandate(parts, { ...call, body: { from: '2025-10-01' } })
    expect(later).toMatchObject({ state: 'active', endsOn: '2025-10-01' })
    const ended = await revokeMandate(parts, { ...call, body: {} })
    expect(ended).toMatchObject({ state: 'revoked', endedOn: '2025-08-01' })
    const again = { ...call, now: morning('2025-09-01'), body: {} }
    expect(await revokeMandate(parts, again)).toEqual(ended)
    expect((await listMandates(table, ENF)).map((each) => each.rum)).not.toContain(rum)
    await expect(changeDay(parts, { ...call, body: { day: 15 } })).rejects.toEqual(
      refusal('mandate-missing'),
    )
    // Another one may be signed then.
    expect((await sign(parts, one)).state).toBe('active')
  })
})

describe('at the desk', () => {
  const paper = (one: typeof DUPONT, signedOn: '2025-07-20' | '2025-08-02' | '2022-07-31') => {
    const { regieId, day, holder, iban, place } = signature()
    return {
      parameters: { familyId: one.familyId },
      headers: { 'idempotency-key': `paper-of-${one.familyId}` },
      body: { regieId, day, holder, iban, place, signedOn, guardianId: one.guardianId },
      actor: ACCOUNTANT,
      now: NOW,
    }
  }

  it('notes a mandate of paper by the day of its signature, and ends it for a reason', async () => {
    const one = await family()
    const noted = await enterMandate(parts, paper(one, '2025-07-20'))
    expect(noted).toMatchObject({ how: 'paper', signedOn: '2025-07-20', goodUntil: '2028-07-20' })
    const ended = await revokeFamilyMandate(parts, {
      parameters: { familyId: one.familyId, rum: noted.rum },
      body: { reason: 'Asked for in writing' },
      actor: ACCOUNTANT,
      now: NOW,
    })
    expect(ended).toMatchObject({ state: 'revoked', endReason: 'Asked for in writing' })
    const { mandates } = await readDebits(parts, { actor: guardian(one), now: NOW })
    expect(mandates[0]).not.toHaveProperty('endReason')
  })

  it('refuses a signature to come, one that has lapsed, and a guardian of nobody', async () => {
    const one = await family()
    for (const signedOn of ['2025-08-02', '2022-07-31'] as const) {
      await expect(enterMandate(parts, paper(one, signedOn))).rejects.toEqual(
        refusal('period-out-of-range'),
      )
    }
    const nobody = { ...one, guardianId: guardianIdSchema.parse('g42') }
    await expect(enterMandate(parts, paper(nobody, '2025-07-20'))).rejects.toEqual(
      refusal('not-found'),
    )
  })

  it('lists the active mandates of a régie by pages, each once', async () => {
    const listed: string[] = []
    let after: string | undefined
    do {
      const page = await listRegieMandates(parts, {
        query: { regieId: ENF, limit: 5, after },
        now: NOW,
      })
      listed.push(...page.mandates.map(({ rum }) => rum))
      after = page.next
    } while (after !== undefined)
    const held = await listMandates(table, ENF)
    expect(listed).toEqual(held.map(({ rum }) => rum))
    expect(held.length).toBeGreaterThan(8)
  })
})

it('an erasure takes the account away and leaves that there was a mandate', async () => {
  const one = await family()
  await sign(parts, one)
  const items = await table.query({ partition: ['FAMILY', one.familyId], from: ['MANDATE'] })
  const kind = kindOf('Mandate')
  if (kind === undefined || kind.erasure === 'delete') throw new Error('It is anonymised')
  const [item = {}] = items
  const left = kind.erasure.anonymise(item)
  const text = JSON.stringify(left)
  expect(text).not.toContain('0189')
  expect(text).not.toContain('Dupont')
  expect(left).not.toHaveProperty('account.sealed')
  expect(left).not.toHaveProperty('gsi1pk')
  expect(kind.erasure.anonymise(left)).toEqual(left)
})

it('costs two Queries, two reads of counters and files, and one transaction', async () => {
  const one = await family()
  const { cost } = await measure([documents], () => sign(parts, one))
  expect(cost.calls).toEqual({ GetItem: 1, Query: 2, TransactWriteItems: 1 })
})
