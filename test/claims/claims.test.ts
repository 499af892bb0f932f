import { beforeAll, describe, expect, it } from 'vitest'
import { grantAid } from '../../shared/billing/grants.ts'
import { openRun } from '../../shared/billing/open-run.ts'
import { exportClaims, listClaims } from '../../shared/claims/read-claims.ts'
import { listClaimsRoute, noteClaimPaymentRoute } from '../../shared/claims/routes.ts'
import { cancelClaimPayment, noteClaimPayment } from '../../shared/claims/settle-claims.ts'
import { readEntries } from '../../shared/ledger/read-journal.ts'
import { loadAccounts } from '../../shared/ledger/load-accounts.ts'
import { sum } from '../../shared/kernel/money.ts'
import { activityIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { billingQueues, ENF, hungryFamilies, OCTOBER } from '../billing/run-fixture.ts'
import { ACCOUNTANT } from '../ledger/fixture.ts'
import { cessonTown, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }
const parameters = { month: '2025-09', regieId: ENF } as const
const NOW = new Date('2025-11-10T09:00:00Z')
const CCAS = 'CCAS de Cesson'

/** What somebody else pays of the meals of September: so many cents a day. */
const aid = (familyId: FamilyId, payer: string, amount: number) =>
  grantAid(deps, {
    parameters: { familyId, aidId: 'aid-1' },
    body: {
      ...{ payer, from: '2025-09-01', until: '2025-09-30', perDay: { kind: 'amount', amount } },
      activityIds: [activityIdSchema.parse('RESTAURATION')],
    },
    ...{ actor: ACCOUNTANT, now: new Date('2025-08-20T09:00:00Z') },
  })

const read = async (asked: { limit?: string; after?: string } = {}) => {
  const query = listClaimsRoute.query.parse(asked)
  return listClaimsRoute.reply.parse(await listClaims(table, { parameters, query }))
}

const ccas = async () => (await read()).claims.find(({ payer }) => payer === CCAS)

const pay = (amount: number, key: string, payer = CCAS) =>
  noteClaimPayment(table, {
    parameters,
    headers: { 'idempotency-key': key },
    body: noteClaimPaymentRoute.body.parse({ payer, amount, paidOn: '2025-11-05' }),
    ...{ actor: ACCOUNTANT, now: NOW },
  })

const cancel = (number: number) =>
  cancelClaimPayment(table, {
    parameters: { ...parameters, number },
    body: { reason: 'Autre mois' },
    ...{ actor: ACCOUNTANT, now: NOW },
  })

let families: FamilyId[] = []

beforeAll(async () => {
  await openCesson(table)
  families = await hungryFamilies(table, 3)
  const [first, second, third] = families
  if (first === undefined || second === undefined || third === undefined) throw new Error('Three')
  await aid(first, CCAS, 100)
  await aid(second, CCAS, 50)
  await aid(third, '=CAF "77"', 30)
  await expect(read()).rejects.toMatchObject({ code: 'not-found' })
  const queues = billingQueues(deps)
  const opening = { ...parameters, at: OCTOBER, excluded: [], families }
  await openRun({ table, send: queues.send }, opening)
  await queues.work()
})

describe('what third parties owe for a month', () => {
  it('is what was taken off the bills of families, to the cent [guide 10]', async () => {
    const { claims, lines } = await read()
    expect(claims.map(({ payer }) => payer)).toEqual(['=CAF "77"', CCAS])
    expect(await ccas()).toMatchObject({
      ...{ state: 'claimed', stateLabel: 'À réclamer', families: 2, children: 2, paid: 0 },
    })
    for (const [index, perDay] of [100, 50].entries()) {
      const own = lines.filter(({ familyId }) => familyId === families[index])
      const days = sum(own.map(({ count }) => count))
      expect(days).toBeGreaterThan(0)
      expect(sum(own.map(({ amount }) => amount))).toBe(days * perDay)
    }
    // The families and the third parties together owe what the services cost.
    const ledgers = await Promise.all(families.map((familyId) => loadAccounts(table, familyId)))
    const billed = ledgers.flatMap(({ invoices, carried }) => [...invoices, ...carried])
    const services = billed.flatMap((each) => each.lines).filter(({ kind }) => kind !== 'aid')
    const gross = sum(services.map(({ amount }) => amount))
    const net = sum(billed.map(({ total }) => total))
    expect(net + sum(claims.map(({ amount }) => amount))).toBe(gross)
  })

  it('has its lines by pages, each once, with what all of them come to on each page', async () => {
    const { claims, lines, next } = await read()
    expect(next).toBeUndefined()
    expect(lines.length).toBeGreaterThan(2)
    const seen: typeof lines = []
    let after: string | undefined
    do {
      const page = await read({ limit: '2', ...(after === undefined ? {} : { after }) })
      expect(page.claims).toEqual(claims)
      expect(page.lines.length).toBeLessThanOrEqual(2)
      seen.push(...page.lines)
      after = page.next
    } while (after !== undefined)
    expect(seen).toEqual(lines)
    const all = await read({ limit: String(lines.length) })
    expect(all.next).toBeUndefined()
    await expect(read({ after: '9999~-~1' })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is a list for a spreadsheet, in which no name becomes a formula', async () => {
    const csv = await exportClaims(table, { parameters })
    const rows = csv.trimEnd().split('\r\n')
    expect(rows[0]).toMatch(/^\uFEFFRégie;Mois facturé;Tiers;/)
    expect(rows[1]).toMatch(/^ENF;09\/2025;"'=CAF ""77""";ENF2025\d{8};/)
    const { claims } = await read()
    const total = sum(claims.map(({ amount }) => amount))
    expect(rows.at(-1)).toMatch(new RegExp(`;${(total / 100).toFixed(2).replace('.', ',')}$`))
  })

  it('is paid in parts, once by each call, never beyond what is owed', async () => {
    const { amount = 0 } = (await ccas()) ?? {}
    await pay(amount - 40, 'first-of-the-ccas')
    await pay(amount - 40, 'first-of-the-ccas')
    expect(await ccas()).toMatchObject({ state: 'part-paid', paid: amount - 40 })
    const reused = { code: 'idempotency-key-reused' }
    await expect(pay(40, 'first-of-the-ccas')).rejects.toMatchObject(reused)
    await expect(pay(amount - 40, 'first-of-the-ccas', '=CAF "77"')).rejects.toMatchObject(reused)
    const both = await Promise.allSettled([pay(40, 'this-or-that-1'), pay(40, 'this-or-that-2')])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'payment-too-large' },
    })
    expect(await ccas()).toMatchObject({ state: 'paid', paid: amount })
    await expect(pay(1, 'nobody-at-all', 'Personne')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is open again when a payment should not have been noted', async () => {
    const { amount = 0 } = (await ccas()) ?? {}
    await cancel(1)
    await cancel(1)
    expect(await ccas()).toMatchObject({
      ...{ state: 'part-paid', paid: 40 },
      payments: [{ number: 1, cancelled: 'Autre mois' }, { number: 2 }],
    })
    await expect(cancel(3)).rejects.toMatchObject({ code: 'not-found' })
    await pay(amount - 40, 'the-right-month')
    expect(await ccas()).toMatchObject({ state: 'paid', paid: amount })
  })

  it('moves nothing in the journal of the régie nor in a ledger: no family has paid it', async () => {
    const [first] = families
    if (first === undefined) throw new Error('There are families')
    expect((await loadAccounts(table, first)).payments).toEqual([])
    expect(await readEntries(table, ENF, { from: '2025-11-01', to: '2025-11-30' })).toEqual([])
  })

  it('is noted once wherever a call is broken off', async () => {
    let calls = 0
    const standing = async () => {
      const caf = (await read()).claims.find(({ payer }) => payer !== CCAS)
      return (caf?.payments ?? []).filter(({ cancelled }) => cancelled === undefined)
    }
    await crashEverywhere({
      clients: [documents],
      kinds: ['dies-after', 'fails-before', 'sent-twice'],
      scenario: async () => {
        for (const { number } of await standing()) await cancel(number)
        calls += 1
        const key = `broken-off-${String(calls)}`
        return {
          run: () => pay(1, key, '=CAF "77"'),
          check: async () => {
            expect(await standing()).toMatchObject([{ amount: 1 }])
          },
        }
      },
    })
  })
})
