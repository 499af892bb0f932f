import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { LETTERS, YEAR_LENGTH } from '../../shared/reservations/model.ts'
import { packLetters, unpackLetters } from '../../shared/reservations/pack-letters.ts'
import { planningEntity } from '../../shared/reservations/store.ts'
import { planningIn } from '../../shared/reservations/image.ts'
import { NewerItemError } from '../../shared/platform/entity.ts'

const letters = fc
  .array(fc.constantFrom(...Object.values(LETTERS)), {
    minLength: YEAR_LENGTH,
    maxLength: YEAR_LENGTH,
  })
  .map((year) => year.join(''))

const address = {
  ...{ entity: 'Planning', familyId: '1001', schoolYear: '2025-2026', childId: 'leo' },
  ...{ activityId: 'ETUDES', version: 3 },
}

describe('the letters of a planning', () => {
  it('come back from their bytes, half as many', () => {
    fc.assert(
      fc.property(letters, (year) => {
        const bytes = packLetters(year)
        expect(bytes).toHaveLength(YEAR_LENGTH / 2)
        expect(unpackLetters(bytes)).toBe(year)
      }),
    )
  })

  it('keep the places they were stored at', () => {
    expect([...packLetters('.racnwoljue.')]).toEqual([0x01, 0x23, 0x45, 0x67, 0x89, 0xa0])
  })

  it('are refused where they are none, or not in pairs', () => {
    expect(() => packLetters('.x')).toThrow(RangeError)
    expect(() => packLetters('.ra')).toThrow(RangeError)
  })
})

describe('a stored planning', () => {
  const year = `ra${'.'.repeat(YEAR_LENGTH - 2)}`
  const bytes = new Uint8Array(YEAR_LENGTH / 2)
  bytes[0] = 0x12

  it('holds bytes, of the second version', () => {
    const planning = planningEntity.fromItem({ ...address, v: 2, units: { REPAS: bytes } })
    expect(planning.units).toEqual({ REPAS: year })
    expect(planningEntity.toItem(planning)).toMatchObject({ v: 2, units: { REPAS: bytes } })
  })

  it('is read as it was stored in the first version, in letters', () => {
    const item = { ...address, units: { REPAS: year } }
    expect(planningEntity.fromItem(item).units).toEqual({ REPAS: year })
  })

  it('is read from a stream, which hands bytes over as text', () => {
    const text = Buffer.from(bytes).toString('base64')
    expect(planningIn({ ...address, v: 2, units: { REPAS: text } })?.units).toEqual({ REPAS: year })
  })

  it('is refused with a place that has no letter, too few days, or of a later version', () => {
    const wrong = Uint8Array.from(bytes)
    wrong[5] = 0xb0
    const odd = { ...address, v: 2, units: { REPAS: wrong } }
    expect(() => planningEntity.fromItem(odd)).toThrow(z.ZodError)
    const short = { ...address, v: 2, units: { REPAS: bytes.slice(1) } }
    expect(() => planningEntity.fromItem(short)).toThrow(z.ZodError)
    const later = { ...address, v: 3, units: { REPAS: bytes } }
    expect(() => planningEntity.fromItem(later)).toThrow(NewerItemError)
  })
})
