import { describe, expect, it } from 'vitest'
import type { InvoiceLine } from '../../shared/billing/model.ts'
import { asksOnce, foresee } from '../../shared/billing/preview-rules.ts'
import type { IsoMonth } from '../../shared/kernel/dates.ts'
import { activityIdSchema } from '../../shared/platform/schemas.ts'
import type { Planning } from '../../shared/reservations/model.ts'
import {
  child,
  fileOf,
  flat,
  planning,
  priceList,
  REFUSED,
  townWith,
  type ListContent,
} from './arbitraries.ts'

const MEALS = activityIdSchema.parse('MEALS')
const CARE = activityIdSchema.parse('CARE')
const SPORT = activityIdSchema.parse('SPORT')
const GONE = activityIdSchema.parse('GONE')

const FEE = { id: 'F', name: 'Adhésion', formula: { kind: 'flat', price: 1000 } }
const fee = (more: object = {}) => ({
  fees: [{ ...FEE, per: 'family', every: 'school-year', ...more }],
})

describe('whether something is asked once for an activity', () => {
  const asks = (more: ListContent, activityId = MEALS) =>
    asksOnce(townWith([priceList({ id: 'L0', until: '2025-08-31' }), priceList(more)]), activityId)
  const supplement = (how: object, of: object = {}) => ({
    supplements: [{ id: 'S', name: 'Retard', occasions: ['late'], how, of }],
  })
  const PER_FAMILY = { kind: 'per-family', amount: 500 }

  it('is so where any list has a minimum, whatever it is of', () => {
    expect(asks({})).toBe(false)
    expect(asks({ minimum: { name: 'Minimum', per: 'child', amount: 1 } })).toBe(true)
  })

  it('is so where a list has a fee of the activity, or of all', () => {
    expect(asks(fee())).toBe(true)
    expect(asks(fee({ of: { activityId: 'MEALS' } }))).toBe(true)
    expect(asks(fee({ of: { activityId: 'MEALS' } }), CARE)).toBe(false)
    expect(
      asks({ fees: [...fee({ of: { activityId: 'CARE' } }).fees, { ...fee().fees[0], id: 'G' }] }),
    ).toBe(true)
  })

  it('is so where a list has a surcharge that the family pays once a day', () => {
    expect(asks(supplement(PER_FAMILY))).toBe(true)
    expect(asks(supplement(PER_FAMILY, { activityId: 'MEALS' }))).toBe(true)
    expect(asks(supplement(PER_FAMILY, { activityId: 'CARE' }))).toBe(false)
    expect(asks(supplement({ kind: 'amount', amount: 500 }))).toBe(false)
  })
})

describe('what is foreseen', () => {
  const MONTHS: readonly IsoMonth[] = ['2025-11', '2025-12']
  const [A, B] = [child('a'), child('b')]
  const file = fileOf([A, B])
  const foreseen = (more: ListContent, plannings: readonly Planning[]) =>
    foresee(townWith([priceList(more)]), { file, plannings })
  const meals = planning('a', 'MEALS', { MEAL: { '2025-11-03': 'aal', '2025-12-01': 'al' } })
  const ofB = planning('b', 'MEALS', { MEAL: { '2025-11-03': 'a' } })
  const brief = (lines: readonly InvoiceLine[]) =>
    lines.map(({ kind, month, child: name = '', quantity, unitPrice, days }) =>
      [kind, month, name, quantity, unitPrice, days].join('|'),
    )

  it('of days is what a child’s days cost in each of the months', () => {
    const { lines, unpriced } = foreseen({}, [meals, ofB]).ofDays(A, {
      activityId: MEALS,
      months: MONTHS,
    })
    expect(unpriced).toEqual([])
    expect(brief(lines)).toEqual(['unit|2025-11|A|2|300|3 4', 'unit|2025-12|A|2|300|1 2'])
    const december = { activityId: MEALS, months: MONTHS.slice(1) }
    expect(brief(foreseen({}, [meals, ofB]).ofDays(A, december).lines)).toEqual([
      'unit|2025-12|A|2|300|1 2',
    ])
    expect(foreseen({}, [meals]).ofDays(B, december).lines).toEqual([])
    expect(foreseen({}, [meals]).ofDays(A, { ...december, activityId: CARE }).lines).toEqual([])
  })

  it('of days has packs, and not what the family owes once', () => {
    const late = {
      supplements: [
        {
          ...{ id: 'S', name: 'Retard', occasions: ['late'] },
          how: { kind: 'per-family', amount: 500 },
        },
      ],
    }
    const pack = { id: 'P', name: 'Forfait', fromDays: 2, formula: { kind: 'flat', price: 500 } }
    const all = foreseen({ ...late, ...fee(), packs: [pack] }, [meals])
    expect(brief(all.ofDays(A, { activityId: MEALS, months: MONTHS }).lines)).toEqual([
      'pack|2025-11|A|1|500|3 4',
      'pack|2025-12|A|1|500|1 2',
    ])
    expect(brief(all.ofOnce({ activityId: MEALS, months: MONTHS }))).toEqual([
      'fee|2025-11||1|1000|3',
      'supplement|2025-12||1|500|2',
    ])
  })

  it('of days says what has no price, of days and of packs, in French [guide 51]', () => {
    const pack = { id: 'P', name: 'Forfait', fromDays: 1, formula: REFUSED }
    const asked = { activityId: MEALS, months: MONTHS }
    const packed = foreseen({ packs: [pack] }, [meals]).ofDays(A, asked)
    expect(packed.unpriced).toEqual(
      MONTHS.map(() => 'Aucun montant pour « Forfait », A (le quotient familial n’est pas connu).'),
    )
    const booked = planning('a', 'MEALS', { MEAL: { '2025-11-03': 'aa', '2025-12-01': 'aa' } })
    const rules = [flat('CARE', ['MORNING'], 70)]
    const unpriced = foreseen({ rules }, [booked]).ofDays(A, asked)
    expect(unpriced.lines).toEqual([])
    expect(unpriced.unpriced).toEqual(
      ['03/11/2025', '01/12/2025'].map(
        (day) =>
          `Aucun tarif pour A : Restauration, Repas, catégorie Résident, 2 jours dès le ${day} (aucune grille tarifaire n’est en vigueur pour cette activité).`,
      ),
    )
  })

  it('once is what the régie of the activity asks, without what is of days', () => {
    const sport = planning('a', 'SPORT', { HOUR: { '2025-11-05': 'a' } })
    const more = { ...fee(), minimum: { name: 'Minimum', per: 'family', amount: 2000 } }
    const all = foreseen(more, [meals, sport])
    expect(brief(all.ofOnce({ activityId: MEALS, months: MONTHS }))).toEqual([
      'fee|2025-11||1|1000|3',
      'minimum|2025-11||1|1400|',
      'minimum|2025-12||1|1400|',
    ])
    expect(brief(all.ofOnce({ activityId: SPORT, months: MONTHS }))).toEqual([
      'minimum|2025-11||1|1600|',
    ])
  })

  it('of an activity that the catalogue has no longer is nothing', () => {
    const asked = { activityId: GONE, months: MONTHS }
    const all = foreseen(fee(), [meals, planning('a', 'GONE', { X: { '2025-11-03': 'a' } })])
    expect(all.ofDays(A, asked)).toEqual({ lines: [], unpriced: [] })
    expect(all.ofOnce(asked)).toEqual([])
  })
})
