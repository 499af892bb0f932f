import { describe, expect, it } from 'vitest'
import { firstAmountOf, linesOf, type FormerBill } from '../../shared/billing/take-over-rules.ts'
import { townWith } from './arbitraries.ts'

const [regie] = townWith().catalogue.town.regies
if (regie === undefined) throw new Error('The town has a régie')

const FORMER = { regie, issuedOn: '2025-08-12', amount: 4500 } as const

const invoice = (more: Partial<NonNullable<FormerBill['invoice']>> = {}): FormerBill => ({
  ...FORMER,
  invoice: {
    number: '2025-0042',
    month: '2025-07',
    dueOn: '2025-09-12',
    label: 'Cantine de juillet',
    paid: 0,
    ...more,
  },
})

const ONCE = { kind: 'taken-over', days: '', quantity: 1, priceList: '' }
const WHY = 'Facture n° 2025-0042 du 12/08/2025, reprise du logiciel précédent.'

describe('what a family owed by the program before', () => {
  it('is one line of its month, at the account of the town', () => {
    const billed = { ...ONCE, month: '2025-07', label: 'Cantine de juillet', why: WHY }
    const [line, ...more] = linesOf(invoice())
    expect(line).toEqual({ ...billed, unitPrice: 4500, amount: 4500 })
    expect(line).not.toHaveProperty('account')
    expect(more).toEqual([])
    expect(linesOf(invoice({ account: '7067' }))).toEqual([
      { ...billed, unitPrice: 4500, amount: 4500, account: '7067' },
    ])
  })

  it('has a second line of what had been paid of it, which leaves what it came to readable', () => {
    const lines = linesOf(invoice({ paid: 1200, account: '7067' }))
    expect(lines).toMatchObject([
      { amount: 4500, why: WHY },
      {
        ...ONCE,
        ...{ month: '2025-07', label: 'Déjà réglé avant la reprise', why: '' },
        ...{ unitPrice: -1200, amount: -1200, account: '7067' },
      },
    ])
    expect(lines).toHaveLength(2)
    expect(firstAmountOf({ lines })).toBe(4500)
  })
})

it('what a family had to its credit is one line below zero, of the month of its day', () => {
  const lines = linesOf(FORMER)
  expect(lines).toEqual([
    {
      ...ONCE,
      ...{ month: '2025-08', label: 'Avoir repris', unitPrice: -4500, amount: -4500 },
      why: 'Solde en faveur de la famille au 12/08/2025, repris du logiciel précédent.',
    },
  ])
  expect(firstAmountOf({ lines })).toBe(-4500)
  expect(firstAmountOf({ lines: [] })).toBe(0)
})
