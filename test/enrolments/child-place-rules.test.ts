import { describe, expect, it } from 'vitest'
import {
  countChildren,
  placeOf,
  placesOf,
  sharersOf,
} from '../../shared/enrolments/child-place-rules.ts'
import { enrolmentSchema, type Enrolment } from '../../shared/families/model.ts'
import { groupIdSchema } from '../../shared/platform/schemas.ts'
import { begunId } from '../../shared/reservations/begun-rules.ts'

const TODAY = '2025-10-15'
const GRANDS = groupIdSchema.parse('GRANDS')
const PETITS = groupIdSchema.parse('PETITS')
const nobody = (): boolean => false

const enrolment = (
  enrolmentId: string,
  from: string,
  until: string,
  more: Readonly<Record<string, string>> = {},
): Enrolment =>
  enrolmentSchema.parse({
    ...{ familyId: 'F1', enrolmentId, childId: 'leo', activityId: 'CLUB', groupId: 'GRANDS' },
    ...{ from, until, ...more },
  })

const autumn = enrolment('autumn', '2025-09-01', '2025-12-19')
const spring = enrolment('spring', '2026-01-05', '2026-07-03')
const summer = enrolment('summer', '2025-09-01', '2025-10-14')

describe('the place of a child in a group', () => {
  it('is one for all its enrolments of a school year, and another in another group, activity or year', () => {
    expect(placeOf(autumn)).toBe(placeOf(spring))
    const others = [
      enrolment('a', '2026-09-01', '2027-07-02'),
      enrolment('b', '2025-09-01', '2026-07-03', { groupId: 'PETITS' }),
      enrolment('c', '2025-09-01', '2026-07-03', { activityId: 'DOJO' }),
      enrolment('d', '2025-09-01', '2026-07-03', { childId: 'lucas' }),
    ]
    expect(new Set([autumn, ...others].map(placeOf)).size).toBe(5)
  })

  it('is held until the last day of an enrolment, and by none that was ended early', () => {
    const held = (hasEnded: (each: Enrolment) => boolean, ...enrolments: Enrolment[]) =>
      placesOf({ enrolments }, hasEnded, TODAY).size
    expect(held(nobody, autumn, spring)).toBe(1)
    expect(held(nobody, summer)).toBe(0)
    expect(held(nobody, { ...summer, until: TODAY })).toBe(1)
    expect(held((each) => each === autumn, autumn)).toBe(0)
    expect(held((each) => each === autumn, autumn, spring)).toBe(1)
  })

  it('is left with the group, also while the days before the change are to come', () => {
    const from = '2025-11-05'
    const left = { ...autumn, until: '2025-11-04' as const }
    const begun = {
      ...autumn,
      enrolmentId: begunId(autumn, { groupId: PETITS, from }),
      groupId: PETITS,
      from,
    } as const
    expect([...placesOf({ enrolments: [left, begun] }, nobody, TODAY)]).toEqual([placeOf(begun)])
    expect(sharersOf({ enrolments: [left, begun] }, spring, TODAY)).toEqual([])
    const register = [left, begun, enrolment('x', '2025-09-01', '2026-07-03', { familyId: 'F2' })]
    expect(countChildren(register, GRANDS, nobody, TODAY)).toBe(1)
    expect(countChildren(register, PETITS, nobody, TODAY)).toBe(1)
  })

  it('may be held by another enrolment that is not over, in the same group', () => {
    const elsewhere = enrolment('b', '2026-01-05', '2026-07-03', { groupId: 'PETITS' })
    const enrolments = [summer, autumn, spring, elsewhere]
    expect(sharersOf({ enrolments }, autumn, TODAY)).toEqual([spring])
    expect(sharersOf({ enrolments }, elsewhere, TODAY)).toEqual([])
  })

  it('is counted once for each child of each family', () => {
    const register = [
      autumn,
      spring,
      { ...autumn, familyId: enrolment('z', TODAY, TODAY, { familyId: 'F2' }).familyId },
      enrolment('b', '2025-09-01', '2026-07-03', { groupId: 'PETITS', childId: 'lucas' }),
    ]
    expect(countChildren(register, GRANDS, nobody, TODAY)).toBe(2)
    expect(countChildren(register, GRANDS, ({ familyId }) => familyId === 'F2', TODAY)).toBe(1)
    expect(countChildren([], GRANDS, nobody, TODAY)).toBe(0)
  })
})
