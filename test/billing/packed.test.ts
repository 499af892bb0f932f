import { describe, expect, it } from 'vitest'
import { listDocuments, findCreditNote, findInvoice } from '../../shared/billing/find-invoice.ts'
import { creditNoteIn, invoiceIn } from '../../shared/billing/image.ts'
import {
  creditNoteSchema,
  invoiceSchema,
  type Invoice,
  type InvoiceLine,
} from '../../shared/billing/model.ts'
import { creditNoteNumber, invoiceNumber } from '../../shared/billing/numbers.ts'
import { documentItem } from '../../shared/billing/document-store.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import { DUPONT } from '../support/cesson.ts'
import { streamedTable } from '../support/engine.ts'
import { measure, UNITS_ARE_EXACT } from '../support/meter.ts'

const { table, documents, newRecords } = await streamedTable()

const line = (child: string, unit: string, days: string, unitPrice: number): InvoiceLine => {
  const quantity = days.split(' ').length
  return invoiceSchema.shape.lines.element.parse({
    kind: 'unit',
    month: '2025-09',
    childId: child.slice(0, 1).toLowerCase(),
    child,
    activityId: 'RESTAURATION',
    activity: 'Restauration Scolaire',
    unitIds: [unit.slice(0, 3).toUpperCase()],
    label: unit,
    days,
    quantity,
    unitPrice,
    amount: quantity * unitPrice,
    account: '7067',
    priceList: 'Tarifs 2024',
    why: `Tarifs 2024 · ${unit}, tranche de quotient de 900,01 à 1 200 · quotient 1 034,50 du 01/01/2025 · catégorie Enfant · ${(unitPrice / 100).toFixed(2).replace('.', ',')} €`,
  })
}

/** The invoice of a family with two children and eight lines. */
const eightLines = (number = 'ENF202500000042'): Invoice => {
  const lines = ['Eléonore', 'Jean-Baptiste'].flatMap((child) => [
    line(child, 'Repas', '1 2 4 5 8 9 11 12 15 16 18 19 22 23 25 26 29 30', 411),
    line(child, 'Acc Matin', '1 4 8 11 15 18 22 25 29', 97),
    line(child, 'Acc Soir', '2 5 9 12 16 19 23 26 30', 213),
    line(child, 'Journée', '3 10 17 24', 1248),
  ])
  return invoiceSchema.parse({
    number,
    dueOn: '2025-10-31',
    familyId: DUPONT.familyId,
    regieId: 'ENF',
    regie: 'Régie Enfance',
    month: '2025-09',
    issuedOn: '2025-10-01',
    payer: {
      name: 'DUPONT-MARTIN',
      address: { street: '125 avenue du Général de Gaulle', postcode: '77240', town: 'Cesson' },
      emails: ['eleonore.dupont@famille.example', 'jean.martin@famille.example'],
    },
    lines,
    total: lines.reduce((total, { amount }) => total + amount, 0),
  })
}

describe('a document in the table', () => {
  it('takes one write unit with two children and eight lines, and comes back as it was', async () => {
    const invoice = eightLines()
    const item = documentItem({ kind: 'invoice', document: invoice })
    const { cost } = await measure([documents], () => table.put(item, { kind: 'absent' }))
    if (UNITS_ARE_EXACT) expect(cost.tableWrites).toBe(1)
    expect(await listDocuments(table, DUPONT.familyId)).toEqual([
      { kind: 'invoice', document: invoice },
    ])
    expect(await findInvoice(table, DUPONT.familyId, invoice.number)).toEqual(invoice)
    expect(await findInvoice(table, DUPONT.familyId, 'ENF202500000043')).toBeUndefined()
    expect(await findCreditNote(table, DUPONT.familyId, 'nothing')).toBeUndefined()
  })

  it('is read from an image of the stream as well', async () => {
    await newRecords()
    const credit = creditNoteSchema.parse({ ...eightLines(), number: 'AV-ENF202500000001' })
    const invoice = eightLines('ENF202500000077')
    await table.put(documentItem({ kind: 'credit-note', document: credit }))
    await table.put(documentItem({ kind: 'invoice', document: invoice }))
    const seen: unknown[] = []
    await streamHandler(({ after = {} }) => {
      seen.push([invoiceIn(after), creditNoteIn(after)])
      return Promise.resolve()
    })({ Records: await newRecords() })
    expect(seen).toEqual([
      [undefined, credit],
      [invoice, undefined],
    ])
    expect(await findCreditNote(table, DUPONT.familyId, credit.number)).toEqual(credit)
  })

  it('is refused when a byte of it is not what was issued', () => {
    const item = documentItem({ kind: 'invoice', document: eightLines() })
    const body = item['body']
    if (!(body instanceof Uint8Array)) throw new Error('No body')
    expect(invoiceIn(item)).toEqual(eightLines())
    const forged = Uint8Array.from(body, (byte, index) => (index === 100 ? byte ^ 1 : byte))
    expect(() => invoiceIn({ ...item, body: forged })).toThrow('not what was issued')
  })
})

it.each([
  ['EN', 'EN202500000007'],
  ['ENF', 'ENF202500000007'],
  ['ENFA', 'ENFA20250000007'],
])('numbers the invoices of régie %s in 15 characters at most: %s', (regie, number) => {
  const series = { regieId: regieIdSchema.parse(regie), issuedOn: '2025-12-31' as const }
  expect(invoiceNumber(series, 7)).toBe(number)
  expect(creditNoteNumber(series, 7)).toBe(`AV-${number}`)
  expect(number.length).toBeLessThanOrEqual(15)
})
