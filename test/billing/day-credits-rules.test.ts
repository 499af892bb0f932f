import { describe, expect, it } from 'vitest'
import { soldCredits, useCredits } from '../../shared/billing/day-credits-rules.ts'
import { daysOf } from '../../shared/billing/day-set-rules.ts'
import type { Item } from '../../shared/billing/item-rules.ts'
import type { DayCredit } from '../../shared/billing/model.ts'
import { activityIdSchema } from '../../shared/platform/schemas.ts'
import { dayCredit, MONTH } from './arbitraries.ts'
import { activityOf, childOf, householdIn, itemIn, setOfDays, unitIds } from './items.ts'

const household = householdIn()
const item = (more: Partial<Item> = {}) => itemIn(household, more)
const B = childOf(household, 'b')
const CARE = { activity: activityOf(household, 'CARE'), unitIds: unitIds('MORNING') }
const care = (...units: readonly string[]) => ({
  activityId: activityIdSchema.parse('CARE'),
  unitIds: unitIds(...units),
})

const use = (
  items: readonly Item[],
  credits: readonly DayCredit[],
  used: Readonly<Record<string, number>> = {},
) => useCredits(household, items, MONTH, { credits, used: new Map(Object.entries(used)) })

const brief = ({ items }: Pick<ReturnType<typeof use>, 'items'>) =>
  items.map(({ kind, child, unitPrice, days }) =>
    [kind, child?.firstName, unitPrice, daysOf(days).join(' ')].join('|'),
  )

const usedOf = ({ used }: ReturnType<typeof use>) => Object.fromEntries(used)

describe('days paid in advance', () => {
  it('stay on the bill at 0 with their reason, apart from those that are due', () => {
    const days = item({ days: setOfDays(3, 4, 6), account: '7067' })
    const { items, used } = use([days], [dayCredit({ days: 2 })])
    expect(items).toEqual([
      { ...days, days: setOfDays(6) },
      {
        ...days,
        kind: 'day-credit',
        unitPrice: 0,
        why: 'Jours payés d’avance : « Carnet de repas » du 01/11/2025.',
        days: setOfDays(3, 4),
      },
    ])
    expect(Object.fromEntries(used)).toEqual({ carnet: 2 })
  })

  it('are those that are left after the months before', () => {
    const before = new Map([['carnet', 9]])
    const credits = [dayCredit(), dayCredit({ creditId: 'next', days: 1, from: '2025-11-02' })]
    const { items, used } = useCredits(household, [item({ days: setOfDays(3, 4, 6) })], MONTH, {
      credits,
      used: before,
    })
    expect(brief({ items })).toEqual(['unit|A|300|6', 'day-credit|A|0|3', 'day-credit|A|0|4'])
    expect(Object.fromEntries(used)).toEqual({ carnet: 10, next: 1 })
    // What had been used before the month is still what it was.
    expect(Object.fromEntries(before)).toEqual({ carnet: 9 })
    expect(brief(use([item()], [dayCredit()], { carnet: 10 }))).toEqual(['unit|A|300|3'])
    expect(usedOf(use([], [], { carnet: 3 }))).toEqual({ carnet: 3 })
    expect(use([item()], [], {}).items).toEqual([item()])
  })

  it('pay all of a child’s units of a day as one day', () => {
    const units = [item(CARE), item({ ...CARE, unitIds: unitIds('EVENING'), unitPrice: 141 })]
    const paid = use(units, [dayCredit({ ...care('MORNING', 'EVENING'), days: 1 })])
    expect(brief(paid)).toEqual(['day-credit|A|0|3', 'day-credit|A|0|3'])
    expect(usedOf(paid)).toEqual({ carnet: 1 })
  })

  it('go to the eldest child first, day by day', () => {
    const both = [item({ child: B, days: setOfDays(3, 4) }), item({ days: setOfDays(3, 4) })]
    expect(brief(use(both, [dayCredit({ days: 1 })]))).toEqual([
      'unit|B|300|3 4',
      'unit|A|300|4',
      'day-credit|A|0|3',
    ])
    expect(brief(use(both, [dayCredit({ days: 3 })]))).toEqual([
      'unit|B|300|4',
      'day-credit|B|0|3',
      'day-credit|A|0|3 4',
    ])
  })

  it('pay nothing that they are not good for, and are not used up by it', () => {
    const others: Partial<Item>[] = [
      { kind: 'supplement' },
      { kind: 'fee' },
      { child: undefined },
      { activity: undefined },
      { activity: CARE.activity },
      { occasion: 'excused' },
      { unitIds: unitIds('MEAL', 'SNACK') },
      { unitIds: unitIds('SNACK') },
    ]
    for (const other of others) {
      const paid = use([item(other)], [dayCredit()])
      expect(paid.items).toEqual([item(other)])
      expect(usedOf(paid)).toEqual({})
    }
    for (const occasion of ['late', 'unbooked', 'absent'] as const) {
      expect(brief(use([item({ occasion })], [dayCredit()]))).toEqual(['day-credit|A|0|3'])
    }
    const together = item({ ...CARE, unitIds: unitIds('MORNING', 'EVENING') })
    expect(brief(use([together], [dayCredit(care('MORNING'))]))).toEqual(['unit|A|300|3'])
  })

  it('are those of their child, or of any', () => {
    const both = [item(), item({ child: B })]
    expect(brief(use(both, [dayCredit({ childId: B.childId })]))).toEqual([
      'unit|A|300|3',
      'day-credit|B|0|3',
    ])
    expect(brief(use(both, [dayCredit()]))).toEqual(['day-credit|A|0|3', 'day-credit|B|0|3'])
  })

  it('are good from their first day to their last, both included', () => {
    const days = item({ days: setOfDays(3, 4, 6, 7) })
    expect(brief(use([days], [dayCredit({ from: '2025-11-04', until: '2025-11-06' })]))).toEqual([
      'unit|A|300|3 7',
      'day-credit|A|0|4 6',
    ])
    expect(brief(use([days], [dayCredit({ until: '2025-10-31', from: '2025-09-01' })]))).toEqual([
      'unit|A|300|3 4 6 7',
    ])
  })

  it('are used up in the order of their first days, then of their ids; no day twice', () => {
    const days = [item({ days: setOfDays(3, 4, 6) })]
    const [late, early] = [
      dayCredit({ creditId: 'a', from: '2025-11-02' }),
      dayCredit({ creditId: 'b', days: 2 }),
    ]
    for (const credits of [
      [late, early],
      [early, late],
    ]) {
      expect(usedOf(use(days, credits))).toEqual({ b: 2, a: 1 })
    }
    const [first, second, third] = ['a', 'b', 'c'].map((creditId) =>
      dayCredit({ creditId, days: 1 }),
    )
    if (first === undefined || second === undefined || third === undefined) throw new Error('None')
    for (const credits of [
      [second, first, third],
      [third, second, first],
      [first, third, second],
    ]) {
      const paid = use([item({ days: setOfDays(3, 4) })], credits)
      expect(usedOf(paid)).toEqual({ a: 1, b: 1 })
    }
  })

  it('of several credits each say which one paid them', () => {
    const credits = [
      dayCredit({ creditId: 'a', name: 'Premier', days: 1 }),
      dayCredit({ creditId: 'b', name: 'Second', days: 2 }),
    ]
    const { items } = use([item({ days: setOfDays(3, 4, 6) })], credits)
    expect(items.map(({ why, days }) => [why.includes('« Premier »'), daysOf(days)])).toEqual([
      [true, [3]],
      [false, [4, 6]],
    ])
  })
})

describe('a credit that is sold', () => {
  const sold = (...credits: readonly DayCredit[]) => soldCredits(household, credits, MONTH)

  it('is one item of the month in which it begins, with its price and its reason', () => {
    expect(sold(dayCredit({ account: '7067', price: 2550 }))).toEqual([
      {
        kind: 'day-credit',
        child: undefined,
        activity: activityOf(household, 'MEALS'),
        unitIds: ['MEAL'],
        label: 'Carnet de repas – Repas',
        unitPrice: 2550,
        account: '7067',
        priceList: '',
        why: '« Carnet de repas » : 10 jour(s) payés d’avance pour 25,50\u00A0€, à utiliser jusqu’au 03/07/2026.',
        days: 0,
        once: true,
      },
    ])
  })

  it('is of no other month than that of its first day', () => {
    expect(sold(dayCredit({ from: '2025-10-31' }), dayCredit({ from: '2025-12-01' }))).toEqual([])
    expect(sold(dayCredit({ from: '2025-11-30' }))).toHaveLength(1)
  })

  it('names its child and its units, be the activity gone', () => {
    const of = { childId: B.childId, ...care('MORNING', 'EVENING') }
    expect(sold(dayCredit(of))).toMatchObject([
      { child: B, label: 'Carnet de repas – Matin + Soir', unitIds: ['MORNING', 'EVENING'] },
    ])
    const [lost] = sold(dayCredit({ activityId: activityIdSchema.parse('GONE') }))
    expect(lost).toMatchObject({ label: 'Carnet de repas', unitPrice: 2500 })
    expect(lost?.activity).toBeUndefined()
  })

  it('stands before those that began later', () => {
    const [a, b, c] = ['2025-11-01', '2025-11-02', '2025-11-03'] as const
    for (const order of [
      [b, a, c],
      [c, b, a],
      [a, c, b],
    ]) {
      const credits = order.map((from) => dayCredit({ from, name: from }))
      expect(sold(...credits).map(({ label }) => label)).toEqual(
        [a, b, c].map((from) => `${from} – Repas`),
      )
    }
  })
})
