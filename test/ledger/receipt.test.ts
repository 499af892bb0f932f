import { beforeAll, describe, expect, it } from 'vitest'
import { letterHtml } from '../../shared/documents/letter-html.ts'
import { endPayment } from '../../shared/ledger/cancel-payment.ts'
import { issueReceipt } from '../../shared/ledger/issue-receipt.ts'
import { notePayment } from '../../shared/ledger/note-payment.ts'
import { regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { cessonTown, openCesson, TEST } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { payAtDesk, storeInvoice } from './fixture.ts'

const { table } = await freshTable()
const deps = { table, town: cessonTown }
const NOW = new Date('2013-11-20T09:00:00Z')

const receipt = async (familyId: FamilyId, number: number): Promise<string> =>
  letterHtml(await issueReceipt(deps, { familyId, number, now: NOW }))

beforeAll(async () => {
  await openCesson(table)
})

describe('the receipt of a payment', () => {
  it('says its number, who received what by which means, and what it pays today [guide 31]', async () => {
    const { familyId } = await anotherFamily(table)
    const invoice = await storeInvoice(table, familyId, '2013-10-01', 1000)
    const paid = await payAtDesk(deps, familyId, 1500, {
      means: 'cesu',
      instruments: [{ number: 'N-7', value: 1500, issuer: 'Edenred', vintage: 2013 }],
      payer: 'Mme Mamie',
    })
    const text = await receipt(familyId, paid.number)
    for (const said of [
      `Quittance n° ${paid.receipt ?? ''}`,
      'Régie Enfance',
      'CESU',
      'Mme Mamie',
      'N-7',
      'Edenred',
      '12/11/2013',
      invoice.number,
      '15,00',
      '10,00',
      '5,00',
    ]) {
      expect(text.replaceAll(/\s/g, ' ')).toContain(said)
    }
  })

  it('of a cancelled one says so, and no longer what it paid', async () => {
    const { familyId } = await anotherFamily(table)
    const invoice = await storeInvoice(table, familyId, '2013-10-01', 1000)
    const { number } = await payAtDesk(deps, familyId, 1000)
    const about = { familyId, number, reason: 'Sans provision', by: 'x', now: NOW } as const
    await endPayment(table, { ...about, kind: 'bounced' })
    const text = await receipt(familyId, number)
    expect(text).toContain('a été annulé le 20/11/2013')
    expect(text).not.toContain(invoice.number)
  })

  it('is of the family’s own payments alone, and of none that awaits its validation', async () => {
    const { familyId } = await anotherFamily(table)
    const { number } = await payAtDesk(deps, familyId, 1000)
    await expect(receipt(TEST.familyId, number)).rejects.toMatchObject({ code: 'not-found' })
    const regieId = regieIdSchema.parse('ENF')
    const { payment } = await notePayment(table, { familyId, regieId, now: NOW }, () => ({
      ...{ state: 'awaiting', amount: 1000, paidOn: '2013-11-05', means: 'online', invoices: [] },
      ...{ recordedBy: 'portal', recordedAt: NOW.toISOString(), idempotencyKey: 'awaiting-one' },
    }))
    await expect(receipt(familyId, payment.number)).rejects.toMatchObject({ code: 'not-found' })
  })
})
