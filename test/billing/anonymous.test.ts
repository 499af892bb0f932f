import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anonymousBill, anonymousDrafts } from '../../shared/billing/anonymous-rules.ts'
import { creditNoteEntity, invoiceEntity } from '../../shared/billing/document-store.ts'
import { eraseFromRuns } from '../../shared/billing/erase-from-runs.ts'
import type { InvoiceLine } from '../../shared/billing/model.ts'
import { openDueRuns } from '../../shared/billing/open-due-runs.ts'
import { findDrafts, findPage, putPage } from '../../shared/billing/run-store.ts'
import { BILLING_DATA } from '../../shared/billing/personal-data.ts'
import type { Payment } from '../../shared/ledger/model.ts'
import { LEDGER_DATA } from '../../shared/ledger/personal-data.ts'
import { paymentEntity } from '../../shared/ledger/store.ts'
import type { Item } from '../../shared/platform/entity.ts'
import type { DataKind } from '../../shared/platform/personal-data.ts'
import { childIdSchema } from '../../shared/platform/schemas.ts'
import { creditNoteOf, invoiceOf, lineOf } from '../documents/fixture.ts'
import { cessonTown, DUPONT } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { billingQueues, ENF, hungryFamilies, OCTOBER } from './run-fixture.ts'

const { table } = await freshTable()

const anonymise = (kinds: readonly DataKind[], entity: string, item: Item): Item => {
  const erasure = kinds.find((kind) => kind.entity === entity)?.erasure
  if (erasure === undefined || erasure === 'delete') throw new Error(`${entity} is deleted`)
  return erasure.anonymise(item)
}

/** Names of people, of one or two words, such as no other word of a bill holds. */
const names = fc
  .array(fc.constantFrom('Zoé', 'Ynès', 'Anne-Élise', 'KERGUÉLEN', 'N’Guyen', 'Ly', 'Øystein'), {
    minLength: 1,
    maxLength: 2,
  })
  .map((parts) => parts.join(' '))

const childNumber = fc.integer({ min: 0, max: 2 })

/** A line that may name a child, also in its words. */
const lines = (children: readonly string[]): fc.Arbitrary<InvoiceLine> =>
  fc
    .record({
      child: childNumber,
      named: fc.boolean(),
      quantity: fc.integer({ min: -20, max: 20 }).filter((quantity) => quantity !== 0),
      unitPrice: fc.integer({ min: 0, max: 9999 }),
      days: fc.constantFrom('', '1 2 4'),
    })
    .map(({ child, named, quantity, unitPrice, days }) => {
      const name = children[child] ?? ''
      const about = { quantity, unitPrice, days, amount: quantity * unitPrice }
      const who = { childId: childIdSchema.parse(`id-of-${String(child)}`), child: name }
      return named
        ? lineOf({
            ...about,
            ...who,
            label: `Carnet de ${name}`,
            why: `Payé pour ${name} : 2,08 €.`,
          })
        : lineOf({ ...about, ...who })
    })

const bills = fc
  .record({ family: names, children: fc.array(names, { minLength: 3, maxLength: 3 }) })
  .chain(({ family, children }) =>
    fc.record({
      family: fc.constant(family),
      children: fc.constant(children),
      lines: fc.array(lines(children), { minLength: 1, maxLength: 6 }),
    }),
  )

const valuesIn = (value: unknown): unknown[] => {
  if (typeof value !== 'object' || value === null) return [value]
  return Object.values(value).flatMap(valuesIn)
}

/** All that the accountant needs of a line: everything but who it is about and its words. */
const countsOf = ({ child, childId, label, why, ...rest }: InvoiceLine) => ({
  ...rest,
  figures: [label, why].map((text) => text.match(/[\d,]+/g)),
  isOfChild: [child !== undefined, childId !== undefined],
})

it('leaves of a bill every number, day and account, and of the family nothing', () => {
  fc.assert(
    fc.property(bills, ({ family, children, lines: billed }) => {
      const payer = {
        name: family,
        address: { street: '7 chemin Zigzag', postcode: '77240', town: 'Cesson' },
        emails: ['zoe@famille.example'],
      }
      const invoice = { ...invoiceOf(billed), payer }
      const anonymous = anonymousBill(invoice)
      const { payer: nobody, lines: after, ...heads } = anonymous
      const { payer: somebody, lines: before, ...sameHeads } = invoice
      expect(somebody).toEqual(payer)
      expect(heads).toEqual(sameHeads)
      expect(after.map(countsOf)).toEqual(before.map(countsOf))
      const words = valuesIn([
        nobody,
        after.map(({ child, childId, label, why }) => [child, childId, label, why]),
      ])
      const text = words.join(' ').toLowerCase()
      const known = [family, ...children].flatMap((name) => name.match(/[\p{L}\p{M}]{2,}/gu) ?? [])
      for (const name of [...known, 'zigzag', 'zoe@', 'id-of-']) {
        expect(text.match(/[\p{L}\p{M}@-]+/gu) ?? []).not.toContain(name.toLowerCase())
      }
      // Children stay apart from each other.
      const apart = (list: readonly InvoiceLine[]): number =>
        new Set(list.map(({ childId }) => childId)).size
      expect(apart(after)).toBe(apart(before))
      expect(anonymousBill(anonymous)).toEqual(anonymous)
    }),
  )
})

it('seals an anonymous document anew, under its number', () => {
  const invoice = invoiceEntity.toItem(invoiceOf())
  const anonymous = anonymise(BILLING_DATA, 'Invoice', invoice)
  expect(invoiceEntity.fromItem(anonymous).number).toBe(invoiceOf().number)
  const { body, hash, ...heads } = invoice
  expect(anonymous).toMatchObject(heads)
  expect([anonymous['body'], anonymous['hash']]).not.toEqual([body, hash])
  expect(anonymise(BILLING_DATA, 'Invoice', anonymous)).toEqual(anonymous)
  const note = creditNoteEntity.toItem(creditNoteOf([lineOf({ quantity: -1 })]))
  expect(
    creditNoteEntity.fromItem(anonymise(BILLING_DATA, 'CreditNote', note)).payer.emails,
  ).toEqual([])
})

it('leaves of a payment its number, amount, day and means, and no word of who paid', () => {
  const payment: Payment = {
    ...{ familyId: DUPONT.familyId, regieId: ENF, number: 7, version: 2, state: 'cancelled' },
    ...{ amount: 2080, paidOn: '2025-11-05', means: 'cheque', invoices: [] },
    reference: 'CHQ 4711 Mme DUPONT',
    ...{ recordedBy: 'accountant', recordedAt: '2025-11-05T10:00:00.000Z' },
    idempotencyKey: 'cheque-of-dupont',
    cancellation: {
      ...{ kind: 'bounced', by: 'accountant', at: '2025-11-06T10:00:00.000Z' },
      reason: 'Impayé de DUPONT',
    },
  }
  const anonymous = anonymise(LEDGER_DATA, 'Payment', paymentEntity.toItem(payment))
  expect(JSON.stringify(anonymous)).not.toMatch(/dupont/i)
  const kept = paymentEntity.fromItem(anonymous)
  expect(kept).toMatchObject({ number: 7, amount: 2080, paidOn: '2025-11-05', reference: '4711' })
  expect(anonymise(LEDGER_DATA, 'Payment', anonymous)).toEqual(anonymous)
  const { reference, ...bare } = payment
  expect(reference).toBeDefined()
  expect(anonymise(LEDGER_DATA, 'Payment', paymentEntity.toItem(bare))['reference']).toBeUndefined()
})

it('takes one family out of the drafts and reports of a run, and leaves the others', async () => {
  const [first, second] = await hungryFamilies(table, 2)
  if (first === undefined || second === undefined) throw new Error('There are two families')
  const queues = billingQueues({ table, town: cessonTown })
  await openDueRuns({ table, town: cessonTown, send: queues.send }, OCTOBER)
  await queues.work('issue')
  const address = { month: '2025-09', regieId: ENF, revision: 1, page: 0 } as const
  const page = await findPage(table, address)
  const drafts = await findDrafts(table, address)
  if (page === undefined || drafts === undefined) throw new Error('The run has a page')
  const anomalies = [first, second].map((familyId) => ({
    familyId,
    familyName: 'DUPONT',
    detail: 'Aucun tarif pour Léo',
  }))
  await putPage(table, { ...page, anomalies, version: page.version + 1 })

  await eraseFromRuns(table, first)
  const [after, pageAfter] = [await findDrafts(table, address), await findPage(table, address)]
  const of = (familyId: string) => (each: { familyId: string }) => each.familyId === familyId
  const documents = after?.drafts.map(({ document }) => document) ?? []
  expect(JSON.stringify(documents.filter(of(first)))).not.toMatch(/DUPONT|Léo|leo|@/)
  expect(JSON.stringify(documents.filter(of(second)))).toMatch(/DUPONT.*Léo/)
  expect(documents.map(({ total }) => total)).toEqual(
    drafts.drafts.map(({ document }) => document.total),
  )
  expect(JSON.stringify(pageAfter?.anomalies.filter(of(first)))).not.toMatch(/DUPONT|Léo/)
  expect(pageAfter?.anomalies.filter(of(second))).toEqual(anomalies.filter(of(second)))
  expect(pageAfter?.tally).toEqual(page.tally)

  await eraseFromRuns(table, first)
  expect(await findDrafts(table, address)).toEqual(after)
  expect(await findPage(table, address)).toEqual(pageAfter)
  // What is anonymous is the same object: nothing is written for it.
  expect(after && anonymousDrafts(after, first)).toBe(after)
})
