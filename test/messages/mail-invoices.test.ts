import { beforeEach, describe, expect, it } from 'vitest'
import type { BillingJob, IssuedDocument } from '../../shared/billing/model.ts'
import { openRun } from '../../shared/billing/open-run.ts'
import { readBillingRun } from '../../shared/billing/read-runs.ts'
import { noteReviews } from '../../shared/billing/store.ts'
import { mailInvoices } from '../../shared/messages/mail-invoices.ts'
import { sesMailer, type Mailer } from '../../shared/platform/mailer.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import {
  billingQueues,
  documentsOfFamilies,
  ENF,
  hungryFamilies,
  mealsOf,
  OCTOBER,
  townWith,
} from '../billing/run-fixture.ts'
import { memoryTable, type MemoryTable } from '../support/memory-table.ts'
import { storePlannings } from '../support/plannings.ts'
import { mailServer } from '../support/ses.ts'

const { client, mails, clear } = await mailServer()
const ses = sesMailer(client, { sender: 'portail@cesson.example', configurationSet: 'portal' })
const NOVEMBER = new Date('2025-11-01T05:00:00Z')

let table: MemoryTable
let families: FamilyId[]

/** Issues a month up to its mails, and says which they are. */
const issue = async (
  month: '2025-09' | '2025-10',
  town = townWith({}),
): Promise<readonly BillingJob[]> => {
  const queues = billingQueues({ table, town })
  const at = month === '2025-09' ? OCTOBER : NOVEMBER
  const opening = { month, regieId: ENF, at, excluded: [], families }
  await openRun({ table, send: queues.send }, opening)
  await queues.work('mail')
  return queues.sent.filter(({ step }) => step === 'mail')
}

const mail = async (jobs: readonly BillingJob[], mailer: Mailer = ses): Promise<void> => {
  const { catalogue } = townWith({})
  const sender = { catalogue, portalUrl: 'https://portail.cesson.example' }
  for (const job of jobs) await mailInvoices({ table, mailer, sender }, job, OCTOBER)
}

const numberOf = ([issued]: readonly IssuedDocument[]): string =>
  issued !== undefined && 'number' in issued.document ? issued.document.number : ''

describe('the mails of a run', () => {
  beforeEach(async () => {
    table = memoryTable()
    families = await hungryFamilies(table, 2)
    await clear()
  })

  it('bring every guardian the invoice: number, lines, total and due day [guide 29]', async () => {
    await mail(await issue('2025-09'))
    const sent = await mails()
    expect(sent.map(({ destination, subject }) => [destination.to, subject])).toEqual(
      families.flatMap(() => [
        [['madelainedupont@famille.example'], 'Votre facture de septembre 2025'],
        [['juliendupont@famille.example'], 'Votre facture de septembre 2025'],
      ]),
    )
    const text = sent[0]?.body.text
    const number = numberOf(await documentsOfFamilies(table, families.slice(0, 1)))
    expect(text).toContain(`facture n° ${number} pour septembre 2025 (Régie Enfance)`)
    expect(text).toContain('Enfant : Léo ; Prestation : Restauration Scolaire — Repas')
    expect(text).toContain('Quantité : 10 ; Prix unitaire : 2,08\u00A0€ ; Montant : 20,80\u00A0€')
    expect(text).toContain('Total à payer : 20,80\u00A0€, au plus tard le 31/10/2025.')
    expect(text).toContain('https://portail.cesson.example/ledger')
    const { state } = await readBillingRun(table, {
      parameters: { month: '2025-09', regieId: ENF },
    })
    expect(state).toBe('mailed')
  })

  it('go out once however often they are asked for', async () => {
    const jobs = await issue('2025-09')
    await Promise.all([mail(jobs), mail(jobs)])
    await mail(jobs)
    const first = await mails()
    expect(new Set(first.map(({ body }) => body.text)).size).toBe(2)
    await mail(jobs)
    expect(await mails()).toHaveLength(first.length)
  })

  it('leave the run open for those that cannot go out now, and do not keep the others', async () => {
    const jobs = await issue('2025-09')
    let calls = 0
    const broken: Mailer = async (each) => {
      calls += 1
      if (calls === 1) throw new Error('throttled')
      return ses(each)
    }
    await expect(mail(jobs, broken)).rejects.toThrow('Some mails did not go out')
    expect(await mails()).toHaveLength(3)
    const state = async () =>
      (await readBillingRun(table, { parameters: { month: '2025-09', regieId: ENF } })).state
    expect(await state()).toBe('issued')
    await mail(jobs)
    expect(await mails()).toHaveLength(4)
    expect(await state()).toBe('mailed')
  })

  it('bring a credit note with what it is worth', async () => {
    await mail(await issue('2025-09'))
    await clear()
    const [familyId] = families
    if (familyId === undefined) throw new Error('No family')
    await storePlannings(table, [mealsOf(familyId, {})])
    await noteReviews(table, { familyId, regieId: ENF, now: OCTOBER }, ['2025-09'])
    families = [familyId]
    await mail(await issue('2025-10'))
    const [sent] = await mails()
    expect(sent?.subject).toBe('Votre avoir d’octobre 2025')
    expect(sent?.body.text).toContain('avoir n° AV-ENF202500000001')
    expect(sent?.body.text).toContain('En votre faveur : 20,80\u00A0€')
  })

  it('tell nothing of what is carried over', async () => {
    await mail(await issue('2025-09', townWith({ minimum: 9000 })))
    expect(await mails()).toEqual([])
    expect(await documentsOfFamilies(table, families)).toMatchObject([
      { kind: 'carried' },
      { kind: 'carried' },
    ])
  })
})
