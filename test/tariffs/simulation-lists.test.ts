import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { catalogueSchema } from '../../shared/catalogue/model.ts'
import { euros } from '../../shared/kernel/money.ts'
import { categoryIdSchema } from '../../shared/platform/schemas.ts'
import { priceListSchema } from '../../shared/tariffs/model.ts'
import { readPriceTable } from '../../shared/tariffs/price-table.ts'
import {
  priceTableReply,
  simulationReply,
  type PriceTableReply,
  type SimulationReply,
} from '../../shared/tariffs/routes.ts'
import { simulateForAnyone } from '../../shared/tariffs/simulate.ts'
import { cessonTown } from '../support/cesson.ts'

type Town = Pick<TownCatalogue, 'catalogue'>

const plain = (text: string): string => text.replaceAll(/[\u00A0\u202F]/g, ' ')

const tableOf = (town: Town, id: string): PriceTableReply =>
  priceTableReply.parse(readPriceTable(town, id))

/** Rows as they would be printed: conditions, how, then the prices and that without figure. */
const printed = (table: PriceTableReply['tables'][number] | undefined) =>
  (table?.rows ?? []).map((row) => {
    const amounts = [...row.prices, row.unknown].map((price) =>
      price === null ? '–' : plain(euros(price)),
    )
    return [
      [row.activity, ...row.units, row.name].join(' / '),
      row.conditions.map(plain).join(' ; '),
      plain(row.computation),
      amounts.join(' '),
    ]
  })

describe('the municipal tariffs of the demo town [guide 6]', () => {
  const table = tableOf(cessonTown, 'TARIFS_2024')
  const [bands, flat] = table.tables

  it('say which list they are, from when on and who decided them', () => {
    expect(table).toMatchObject({
      town: 'Cesson',
      service: 'Enfance',
      priceDate: {
        name: 'Tarifs 2024',
        from: '2024-01-01',
        decision: 'Délibération du 13 décembre 2023',
      },
    })
    expect(table.tables.map(({ by }) => by)).toEqual(['quotient', null])
  })

  it('have a column for each band, without hole or overlap', () => {
    expect(bands?.bands.map(({ label }) => plain(label))).toEqual([
      'de 0 à moins de 300',
      'de 300 à moins de 600',
      'de 600 à moins de 900',
      'de 900 à moins de 1 200',
      'de 1 200 à moins de 1 600',
      '1 600 et plus',
    ])
    expect(bands?.bands.slice(1).map(({ from }) => from)).toEqual(
      bands?.bands.slice(0, -1).map(({ below }) => below),
    )
  })

  it('have a row for each unit, also where a price follows from others, and the fee', () => {
    const rows = printed(bands)
    expect(rows).toContainEqual([
      'Restauration Scolaire / Repas / Repas',
      'Enfant',
      'selon le quotient',
      '2,08 € 2,65 € 3,30 € 4,05 € 4,85 € 5,70 € 5,70 €',
    ])
    expect(rows).toContainEqual([
      'Accueil Pre/Post Scolaire / Accueil soir hors délais / Accueil du soir hors délais',
      'Enfant et Elève PAI',
      '120 % de « Acc Soir »',
      '1,69 € 2,28 € 3,00 € 3,84 € 4,80 € 5,88 € 5,88 €',
    ])
    expect(rows).toContainEqual([
      'Centre de Loisirs Vacances / Frais Inscription Vacances',
      'Une fois par enfant et période de vacances scolaires ; Enfant et Elève PAI',
      'selon le quotient',
      '1,03 € 1,35 € 1,75 € 2,20 € 2,70 € 3,25 € 3,25 €',
    ])
  })

  it('tell apart the categories for which a sum comes to something else', () => {
    const days = [...printed(bands), ...printed(flat)].filter(
      ([name]) => name === 'Centre de Loisirs Mercredis / Journée / Journée',
    )
    expect(days.map(([, who, , prices]) => [who, prices])).toEqual([
      ['Enfant', '5,13 € 6,90 € 9,10 € 11,70 € 14,60 € 17,90 € 17,90 €'],
      ['Elève PAI', '3,12 € 4,60 € 6,40 € 8,60 € 11,00 € 13,80 € 13,80 €'],
      ['Elève Extérieur', '21,48 € 21,48 €'],
      ['Elève Sénartais', '17,90 € 17,90 €'],
    ])
  })

  it('tell surcharges and absences beside', () => {
    expect(table.notes.map(plain)).toContain(
      'Majoration hors délais (Restauration Scolaire) : + 20 %, hors délais, sans réservation.',
    )
    expect(table.notes.map(plain)).toContain(
      'Absence non justifiée : 100 % du tarif ; absence justifiée : 0 %.',
    )
  })

  it('agree with a simulation of any quotient and category [guide 54]', () => {
    const quotients = fc
      .integer({ min: 0, max: 250_000 })
      .map((cents) => `${String(Math.floor(cents / 100))}.${String(cents % 100).padStart(2, '0')}`)
    const categories = fc.constantFrom('ENFANT', 'EXTERIEUR', 'SENARTAIS', 'PAI')
    fc.assert(
      fc.property(quotients, categories, (quotient, id) => {
        const categoryId = categoryIdSchema.parse(id)
        const body = { service: 'Enfance', priceListId: 'TARIFS_2024', categoryId, quotient }
        const { rows, category } = simulateForAnyone(cessonTown, {
          body,
          now: new Date('2025-07-15T08:41:00Z'),
        })
        for (const { activity, unit, price } of rows) {
          const found = table.tables.flatMap(({ bands: columns, rows: lines }) => {
            const column = columns.findLastIndex(({ from }) => Number(from) <= Number(quotient))
            return lines
              .filter(
                (line) =>
                  line.activity === activity &&
                  (line.units[0] ?? line.name) === unit &&
                  line.conditions.some((condition) => condition.includes(category.name)),
              )
              .map(({ prices }) => prices[Math.max(0, column)])
          })
          expect(found).toEqual([price])
        }
      }),
    )
  })

  it('do not exist under another number', () => {
    expect(() => readPriceTable(cessonTown, 'TARIFS_1999')).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    )
  })
})

const flatly = (price: number) => [{ formula: { kind: 'flat', price } }]

/** A list of all that towns ask for, over the activities of the demo town. */
const rich = priceListSchema.parse({
  id: 'RICHE',
  name: 'Tarifs de tout',
  service: 'Jeunesse',
  from: '2025-09-01',
  until: '2026-08-31',
  rules: [
    {
      id: 'DEUX',
      name: 'Matin et après-midi',
      activityId: 'MERCREDIS',
      unitIds: ['APRES_MIDI', 'MATIN'],
      parts: flatly(1000),
    },
    {
      id: 'MERCREDI',
      name: 'Matin du mercredi',
      activityId: 'MERCREDIS',
      unitIds: ['MATIN'],
      when: { weekdays: [3], rank: { among: 'enrolled', from: 1, to: 1 } },
      parts: flatly(600),
    },
    {
      id: 'TROISIEME',
      name: 'Matin du troisième',
      activityId: 'MERCREDIS',
      unitIds: ['MATIN'],
      when: {
        rank: { among: 'present', from: 3 },
        siblings: { among: 'enrolled', atLeast: 3 },
        communes: ['Cesson', 'Nandy'],
        circumstances: ['PARENTS_ACTIFS'],
        quotient: 'known',
        regular: false,
        occasions: ['booked'],
        allergy: false,
      },
      parts: flatly(300),
    },
    {
      id: 'TEMPS',
      name: 'Accueil au temps passé',
      activityId: 'ACCUEIL',
      unitIds: ['ACC_SOIR'],
      parts: [
        {
          formula: {
            kind: 'time',
            minutes: 30,
            rounding: 'up',
            step: { kind: 'flat', price: 55 },
          },
        },
      ],
    },
    {
      id: 'TARD',
      name: 'Accueil tardif',
      activityId: 'ACCUEIL',
      unitIds: ['ACC_S_HORS_DELAIS'],
      when: { occasions: ['late'] },
      parts: flatly(500),
    },
    {
      id: 'REPAS',
      name: 'Repas au taux d’effort',
      activityId: 'RESTAURATION',
      unitIds: ['REPAS'],
      parts: [
        {
          label: 'repas',
          formula: {
            kind: 'effort',
            by: 'quotient',
            percent: '0.36',
            least: 260,
            most: 450,
            from: { threshold: '1500', price: 500 },
            unknown: 'refuse',
          },
        },
        { label: 'animation', formula: { kind: 'flat', price: 40 } },
      ],
    },
    {
      id: 'ETUDES',
      name: 'Études',
      activityId: 'ETUDES',
      unitIds: ['ETUDES'],
      parts: [
        {
          formula: {
            kind: 'bands',
            by: 'income',
            bands: [
              { from: '0', below: '20000', price: 100 },
              { from: '20000', price: 200 },
            ],
          },
        },
      ],
    },
  ],
  supplements: [
    {
      id: 'S1',
      name: 'Retard',
      of: { activityId: 'ACCUEIL' },
      occasions: ['late'],
      how: { kind: 'amount', amount: 150 },
      after: { times: 3, within: 'month' },
    },
    {
      id: 'S2',
      name: 'Sans réservation',
      occasions: ['unbooked'],
      how: { kind: 'fixed', price: 761 },
    },
    {
      id: 'S3',
      name: 'Double',
      of: { activityId: 'RESTAURATION', unitIds: ['REPAS'] },
      occasions: ['late', 'unbooked'],
      how: { kind: 'multiple', by: '2' },
      after: { times: 10, within: 'school-year' },
    },
    {
      id: 'S4',
      name: 'Forfait retard',
      occasions: ['late'],
      how: { kind: 'per-family', amount: 2500 },
      after: { times: 1, within: 'month' },
    },
  ],
  reductions: [
    {
      id: 'R1',
      name: 'Fratrie',
      of: { activityId: 'RESTAURATION' },
      when: { rank: { among: 'enrolled', from: 2, to: 3 } },
      percent: '20',
    },
  ],
  absences: { unjustified: '150', justified: '10', daysDue: 2 },
  fees: [
    {
      id: 'ADHESION',
      name: 'Adhésion',
      per: 'family',
      every: 'school-year',
      formula: { kind: 'flat', price: 1500 },
    },
    {
      id: 'ADHESION_PAI',
      name: 'Adhésion PAI',
      when: { categories: ['PAI'] },
      per: 'child',
      every: 'school-year',
      formula: { kind: 'flat', price: 100 },
    },
  ],
  packs: [
    {
      id: 'FORFAIT',
      name: 'Forfait du mois',
      of: { activityId: 'ETUDES' },
      fromDays: 8,
      formula: { kind: 'flat', price: 1200 },
    },
  ],
  minimum: { name: 'Minimum de facturation', per: 'family', amount: 300 },
})

const town: Town = {
  catalogue: catalogueSchema.parse({
    ...cessonTown.catalogue,
    activities: cessonTown.catalogue.activities.map((activity) => ({
      ...activity,
      units: activity.units.map((unit) => ({ ...unit, byTime: unit.id === 'ACC_SOIR' })),
    })),
    priceLists: [...cessonTown.catalogue.priceLists, rich],
  }),
}

const simulated = (figures: { quotient?: string; income?: string; commune?: string } = {}) =>
  simulationReply.parse(
    simulateForAnyone(town, {
      body: { service: 'Jeunesse', priceListId: 'RICHE', ...figures },
      // A Friday: the leisure centre opens on the Wednesday after it.
      now: new Date('2025-10-10T10:00:00Z'),
    }),
  )

const rowsOf = ({ rows }: SimulationReply) =>
  rows.map(({ activity, unit, price }) => [activity, unit, price])

describe('the simulation of a list with all kinds of rules', () => {
  it('prices units alone and together, by weekday, by the hour and late, then what is due once', () => {
    expect(rowsOf(simulated({ quotient: '1000', income: '20000' }))).toEqual([
      ['Etudes Surveillées', 'ETUDES', 200],
      ['Etudes Surveillées', 'Forfait du mois (par mois, à partir de 8 jours)', 1200],
      ['Restauration Scolaire', 'Repas', 400],
      ['Accueil Pre/Post Scolaire', 'Acc Soir (1 h)', 110],
      ['Accueil Pre/Post Scolaire', 'Accueil soir hors délais', 500],
      ['Centre de Loisirs Mercredis', 'Matin', 600],
      ['Centre de Loisirs Mercredis', 'Matin + Après-midi', 1000],
      ['Jeunesse', 'Adhésion', 1500],
    ])
  })

  it('says what is missing where a figure must be known', () => {
    const meal = simulated().rows.find(({ unitId }) => unitId === 'REPAS')
    expect(meal).toMatchObject({
      price: null,
      why: 'Le quotient familial doit être connu pour calculer ce tarif.',
    })
  })

  it('says that no rule applies to a unit that the list prices for others', () => {
    const only = {
      ...rich,
      rules: rich.rules.filter(({ id }) => id === 'TROISIEME'),
      fees: [],
      packs: [],
    }
    const { rows } = simulateForAnyone(
      { catalogue: { ...town.catalogue, priceLists: [only] } },
      {
        body: { service: 'Jeunesse', priceListId: 'RICHE' },
        now: new Date('2025-10-10T10:00:00Z'),
      },
    )
    expect(rows).toEqual([
      {
        activityId: 'MERCREDIS',
        activity: 'Centre de Loisirs Mercredis',
        unitId: 'MATIN',
        unit: 'Matin',
        price: null,
        why: 'Aucun tarif de la grille ne s’applique à cette situation.',
      },
    ])
  })

  it('stays within the days of the list on its last ones', () => {
    const reply = simulateForAnyone(town, {
      body: { service: 'Jeunesse', priceListId: 'RICHE', quotient: '1000' },
      // The list ends on a Monday; the rule for Wednesdays has no day left.
      now: new Date('2026-10-10T10:00:00Z'),
    })
    expect(reply.date).toBe('2026-08-31')
    expect(reply.rows.find(({ unitId }) => unitId === 'MATIN')?.price).toBeNull()
  })
})

describe('the table of a list with all kinds of rules [guide 6]', () => {
  const table = tableOf(town, 'RICHE')

  it('has a table for prices by quotient, one for those by income and one for the others', () => {
    expect(table.tables.map(({ title, bands }) => [title, bands.length])).toEqual([
      ['Tarifs selon le quotient familial', 1],
      ['Tarifs selon le revenu annuel', 2],
      ['Tarifs uniques', 0],
    ])
  })

  it('tells a rate in words, for it has no price of its own', () => {
    expect(printed(table.tables[0])).toEqual([
      [
        'Restauration Scolaire / Repas / Repas au taux d’effort',
        '',
        'repas : 0,36 % du quotient, au moins 2,60 €, au plus 4,50 €, 5,00 € à partir de 1 500 + animation : prix unique',
        '– –',
      ],
    ])
  })

  it('prices by income', () => {
    expect(printed(table.tables[1])).toEqual([
      ['Etudes Surveillées / ETUDES / Études', '', 'selon le revenu', '1,00 € 2,00 € 2,00 €'],
    ])
  })

  it('says for whom and when each price is', () => {
    expect(printed(table.tables[2])).toEqual([
      [
        'Centre de Loisirs Mercredis / Après-midi / Matin / Matin et après-midi',
        '',
        'prix unique',
        '10,00 € 10,00 €',
      ],
      [
        'Centre de Loisirs Mercredis / Matin / Matin du mercredi',
        '1er des enfants inscrits ; Le mercredi',
        'prix unique',
        '6,00 € 6,00 €',
      ],
      [
        'Centre de Loisirs Mercredis / Matin / Matin du troisième',
        'Communes : Cesson et Nandy ; Situation : PARENTS_ACTIFS ; Quotient connu ; À partir du 3e des enfants présents ; Au moins 3 enfants inscrits ; Fréquentation occasionnelle ; Réservé dans les délais ; Sans PAI',
        'prix unique',
        '3,00 € –',
      ],
      [
        'Accueil Pre/Post Scolaire / Acc Soir / Accueil au temps passé',
        '',
        'par tranche de 30 min commencée, prix unique',
        '0,55 € 0,55 €',
      ],
      [
        'Accueil Pre/Post Scolaire / Accueil soir hors délais / Accueil tardif',
        'Réservé hors délais',
        'prix unique',
        '5,00 € 5,00 €',
      ],
      [
        'Jeunesse / Adhésion',
        'Une fois par famille et année scolaire',
        'prix unique',
        '15,00 € 15,00 €',
      ],
      [
        'Jeunesse / Adhésion PAI',
        'Une fois par enfant et année scolaire ; Elève PAI',
        'prix unique',
        '1,00 € 1,00 €',
      ],
      [
        'Etudes Surveillées / Forfait du mois',
        'Par mois, à partir de 8 jours',
        'prix unique',
        '12,00 € 12,00 €',
      ],
    ])
  })

  it('tells in its notes what is added, taken off and due', () => {
    expect(table.notes.map(plain)).toEqual([
      'Retard (Accueil Pre/Post Scolaire) : + 1,50 €, hors délais, à partir de la 4e fois du mois.',
      'Sans réservation (toutes les activités) : 7,61 € au lieu du tarif, sans réservation.',
      'Double (Restauration Scolaire, Repas) : × 2, hors délais, sans réservation, à partir de la 11e fois de l’année scolaire.',
      'Forfait retard (toutes les activités) : 25,00 € par jour et par famille, hors délais, à partir de la 2e fois du mois.',
      'Fratrie (Restauration Scolaire) : − 20 %, Du 2e au 3e des enfants inscrits.',
      'Absence non justifiée : 150 % du tarif ; absence justifiée : 10 %.',
      'Les 2 premiers jours d’une absence justifiée restent dus.',
      'Minimum de facturation : 3,00 € au moins par famille et mois facturé.',
    ])
  })
})
