import { describe, expect, it } from 'vitest'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { PortalError, type Fault } from '../../shared/kernel/errors.ts'
import type { NewAccount } from '../../shared/platform/accounts.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import type { Table } from '../../shared/platform/table.ts'
import { loadTown } from '../../shared/setup/load-town.ts'
import type { TownFile } from '../../shared/setup/model.ts'
import { faultsOfTownFile } from '../../shared/setup/rules.ts'
import { unitIdSchema } from '../../shared/platform/schemas.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import {
  cesson,
  cessonContent,
  cessonTown,
  DUPONT,
  GUIDE_DAY,
  GUIDE_MORNING,
  guideWishes,
  TEST,
} from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'

const { table } = await freshTable()
const untouched = await freshTable()

const everything = async (of: Table) => [
  ...(await of.query({ partition: ['CATALOGUE'] })),
  ...(await of.query({ partition: familyPartition(DUPONT.familyId) })),
  ...(await of.query({ partition: familyPartition(TEST.familyId) })),
]

/** Loads a file and says which accounts were asked for. */
const load = async (of: Table, content: unknown) => {
  const accounts: NewAccount[] = []
  const createAccount = (account: NewAccount): Promise<void> => {
    accounts.push(account)
    return Promise.resolve()
  }
  const report = await loadTown({ table: of, createAccount }, content, GUIDE_DAY)
  return { report, accounts }
}

describe('the file of the demo town', () => {
  it('opens the town: its catalogue, its families, its people', async () => {
    const { report, accounts } = await load(table, cessonContent())
    expect(report).toMatchObject({ newFamilies: 4, knownFamilies: 0, accounts: 8 })
    expect((await townCatalogue(table)()).catalogue).toEqual(cesson.catalogue)
    expect((await readFile(table, DUPONT.familyId)).file.children).toHaveLength(2)
    expect(accounts.map(({ email, roles }) => [email, ...roles])).toEqual([
      ['madelainedupont@famille.example', 'guardian'],
      ['tototest@famille.example', 'guardian'],
      ['juliendupont@famille.example', 'guardian'],
      ['linhnguyen@famille.example', 'guardian'],
      ['karimbernard@famille.example', 'guardian'],
      ['agent@cesson.example', 'agent'],
      ['regisseur@cesson.example', 'accountant'],
      ['administrateur@cesson.example', 'administrator'],
    ])
  })

  it('changes nothing when it is loaded again, whatever families have booked since', async () => {
    const first = await load(table, cessonContent())
    await submitWishes(
      { table, town: cessonTown },
      { by: DUPONT, wishes: guideWishes, idempotencyKey: 'between', now: GUIDE_MORNING },
    )
    const before = await everything(table)
    const second = await load(table, cessonContent())
    expect(second.report).toEqual({ ...first.report, newFamilies: 0, knownFamilies: 4 })
    expect(second.accounts).toEqual(first.accounts)
    expect(await everything(table)).toEqual(before)
  })

  it('opens the families that are new and leaves the others', async () => {
    const [model] = cesson.families
    if (model === undefined) throw new Error('No family')
    const more = { ...model, familyId: '1099', name: 'NOUVELLE' }
    const before = await table.query({ partition: familyPartition(DUPONT.familyId) })
    const { report } = await load(table, {
      ...cesson,
      families: [{ ...model, name: 'AUTRE' }, more],
      accounts: [],
    })
    expect(report).toMatchObject({ newFamilies: 1, knownFamilies: 1, accounts: 0 })
    expect(await table.query({ partition: familyPartition(DUPONT.familyId) })).toEqual(before)
  })

  it('keeps the price lists that have begun, and writes nothing of a file that changes one', async () => {
    const begun = structuredClone(cesson)
    const [list] = begun.catalogue.priceLists
    if (list === undefined) throw new Error('No price list')
    list.name = 'Autres tarifs'
    const before = await everything(table)
    await expect(load(table, begun)).rejects.toMatchObject({
      code: 'price-list-in-force',
      faults: [{ pointer: '/catalogue/priceLists/0' }],
    })
    expect(await everything(table)).toEqual(before)
  })

  it('may have no families and no people yet', async () => {
    const { report } = await load(table, { catalogue: cesson.catalogue })
    expect(report).toMatchObject({ newFamilies: 0, knownFamilies: 0, accounts: 0 })
  })
})

describe('a faulty file is refused and nothing is written', () => {
  const faultsOf = async (content: unknown): Promise<readonly Fault[]> => {
    const asked: unknown[] = []
    const createAccount = (account: NewAccount): Promise<void> => {
      asked.push(account)
      return Promise.resolve()
    }
    const error = await loadTown(
      { table: untouched.table, createAccount },
      content,
      GUIDE_DAY,
    ).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(asked).toEqual([])
    expect(await everything(untouched.table)).toEqual([])
    if (error instanceof PortalError && error.code === 'invalid-request') return error.faults
    throw new Error('Not refused', { cause: error })
  }

  const unknown = (id: string) => `« ${id} » n’existe pas dans ce fichier.`
  const twice = (id: string) => `« ${id} » figure deux fois dans cette liste.`
  const REQUIRED = 'Ce champ est obligatoire.'

  /** The demo town’s file, changed. */
  const changed = (change: (file: TownFile) => void): TownFile => {
    const file = structuredClone(cesson)
    change(file)
    return file
  }
  const first = <Each>(list: readonly Each[]): Each => {
    const [each] = list
    if (each === undefined) throw new Error('Nothing in the list')
    return each
  }
  const activity = ({ catalogue }: TownFile) => first(catalogue.activities)
  const rule = ({ catalogue }: TownFile) => first(first(catalogue.priceLists).rules)
  const family = ({ families }: TownFile) => first(families)

  const shapes: [string, string, string, unknown][] = [
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
      'Au plus 65 élément(s).',
      changed((file) => {
        const one = first(family(file).enrolments)
        family(file).enrolments = Array.from({ length: 66 }, () => one)
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

  const references: [string, string, string, unknown][] = [
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
      'a guardian’s account without the guardian',
      '/accounts/0/guardianId',
      REQUIRED,
      changed(({ accounts }) => {
        Object.assign(first(accounts), { guardianId: undefined })
      }),
    ],
  ]

  const doubles: [string, string, string, unknown][] = [
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

  const registers: [string, string, string, unknown][] = [
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
      'Format attendu : des caractères autorisés seulement.',
      changed((file) => {
        Object.assign(first(family(file).guardians), { phone: '06 12 34 56 78' })
      }),
    ],
  ]

  const ACTIVITY = '/catalogue/activities/0'
  const unit = (file: TownFile) => first(activity(file).units)
  const put = (about: (file: TownFile) => object, values: object): TownFile =>
    changed((file) => {
      Object.assign(about(file), values)
    })
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

  const bookingRules: [string, string, string, unknown][] = [
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
      'another household that does not name this one',
      '/families/0/children/0/otherHousehold',
      unknown('1002 manon'),
      put((file) => first(family(file).children), {
        otherHousehold: { familyId: '1002', childId: 'manon' },
      }),
    ],
  ]

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

  it.each([...shapes, ...references, ...doubles, ...registers, ...bookingRules])(
    'for %s, at %s',
    async (_, pointer, detail, content) => {
      expect(await faultsOf(content)).toEqual([{ pointer, detail }])
    },
  )

  it('for a price of an activity that does not exist, and thus of no unit', async () => {
    const content = changed((file) => {
      Object.assign(rule(file), { activityId: 'PISCINE' })
    })
    expect((await faultsOf(content)).map(({ pointer }) => pointer)).toEqual([
      '/catalogue/priceLists/0/rules/0/activityId',
      '/catalogue/priceLists/0/rules/0/unitIds/0',
    ])
  })

  it('with all its faults at once', async () => {
    const content = changed((file) => {
      Object.assign(first(family(file).children), { schoolId: 'ECOLE', category: 'ADULTE' })
      first(family(file).enrolments).until = '2025-08-31'
    })
    expect(await faultsOf(content)).toHaveLength(3)
  })
})
