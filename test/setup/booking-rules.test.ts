import { describe, expect, it } from 'vitest'
import { unitIdSchema } from '../../shared/platform/schemas.ts'
import { faultsOfTownFile } from '../../shared/setup/rules.ts'
import type { TownFile } from '../../shared/setup/model.ts'
import {
  activity,
  ACTIVITY,
  changed,
  family,
  faultsOf,
  first,
  put,
  twice,
  unit,
  unknown,
  type Faulty,
} from './faulty-file.ts'

const placesWith = (values: object): TownFile =>
  put(activity, {
    places: {
      slots: [{ id: 'SOIR', name: 'Soir' }],
      capacities: [{ groupId: 'ETUDES_E_PREVERT', slotId: 'SOIR', places: 2 }],
      waiting: { kind: 'given' },
      priorities: [],
      ...values,
    },
  })
const adults = { kind: 'categories', categories: ['ADULTE'] }
const opening = {
  from: '2025-09-01',
  until: '2025-09-30',
  opensAt: [{ audience: { kind: 'everybody' }, at: '2025-08-20T08:30' }],
}

const enrolmentWith = (values: object): object => ({
  decision: 'staff',
  groups: [],
  documents: [],
  ...values,
})

const bookingRules: Faulty[] = [
  [
    'a link that only one of two units declares',
    `${ACTIVITY}/units/0/linkedWith`,
    unknown('REPAS'),
    put(unit, { linkedWith: ['REPAS'] }),
  ],
  [
    'an unknown unit that is required',
    `${ACTIVITY}/units/0/requires`,
    unknown('REPAS'),
    put(unit, { requires: ['REPAS'] }),
  ],
  [
    'an unknown unit that is brought',
    `${ACTIVITY}/units/0/brings`,
    unknown('REPAS'),
    put(unit, { brings: ['REPAS'] }),
  ],
  [
    'a unit that needs what it excludes',
    `${ACTIVITY}/units/0/requires`,
    '« ETUDES » est incompatible avec cette prestation.',
    put(unit, { requires: ['ETUDES'], exclusiveWith: ['ETUDES'] }),
  ],
  [
    'a unit that brings one that needs another',
    `${ACTIVITY}/units/0/brings`,
    '« GOUTER » dépend d’une autre prestation que celle qui l’entraîne.',
    changed((file) => {
      const model = unit(file)
      const GOUTER = unitIdSchema.parse('GOUTER')
      const REPAS = unitIdSchema.parse('REPAS')
      activity(file).units = [
        { ...model, brings: [GOUTER] },
        { ...model, id: GOUTER, requires: [REPAS] },
        { ...model, id: REPAS },
      ]
    }),
  ],
  [
    'an unknown late unit',
    `${ACTIVITY}/units/0/lateUnitId`,
    unknown('TARD'),
    put(unit, { lateUnitId: 'TARD' }),
  ],
  [
    'an unknown slot of a unit',
    `${ACTIVITY}/units/0/takes`,
    unknown('SOIR'),
    put(unit, { takes: ['SOIR'] }),
  ],
  [
    'an exclusion of an unknown activity',
    `${ACTIVITY}/units/0/excludes/0/activityId`,
    unknown('PISCINE'),
    put(unit, { excludes: [{ activityId: 'PISCINE', unitId: 'REPAS' }] }),
  ],
  [
    'an exclusion across activities within one',
    `${ACTIVITY}/units/0/excludes/0/activityId`,
    unknown('ETUDES'),
    put(unit, { excludes: [{ activityId: 'ETUDES', unitId: 'ETUDES' }] }),
  ],
  [
    'an exclusion of an unknown unit',
    `${ACTIVITY}/units/0/excludes/0/unitId`,
    unknown('GOUTER'),
    put(unit, { excludes: [{ activityId: 'RESTAURATION', unitId: 'GOUTER' }] }),
  ],
  [
    'places of an unknown group',
    `${ACTIVITY}/places/capacities/0/groupId`,
    unknown('GRANDS'),
    placesWith({ capacities: [{ groupId: 'GRANDS', slotId: 'SOIR', places: 2 }] }),
  ],
  [
    'places of an unknown slot',
    `${ACTIVITY}/places/capacities/0/slotId`,
    unknown('NUIT'),
    placesWith({ capacities: [{ groupId: 'ETUDES_E_PREVERT', slotId: 'NUIT', places: 2 }] }),
  ],
  [
    'places of one slot twice',
    `${ACTIVITY}/places/capacities/1/slotId`,
    twice('SOIR'),
    placesWith({
      capacities: [1, 2].map((places) => ({
        groupId: 'ETUDES_E_PREVERT',
        slotId: 'SOIR',
        places,
      })),
    }),
  ],
  [
    'two slots of one id',
    `${ACTIVITY}/places/slots/1/id`,
    twice('SOIR'),
    placesWith({ slots: [1, 2].map(() => ({ id: 'SOIR', name: 'Soir' })) }),
  ],
  [
    'a priority of an unknown category',
    `${ACTIVITY}/places/priorities/0/categories/0`,
    unknown('ADULTE'),
    placesWith({ priorities: [adults] }),
  ],
  [
    'a booking opening for an unknown category',
    `${ACTIVITY}/bookingOpenings/0/opensAt/0/audience/categories/0`,
    unknown('ADULTE'),
    put(activity, {
      bookingOpenings: [{ ...opening, opensAt: [{ audience: adults, at: '2025-08-20T08:30' }] }],
    }),
  ],
  [
    'a booking opening that ends before it begins',
    `${ACTIVITY}/bookingOpenings/0/until`,
    'Cette valeur n’est pas valable.',
    put(activity, { bookingOpenings: [{ ...opening, until: '2025-08-31' }] }),
  ],
  [
    'enrolments in an unknown group',
    `${ACTIVITY}/enrolment/groups/0/groupId`,
    unknown('GRANDS'),
    put(activity, { enrolment: enrolmentWith({ groups: [{ groupId: 'GRANDS', capacity: 2 }] }) }),
  ],
  [
    'enrolments that say twice what a group takes',
    `${ACTIVITY}/enrolment/groups/1/groupId`,
    twice('ETUDES_E_PREVERT'),
    put(activity, {
      enrolment: enrolmentWith({
        groups: [{ groupId: 'ETUDES_E_PREVERT' }, { groupId: 'ETUDES_E_PREVERT', capacity: 2 }],
      }),
    }),
  ],
  [
    'enrolments that ask for a document twice',
    `${ACTIVITY}/enrolment/documents/1/id`,
    twice('vaccins'),
    put(activity, {
      enrolment: enrolmentWith({
        documents: [
          { id: 'vaccins', name: 'Vaccinations' },
          { id: 'vaccins', name: 'Carnet de santé' },
        ],
      }),
    }),
  ],
  [
    'enrolments that are over before they open',
    `${ACTIVITY}/enrolment/until`,
    'Cette valeur n’est pas valable.',
    put(activity, {
      enrolment: enrolmentWith({ opensAt: '2025-06-01T09:00', until: '2025-05-31' }),
    }),
  ],
  [
    'enrolments up to an age below the first one',
    `${ACTIVITY}/enrolment/ages/to`,
    'Cette valeur n’est pas valable.',
    put(activity, { enrolment: enrolmentWith({ ages: { from: 6, to: 3 } }) }),
  ],
  [
    'another household that does not name this one',
    '/families/0/children/0/otherHousehold',
    unknown('1002 manon'),
    put((file) => first(family(file).children), {
      otherHousehold: { familyId: '1002', childId: 'manon' },
    }),
  ],
]

describe('a file with rules of booking that cannot hold is refused and nothing is written', () => {
  it.each(bookingRules)('for %s, at %s', async (_, pointer, detail, content) => {
    expect(await faultsOf(content)).toEqual([{ pointer, detail }])
  })

  it('for units that hang on themselves over what brings them and what they need', () => {
    const content = changed((file) => {
      const model = unit(file)
      const [GOUTER, REPAS] = [unitIdSchema.parse('GOUTER'), unitIdSchema.parse('REPAS')]
      activity(file).units = [
        { ...model, brings: [GOUTER], requires: [REPAS] },
        { ...model, id: GOUTER },
        { ...model, id: REPAS, requires: [GOUTER] },
      ]
    })
    expect(faultsOfTownFile(content)).toContainEqual({
      pointer: `${ACTIVITY}/units/0`,
      detail: '« ETUDES » dépend d’elle-même, à travers d’autres prestations.',
    })
  })

  it('but not for a unit that brings one that needs it, or one that is linked with it', () => {
    const content = changed((file) => {
      const model = unit(file)
      const [GOUTER, REPAS] = [unitIdSchema.parse('GOUTER'), unitIdSchema.parse('REPAS')]
      activity(file).units = [
        { ...model, brings: [GOUTER], linkedWith: [REPAS] },
        { ...model, id: GOUTER, requires: [model.id, REPAS] },
        { ...model, id: REPAS, linkedWith: [model.id] },
      ]
    })
    expect(faultsOfTownFile(content)).toEqual([])
  })
})
