import { expect, it } from 'vitest'
import { noticeSchema } from '../../shared/messages/notice-model.ts'
import { mailsOfNotice } from '../../shared/messages/notice-rules.ts'
import { cesson } from '../support/cesson.ts'

const sender = { catalogue: cesson.catalogue, portalUrl: 'https://famille.cesson.example' }

const mailOf = (content: object) =>
  mailsOfNotice(
    sender,
    noticeSchema.parse({
      familyId: '1001',
      noticeId: 'PAYMENT-1',
      to: [{ name: 'Mme Dupont', email: 'parent@example.org' }],
      content,
      expiresAt: 1,
    }),
  )[0]

const parts = [
  { invoice: 'ENF202500000001', amount: 1000 },
  { invoice: 'ENF202500000002', amount: 500 },
]

it('a payment is confirmed by its amount, means, day, receipt and invoices [guide 29, 31]', () => {
  const mail = mailOf({
    ...{ kind: 'payment-received', number: 1, regieId: 'ENF', amount: 1700, means: 'cheque' },
    ...{ paidOn: '2025-10-15', receipt: 'ENF-2025-000001', parts },
  })
  expect(mail?.subject).toBe('Votre paiement de 17,00\u00A0€ est bien reçu')
  expect(mail?.text).toContain('Bonjour Mme Dupont,')
  expect(mail?.text).toContain('17,00\u00A0€ (Chèque) du 15/10/2025')
  expect(mail?.text).toContain('Quittance n° ENF-2025-000001.')
  expect(mail?.text).toContain('- Facture n° ENF202500000002 : 5,00\u00A0€')
  expect(mail?.text).toContain('2,00\u00A0€ restent en votre faveur')
  expect(mail?.html).toContain('https://famille.cesson.example/ledger')
})

it('a payment for no invoice, and without a receipt yet, says so by what it leaves out', () => {
  const mail = mailOf({
    ...{ kind: 'payment-received', number: 1, regieId: 'ENF', amount: 500, means: 'cash' },
    ...{ paidOn: '2025-10-15', parts: [] },
  })
  expect(mail?.text).not.toContain('Quittance')
  expect(mail?.text).not.toContain('Ce paiement règle')
  expect(mail?.text).toContain('5,00\u00A0€ restent en votre faveur')
})

it('a refused payment tells that nothing was taken, and of what [guide 31]', () => {
  const mail = mailOf({ kind: 'payment-refused', regieId: 'ENF', amount: 1500, parts })
  expect(mail?.subject).toBe('Votre paiement de 15,00\u00A0€ a été refusé')
  expect(mail?.text).toContain('Rien n’a été débité')
  expect(mail?.text).toContain('ENF202500000001')
})
