import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { carriedSchema, type InvoiceLine } from '../../shared/billing/model.ts'
import { childSchema } from '../../shared/families/model.ts'
import { sum } from '../../shared/kernel/money.ts'
import {
  handOverSchema,
  paymentSchema,
  refundSchema,
  type Payment,
} from '../../shared/ledger/model.ts'
import { statementLetter } from '../../shared/ledger/print-statement.ts'
import { statementOf, type StatementSources } from '../../shared/ledger/statement-rules.ts'
import { activityIdSchema, childIdSchema, guardianIdSchema } from '../../shared/platform/schemas.ts'
import { creditNoteOf, invoiceOf, lineOf, regie, town } from './fixture.ts'

const child = (childId: string, firstName: string, birthDate: string) =>
  childSchema.parse({
    familyId: '1001',
    childId,
    firstName,
    lastName: 'DUPONT',
    birthDate,
    schoolId: 'ECOLE',
    category: 'ENFANT',
  })

/** Léo was under six on 1 January 2025 by a day, Lucas is five; Zoé turned six on that very day. */
const children = [
  child('leo', 'Léo', '2019-01-02'),
  child('lucas', 'Lucas', '2020-03-04'),
  child('zoe', 'Zoé', '2019-01-01'),
]

const ACCUEIL = activityIdSchema.parse('ACCUEIL')
const childCare = [{ activityId: ACCUEIL }]

const evening = (about: Partial<InvoiceLine> = {}): InvoiceLine =>
  lineOf({ activityId: ACCUEIL, activity: 'Accueil', label: 'Accueil du soir', ...about })

const of = (childId: string): Partial<InvoiceLine> => ({ childId: childIdSchema.parse(childId) })

const invoice = (number: string, issuedOn: '2024-12-02' | '2025-02-03', lines: InvoiceLine[]) => ({
  ...invoiceOf(lines),
  number,
  issuedOn,
  dueOn: issuedOn,
})

const payment = (number: number, paidOn: string, amount: number, state = 'validated'): Payment =>
  paymentSchema.parse({
    familyId: '1001',
    regieId: regie.id,
    number,
    version: 1,
    state,
    amount,
    paidOn,
    means: 'cheque',
    invoices: [],
    recordedBy: 'accountant',
    recordedAt: `${paidOn}T10:00:00.000Z`,
    idempotencyKey: `key-${number}`,
  })

const sources = (
  ledger: Partial<StatementSources['ledger']>,
  about: Partial<StatementSources> = {},
): StatementSources => ({
  ledger: { invoices: [], creditNotes: [], payments: [], refunds: [], handOvers: [], ...ledger },
  carried: [],
  children,
  childCare,
  ...about,
})

const amounts = (year: string, some: StatementSources) =>
  Object.fromEntries(
    statementOf(year, some).children.map(({ firstName, amount }) => [firstName, amount]),
  )

describe('a yearly statement', () => {
  it('counts what was paid in the year, whenever it was invoiced', () => {
    const some = sources({
      invoices: [invoice('ENF202400000001', '2024-12-02', [evening({ unitPrice: 1000 })])],
      payments: [payment(1, '2024-12-20', 300), payment(2, '2025-01-08', 700)],
    })
    expect(amounts('2024', some)).toEqual({ Léo: 300 })
    expect(amounts('2025', some)).toEqual({ Léo: 700 })
    expect(amounts('2026', some)).toEqual({})
  })

  it('counts care only: no meal, no surcharge, no child of six on 1 January', () => {
    const lines = [
      evening({ unitPrice: 1000 }),
      evening({ unitPrice: 169, kind: 'supplement' }),
      lineOf({ unitPrice: 400 }),
      evening({ ...of('lucas'), unitPrice: 500 }),
      evening({ ...of('zoe'), unitPrice: 800 }),
    ]
    const paid = payment(1, '2025-03-01', sum(lines.map(({ amount }) => amount)))
    const some = sources({
      invoices: [invoice('ENF202500000001', '2025-02-03', lines)],
      payments: [paid],
    })
    expect(amounts('2025', some)).toEqual({ Léo: 1000, Lucas: 500 })
  })

  it('counts the parts of a price that are booked to care, and deducts aids from them alike', () => {
    const lines = [
      evening({ unitPrice: 300, label: 'Journée – animation', account: '7066' }),
      evening({ unitPrice: 100, label: 'Journée – repas', account: '7067' }),
      evening({ unitPrice: -200, kind: 'aid', account: undefined }),
    ]
    const some = sources(
      {
        invoices: [invoice('ENF202500000001', '2025-02-03', lines)],
        payments: [payment(1, '2025-03-01', 200)],
      },
      { childCare: [{ activityId: ACCUEIL, accounts: ['7066'] }] },
    )
    expect(amounts('2025', some)).toEqual({ Léo: 150 })
  })

  it('counts no payment that awaits validation or was cancelled', () => {
    const some = sources({
      invoices: [invoice('ENF202500000001', '2025-02-03', [evening({ unitPrice: 1000 })])],
      payments: [
        payment(1, '2025-03-01', 400, 'awaiting'),
        payment(2, '2025-03-02', 500, 'cancelled'),
      ],
    })
    expect(statementOf('2025', some)).toEqual({ year: '2025', children: [], total: 0 })
  })

  it('takes back what bounced or was given back, whenever that was', () => {
    const invoices = [invoice('ENF202400000001', '2024-12-02', [evening({ unitPrice: 1000 })])]
    const paid = payment(1, '2024-12-20', 1600)
    expect(amounts('2024', sources({ invoices, payments: [paid] }))).toEqual({ Léo: 1000 })
    const bounced: Payment = {
      ...paid,
      state: 'cancelled',
      cancellation: {
        ...{ kind: 'bounced', by: 'a', reason: 'Impayé' },
        at: '2025-01-10T08:00:00.000Z',
      },
    }
    expect(amounts('2024', sources({ invoices, payments: [bounced] }))).toEqual({})
    // The credit of 6 € and half of the rest.
    const refund = (amount: number) =>
      refundSchema.parse({
        ...{ familyId: '1001', regieId: regie.id, number: 1, amount, means: 'transfer' },
        ...{ refundedOn: '2025-02-01', reason: 'Double paiement', recordedBy: 'accountant' },
        recordedAt: '2025-02-01T08:00:00.000Z',
        idempotencyKey: `refund-${amount}`,
        of: [{ from: 'payment', number: '1', amount }],
      })
    const given = (amount: number) =>
      amounts('2024', sources({ invoices, payments: [paid], refunds: [refund(amount)] }))
    expect(given(600)).toEqual({ Léo: 1000 })
    expect(given(1100)).toEqual({ Léo: 500 })
  })

  it('counts nothing of what the Treasury collects and nobody paid here [guide 30]', () => {
    const [first, second] = [
      invoice('ENF202400000001', '2024-12-02', [evening({ unitPrice: 1000 })]),
      invoice('ENF202500000001', '2025-02-03', [evening({ unitPrice: 500 })]),
    ]
    const handOver = handOverSchema.parse({
      ...{ familyId: '1001', regieId: regie.id, invoice: first.number, transfer: 1, amount: 1000 },
      handedOverOn: '2025-03-01',
    })
    const some = sources({
      invoices: [first, second],
      payments: [payment(1, '2025-03-10', 500)],
      handOvers: [handOver],
    })
    expect(amounts('2025', some)).toEqual({ Léo: 500 })
  })

  it('is of the one household that paid: each of two has its own', () => {
    const invoices = [invoice('ENF202500000001', '2025-02-03', [evening({ unitPrice: 1000 })])]
    const mother = sources({ invoices, payments: [payment(1, '2025-02-10', 1000)] })
    const father = sources({ invoices, payments: [payment(2, '2025-02-10', 250)] })
    expect(amounts('2025', mother)).toEqual({ Léo: 1000 })
    expect(amounts('2025', father)).toEqual({ Léo: 250 })
  })

  it('takes back what a credit note corrects, and sees through what was carried over', () => {
    const credit = creditNoteOf([
      evening({ quantity: -1, unitPrice: 300, corrects: 'ENF202400000001' }),
    ])
    const carried = carriedSchema.parse({
      ...invoiceOf([evening({ unitPrice: 250 })]),
      month: '2024-11',
    })
    const lines = [
      evening({ unitPrice: 1000 }),
      {
        kind: 'carried' as const,
        month: carried.month,
        label: 'Report',
        days: '',
        quantity: 1,
        unitPrice: 250,
        amount: 250,
        priceList: '',
        why: '',
      },
    ]
    const some = sources(
      {
        invoices: [invoice('ENF202500000001', '2025-02-03', lines)],
        creditNotes: [{ ...credit, issuedOn: '2025-01-02' }],
        payments: [payment(1, '2025-03-01', 950)],
      },
      { carried: [carried] },
    )
    // What was paid: 9.50 € of money, all of it for care.
    expect(amounts('2025', some)).toEqual({ Léo: 950 })
  })

  it('comes to the whole over the years, to the cent, however it was paid', () => {
    const cents = fc.integer({ min: 1, max: 5000 })
    const parts = fc.array(fc.record({ amount: cents, year: fc.integer({ min: 2024, max: 2028 }) }))
    fc.assert(
      fc.property(cents, cents, parts, (care, meals, paid) => {
        const rest = care + meals
        const payments = paid.map(({ amount, year }, index) =>
          payment(index + 1, `${year}-12-15`, amount),
        )
        const lines = [evening({ unitPrice: care }), lineOf({ unitPrice: meals })]
        const some = sources({
          invoices: [invoice('ENF202400000001', '2024-12-02', lines)],
          payments: [...payments, payment(99, '2028-12-31', rest)],
        })
        const young = { ...some, children: [child('leo', 'Léo', '2024-01-01')] }
        const years = ['2024', '2025', '2026', '2027', '2028']
        expect(sum(years.map((year) => statementOf(year, young).total))).toBe(care)
      }),
    )
  })
})

it('says who was paid by whom for which child', () => {
  const family = {
    familyId: invoiceOf().familyId,
    name: 'DUPONT',
    address: invoiceOf().payer.address,
  }
  const guardian = {
    familyId: family.familyId,
    guardianId: guardianIdSchema.parse('g1'),
    title: 'Mme' as const,
    firstName: 'Anne',
    lastName: 'DUPONT',
    email: 'anne@famille.example',
  }
  const some = sources({
    invoices: [invoice('ENF202500000001', '2025-02-03', [evening({ unitPrice: 1000 })])],
    payments: [payment(1, '2025-03-01', 1000)],
  })
  const about = { family, guardians: [guardian], issuedOn: '2026-02-02' as const }
  const letter = statementLetter(town, statementOf('2025', some), about)
  expect(letter.title).toBe('Attestation de frais de garde 2025')
  expect(letter.issuer.lines).toContain('SIRET 217 700 673 00018')
  expect(letter.addressee[0]).toBe('Famille DUPONT')
  const all = JSON.stringify(letter.blocks)
  for (const text of [
    'Mme Anne DUPONT',
    'Léo DUPONT',
    '02/01/2019',
    '10,00\u00A0€',
    '02/02/2026',
  ]) {
    expect(all).toContain(text)
  }
  const none = statementLetter(town, statementOf('2020', some), about)
  expect(JSON.stringify(none.blocks)).toContain('Aucune somme n’a été payée en 2020')
})
