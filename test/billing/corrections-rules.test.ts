import { describe, expect, it } from 'vitest'
import { correctionsOf } from '../../shared/billing/corrections-rules.ts'
import type { InvoiceLine } from '../../shared/billing/model.ts'
import { billFamily, type Account } from '../../shared/billing/rules.ts'
import {
  account,
  ENF,
  FAMILY,
  meals,
  MONTH,
  planning,
  priceList,
  RUN,
  SPO,
  townWith,
} from './arbitraries.ts'

const LATER = { month: '2026-01', regieId: ENF, issuedOn: '2026-02-01' } as const
const NUMBER = 'ENF202500000042'

const reviewOf = (regieId = ENF) => ({ familyId: FAMILY, regieId, month: MONTH, version: 1 })

const billed = (of: Account, town = townWith()): InvoiceLine[] => {
  const bill = billFamily(town, of, RUN, new Map())
  if (bill.kind !== 'draft') throw new Error(bill.kind)
  return bill.draft.document.lines.map((line) => ({ ...line, corrects: NUMBER }))
}

const corrected = (lines: readonly InvoiceLine[], of: Account, town = townWith()) =>
  billFamily(town, { ...of, reviews: [reviewOf()] }, LATER, new Map([[MONTH, lines]]))

const brief = (lines: readonly InvoiceLine[]) =>
  lines.map(({ quantity, unitPrice, days, corrects }) =>
    [quantity, unitPrice, days, corrects].join('|'),
  )

describe('a month that changed after it was billed', () => {
  it('gives back a day that is not due any more, by a credit note that names its invoice [guide 9]', () => {
    const before = billed(account([meals('aa')]))
    const bill = corrected(before, account([meals('aj')]))
    expect(bill).toMatchObject({
      kind: 'draft',
      draft: {
        kind: 'credit-note',
        document: { month: '2026-01', total: -300 },
        reviews: [reviewOf()],
        units: [],
      },
    })
    const lines = bill.kind === 'draft' ? bill.draft.document.lines : []
    expect(brief(lines)).toEqual([`-1|300|4|${NUMBER}`])
    expect(lines[0]).toMatchObject({ month: MONTH, amount: -300, childId: 'a' })
    expect(lines[0]?.why).toMatch(/^Régularisation de novembre 2025\. .*Tarifs 2025/)
  })

  it('bills a day that came to be due, with the month of the run', () => {
    const now = account([
      planning('a', 'MEALS', {
        MEAL: { '2025-11-03': 'aae', '2025-11-06': 'e', '2026-01-05': 'a' },
      }),
    ])
    const bill = corrected(billed(account([meals('aa')])), now)
    expect(bill.kind === 'draft' ? brief(bill.draft.document.lines) : []).toEqual([
      '1|300|5|',
      `1|300|6|${NUMBER}`,
    ])
  })

  it('takes all days back at the old price and bills them at the new one', () => {
    const raised = townWith([
      priceList({
        rules: [
          {
            id: 'M',
            name: 'Repas',
            activityId: 'MEALS',
            unitIds: ['MEAL'],
            parts: [{ formula: { kind: 'flat', price: 350 } }],
          },
        ],
      }),
    ])
    const of = account([meals('aa')])
    const bill = corrected(billed(of), of, raised)
    expect(bill.kind === 'draft' ? brief(bill.draft.document.lines) : []).toEqual([
      `-2|300|3 4|${NUMBER}`,
      `2|350|3 4|${NUMBER}`,
    ])
  })

  it('shows a day that moved, and an invoice of 0 € for it', () => {
    const bill = corrected(billed(account([meals('aa')])), account([meals('a..a')]))
    expect(bill).toMatchObject({
      kind: 'draft',
      draft: { kind: 'invoice', document: { total: 0 } },
    })
    expect(bill.kind === 'draft' ? brief(bill.draft.document.lines) : []).toEqual([
      `-1|300|4|${NUMBER}`,
      `1|300|6|${NUMBER}`,
    ])
  })

  it('is nothing to bill when it is as it was, and its review ends', () => {
    const of = account([meals('aa')])
    expect(corrected(billed(of), of)).toEqual({ kind: 'nothing', reviews: [reviewOf()] })
  })

  it('is billed whole when it never was, without an invoice to name', () => {
    const bill = corrected([], account([meals('aa')]))
    expect(bill.kind === 'draft' ? brief(bill.draft.document.lines) : []).toEqual(['2|300|3 4|'])
  })

  it('is a matter of its régie, and of a later month than itself', () => {
    const of = account([meals('aa')], {
      reviews: [reviewOf(SPO), { ...reviewOf(), month: '2026-01' }],
    })
    expect(billFamily(townWith(), of, LATER, new Map())).toEqual({ kind: 'nothing', reviews: [] })
  })

  it('withholds the bill where it has no price any more [guide 51]', () => {
    const of = account([meals('aa')])
    const bill = corrected(billed(of), of, townWith([priceList({ until: '2025-10-31' })]))
    expect(bill.kind === 'anomalies' ? bill.details : []).toHaveLength(1)
  })
})

describe('lines that are compared', () => {
  const [line] = billed(account([meals('aa')]))
  if (line === undefined) throw new Error('No line')

  it('are the same under another name or reason, and others at another account', () => {
    const renamed = { ...line, label: 'Déjeuner', activity: 'Cantine', child: 'Ana', why: 'Autre' }
    expect(correctionsOf([renamed], [line])).toEqual([])
    expect(correctionsOf([{ ...line, account: '7067' }], [line])).toHaveLength(2)
  })

  it('of one price for all days are the same on other days', () => {
    const pack = { ...line, kind: 'pack' as const, quantity: 1, amount: 300 }
    expect(correctionsOf([{ ...pack, days: '3 4 6' }], [pack])).toEqual([])
    const fee = { ...line, kind: 'fee' as const, quantity: 1, amount: 300, days: '3' }
    expect(correctionsOf([{ ...fee, days: '4' }], [fee])).toEqual([])
    expect(brief(correctionsOf([], [fee]))).toEqual([`-1|300||${NUMBER}`])
    expect(correctionsOf([{ ...fee, label: 'Autre' }], [fee])).toHaveLength(2)
  })

  it('are corrected under their first reason, however often', () => {
    const [back] = correctionsOf([], [line])
    if (back === undefined) throw new Error('No correction')
    const [again] = correctionsOf([line], [{ ...back, corrects: NUMBER }, line])
    expect(again?.why.match(/Régularisation/g)).toHaveLength(1)
  })
})
