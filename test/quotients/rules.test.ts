import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Means } from '../../shared/families/model.ts'
import { addDays, addMonths, firstDayOf, monthOf, type IsoDate } from '../../shared/kernel/dates.ts'
import { isOfFamily, meansWith } from '../../shared/quotients/rules.ts'
import { meansOn } from '../../shared/tariffs/person.ts'
import { DUPONT } from '../support/cesson.ts'
import { townWith } from './fixture.ts'

const START = '2025-01-01'
const NOTED = {
  familyId: DUPONT.familyId,
  notedAt: '2025-10-15T09:00:00.000Z',
  notedBy: 'somebody',
}

const dayOf = (days: number): IsoDate => addDays(START, days)

const meansArbitrary: fc.Arbitrary<Means> = fc.record({
  familyId: fc.constant(DUPONT.familyId),
  from: fc.integer({ min: 0, max: 700 }).map(dayOf),
  notedAt: fc.constant('2025-01-01T09:00:00.000Z'),
  quotient: fc.constantFrom('200', '812', undefined),
  income: fc.constantFrom('31000', undefined),
  parts: fc.constantFrom('2.5', undefined),
  source: fc.constantFrom('caf' as const, 'declared' as const),
})

const worldArbitrary = fc
  .record({
    held: fc.uniqueArray(meansArbitrary, { selector: ({ from }) => from, maxLength: 4 }),
    today: fc.integer({ min: 0, max: 600 }).map(dayOf),
    monthsBack: fc.nat(24),
    reason: fc.constantFrom('Dossier en retard', undefined),
    rule: fc.constantFrom('from-the-day' as const, 'from-the-next-month' as const),
    value: fc.constantFrom('200', '812', '0'),
  })
  .map(({ held, monthsBack, rule, ...world }) => ({
    ...world,
    held: held.toSorted((a, b) => (a.from < b.from ? -1 : 1)),
    month: addMonths(monthOf(world.today), -monthsBack),
    town: townWith(rule).catalogue.town,
    noted: NOTED,
  }))

describe('an answer of the fund', () => {
  const children = [{ birthDate: '2016-04-18' }, { birthDate: '2020-11-03' }] as const

  it.each([
    [['2010-04-20', '2020-11-03'], true],
    [['2020-11-00'], true],
    [['2020-00-00'], true],
    [['2020-11-04'], false],
    [['2016-11-00'], false],
    [['2010-04-20'], false],
    [['0000-00-00', '', '2', '-00'], false],
    [[], false],
  ])('that tells of children born %j is of the family: %s [wish W8]', (childrenBorn, isTheirs) => {
    expect(isOfFamily({ childrenBorn }, children)).toBe(isTheirs)
  })

  it('is believed where it tells of no children, and of no family that has none', () => {
    expect(isOfFamily({}, children)).toBe(true)
    expect(isOfFamily({ childrenBorn: ['2020-11-03'] }, [])).toBe(false)
  })
})

describe('means with a quotient of the fund', () => {
  it('count backwards only with a reason, and then from the month that was asked for [wish W8]', () => {
    fc.assert(
      fc.property(worldArbitrary, (world) => {
        const { means, isNew } = meansWith(world, world)
        if (!isNew) return
        if (world.reason === undefined) expect(means.from >= world.today).toBe(true)
        else expect(means.from).toBe(firstDayOf(world.month))
      }),
    )
  })

  it('tell the quotient, and what else counted on that day stays', () => {
    fc.assert(
      fc.property(worldArbitrary, (world) => {
        const { means, isNew } = meansWith(world, world)
        expect(means).toMatchObject({ quotient: world.value, source: 'caf' })
        const before = meansOn(world.held, means.from)
        expect(means.income).toBe(before?.income)
        expect(means.parts).toBe(before?.parts)
        if (!isNew) expect(means).toBe(before)
      }),
    )
  })

  it('are the same when the fund tells the same again', () => {
    fc.assert(
      fc.property(worldArbitrary, (world) => {
        const { means, isNew } = meansWith(world, world)
        const others = world.held.filter(({ from }) => !isNew || from !== means.from)
        const held = (isNew ? [...others, means] : others).toSorted((a, b) =>
          a.from < b.from ? -1 : 1,
        )
        expect(meansWith(world, { ...world, held })).toEqual({ means, isNew: false })
      }),
    )
  })
})
