import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { addDays, eachDay, type IsoDate } from '../../shared/kernel/dates.ts'
import {
  activityIdSchema,
  childIdSchema,
  familyIdSchema,
  schoolYearIdSchema,
  unitIdSchema,
} from '../../shared/platform/schemas.ts'
import { readLine, writeLine, yearsOf, type Years } from '../../shared/reservations/lines.ts'
import { LETTERS, planningSchema, type Planning } from '../../shared/reservations/model.ts'
import { dates } from '../support/arbitraries.ts'

const [MORNING, EVENING] = [unitIdSchema.parse('MATIN'), unitIdSchema.parse('SOIR')]
const [YEAR, NEXT_YEAR] = [
  schoolYearIdSchema.parse('2025-2026'),
  schoolYearIdSchema.parse('2026-2027'),
]

const letters = fc.constantFrom(...Object.values(LETTERS))

/** A line and the day on which it begins: up to fourteen months, around the leap year 2024. */
const placedLines = fc.record({
  from: dates('2023-06-01', '2026-06-30'),
  line: fc.array(letters, { minLength: 1, maxLength: 430 }).map((each) => each.join('')),
})

/** What plannings hold, from lines written one over the other. */
const storedYears = fc
  .array(fc.record({ unit: fc.constantFrom(MORNING, EVENING), placed: placedLines }), {
    maxLength: 3,
  })
  .map((written) =>
    written.reduce<Years>(
      (years, { unit, placed }) => writeLine(years, unit, placed.from, placed.line),
      new Map(),
    ),
  )

const endOf = (from: IsoDate, line: string): IsoDate => addDays(from, line.length - 1)

it('reads back the line that was written, over the borders of months and years', () => {
  fc.assert(
    fc.property(storedYears, placedLines, (years, { from, line }) => {
      const written = writeLine(years, MORNING, from, line)
      expect(readLine(written, MORNING, from, endOf(from, line))).toBe(line)
    }),
    { numRuns: 500 },
  )
})

it('reads each day of a line alone as its letter', () => {
  fc.assert(
    fc.property(storedYears, placedLines, (years, { from, line }) => {
      const written = writeLine(years, MORNING, from, line)
      expect(
        eachDay(from, endOf(from, line))
          .map((date) => readLine(written, MORNING, date, date))
          .join(''),
      ).toBe(line)
    }),
  )
})

it('changes no day before or after the line, and no other unit', () => {
  fc.assert(
    fc.property(storedYears, placedLines, (years, { from, line }) => {
      const to = endOf(from, line)
      const written = writeLine(years, MORNING, from, line)
      const around = (of: Years) => [
        readLine(of, MORNING, addDays(from, -400), addDays(from, -1)),
        readLine(of, MORNING, addDays(to, 1), addDays(to, 400)),
        readLine(of, EVENING, addDays(from, -400), addDays(to, 400)),
      ]
      expect(around(written)).toEqual(around(years))
    }),
  )
})

it('keeps letters of the length in which plannings are stored', () => {
  fc.assert(
    fc.property(storedYears, (years) => {
      for (const units of years.values()) {
        expect(planningSchema.shape.units.parse(units)).toEqual(units)
      }
    }),
  )
})

it('leaves a year that does not change the very object it was, so that it is not stored again', () => {
  fc.assert(
    fc.property(storedYears, placedLines, (years, { from, line }) => {
      const same = readLine(years, MORNING, from, endOf(from, line))
      const written = writeLine(years, MORNING, from, same)
      expect([...written.keys()]).toEqual([...years.keys()])
      for (const [year, units] of years) expect(written.get(year)).toBe(units)
    }),
  )
})

it('does not change the years it was given', () => {
  fc.assert(
    fc.property(storedYears, placedLines, (years, { from, line }) => {
      const copy = structuredClone(years)
      writeLine(years, MORNING, from, line)
      expect(years).toEqual(copy)
    }),
  )
})

it.each([
  ['1 September as the first letter', '2025-09-01', 0],
  ['30 September before the place that September lacks', '2025-09-30', 29],
  ['1 October behind it', '2025-10-01', 31],
  ['New Year in the middle of the line', '2026-01-01', 4 * 31],
  ['29 February in its place', '2028-02-29', 5 * 31 + 28],
  ['31 August as the last letter', '2026-08-31', 12 * 31 - 1],
] as const)('stores %s of a school year', (_, date, place) => {
  const [units] = [...writeLine(new Map(), MORNING, date, 'a').values()]
  expect(units?.[MORNING]?.indexOf('a')).toBe(place)
  expect(units?.[MORNING]).toHaveLength(12 * 31)
})

it('writes a line over the end of August into two school years', () => {
  const years = writeLine(new Map(), MORNING, '2026-08-31', 'ra')
  expect([...years.keys()]).toEqual([YEAR, NEXT_YEAR])
  expect(years.get(YEAR)?.[MORNING]?.endsWith('r')).toBe(true)
  expect(years.get(NEXT_YEAR)?.[MORNING]?.startsWith('a')).toBe(true)
})

it('reads days that nobody has written as nothing', () => {
  expect(readLine(new Map(), MORNING, '2025-12-30', '2026-01-02')).toBe('....')
})

it('writes no year for a line of nothing', () => {
  expect(writeLine(new Map(), MORNING, '2025-09-15', '.'.repeat(60))).toEqual(new Map())
})

it('takes the letters of one child in one activity only, among those of a household', () => {
  const planning = (childId: string, activityId: string, schoolYear: string): Planning => ({
    familyId: familyIdSchema.parse('1'),
    childId: childIdSchema.parse(childId),
    activityId: activityIdSchema.parse(activityId),
    schoolYear: schoolYearIdSchema.parse(schoolYear),
    version: 1,
    units: { [unitIdSchema.parse(`${childId}-${activityId}-${schoolYear}`)]: 'a' },
  })
  const own = [planning('leo', 'REPAS', '2025-2026'), planning('leo', 'REPAS', '2026-2027')]
  const [first, second] = own
  const all = [planning('lucas', 'REPAS', '2025-2026'), planning('leo', 'ETUDES', '2025-2026')]
  expect(
    yearsOf([...all, ...own], {
      childId: childIdSchema.parse('leo'),
      activityId: activityIdSchema.parse('REPAS'),
    }),
  ).toEqual(
    new Map([
      [YEAR, first?.units],
      [NEXT_YEAR, second?.units],
    ]),
  )
})
