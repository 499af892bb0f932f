import { beforeAll, describe, expect, it } from 'vitest'
import { euros } from '../../shared/kernel/money.ts'
import { categoryIdSchema, guardianIdSchema } from '../../shared/platform/schemas.ts'
import {
  listTariffServicesRoute,
  simulateForFamilyRoute,
  simulateRoute,
  type SimulationReply,
} from '../../shared/tariffs/routes.ts'
import {
  listTariffServices,
  simulateForAnyone,
  simulateForFamily,
} from '../../shared/tariffs/simulate.ts'
import { cesson, cessonTown, DUPONT, guardian, openCesson, TEST } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'

const { table } = await freshTable()
const deps = { table, town: cessonTown }

beforeAll(() => openCesson(table))

/** The evening on which the guide's simulation was made: 26 December 2023, 15:12 in Paris. */
const GUIDE_EVENING = new Date('2023-12-26T14:12:00Z')

type Body = Parameters<typeof simulateForAnyone>[1]['body']

const anyone = (body: Partial<Body>, now = GUIDE_EVENING): SimulationReply =>
  simulateRoute.reply.parse(
    simulateForAnyone(cessonTown, {
      body: { service: 'Enfance', priceListId: 'TARIFS_2024', ...body },
      now,
    }),
  )

const forChild = (childId: string, more: object = {}, family = DUPONT, now = GUIDE_EVENING) =>
  simulateForFamily(deps, {
    actor: guardian(family),
    body: simulateForFamilyRoute.body.parse({
      childId,
      service: 'Enfance',
      priceListId: 'TARIFS_2024',
      ...more,
    }),
    now,
  })

/** Rows as the guide prints them: activity, unit or fee, price. */
const printed = ({ rows }: SimulationReply) =>
  rows.map(({ activity, unitId, unit, price }) => [
    activity,
    unitId ?? unit,
    price === null ? null : euros(price).replace('\u00A0', ' '),
  ])

/** The table of guide 002, in the order of the demo town's catalogue. */
const GUIDE = [
  ['Etudes Surveillées', 'ETUDES', '1,41 €'],
  ['Restauration Scolaire', 'REPAS', '2,08 €'],
  ['Accueil Pre/Post Scolaire', 'ACC_MATIN', '0,70 €'],
  ['Accueil Pre/Post Scolaire', 'ACC_SOIR', '1,41 €'],
  ['Accueil Pre/Post Scolaire', 'ACC_S_HORS_DELAIS', '1,69 €'],
  ['Centre de Loisirs Mercredis', 'MATIN', '3,57 €'],
  ['Centre de Loisirs Mercredis', 'APRES_MIDI', '1,56 €'],
  ['Centre de Loisirs Mercredis', 'JOURNEE', '5,13 €'],
  ['Centre de Loisirs Mercredis', 'CL_ALLERGIE', '3,12 €'],
  ['Centre de Loisirs Mercredis', 'CL_ALLERGIE_MATIN', '1,56 €'],
  ['Centre de Loisirs Vacances', 'JOURNEE', '5,13 €'],
  ['Centre de Loisirs Vacances', 'CL_ALLERGIE', '3,12 €'],
  ['Centre de Loisirs Vacances', 'Frais Inscription Vacances', '1,03 €'],
]

const guideFigures = {
  categoryId: categoryIdSchema.parse('ENFANT'),
  quotient: '0.17',
  dependants: 2,
  parts: '1',
}

describe('the simulation of guide 002 [guide 51, 52, 53, 54]', () => {
  it('comes out to the cent, late evening and sums included, by figures without an account', () => {
    expect(printed(anyone(guideFigures))).toEqual(GUIDE)
  })

  it('has the header of the guide', () => {
    expect(anyone(guideFigures)).toMatchObject({
      simulatedAt: '2023-12-26T14:12:00.000Z',
      service: 'Enfance',
      priceDate: { priceListId: 'TARIFS_2024', name: 'Tarifs 2024', from: '2024-01-01' },
      date: '2024-01-01',
      tarification: 'Commune',
      quotient: '0.17',
      category: { categoryId: 'ENFANT', name: 'Enfant' },
      dependants: 2,
      parts: '1',
    })
    expect(anyone(guideFigures)).not.toHaveProperty('user')
  })

  it('comes out to the cent for a child of the family, filled in from the file', async () => {
    const now = new Date('2025-07-15T08:41:00Z')
    const reply = await forChild('leo', {}, DUPONT, now)
    expect(printed(reply)).toEqual(GUIDE)
    expect(reply).toMatchObject({
      user: 'Mme Madelaine DUPONT',
      child: 'Léo',
      date: '2025-07-15',
      tarification: 'Commune',
      quotient: '0.17',
      income: null,
      category: { categoryId: 'ENFANT', name: 'Enfant' },
      dependants: 2,
      parts: '1',
    })
    expect(reply).not.toHaveProperty('quotientDetail')
  })

  it('is a day late that costs a fifth more, a day that is its two halves, an allergy day two halves without a meal', () => {
    const rows = new Map(
      anyone(guideFigures).rows.map(({ activityId, unitId, why }) => [
        `${activityId ?? ''} ${unitId ?? ''}`,
        why.replaceAll('\u00A0', ' '),
      ]),
    )
    expect(rows.get('ACCUEIL ACC_S_HORS_DELAIS')).toContain('120 % de 1,41 €')
    expect(rows.get('MERCREDIS JOURNEE')).toMatch(/3,57 €.* \+ .*1,56 € = 5,13 €/)
    expect(rows.get('MERCREDIS CL_ALLERGIE')).toMatch(/1,56 €.* \+ .*1,56 € = 3,12 €/)
  })

  it('says of each price the list, the quotient with its date, the category and the band [wish W4]', () => {
    const meal = anyone(guideFigures).rows.find(({ unitId }) => unitId === 'REPAS')
    const why = meal?.why.replaceAll('\u00A0', ' ') ?? ''
    for (const part of [
      'Tarifs 2024',
      'Repas',
      'de 0 à 300',
      'quotient 0,17',
      'Enfant',
      '2,08 €',
    ]) {
      expect(why).toContain(part)
    }
  })
})

describe('a simulation by figures [guide 51, 52]', () => {
  const priceOf = (reply: SimulationReply, id: string) =>
    reply.rows.find(({ unitId }) => unitId === id)?.price

  it.each([
    ['0', 208],
    ['299.99', 208],
    ['300', 265],
    ['1599.99', 485],
    ['1600', 570],
    ['99999', 570],
  ])('prices a meal by the band of the quotient %s', (quotient, price) => {
    expect(priceOf(anyone({ ...guideFigures, quotient }), 'REPAS')).toBe(price)
  })

  it('takes an unknown quotient for the highest price, and 0 for the lowest', () => {
    const unknown = anyone({ categoryId: guideFigures.categoryId })
    expect(unknown.quotient).toBeNull()
    expect(priceOf(unknown, 'REPAS')).toBe(570)
    expect(priceOf(anyone({ ...guideFigures, quotient: '0' }), 'REPAS')).toBe(208)
  })

  it.each([
    ['Cesson', 'ENFANT', 'Commune'],
    ['cesson', 'ENFANT', 'Commune'],
    ['Vert Saint Denis', 'SENARTAIS', 'Hors commune'],
    ['NANDY', 'SENARTAIS', 'Hors commune'],
    ['Savigny-le-Temple', 'SENARTAIS', 'Hors commune'],
    ['Lieusaint', 'SENARTAIS', 'Hors commune'],
    ['Moissy Cramayel', 'SENARTAIS', 'Hors commune'],
    ['Reau', 'SENARTAIS', 'Hors commune'],
    ['Combs la Ville', 'SENARTAIS', 'Hors commune'],
    ['Melun', 'EXTERIEUR', 'Hors commune'],
  ])('finds the category of children of %s: %s, %s', (commune, categoryId, tarification) => {
    expect(anyone({ commune })).toMatchObject({ category: { categoryId }, tarification })
  })

  it('is that of the town where nothing is said of where the family lives', () => {
    expect(anyone({ quotient: '0.17' })).toMatchObject({
      category: { categoryId: 'ENFANT' },
      tarification: 'Commune',
    })
  })

  it.each([
    ['ENFANT', 'Commune', 208],
    ['PAI', 'Commune', 104],
    ['SENARTAIS', 'Hors commune', 570],
    ['EXTERIEUR', 'Hors commune', 684],
  ])('prices the meal of the category %s, who are %s', (category, tarification, price) => {
    const reply = anyone({ ...guideFigures, categoryId: categoryIdSchema.parse(category) })
    expect(reply.tarification).toBe(tarification)
    expect(priceOf(reply, 'REPAS')).toBe(price)
  })

  it('prices by the list that is chosen, on the day nearest to today on which it is in force', () => {
    const later = anyone({ ...guideFigures, priceListId: 'TARIFS_2026' })
    expect(later.date).toBe('2026-09-01')
    expect(priceOf(later, 'REPAS')).toBe(212)
    const now = new Date('2027-01-15T08:00:00Z')
    expect(anyone({ ...guideFigures, priceListId: 'TARIFS_2026' }, now).date).toBe('2027-01-15')
    expect(anyone(guideFigures, now)).toMatchObject({ date: '2026-08-31' })
  })

  it.each([
    [{ service: 'Voirie' }, '/body/service', 'Le service « Voirie » n’existe pas.'],
    [
      { priceListId: 'TARIFS_1999' },
      '/body/priceListId',
      'Le service « Enfance » n’a pas de tarifs « TARIFS_1999 ».',
    ],
    [
      { categoryId: categoryIdSchema.parse('VIP') },
      '/body/categoryId',
      'La catégorie « VIP » n’existe pas.',
    ],
  ])('refuses %o and names the field', (body, pointer, detail) => {
    expect(() => anyone(body)).toThrow(
      expect.objectContaining({ code: 'invalid-request', faults: [{ pointer, detail }] }),
    )
  })
})

describe('a simulation for a child of mine [guide 51, 53]', () => {
  it('tells on demand where the quotient comes from', async () => {
    const now = new Date('2026-03-10T10:00:00Z')
    const reply = await forChild('manon', { quotientDetail: true }, TEST, now)
    expect(reply.quotient).toBe('925.04')
    expect(reply.quotientDetail).toEqual({
      quotient: '925.04',
      income: '33301',
      dependants: 1,
      parts: '2',
      from: '2026-02-01',
      source: 'Déclaré par la famille',
    })
  })

  it('goes by what counts on the day of the prices', async () => {
    const before = await forChild('manon', {}, TEST, new Date('2026-01-31T10:00:00Z'))
    const after = await forChild('manon', {}, TEST, new Date('2026-02-01T10:00:00Z'))
    expect([before.quotient, after.quotient]).toEqual(['612.5', '925.04'])
  })

  it('has no quotient before the family showed one, and then no detail', async () => {
    const reply = await forChild('leo', { quotientDetail: true })
    expect(reply).toMatchObject({ date: '2024-01-01', quotient: null, dependants: null })
    expect(reply).not.toHaveProperty('quotientDetail')
  })

  it('takes another category for a trial [guide 52]', async () => {
    const reply = await forChild(
      'leo',
      { categoryId: 'PAI' },
      DUPONT,
      new Date('2025-07-15T08:41:00Z'),
    )
    expect(reply.category).toEqual({ categoryId: 'PAI', name: 'Elève PAI' })
    expect(reply.rows.find(({ unitId }) => unitId === 'JOURNEE')?.price).toBe(312)
  })

  it('refuses the child of another family', async () => {
    await expect(forChild('manon')).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: '/body/childId', detail: 'Cet enfant n’existe pas dans ce dossier.' }],
    })
  })

  it('is not for a guardian who is no longer in the file', async () => {
    const left = { ...DUPONT, guardianId: guardianIdSchema.parse('g9') }
    await expect(forChild('leo', {}, left)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the services and price dates [guide 51, 52]', () => {
  const services = (date?: `${string}-${string}-${string}`, now = GUIDE_EVENING) =>
    listTariffServicesRoute.reply.parse(listTariffServices(cessonTown, { query: { date }, now }))

  it('are all of the town, the latest first, with the one in force', () => {
    const reply = services(undefined, new Date('2025-07-15T08:41:00Z'))
    expect(reply.services).toEqual([
      {
        service: 'Enfance',
        priceDates: [
          {
            priceListId: 'TARIFS_2026',
            name: 'Tarifs 2026',
            from: '2026-09-01',
            until: '2027-08-31',
            decision: 'Délibération du 24 juin 2026',
          },
          {
            priceListId: 'TARIFS_2024',
            name: 'Tarifs 2024',
            from: '2024-01-01',
            until: '2026-08-31',
            decision: 'Délibération du 13 décembre 2023',
          },
        ],
        inForce: 'TARIFS_2024',
      },
    ])
  })

  it('are those in force on a day that is asked for', () => {
    const lists = (date: `${string}-${string}-${string}`) =>
      services(date).services.flatMap(({ priceDates }) => priceDates.map(({ name }) => name))
    expect(lists('2023-12-31')).toEqual([])
    expect(lists('2024-01-01')).toEqual(['Tarifs 2024'])
    expect(lists('2026-08-31')).toEqual(['Tarifs 2024'])
    expect(lists('2026-09-01')).toEqual(['Tarifs 2026'])
  })

  it('come with the four categories and the towns of each', () => {
    expect(services().categories).toMatchObject([
      { name: 'Enfant', communes: ['Cesson'] },
      { name: 'Elève Extérieur' },
      { name: 'Elève Sénartais', communes: cesson.catalogue.categories[2]?.communes },
      { name: 'Elève PAI' },
    ])
    expect(services().categories[2]?.communes).toHaveLength(7)
  })
})
