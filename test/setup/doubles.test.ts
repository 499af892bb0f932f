import { describe, expect, it } from 'vitest'
import { activity, changed, family, faultsOf, first, twice, type Faulty } from './faulty-file.ts'

const doubles: Faulty[] = [
  [
    'means that count twice from one day on',
    '/families/0/means/2/from',
    twice('2025-09-01'),
    changed((file) => {
      const shown = { from: '2025-09-01', source: 'caf' } as const
      family(file).means = [{ from: '2024-09-01', source: 'caf' }, shown, shown]
    }),
  ],
  [
    'two régies of one id',
    '/catalogue/town/regies/1/id',
    twice('ENF'),
    changed(({ catalogue }) => {
      catalogue.town.regies.push(first(catalogue.town.regies))
    }),
  ],
  [
    'two categories of one id',
    '/catalogue/categories/4/id',
    twice('ENFANT'),
    changed(({ catalogue }) => {
      catalogue.categories.push(first(catalogue.categories))
    }),
  ],
  [
    'two schoolYears of one id',
    '/catalogue/schoolYears/2/id',
    twice('2025-2026'),
    changed(({ catalogue }) => {
      catalogue.schoolYears.push(first(catalogue.schoolYears))
    }),
  ],
  [
    'two facilities of one id',
    '/catalogue/facilities/4/id',
    twice('E_PREVERT'),
    changed(({ catalogue }) => {
      catalogue.facilities.push(first(catalogue.facilities))
    }),
  ],
  [
    'two activities of one id',
    '/catalogue/activities/5/id',
    twice('ETUDES'),
    changed(({ catalogue }) => {
      catalogue.activities.push(first(catalogue.activities))
    }),
  ],
  [
    'two priceLists of one id',
    '/catalogue/priceLists/2/id',
    twice('TARIFS_2024'),
    changed(({ catalogue }) => {
      const list = first(catalogue.priceLists)
      catalogue.priceLists.push({ ...list, from: '2027-09-01', until: '2028-08-31' })
    }),
  ],
  [
    'two units of one id',
    '/catalogue/activities/0/units/1/id',
    twice('ETUDES'),
    changed((file) => {
      activity(file).units.push(first(activity(file).units))
    }),
  ],
  [
    'two groups of one id',
    '/catalogue/activities/0/groups/1/id',
    twice('ETUDES_E_PREVERT'),
    changed((file) => {
      activity(file).groups.push(first(activity(file).groups))
    }),
  ],
  [
    'two families of one number',
    '/families/4/familyId',
    twice('1001'),
    changed((file) => {
      file.families.push(family(file))
    }),
  ],
  [
    'two guardians of one id',
    '/families/0/guardians/2/guardianId',
    twice('g1'),
    changed((file) => {
      family(file).guardians.push(first(family(file).guardians))
    }),
  ],
  [
    'two children of one id',
    '/families/0/children/2/childId',
    twice('leo'),
    changed((file) => {
      family(file).children.push(first(family(file).children))
    }),
  ],
  [
    'two enrolments of one id',
    '/families/0/enrolments/10/enrolmentId',
    twice('leo-etudes-2025'),
    changed((file) => {
      family(file).enrolments.push(first(family(file).enrolments))
    }),
  ],
]

describe('a file that lists something twice is refused and nothing is written', () => {
  it.each(doubles)('for %s, at %s', async (_, pointer, detail, content) => {
    expect(await faultsOf(content)).toEqual([{ pointer, detail }])
  })
})
