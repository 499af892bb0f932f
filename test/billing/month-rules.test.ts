import { describe, expect, it } from 'vitest'
import type { Aid, InvoiceLine } from '../../shared/billing/model.ts'
import { billFamily, type Account } from '../../shared/billing/rules.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { addMonths, type IsoMonth } from '../../shared/kernel/dates.ts'
import {
  activityIdSchema,
  categoryIdSchema,
  childIdSchema,
  unitIdSchema,
} from '../../shared/platform/schemas.ts'
import {
  account,
  aid,
  child,
  dayCredit,
  fileOf,
  flat,
  meals,
  MONTH,
  planning,
  priceList,
  REFUSED,
  RUN,
  SPO,
  townWith,
  UNBILLED,
} from './arbitraries.ts'

const linesOf = (
  town: TownCatalogue,
  of: Account,
  month: IsoMonth = MONTH,
  regieId = RUN.regieId,
): readonly InvoiceLine[] => {
  const bill = billFamily(town, of, { ...RUN, month, regieId }, UNBILLED)
  if (bill.kind === 'anomalies') throw new Error(bill.details.join('\n'))
  return bill.kind === 'draft' ? bill.draft.document.lines : []
}

const brief = (lines: readonly InvoiceLine[]) =>
  lines.map(({ kind, child: name = '', quantity, unitPrice, days }) =>
    [kind, name, quantity, unitPrice, days].join('|'),
  )

const OCTOBER = addMonths(MONTH, -1)
const DECEMBER = addMonths(MONTH, 1)

const two = fileOf([child('a'), child('b')])

describe('a fee', () => {
  const fee = (more: object) => ({
    fees: [{ id: 'F', name: 'Adhésion', formula: { kind: 'flat', price: 1000 }, ...more }],
  })

  it('of the school year is billed once for each child, with the first day that is owed', () => {
    const town = townWith([priceList(fee({ per: 'child', every: 'school-year' }))])
    const a = planning('a', 'MEALS', {
      MEAL: { '2025-09-01': 'j', '2025-10-06': 'a', '2025-11-03': 'a' },
    })
    const of = account([a, meals('.a', 'b')], { file: two })
    expect(linesOf(town, of, '2025-09')).toEqual([])
    expect(brief(linesOf(town, of, OCTOBER))).toEqual(['unit|A|1|300|6', 'fee|A|1|1000|6'])
    expect(brief(linesOf(town, of))).toEqual(['unit|A|1|300|3', 'unit|B|1|300|4', 'fee|B|1|1000|4'])
  })

  it('of the family is billed once, of its scope and for whom it applies', () => {
    const town = townWith([
      priceList(
        fee({
          per: 'family',
          every: 'school-year',
          of: { activityId: 'CARE', unitIds: ['EVENING'] },
          when: { categories: ['OUT'] },
        }),
      ),
    ])
    const care = (id: string) =>
      planning(id, 'CARE', { MORNING: { '2025-11-03': 'a' }, EVENING: { '2025-11-04': 'aa.a' } })
    const out = fileOf([child('a'), child('b', { category: categoryIdSchema.parse('OUT') })])
    const lines = linesOf(town, account([care('a'), care('b'), meals('a')], { file: out }))
    expect(brief(lines.filter(({ kind }) => kind === 'fee'))).toEqual(['fee||1|1000|4'])
    expect(lines.find(({ kind }) => kind === 'fee')?.why).toContain('Une fois par année scolaire')
    expect(
      linesOf(town, account([care('a')], { file: two })).filter(({ kind }) => kind === 'fee'),
    ).toEqual([])
  })

  it('of school holidays is billed once for each of them, in the month in which they are first used', () => {
    const town = townWith([priceList(fee({ per: 'child', every: 'school-holiday' }))])
    // Toussaint is from 18 October to 2 November; Christmas from 20 December to 4 January.
    const days = planning('a', 'MEALS', {
      MEAL: { '2025-10-16': 'aa..aa', '2025-11-03': 'a', '2025-12-22': 'a', '2026-01-02': 'a' },
    })
    const fees = (month: IsoMonth) =>
      brief(linesOf(town, account([days]), month).filter(({ kind }) => kind === 'fee'))
    expect(fees(OCTOBER)).toEqual(['fee|A|1|1000|20'])
    expect(fees(MONTH)).toEqual([])
    expect(fees(DECEMBER)).toEqual(['fee|A|1|1000|22'])
    expect(fees('2026-01')).toEqual([])
  })

  it('stays the same fee in a later list, and is billed by the régie of its first day', () => {
    const of = fee({ per: 'child', every: 'school-year' })
    const town = townWith([
      priceList({ ...of, until: '2025-10-31' }),
      priceList({ ...of, id: 'L2', from: '2025-11-01' }),
    ])
    const sport = planning('a', 'SPORT', { HOUR: { '2025-10-01': 'a' } })
    const both = account([meals('a'), sport])
    expect(brief(linesOf(town, both))).toEqual(['unit|A|1|300|3'])
    expect(linesOf(town, both, OCTOBER)).toEqual([])
    expect(brief(linesOf(town, both, OCTOBER, SPO))).toEqual(['unit|A|1|400|1', 'fee|A|1|1000|1'])
  })

  it('withholds the bill where its price is not known [guide 51]', () => {
    const town = townWith([
      priceList(fee({ per: 'child', every: 'school-year', formula: REFUSED })),
    ])
    expect(billFamily(town, account([meals('a')]), RUN, UNBILLED)).toEqual({
      kind: 'anomalies',
      details: ['Aucun montant pour « Adhésion », A (le quotient familial n’est pas connu).'],
    })
  })
})

describe('a pack', () => {
  const pack = (more: object = {}) => ({
    packs: [
      {
        id: 'P',
        name: 'Forfait',
        of: { activityId: 'MEALS' },
        fromDays: 3,
        formula: { kind: 'flat', price: 800 },
        ...more,
      },
    ],
  })

  it('stands in the place of all days of its scope, from its number of days on', () => {
    const town = townWith([priceList(pack())])
    const care = planning('a', 'CARE', { EVENING: { '2025-11-03': 'a' } })
    expect(brief(linesOf(town, account([meals('aa.j'), care])))).toEqual([
      'unit|A|2|300|3 4',
      'unit|A|1|141|3',
    ])
    const lines = linesOf(town, account([meals('aa.ul'), care]))
    expect(brief(lines)).toEqual(['pack|A|1|800|3 4 6 7', 'unit|A|1|141|3'])
    expect(lines[0]?.why).toContain('4 jour(s) comptés')
  })

  it('is of one child, and for those to whom it applies', () => {
    const of = account([meals('aa', 'a'), meals('aa', 'b')], { file: two })
    expect(linesOf(townWith([priceList(pack())]), of)).toHaveLength(2)
    const outside = townWith([priceList(pack({ fromDays: 1, when: { categories: ['OUT'] } }))])
    expect(brief(linesOf(outside, of))).toEqual(['unit|A|2|300|3 4', 'unit|B|2|300|3 4'])
  })

  it('withholds the bill where its price is not known [guide 51]', () => {
    const formula = { kind: 'effort', by: 'income', percent: '1', unknown: 'refuse' }
    expect(
      billFamily(townWith([priceList(pack({ formula }))]), account([meals('aa.a')]), RUN, UNBILLED),
    ).toMatchObject({ kind: 'anomalies' })
  })
})

describe('days paid in advance', () => {
  it('are billed with their first month, and used up by the days that are due, the eldest first', () => {
    const days = planning('a', 'MEALS', { MEAL: { '2025-11-03': 'aj.a', '2025-12-01': 'aa' } })
    const of = account([days, meals('au', 'b')], {
      file: two,
      dayCredits: [dayCredit({ days: 4 })],
    })
    expect(brief(linesOf(townWith(), of))).toEqual([
      'day-credit|A|2|0|3 6',
      'day-credit|B|2|0|3 4',
      'day-credit||1|2500|',
    ])
    expect(brief(linesOf(townWith(), of, DECEMBER))).toEqual(['unit|A|2|300|1 2'])
  })

  it('are good for their child, unit and time only; those that began first go first', () => {
    const care = planning('a', 'CARE', { EVENING: { '2025-11-03': 'a' } })
    const credits = [
      dayCredit({ creditId: 'late', days: 1, from: '2025-11-02', price: 1 }),
      dayCredit({ creditId: 'early', days: 1, price: 2, name: 'Premier' }),
      dayCredit({ creditId: 'other', childId: childIdSchema.parse('b'), price: 3 }),
      dayCredit({ creditId: 'over', from: '2025-09-01', until: '2025-11-02' }),
      dayCredit({ creditId: 'snack', unitIds: [unitIdSchema.parse('SNACK')], price: 4 }),
    ]
    const lines = linesOf(
      townWith(),
      account([meals('aa.a'), care], { dayCredits: credits, file: two }),
    )
    expect(brief(lines.filter(({ unitPrice }) => unitPrice > 4 || unitPrice === 0))).toEqual([
      'unit|A|1|300|6',
      'day-credit|A|1|0|3',
      'day-credit|A|1|0|4',
      'unit|A|1|141|3',
    ])
    expect(lines.find(({ days, kind }) => kind === 'day-credit' && days === '3')?.why).toContain(
      '« Premier »',
    )
  })
})

describe('an aid', () => {
  const aided = (of: readonly Aid[], plannings = [meals('aa.a')], month = MONTH, file = fileOf()) =>
    brief(
      linesOf(townWith(), account(plannings, { aids: of, file }), month).filter(
        ({ kind }) => kind === 'aid',
      ),
    )

  it('pays so much of each day, never more than its price, nothing of unjustified absences', () => {
    expect(aided([aid()])).toEqual(['aid|A|3|-100|3 4 6'])
    expect(aided([aid()], [meals('au.j')])).toEqual(['aid|A|1|-100|3'])
    expect(aided([aid({ perDay: { kind: 'amount', amount: 999 } })])).toEqual([
      'aid|A|3|-300|3 4 6',
    ])
    expect(aided([aid({ perDay: { kind: 'percent', percent: '33.5' } })])).toEqual([
      'aid|A|3|-101|3 4 6',
    ])
  })

  it('ends with its ceilings of amount and days, counted from its beginning on', () => {
    expect(aided([aid({ mostAmount: 250 })])).toEqual(['aid|A|2|-100|3 4', 'aid|A|1|-50|6'])
    expect(aided([aid({ mostDays: 2 })])).toEqual(['aid|A|2|-100|3 4'])
    const since = planning('a', 'MEALS', { MEAL: { '2025-10-06': 'a', '2025-11-03': 'aa' } })
    const older = (more: Partial<Aid>) => [aid({ from: '2025-10-01', ...more })]
    expect(aided(older({ mostDays: 2 }), [since])).toEqual(['aid|A|1|-100|3'])
    expect(aided(older({ mostAmount: 150 }), [since])).toEqual(['aid|A|1|-50|3'])
  })

  it('is for its days, child and activities; a day of two activities is one day', () => {
    expect(aided([aid({ from: '2025-11-04', until: '2025-11-05' })])).toEqual(['aid|A|1|-100|4'])
    const b = aid({ childId: childIdSchema.parse('b') })
    expect(aided([b], [meals('a', 'a'), meals('a', 'b')], MONTH, two)).toEqual(['aid|B|1|-100|3'])
    const care = planning('a', 'CARE', { MORNING: { '2025-11-03': 'aa' } })
    const both = aid({
      activityIds: ['MEALS', 'CARE'].map((id) => activityIdSchema.parse(id)),
      perDay: { kind: 'amount', amount: 350 },
      mostDays: 1,
    })
    expect(aided([both], [meals('aa'), care])).toEqual(['aid|A|1|-300|3', 'aid|A|1|-50|3'])
  })

  it('leaves to the next what is left of the price', () => {
    const caf = aid({
      aidId: 'caf',
      payer: 'CAF',
      from: '2025-11-02',
      perDay: { kind: 'amount', amount: 250 },
    })
    expect(aided([caf, aid()], [meals('a')])).toEqual(['aid|A|1|-200|3', 'aid|A|1|-100|3'])
  })

  it('pays a pack by the days that it is for, to the cent', () => {
    const packs = [{ id: 'P', name: 'Forfait', fromDays: 1, formula: { kind: 'flat', price: 200 } }]
    const of = account([meals('aa.a')], { aids: [aid({ until: '2025-11-05' })] })
    expect(brief(linesOf(townWith([priceList({ packs })]), of))).toEqual([
      'pack|A|1|200|3 4 6',
      'aid|A|1|-66|3',
      'aid|A|1|-67|4',
    ])
  })
})

describe('grants at the ends of months', () => {
  const ends = planning('a', 'MEALS', { MEAL: { '2025-09-29': 'aa', '2025-12-01': 'aa' } })
  const ofKind = (kind: string, of: Account, month: IsoMonth) =>
    brief(linesOf(townWith(), of, month).filter((line) => line.kind === kind))

  it('count on the last day of a month and on the first', () => {
    const aids = [aid({ from: '2025-09-30', until: '2025-12-01' })]
    expect(ofKind('aid', account([ends], { aids }), '2025-09')).toEqual(['aid|A|1|-100|30'])
    expect(ofKind('aid', account([ends], { aids }), DECEMBER)).toEqual(['aid|A|1|-100|1'])
    const dayCredits = [dayCredit({ from: '2025-09-30', until: '2025-12-01' })]
    const of = account([ends], { dayCredits })
    expect(ofKind('day-credit', of, '2025-09')).toEqual([
      'day-credit|A|1|0|30',
      'day-credit||1|2500|',
    ])
    expect(ofKind('day-credit', of, DECEMBER)).toEqual(['day-credit|A|1|0|1'])
  })

  it('that are over have used up what others would else have paid', () => {
    const days = planning('a', 'MEALS', { MEAL: { '2025-10-06': 'aa', '2025-11-03': 'aa' } })
    const dayCredits = [
      dayCredit({ creditId: 'over', days: 2, from: '2025-09-01', until: '2025-10-31' }),
      dayCredit({ creditId: 'next', days: 2, from: '2025-10-01' }),
    ]
    expect(ofKind('day-credit', account([days], { dayCredits }), MONTH)).toEqual([
      'day-credit|A|2|0|3 4',
    ])
    const aids = [
      aid({
        ...{ aidId: 'over', from: '2025-10-01', until: '2025-10-31' },
        perDay: { kind: 'amount', amount: 300 },
      }),
      aid({ from: '2025-10-02', mostDays: 2 }),
    ]
    expect(ofKind('aid', account([days], { aids }), MONTH)).toEqual(['aid|A|2|-100|3 4'])
  })

  it('withhold the bill where a day that they may have paid has no price [guide 51]', () => {
    const town = townWith([priceList({ from: '2025-11-01' })])
    const days = planning('a', 'MEALS', { MEAL: { '2025-10-06': 'a', '2025-11-03': 'a' } })
    const aids = [aid({ from: '2025-10-01', mostDays: 2 })]
    expect(billFamily(town, account([days]), RUN, UNBILLED).kind).toBe('draft')
    expect(billFamily(town, account([days], { aids }), RUN, UNBILLED)).toMatchObject({
      kind: 'anomalies',
      details: [expect.stringContaining('le 06/10/2025')],
    })
  })
})

describe('a monthly minimum', () => {
  const town = (per: string) =>
    townWith([priceList({ minimum: { name: 'Minimum', per, amount: 1000 } })])

  it('is reached by a line of its own, for each child or for the family', () => {
    const of = account([meals('aaaaa', 'a'), meals('a', 'b')], { file: two })
    expect(brief(linesOf(town('child'), of))).toEqual([
      'unit|A|4|300|3 4 6 7',
      'unit|B|1|300|3',
      'minimum|B|1|700|',
    ])
    expect(brief(linesOf(town('family'), of))).toHaveLength(2)
    expect(brief(linesOf(town('family'), account([meals('a')])))).toEqual([
      'unit|A|1|300|3',
      'minimum||1|700|',
    ])
  })

  it('is not due for a month without anything, nor for days paid in advance', () => {
    expect(linesOf(town('family'), account([meals('jn')]))).toEqual([])
    const of = account([meals('a')], { dayCredits: [dayCredit({ from: '2025-10-01' })] })
    expect(brief(linesOf(town('family'), of))).toEqual(['day-credit|A|1|0|3'])
  })

  it('is that of the last list of the service that counts', () => {
    const later = townWith([
      priceList({ until: '2025-11-03', minimum: { name: 'Alt', per: 'family', amount: 5000 } }),
      priceList({
        id: 'L2',
        name: 'Neu',
        from: '2025-11-04',
        minimum: { name: 'Minimum', per: 'family', amount: 900 },
        rules: [flat('MEALS', ['MEAL'], 310)],
      }),
    ])
    expect(brief(linesOf(later, account([meals('aa')]))).at(-1)).toBe('minimum||1|290|')
  })
})
