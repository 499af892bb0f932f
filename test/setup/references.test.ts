import { describe, expect, it } from 'vitest'
import { activityIdSchema, regieIdSchema } from '../../shared/platform/schemas.ts'
import { faultsOfTownFile } from '../../shared/setup/rules.ts'
import {
  activity,
  changed,
  family,
  faultsOf,
  first,
  REQUIRED,
  rule,
  twice,
  unknown,
  type Faulty,
} from './faulty-file.ts'

const references: Faulty[] = [
  [
    'an activity of no régie',
    '/catalogue/activities/0/regieId',
    unknown('SPO'),
    changed((file) => {
      activity(file).regieId = regieIdSchema.parse('SPO')
    }),
  ],
  [
    'child care that is no activity',
    '/catalogue/town/childCare/1/activityId',
    unknown('CRECHE'),
    changed((file) => {
      const { id } = activity(file)
      file.catalogue.town.childCare = [
        { activityId: id },
        { activityId: activityIdSchema.parse('CRECHE') },
      ]
    }),
  ],
  [
    'a group in no facility',
    '/catalogue/activities/0/groups/0/facilityId',
    unknown('R_PREVERT_2'),
    changed((file) => {
      Object.assign(first(activity(file).groups), { facilityId: 'R_PREVERT_2' })
    }),
  ],
  [
    'a unit that excludes one that its activity has not',
    '/catalogue/activities/0/units/0/exclusiveWith',
    unknown('NUIT'),
    changed((file) => {
      Object.assign(first(activity(file).units), { exclusiveWith: ['NUIT'] })
    }),
  ],
  [
    'a unit that excludes one that does not exclude it',
    '/catalogue/activities/2/units/0/exclusiveWith',
    unknown('ACC_SOIR'),
    changed(({ catalogue }) => {
      Object.assign(first(catalogue.activities[2]?.units ?? []), { exclusiveWith: ['ACC_SOIR'] })
    }),
  ],
  [
    'a price for no category',
    '/catalogue/priceLists/0/rules/0/when/categories/0',
    unknown('ADULTE'),
    changed((file) => {
      Object.assign(rule(file), { when: { categories: ['ADULTE'] } })
    }),
  ],
  [
    'a price for no unit of its activity',
    '/catalogue/priceLists/0/rules/0/unitIds/0',
    unknown('REPAS'),
    changed((file) => {
      Object.assign(rule(file), { unitIds: ['REPAS'] })
    }),
  ],
  [
    'prices with a hole, which is shown',
    '/catalogue/priceLists/0/rules/0/parts/0/formula/bands/1',
    'Aucun prix de 308 à 308,01.',
    changed((file) => {
      const bands = [
        { from: '0', below: '308', price: 100 },
        { from: '308.01', price: 200 },
      ]
      const formula = { kind: 'bands', by: 'quotient', bands, unknown: 'highest' }
      Object.assign(first(rule(file).parts), { formula })
    }),
  ],
  [
    'a child of no school',
    '/families/0/children/0/schoolId',
    unknown('ECOLE'),
    changed((file) => {
      Object.assign(first(family(file).children), { schoolId: 'ECOLE' })
    }),
  ],
  [
    'a child of no category',
    '/families/0/children/0/category',
    unknown('ADULTE'),
    changed((file) => {
      Object.assign(first(family(file).children), { category: 'ADULTE' })
    }),
  ],
  [
    'an enrolment of no child of the family',
    '/families/0/enrolments/0/childId',
    unknown('manon'),
    changed((file) => {
      Object.assign(first(family(file).enrolments), { childId: 'manon' })
    }),
  ],
  [
    'an enrolment in no group of its activity',
    '/families/0/enrolments/0/groupId',
    unknown('PETITS'),
    changed((file) => {
      Object.assign(first(family(file).enrolments), { groupId: 'PETITS' })
    }),
  ],
  [
    'an enrolment that ends before it begins',
    '/families/0/enrolments/0/until',
    'Cette valeur n’est pas valable.',
    changed((file) => {
      first(family(file).enrolments).until = '2025-08-31'
    }),
  ],
  [
    'an account of no family',
    '/accounts/0/familyId',
    unknown('1009'),
    changed(({ accounts }) => {
      Object.assign(first(accounts), {
        familyId: '1009',
        guardianId: undefined,
        roles: ['agent'],
      })
    }),
  ],
  [
    'an account of no guardian of its family',
    '/accounts/1/guardianId',
    unknown('g2'),
    changed(({ accounts }) => {
      Object.assign(accounts[1] ?? {}, { guardianId: 'g2' })
    }),
  ],
  [
    'an account of staff of no facility of the town',
    '/accounts/6/facilities/0',
    unknown('AILLEURS'),
    changed(({ accounts }) => {
      Object.assign(accounts[6] ?? {}, { facilities: ['AILLEURS'] })
    }),
  ],
  [
    'an account of staff of a site without one',
    '/accounts/6/facilities',
    REQUIRED,
    changed(({ accounts }) => {
      Object.assign(accounts[6] ?? {}, { facilities: undefined })
    }),
  ],
  [
    'a guardian’s account without the guardian',
    '/accounts/0/guardianId',
    REQUIRED,
    changed(({ accounts }) => {
      Object.assign(first(accounts), { guardianId: undefined })
    }),
  ],
]

const registers: Faulty[] = [
  [
    'a child with a diet that the town does not serve',
    '/families/0/children/1/diets/0',
    unknown('SANS_GLUTEN'),
    changed((file) => {
      Object.assign(family(file).children[1] ?? {}, { diets: ['SANS_GLUTEN'] })
    }),
  ],
  [
    'two diets of one id',
    '/catalogue/diets/3/id',
    twice('SANS_PORC'),
    changed(({ catalogue }) => {
      catalogue.diets.push(first(catalogue.diets))
    }),
  ],
  [
    'a diet that tells a belief',
    '/catalogue/diets/0/name',
    'Un régime se nomme par ce qui est servi, jamais par une croyance.',
    changed(({ catalogue }) => {
      Object.assign(first(catalogue.diets), { name: 'Repas halal' })
    }),
  ],
  [
    'an enrolment over two school years, of which one register would lack it',
    '/families/0/enrolments/0/until',
    'Une inscription reste dans une année scolaire, du 1er septembre au 31 août.',
    changed((file) => {
      first(family(file).enrolments).until = '2026-09-01'
    }),
  ],
  [
    'a phone number as it is dialled in France only',
    '/families/0/guardians/0/phone',
    'Format attendu : un numéro de téléphone, comme +33612345678.',
    changed((file) => {
      Object.assign(first(family(file).guardians), { phone: '06 12 34 56 78' })
    }),
  ],
]

describe('a file that names what it does not hold is refused and nothing is written', () => {
  it.each([...references, ...registers])('for %s, at %s', async (_, pointer, detail, content) => {
    expect(await faultsOf(content)).toEqual([{ pointer, detail }])
  })

  it('but not for two households that name each other', () => {
    const content = changed((file) => {
      const [one, other] = file.families
      if (one === undefined || other === undefined) throw new Error('No families')
      const [child, twin] = [first(one.children), first(other.children)]
      child.otherHousehold = { familyId: other.familyId, childId: twin.childId }
      twin.otherHousehold = { familyId: one.familyId, childId: child.childId }
    })
    expect(faultsOfTownFile(content)).toEqual([])
  })

  it('for a price of an activity that does not exist, and thus of no unit', async () => {
    const content = changed((file) => {
      Object.assign(rule(file), { activityId: 'PISCINE' })
    })
    expect((await faultsOf(content)).map(({ pointer }) => pointer)).toEqual([
      '/catalogue/priceLists/0/rules/0/activityId',
      '/catalogue/priceLists/0/rules/0/unitIds/0',
    ])
  })
})
