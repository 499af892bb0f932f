import { describe, expect, it } from 'vitest'
import { cesson } from '../support/cesson.ts'
import {
  activity,
  changed,
  family,
  faultsOf,
  first,
  REQUIRED,
  rule,
  type Faulty,
} from './faulty-file.ts'

const shapes: Faulty[] = [
  ['no object', '', 'Valeur attendue : un objet.', []],
  ['no catalogue', '/catalogue', REQUIRED, {}],
  [
    'a field that no file has',
    '',
    'Le champ « prices » n’est pas prévu ici.',
    { ...cesson, prices: [] },
  ],
  [
    'a SIRET of 13 digits',
    '/catalogue/town/siret',
    'Format attendu : des caractères autorisés seulement.',
    changed(({ catalogue }) => {
      catalogue.town.siret = '2177006730001'
    }),
  ],
  [
    'holidays that end before they begin',
    '/catalogue/schoolYears/0/holidays/0/back',
    'Cette valeur n’est pas valable.',
    changed(({ catalogue }) => {
      first(first(catalogue.schoolYears).holidays).back = '2025-10-18'
    }),
  ],
  [
    'a school year that ends before it begins',
    '/catalogue/schoolYears/0/lastDay',
    'Cette valeur n’est pas valable.',
    changed(({ catalogue }) => {
      first(catalogue.schoolYears).lastDay = '2025-08-31'
    }),
  ],
  [
    'a price below zero',
    '/catalogue/priceLists/0/rules/0/parts/0/formula/price',
    'Au moins 0.',
    changed((file) => {
      Object.assign(first(rule(file).parts), { formula: { kind: 'flat', price: -1 } })
    }),
  ],
  [
    'a price in euros and cents',
    '/catalogue/priceLists/0/rules/0/parts/0/formula/price',
    'Valeur attendue : un nombre entier.',
    changed((file) => {
      Object.assign(first(rule(file).parts), { formula: { kind: 'flat', price: 2.08 } })
    }),
  ],
  [
    'a deadline at 25:00',
    '/catalogue/activities/0/deadlines/add/hour',
    'Format attendu : des caractères autorisés seulement.',
    changed((file) => {
      Object.assign(activity(file).deadlines.add, { hour: '25:00' })
    }),
  ],
  [
    'a family without guardians',
    '/families/0/guardians',
    'Au moins 1 élément(s).',
    changed((file) => {
      family(file).guardians = []
    }),
  ],
  [
    'more enrolments than one transaction writes',
    '/families/0/enrolments',
    'Au plus 45 élément(s).',
    changed((file) => {
      const one = first(family(file).enrolments)
      family(file).enrolments = Array.from({ length: 46 }, () => one)
    }),
  ],
  [
    'a quotient that is no number',
    '/families/0/means/0/quotient',
    'Format attendu : des caractères autorisés seulement.',
    changed((file) => {
      family(file).means = [{ from: '2025-09-01', quotient: '0,17', source: 'caf' }]
    }),
  ],
  [
    'a short password',
    '/accounts/0/password',
    'Au moins 12 caractère(s).',
    changed(({ accounts }) => {
      first(accounts).password = 'Prevert'
    }),
  ],
]

describe('a file of another shape is refused and nothing is written', () => {
  it.each(shapes)('for %s, at %s', async (_, pointer, detail, content) => {
    expect(await faultsOf(content)).toEqual([{ pointer, detail }])
  })

  it('with all its faults at once', async () => {
    const content = changed((file) => {
      Object.assign(first(family(file).children), { schoolId: 'ECOLE', category: 'ADULTE' })
      first(family(file).enrolments).until = '2025-08-31'
    })
    expect(await faultsOf(content)).toHaveLength(3)
  })
})
