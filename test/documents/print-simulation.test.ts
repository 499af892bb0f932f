import { expect, it } from 'vitest'
import type { Letter, LetterBlock } from '../../shared/documents/model.ts'
import { priceTableLetter, simulationLetter } from '../../shared/tariffs/print-simulation.ts'
import type { PriceTableReply, SimulationReply } from '../../shared/tariffs/routes.ts'
import { activityIdSchema, categoryIdSchema } from '../../shared/platform/schemas.ts'
import { town } from './fixture.ts'

const activityId = activityIdSchema.parse('ACCUEIL')
const priceDate = {
  priceListId: 'TARIFS_2024',
  name: 'Tarifs 2024',
  from: '2024-01-01',
  until: '2025-12-31',
} as const

/** The header of guide 002, and three of its rows. */
const reply: SimulationReply = {
  simulatedAt: '2025-07-15T22:30:00.000Z',
  user: 'Mme Anne DUPONT',
  child: 'Léo',
  service: 'Enfance',
  priceDate,
  date: '2025-07-15',
  tarification: 'Commune',
  quotient: '0.17',
  income: null,
  category: { categoryId: categoryIdSchema.parse('ENFANT'), name: 'Enfant' },
  dependants: 2,
  parts: '3',
  rows: [
    { activityId, activity: 'Accueil', unit: 'Acc Soir', price: 141, why: 'tranche de 0 à 300' },
    { activityId, activity: 'Accueil', unit: 'ACC_S_HORS_DELAIS', price: 169, why: '120 %' },
    { activityId, activity: 'Accueil', unit: 'Nuit', price: null, why: 'Aucun tarif.' },
  ],
}

const factsOf = ({ blocks }: Letter) =>
  blocks.flatMap((block) =>
    block.kind === 'facts' ? block.facts.map(({ label, value }) => [label, value]) : [],
  )

const tablesOf = ({ blocks }: Letter) =>
  blocks.filter((block): block is Extract<LetterBlock, { kind: 'table' }> => block.kind === 'table')

it('prints the header and the results of a simulation [guide 51, 53]', () => {
  const letter = simulationLetter(town, reply)
  expect(factsOf(letter)).toEqual([
    // It was past midnight in Paris.
    ['Date de la simulation', '16/07/2025'],
    ['Utilisateur', 'Mme Anne DUPONT'],
    ['Enfant', 'Léo'],
    ['Service', 'Enfance'],
    ['Date de calcul des prix', 'Tarifs 2024, prix du 15/07/2025'],
    ['Tarification', 'Commune'],
    ['Quotient familial', '0,17'],
    ['Catégorie', 'Enfant'],
    ['Enfants à charge', '2'],
    ['Nombre de parts', '3'],
  ])
  expect(tablesOf(letter)[0]?.rows.map(({ cells }) => cells)).toEqual([
    [{ text: 'Acc Soir', note: 'Accueil' }, 'tranche de 0 à 300', '1,41\u00A0€'],
    [{ text: 'ACC_S_HORS_DELAIS', note: 'Accueil' }, '120 %', '1,69\u00A0€'],
    [{ text: 'Nuit', note: 'Accueil' }, 'Aucun tarif.', '–'],
  ])
})

it('tells a quotient that is not known from one of 0, and where a known one comes from', () => {
  const unknown = factsOf(simulationLetter(town, { ...reply, quotient: null }))
  expect(unknown).toContainEqual(['Quotient familial', 'Non communiqué'])
  const quotientDetail = {
    quotient: '0',
    income: '1200',
    dependants: 2,
    parts: null,
    from: '2025-02-01',
    source: 'Transmis par la CAF',
  } as const
  const known = factsOf(simulationLetter(town, { ...reply, quotient: '0', quotientDetail }))
  expect(known.slice(-5)).toEqual([
    ['Quotient familial', '0'],
    ['Revenu annuel', '1\u202F200 €'],
    ['Enfants à charge', '2'],
    ['Pris en compte à partir du', '01/02/2025'],
    ['Source', 'Transmis par la CAF'],
  ])
})

const bands = Array.from({ length: 7 }, (_, index) => ({
  from: String(index * 100),
  below: index === 6 ? null : String((index + 1) * 100),
  label: `tranche ${index + 1}`,
}))

const row = {
  activityId,
  activity: 'Accueil',
  units: ['Acc Matin'],
  name: 'Accueil du matin',
  conditions: ['Enfant'],
  computation: 'selon le quotient',
}

const table: PriceTableReply = {
  town: 'Cesson',
  service: 'Enfance',
  priceDate: { ...priceDate, decision: 'Délibération du 13 décembre 2023' },
  tables: [
    {
      by: 'quotient',
      title: 'Tarifs selon le quotient familial',
      bands,
      rows: [
        { ...row, prices: bands.map((_, index) => 70 + index), unknown: 76 },
        {
          ...row,
          name: 'Taux',
          computation: '0,36 %',
          prices: bands.map(() => null),
          unknown: 450,
        },
      ],
    },
    {
      by: null,
      title: 'Tarifs uniques',
      bands: [],
      rows: [{ ...row, units: [], name: 'Frais', prices: [103], unknown: 103 }],
    },
  ],
  notes: ['Hors délais (toutes les activités) : + 20 %, hors délais.'],
}

it('prints a price list with all of its bands, some beside each other [guide 6]', () => {
  const letter = priceTableLetter(town, table)
  expect(letter).toMatchObject({
    title: 'Enfance – Tarifs 2024',
    date: '2024-01-01',
    addressee: [],
  })
  const [first, second, rates, flat] = tablesOf(letter)
  const titles = [first, second].map((some) => some?.columns.map(({ title }) => title))
  expect(titles).toEqual([
    ['Activité et prestation', 'tranche 1', 'tranche 2', 'tranche 3', 'tranche 4', 'tranche 5'],
    ['Activité et prestation', 'tranche 6', 'tranche 7', 'Si non communiqué'],
  ])
  const head = { text: 'Acc Matin', note: 'Accueil, Accueil du matin, Enfant' }
  expect(second?.rows[0]?.cells).toEqual([head, '0,75\u00A0€', '0,76\u00A0€', '0,76\u00A0€'])
  expect(rates?.rows[0]?.cells.slice(1)).toEqual(['0,36 %', '4,50\u00A0€'])
  expect(flat?.rows[0]?.cells).toEqual([
    { text: 'Frais', note: 'Accueil, Enfant' },
    'selon le quotient',
    '1,03\u00A0€',
  ])
  expect(letter.blocks.at(-1)).toMatchObject({ kind: 'paragraph', text: table.notes[0] })
})
