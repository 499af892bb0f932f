import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DebitSettings } from '../../shared/catalogue/regie-model.ts'
import { collectDue } from '../../shared/debits/collect-due.ts'
import { confirmRun } from '../../shared/debits/confirm-run.ts'
import { exportRun } from '../../shared/debits/export-run.ts'
import { revokeMandate } from '../../shared/debits/change-mandate.ts'
import { changeAccount } from '../../shared/debits/sign-mandate.ts'
import { readDebitFile, readDebitRun } from '../../shared/debits/manage-runs.ts'
import { prepareRun } from '../../shared/debits/prepare-run.ts'
import { findDebit, findRun, listDebits } from '../../shared/debits/run-store.ts'
import { loadMandates } from '../../shared/debits/store.ts'
import { addDays } from '../../shared/kernel/dates.ts'
import type { PortalError } from '../../shared/kernel/errors.ts'
import { loadAccounts } from '../../shared/ledger/load-accounts.ts'
import { settle } from '../../shared/ledger/rules.ts'
import { noticeEntity } from '../../shared/messages/notices.ts'
import { mailsOfNotice } from '../../shared/messages/notice-rules.ts'
import { regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { payAtDesk } from '../ledger/fixture.ts'
import { guardian, openCesson, type DUPONT } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { SENDER } from '../support/mail-stream.ts'
import { matching } from '../support/matching.ts'
import {
  ENF,
  IBAN,
  morning,
  openDebits,
  owe,
  OTHER_IBAN,
  sign,
  signature,
  townWith,
} from './fixture.ts'

const { table } = await freshTable()
const opened = await openDebits(table)
await openCesson(table)

/** The 5th of October is a Sunday. */
const COLLECT_ON = '2025-10-06'

/** Each test has a régie of its own, so that it finds the mandates and runs of no other. */
let regies = 0
let regieId = ENF
let parts = opened.parts
const openRegie = (settings: Partial<DebitSettings> = {}): void => {
  regies += 1
  regieId = regieIdSchema.parse(`R${String(regies).padStart(3, '0')}`)
  parts = { ...opened.parts, town: townWith(settings, regieId) }
}
beforeEach(() => {
  openRegie()
})

const logged: unknown[] = []
beforeEach(() => {
  for (const method of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...line) => {
      logged.push(...line)
    })
  }
})
afterEach(() => {
  expect(JSON.stringify(logged)).not.toContain(IBAN)
  expect(JSON.stringify(logged)).not.toContain(OTHER_IBAN)
})

const AUGUST = morning('2025-08-10')

/** A family with a mandate and invoices that are due by October. */
const debtor = async (...totals: number[]): Promise<typeof DUPONT> => {
  const family = await anotherFamily(table, undefined, [])
  await sign(parts, family, { regieId }, AUGUST)
  for (const total of totals) await owe(table, { ...family, regieId }, total)
  return family
}

const address = () => ({ regieId, collectOn: COLLECT_ON }) as const

const prepared = (now = morning('2025-09-01'), most?: number) =>
  prepareRun(parts, { ...address(), now }, most)

const EXPORTED_AT = morning('2025-09-28')

const exported = (most?: number) =>
  exportRun(parts, { ...address(), by: 'accountant', now: EXPORTED_AT }, most)

/** A family pays by cheque what would be debited else. */
const payOtherwise = (familyId: FamilyId, amount: number) =>
  payAtDesk(parts, familyId, amount, { regieId, paidOn: '2025-08-09', now: AUGUST })

const noticesOf = async (familyId: FamilyId) =>
  noticeEntity.pick(await table.query({ partition: ['FAMILY', familyId], from: ['NOTICE'] }))

const debitNotices = async (familyId: FamilyId) =>
  (await noticesOf(familyId)).filter(({ content }) => content.kind === 'debit-announced')

const fileOf = (file = 1): Promise<string> =>
  readDebitFile(parts, { parameters: { regieId, date: COLLECT_ON, file } })

const paymentsOf = async (familyId: FamilyId) => (await loadAccounts(table, familyId)).payments

const refusal = (code: PortalError['code']): unknown => expect.objectContaining({ code })

describe('preparing a run', () => {
  it('tells each family once what will be collected, when and by which mandate [guide 10]', async () => {
    const one = await debtor(1000, 2500)
    const nothingDue = await debtor()
    await prepared()
    await prepared()
    const run = await findRun(table, address())
    expect(run).toMatchObject({ state: 'prepared', debits: 1, announced: 3500 })
    const [notice, ...others] = await debitNotices(one.familyId)
    if (notice === undefined) throw new Error('The family is told')
    expect(others).toEqual([])
    expect(await debitNotices(nothingDue.familyId)).toEqual([])
    const [mail] = mailsOfNotice(SENDER, notice)
    const [mandate] = await loadMandates(table, one.familyId)
    expect(mail?.subject).toContain('Prélèvement de 35,00')
    expect(mail?.text).toContain(mandate?.rum)
    expect(mail?.text).toContain('FR72ZZZ123456')
    expect(mail?.text).toContain('Régie Enfance de Cesson')
    // Only who signed is told, and no mail shows an account.
    expect(notice.to).toHaveLength(1)
    for (const each of await noticesOf(one.familyId)) {
      for (const { text, html } of mailsOfNotice(SENDER, each)) {
        expect(text + html).not.toMatch(/FR76|0189|3000 ?6000/)
      }
    }
  })

  it('takes up who owes something since, and leaves who was told as told', async () => {
    const one = await debtor(1000)
    const two = await debtor()
    await prepared(morning('2025-09-01'))
    await owe(table, { ...one, regieId }, 500)
    await owe(table, { ...two, regieId }, 700)
    await prepared(morning('2025-09-02'))
    const debits = await listDebits(table, address())
    expect(debits.map(({ number, announced }) => [number, announced])).toEqual([
      [1, 1000],
      [2, 700],
    ])
  })

  it('is refused on another day, and when families cannot be told in time any more', async () => {
    const now = morning('2025-09-01')
    await expect(prepareRun(parts, { regieId, collectOn: '2025-10-31', now })).rejects.toEqual(
      refusal('period-out-of-range'),
    )
    await expect(prepared(morning('2025-09-23'))).rejects.toEqual(refusal('period-out-of-range'))
    expect(await prepared(morning('2025-09-22'))).toMatchObject({ state: 'prepared' })
    const unknown = regieIdSchema.parse('CUL')
    await expect(
      prepareRun(parts, { regieId: unknown, collectOn: COLLECT_ON, now }),
    ).rejects.toEqual(refusal('means-not-allowed'))
  })

  it('by two at once announces nothing twice, and counts what it announced', async () => {
    const families = await Promise.all([debtor(1000), debtor(2000), debtor(3000)])
    const at = { ...address(), now: morning('2025-09-01') }
    await Promise.all([prepareRun(parts, at), prepareRun(parts, at)])
    const run = await findRun(table, address())
    expect(run).toMatchObject({ debits: 3, announced: 6000, state: 'prepared' })
    const debits = await listDebits(table, address())
    expect(debits.map(({ number }) => number)).toEqual([1, 2, 3])
    expect(new Set(debits.map(({ endToEndId }) => endToEndId)).size).toBe(3)
    for (const { familyId } of families) expect(await debitNotices(familyId)).toHaveLength(1)
  })

  it('goes on where a call stopped', async () => {
    await Promise.all([debtor(1000), debtor(2000), debtor(3000)])
    const at = { ...address(), now: morning('2025-09-01') }
    expect(await prepareRun(parts, at, 0)).toMatchObject({ state: 'preparing', debits: 0 })
    expect(await prepareRun(parts, at)).toMatchObject({ state: 'prepared', debits: 3 })
  })

  it('ends mandates by which nothing was collected for 36 months, and tells of it', async () => {
    const one = await anotherFamily(table, undefined, [])
    await sign(parts, one, { regieId }, morning('2022-08-01'))
    await owe(table, { ...one, regieId }, 1000)
    await prepared()
    expect(await listDebits(table, address())).toEqual([])
    const [mandate] = await loadMandates(table, one.familyId)
    expect(mandate?.state).toBe('lapsed')
    const told = (await noticesOf(one.familyId)).map(({ content }) => content)
    expect(told).toContainEqual(expect.objectContaining({ state: 'lapsed' }))
  })
})

describe('the file for the bank', () => {
  it('holds what is due still, and each debit awaits its day in the ledger [guide 10, 31]', async () => {
    const [one, two, three] = [await debtor(1000), await debtor(2000), await debtor(4000)]
    await prepared()
    await payOtherwise(two.familyId, 500)
    await payOtherwise(three.familyId, 4000)
    const run = await exported()
    expect(run).toMatchObject({ state: 'exported', sent: { files: 1, debits: 2, total: 2500 } })
    const [payment] = await paymentsOf(one.familyId)
    const [mandate] = await loadMandates(table, one.familyId)
    expect(payment).toMatchObject({
      ...{ state: 'awaiting', means: 'direct-debit', amount: 1000, paidOn: COLLECT_ON },
      debit: {
        mandate: mandate?.rum,
        endToEndId: matching(/^R\d{3}-20251006-000001$/),
      },
    })
    expect(payment).not.toHaveProperty('receipt')
    expect(mandate).toMatchObject({ debits: 1, lastDebitOn: COLLECT_ON })
    const xml = await fileOf()
    expect(xml).toContain('<CtrlSum>25.00</CtrlSum>')
    expect(xml).toContain(`<IBAN>${IBAN}</IBAN>`)
    expect(xml).toContain(`<MndtId>${mandate?.rum ?? ''}</MndtId>`)
    const dropped = await findDebit(table, { ...address(), familyId: three.familyId })
    expect(dropped).toMatchObject({ state: 'dropped', dropped: 'paid' })
  })

  it('is the same each time it is fetched, and when it is made again', async () => {
    await debtor(1000)
    await prepared()
    await exported()
    const first = await fileOf()
    await exported()
    expect(await fileOf()).toBe(first)
    await expect(fileOf(2)).rejects.toEqual(refusal('not-found'))
  })

  it('is made in parts where there are many, and is one file then', async () => {
    await Promise.all([debtor(1000), debtor(2000), debtor(3000)])
    await prepared()
    expect(await exported(2)).toMatchObject({ state: 'exporting' })
    await expect(fileOf()).rejects.toEqual(refusal('not-found'))
    expect(await exported(2)).toMatchObject({ state: 'exported' })
    expect(await fileOf()).toContain('<NbOfTxs>3</NbOfTxs>')
  })

  it('leaves out whose mandate was revoked, and takes the account that a family has now', async () => {
    const [one, two] = [await debtor(1000), await debtor(2000)]
    await prepared()
    const [[first], [second]] = [
      await loadMandates(table, one.familyId),
      await loadMandates(table, two.familyId),
    ]
    if (first === undefined || second === undefined) throw new Error('Both have signed')
    const now = morning('2025-09-10')
    await revokeMandate(parts, {
      ...{ parameters: { rum: first.rum }, body: {}, actor: guardian(one), now },
    })
    const { holder, iban, place, consent } = signature({ iban: OTHER_IBAN })
    const { rum } = await changeAccount(parts, {
      ...{ parameters: { rum: second.rum }, body: { holder, iban, place, consent } },
      ...{ headers: { 'idempotency-key': 'another-account' }, actor: guardian(two), now },
    })
    await exported()
    const xml = await fileOf()
    expect(xml).toContain(`<MndtId>${rum}</MndtId>`)
    expect(xml).toContain(OTHER_IBAN)
    expect(xml).not.toContain(first.rum)
    const debit = await findDebit(table, { ...address(), familyId: one.familyId })
    expect(debit).toMatchObject({ state: 'dropped', dropped: 'no-mandate' })
    expect(await paymentsOf(one.familyId)).toEqual([])
  })

  it('tells the last debit of a mandate that ends before the next', async () => {
    const one = await debtor(1000)
    const [mandate] = await loadMandates(table, one.familyId)
    if (mandate === undefined) throw new Error('It was signed')
    await prepared()
    await revokeMandate(parts, {
      parameters: { rum: mandate.rum },
      body: { from: '2025-11-01' },
      actor: guardian(one),
      now: AUGUST,
    })
    await exported()
    expect(await fileOf()).toContain('<SeqTp>FNAL</SeqTp>')
  })

  it('begins with FRST where the bank of the régie wants it', async () => {
    openRegie({ first: 'FRST', format: 'pain.008.001.02' })
    await debtor(1000)
    await prepared()
    await exported()
    const xml = await fileOf()
    expect(xml).toContain('<SeqTp>FRST</SeqTp>')
    expect(xml).toContain('pain.008.001.02')
  })

  it('is refused before families are told, and from the day of the collection on', async () => {
    await debtor(1000)
    const at = { ...address(), now: morning('2025-09-01') }
    await expect(exported()).rejects.toEqual(refusal('not-found'))
    await prepareRun(parts, at, 0)
    await expect(exported()).rejects.toEqual(refusal('run-not-ready'))
    await prepareRun(parts, at)
    const late = { ...address(), by: 'accountant', now: morning(COLLECT_ON) }
    await expect(exportRun(parts, late)).rejects.toEqual(refusal('period-out-of-range'))
    await exported()
    await expect(prepareRun(parts, at)).rejects.toEqual(refusal('run-not-ready'))
  })

  it('adds up to the payments that await it, and to what was due, over random histories', async () => {
    const family = fc.record({
      totals: fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 3 }),
      paid: fc.integer({ min: 0, max: 60_000 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(family, { minLength: 1, maxLength: 3 }), async (plan) => {
        openRegie()
        const at = { ...address(), now: AUGUST }
        const families: { familyId: FamilyId; due: number }[] = []
        for (const { totals, paid } of plan) {
          const { familyId } = await debtor(...totals)
          const owed = totals.reduce((sum, total) => sum + total, 0)
          families.push({ familyId, due: Math.max(0, owed - paid) })
        }
        await prepareRun(parts, at)
        for (const [index, { paid }] of plan.entries()) {
          const { familyId } = families[index] ?? {}
          if (paid > 0 && familyId !== undefined) await payOtherwise(familyId, paid)
        }
        const run = await exportRun(parts, { ...at, by: 'accountant' })
        const { list } = await readDebitRun(table, {
          parameters: { regieId, date: COLLECT_ON },
          query: { limit: 500, after: 0 },
        })
        const own = list.filter(({ familyId }) =>
          families.some((each) => each.familyId === familyId),
        )
        const due = families.reduce((sum, each) => sum + each.due, 0)
        expect(own.reduce((sum, { amount = 0 }) => sum + amount, 0)).toBe(due)
        let awaiting = 0
        for (const { familyId } of families) {
          awaiting += settle(await loadAccounts(table, familyId)).totals.awaiting
        }
        expect(awaiting).toBe(due)
        const total = list.reduce((sum, { amount = 0 }) => sum + amount, 0)
        expect(run.sent?.total).toBe(total)
        if (total > 0) {
          const euros = `${String(Math.trunc(total / 100))}.${String(total % 100).padStart(2, '0')}`
          expect(await fileOf()).toContain(`<CtrlSum>${euros}</CtrlSum>`)
        }
      }),
      { numRuns: 12 },
    )
  }, 60_000)
})

describe('the day of the collection', () => {
  it('validates what was sent, with a receipt each, once [guide 31]', async () => {
    const one = await debtor(1000)
    await prepared()
    const run = await exported()
    const now = morning(COLLECT_ON)
    expect(await confirmRun(table, run, now)).toBe(1)
    const [payment] = await paymentsOf(one.familyId)
    expect(payment).toMatchObject({ state: 'validated', paidOn: COLLECT_ON })
    expect(payment?.receipt).toMatch(/^R\d{3}-2025-\d{6}$/)
    expect(await confirmRun(table, { ...run, state: 'exported' }, now)).toBe(0)
    expect(await findRun(table, run)).toMatchObject({ state: 'collected' })
    const [again] = await paymentsOf(one.familyId)
    expect(again).toEqual(payment)
    const receipts = (await noticesOf(one.familyId)).filter(
      ({ content }) => content.kind === 'payment-received',
    )
    expect(receipts).toMatchObject([{ content: { receipt: payment?.receipt, amount: 1000 } }])
    const [mail] = receipts.flatMap((notice) => mailsOfNotice(SENDER, notice))
    expect(mail?.text).toContain(payment?.receipt)
  })
})

describe('the clock', () => {
  it('prepares in time, makes files where the régie has it done, and collects on the day', async () => {
    openRegie({ exportDays: 4 })
    const one = await debtor(1000)
    const on = (days: number) => collectDue(parts, morning(addDays(COLLECT_ON, days)))
    expect(await on(-18)).toMatchObject({ prepared: 0 })
    expect(await on(-17)).toMatchObject({ prepared: 1, exported: 0 })
    expect(await debitNotices(one.familyId)).toHaveLength(1)
    await on(-14)
    expect(await debitNotices(one.familyId)).toHaveLength(1)
    expect(await on(-5)).toMatchObject({ exported: 0 })
    expect(await on(-4)).toMatchObject({ exported: 1, confirmed: 0, unsent: [] })
    expect(await on(-1)).toMatchObject({ confirmed: 0 })
    expect(await on(0)).toMatchObject({ confirmed: 1 })
    expect(await on(1)).toMatchObject({ confirmed: 0 })
    expect((await paymentsOf(one.familyId)).map(({ state }) => state)).toEqual(['validated'])
  })

  it('tells of a run that nobody has sent to the bank, in the last three days', async () => {
    await debtor(1000)
    const unsentOn = async (days: number) =>
      (await collectDue(parts, morning(addDays(COLLECT_ON, days)))).unsent.map(
        (run) => run.collectOn,
      )
    await unsentOn(-14)
    expect(await unsentOn(-4)).not.toContain(COLLECT_ON)
    expect(await unsentOn(-3)).toContain(COLLECT_ON)
    expect(await unsentOn(0)).not.toContain(COLLECT_ON)
  })
})
