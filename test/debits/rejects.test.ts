import { describe, expect, it } from 'vitest'
import { confirmRun } from '../../shared/debits/confirm-run.ts'
import { exportRun } from '../../shared/debits/export-run.ts'
import { importRejects } from '../../shared/debits/import-rejects.ts'
import { prepareRun } from '../../shared/debits/prepare-run.ts'
import { rejectsOf } from '../../shared/debits/report-rules.ts'
import { findDebit } from '../../shared/debits/run-store.ts'
import { loadMandates } from '../../shared/debits/store.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { endPayment } from '../../shared/ledger/cancel-payment.ts'
import { loadAccounts } from '../../shared/ledger/load-accounts.ts'
import { settle } from '../../shared/ledger/rules.ts'
import { noticeEntity } from '../../shared/messages/notices.ts'
import { mailsOfNotice } from '../../shared/messages/notice-rules.ts'
import { regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { ACCOUNTANT } from '../ledger/fixture.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { SENDER } from '../support/mail-stream.ts'
import { matching } from '../support/matching.ts'
import { morning, openDebits, owe, sign, townWith } from './fixture.ts'

const { table } = await freshTable()
const opened = await openDebits(table)
await openCesson(table)

const COLLECT_ON = '2025-10-06'

let regies = 0

/** A run of a régie of its own, at the bank, with so many families that owe 10 € each. */
const sentRun = async (count: number) => {
  regies += 1
  const regieId = regieIdSchema.parse(`R${String(regies).padStart(3, '0')}`)
  const parts = { ...opened.parts, town: townWith({}, regieId) }
  const families: FamilyId[] = []
  for (let each = 0; each < count; each += 1) {
    const family = await anotherFamily(table, undefined, [])
    await sign(parts, family, { regieId })
    await owe(table, { ...family, regieId }, 1000)
    families.push(family.familyId)
  }
  const at = { regieId, collectOn: COLLECT_ON, now: morning('2025-09-01'), by: 'x' } as const
  await prepareRun(parts, at)
  const run = await exportRun(parts, at)
  const idOf = async (familyId: FamilyId): Promise<string> =>
    (await findDebit(table, { ...at, familyId }))?.endToEndId ?? ''
  const take = (body: Parameters<typeof importRejects>[1]['body'], day: IsoDate = '2025-10-10') =>
    importRejects(parts, { body, actor: ACCOUNTANT, now: morning(day) })
  return { parts, at, run, families, idOf, take }
}

const paymentOf = async (familyId: FamilyId) => (await loadAccounts(table, familyId)).payments[0]

const dueOf = async (familyId: FamilyId, regieId: string): Promise<number> => {
  const ledger = await loadAccounts(table, familyId)
  const { invoices } = settle(ledger)
  return ledger.invoices
    .filter((invoice) => invoice.regieId === regieId)
    .reduce((sum, { number }) => sum + (invoices.get(number)?.due ?? 0), 0)
}

const rejectMail = async (familyId: FamilyId) => {
  const notices = noticeEntity
    .pick(await table.query({ partition: ['FAMILY', familyId], from: ['NOTICE'] }))
    .filter(({ content }) => content.kind === 'debit-rejected')
  return { count: notices.length, mail: notices[0] && mailsOfNotice(SENDER, notices[0])[0] }
}

/** A report of a bank. */
const report = (
  rejects: readonly { id: string; code: string; status?: string }[],
  { version = '03', prefix = '' } = {},
): string => {
  const tag = (name: string, ...content: string[]) =>
    `<${prefix}${name}>${content.join('')}</${prefix}${name}>`
  const transactions = rejects.map(({ id, code, status = 'RJCT' }) =>
    tag(
      'TxInfAndSts',
      tag('OrgnlEndToEndId', id),
      tag('TxSts', status),
      tag('StsRsnInf', tag('Rsn', tag('Cd', code))),
    ),
  )
  const namespace = `xmlns${prefix === '' ? '' : `:${prefix.slice(0, -1)}`}`
  const root = `${prefix}Document`
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<${root} ${namespace}="urn:iso:std:iso:20022:tech:xsd:pain.002.001.${version}">` +
    tag(
      'CstmrPmtStsRpt',
      tag('GrpHdr', tag('MsgId', 'R1'), tag('CreDtTm', '2025-10-07T10:00:00')),
      tag('OrgnlGrpInfAndSts', tag('OrgnlMsgId', 'ENF-20251006-001')),
      tag('OrgnlPmtInfAndSts', tag('OrgnlPmtInfId', 'ENF-20251006-001-RCUR'), ...transactions),
    ) +
    `</${root}>\n`
  )
}

describe('the report of a bank', () => {
  it.each([
    { version: '03', prefix: '' },
    { version: '10', prefix: '' },
    { version: '10', prefix: 'ns2:' },
  ])('of version $version, prefix “$prefix”, names the debits that come back', (kind) => {
    const xml = report(
      [
        { id: 'ENF-20251006-000001', code: 'AM04' },
        { id: 'ENF-20251006-000002', code: 'AC04', status: 'ACSP' },
        { id: 'ENF-20251006-000003', code: 'MD01' },
      ],
      kind,
    )
    expect(rejectsOf(xml)).toEqual([
      { endToEndId: 'ENF-20251006-000001', reason: 'AM04' },
      { endToEndId: 'ENF-20251006-000003', reason: 'MD01' },
    ])
  })

  it.each([
    ['no XML', 'Bonjour'],
    ['another document', '<Document><A/></Document>'],
    ['one that was cut off', report([{ id: 'ENF-20251006-000001', code: 'AM04' }]).slice(0, -60)],
    ['one with entities', `<!DOCTYPE x [<!ENTITY a "b">]>${report([])}`],
    ['one with entities, written oddly', `<!doctype x [<!Entity a "b">]>${report([])}`],
    ['one of too many levels', `${'<a>'.repeat(30_000)}${'</a>'.repeat(30_000)}</Document>`],
    ['one with the name of a prototype', '<Document><__proto__><a/></__proto__></Document>'],
  ])('that is %s is refused', (_, xml) => {
    expect(() => rejectsOf(xml)).toThrow(expect.objectContaining({ code: 'invalid-request' }))
  })

  it('that refuses all of a file is refused with its reason: no debit of it is known to be back', () => {
    const xml = report([]).replace(
      '<OrgnlMsgId>ENF-20251006-001</OrgnlMsgId>',
      '<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>',
    )
    expect(() => rejectsOf(xml)).toThrow(
      expect.objectContaining({
        faults: [{ pointer: '/body/report', detail: matching('format du fichier') }],
      }),
    )
  })
})

describe('a debit that comes back', () => {
  it('before its day makes its invoice due again, and the family is told why [guide 30, 31]', async () => {
    const { at, run, families, idOf, take } = await sentRun(2)
    const [one, two] = families
    if (one === undefined || two === undefined) throw new Error('Two families')
    const id = await idOf(one)
    const { rejects, left } = await take({ report: report([{ id, code: 'AM04' }]) })
    expect(left).toBe(0)
    expect(rejects).toEqual([
      {
        ...{ endToEndId: id, reason: 'AM04', reasonLabel: 'provision insuffisante' },
        ...{ familyId: one, amount: 1000, outcome: 'rejected' },
      },
    ])
    expect(await paymentOf(one)).toMatchObject({
      state: 'cancelled',
      cancellation: { kind: 'rejected', reason: matching('AM04') },
    })
    expect(await dueOf(one, at.regieId)).toBe(1000)
    const { mail } = await rejectMail(one)
    expect(mail?.text).toContain('provision insuffisante')
    expect(mail?.text).toContain('10,00')
    expect(mail?.text).not.toContain('0189')
    // On the day only the other one is collected.
    expect(await confirmRun(table, run, morning(COLLECT_ON))).toBe(1)
    expect(await paymentOf(one)).toMatchObject({ state: 'cancelled' })
    expect(await paymentOf(two)).toMatchObject({ state: 'validated' })
    const [mandate] = await loadMandates(table, one)
    expect(mandate?.state).toBe('active')
  })

  it('weeks after it was collected is reversed on the day of the report [guide 31]', async () => {
    const { at, run, families, idOf, take } = await sentRun(1)
    const [one] = families
    if (one === undefined) throw new Error('A family')
    await confirmRun(table, run, morning(COLLECT_ON))
    expect(await dueOf(one, at.regieId)).toBe(0)
    const id = await idOf(one)
    await take({ rejects: [{ endToEndId: id, reason: 'MD06' }] }, '2025-11-28')
    expect(await dueOf(one, at.regieId)).toBe(1000)
    const ledger = await table.query({ partition: ['FAMILY', one], from: ['LEDGER'] })
    expect(ledger.filter(({ entity }) => entity === 'Reversal')).toMatchObject([
      { reversedOn: '2025-11-28', kind: 'rejected', amount: 1000 },
    ])
  })

  it.each(['MD01', 'AC04'])('for %s ends the mandate, and the family reads it', async (code) => {
    const { families, idOf, take } = await sentRun(1)
    const [one] = families
    if (one === undefined) throw new Error('A family')
    await take({ rejects: [{ endToEndId: await idOf(one), reason: code }] })
    const [mandate] = await loadMandates(table, one)
    expect(mandate).toMatchObject({ state: 'revoked', ended: { on: '2025-10-10' } })
    const { mail } = await rejectMail(one)
    expect(mail?.text).toContain(`Le mandat ${mandate?.rum ?? ''} a pris fin`)
  })

  it('twice, in one report or in two, has one effect', async () => {
    const { families, idOf, take } = await sentRun(1)
    const [one] = families
    if (one === undefined) throw new Error('A family')
    const item = { endToEndId: await idOf(one), reason: 'AM04' }
    const first = await take({ rejects: [item, item] })
    expect(first.rejects.map(({ outcome }) => outcome)).toEqual(['rejected', 'known'])
    const payment = await paymentOf(one)
    const again = await take({ report: report([{ id: item.endToEndId, code: 'MD01' }]) })
    expect(again.rejects.map(({ outcome }) => outcome)).toEqual(['known'])
    expect(await paymentOf(one)).toEqual(payment)
    expect((await rejectMail(one)).count).toBe(1)
    const [mandate] = await loadMandates(table, one)
    expect(mandate?.state).toBe('active')
  })

  it('that nobody knows is listed, and so is one that the desk had cancelled', async () => {
    const { families, idOf, take } = await sentRun(1)
    const [one] = families
    const payment = one && (await paymentOf(one))
    if (one === undefined || payment === undefined) throw new Error('A family that was debited')
    await endPayment(table, {
      ...{ familyId: one, number: payment.number, kind: 'mistake', reason: 'Typed twice' },
      ...{ by: 'x', now: morning('2025-10-01') },
    })
    const { rejects } = await take({
      rejects: [
        { endToEndId: 'XYZ-20251006-000001', reason: 'AM04' },
        { endToEndId: 'ENF-20259999-000001', reason: 'AM04' },
        { endToEndId: 'of-another-program', reason: 'ZZ99' },
        { endToEndId: await idOf(one), reason: 'AM04' },
      ],
    })
    expect(rejects.map(({ outcome }) => outcome)).toEqual([
      'unknown',
      'unknown',
      'unknown',
      'known',
    ])
    expect(rejects[2]?.reasonLabel).toBe('code ZZ99')
    expect(await paymentOf(one)).toMatchObject({ cancellation: { kind: 'mistake' } })
  })
})
