import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALLERGIES, ILLNESSES, VACCINES, type HealthRecord } from '../../shared/health/model.ts'
import { faultsOfRecord, mandatoryVaccines } from '../../shared/health/rules.ts'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'
import { ALLERGY_NAMES, ILLNESS_NAMES, VACCINE_NAMES } from '../../shared/kernel/health-texts.ts'

const BORN: IsoDate = '2016-04-18'
const TODAY: IsoDate = '2025-09-15'
const EMPTY: HealthRecord = { vaccinations: [], illnesses: [], allergies: [] }

const pointersOf = (record: Partial<HealthRecord>): string[] =>
  faultsOfRecord({ ...EMPTY, ...record }, { birthDate: BORN }, TODAY).map(({ pointer }) => pointer)

describe('the mandatory vaccines (CSP, L3111-2)', () => {
  it('are three for children born before 2018', () => {
    expect(mandatoryVaccines('2017-12-31')).toEqual(['diphtheria', 'polio', 'tetanus'])
  })

  it('are eleven for those born since, three of them in one, and never BCG', () => {
    const since = mandatoryVaccines('2018-01-01')
    expect(since).not.toContain('bcg')
    expect(since).toHaveLength(9)
    expect(since).toEqual(expect.arrayContaining(['mmr', 'haemophilus', 'pneumococcus']))
  })
})

it('has every line of the guide, by its French name [guide 16, 17, 18]', () => {
  expect(VACCINES.map((vaccine) => VACCINE_NAMES[vaccine])).toEqual(
    expect.arrayContaining([
      'BCG',
      'Coqueluche',
      'Diphtérie',
      'Hépatite B',
      'Poliomyélite',
      'Rubéole – oreillons – rougeole',
      'Tétanos',
    ]),
  )
  expect(ILLNESSES.map((illness) => ILLNESS_NAMES[illness])).toEqual([
    ...['Angine', 'Asthme', 'Coqueluche', 'Diabète', 'Eczéma', 'Oreillons', 'Otite', 'Rougeole'],
    ...['Rubéole', 'Scarlatine', 'Varicelle'],
  ])
  expect(ALLERGIES.map((kind) => ALLERGY_NAMES[kind])).toContain('Allergies alimentaires')
})

describe('what is wrong with a record', () => {
  it('is nothing for what was on a day of the life of the child', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3437 }), (age) => {
        const on = addDays(BORN, age)
        expect(
          pointersOf({
            vaccinations: [{ vaccine: 'polio', done: true, on }],
            illnesses: [{ illness: 'otitis', had: true, on }],
          }),
        ).toEqual([])
      }),
    )
  })

  it('is each date before birth or to come', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.constantFrom<(days: number) => IsoDate>(
          (days) => addDays(BORN, -days),
          (days) => addDays(TODAY, days),
        ),
        (days, from) => {
          const on = from(days)
          expect(
            pointersOf({
              vaccinations: [{ vaccine: 'polio', done: true, on }],
              illnesses: [{ illness: 'otitis', had: true, on }],
            }),
          ).toEqual(['/body/vaccinations/0/on', '/body/illnesses/0/on'])
        },
      ),
    )
  })

  it.each<[string, Partial<HealthRecord>, string[]]>([
    [
      'a date of a vaccine that was not given',
      { vaccinations: [{ vaccine: 'polio', done: false, on: '2020-01-01' }] },
      ['/body/vaccinations/0/on'],
    ],
    [
      'details of an illness that was none',
      { illnesses: [{ illness: 'otitis', had: false, details: 'deux fois' }] },
      ['/body/illnesses/0/details'],
    ],
    [
      'an allergy without a word on it',
      { allergies: [{ kind: 'food', has: true }] },
      ['/body/allergies/0/details'],
    ],
    [
      'a word on an allergy that is none',
      { allergies: [{ kind: 'food', has: false, details: 'chocolat' }] },
      ['/body/allergies/0/details'],
    ],
    [
      'what is told twice',
      {
        vaccinations: [
          { vaccine: 'polio', done: true },
          { vaccine: 'polio', done: false },
        ],
        illnesses: [
          { illness: 'otitis', had: true },
          { illness: 'asthma', had: true },
          { illness: 'otitis', had: true },
        ],
        allergies: [
          { kind: 'food', has: false },
          { kind: 'food', has: false },
        ],
      },
      ['/body/vaccinations/1/vaccine', '/body/illnesses/2/illness', '/body/allergies/1/kind'],
    ],
  ])('is %s', (_, record, pointers) => {
    expect(pointersOf(record)).toEqual(pointers)
  })
})
