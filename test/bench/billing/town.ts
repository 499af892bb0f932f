import { Calendars, type TownCatalogue } from '../../../shared/catalogue/calendar.ts'
import { catalogueSchema } from '../../../shared/catalogue/model.ts'

/** The month that the benchmark bills. */
export const MONTH = '2026-03'

const QUOTIENTS = [308, 480, 620, 780, 950, 1150, 1400]

/** Eight bands of quotient from a lowest to a highest price, in cents. */
const bands = (lowest: number, step: number) => ({
  kind: 'bands',
  by: 'quotient',
  bands: [0, ...QUOTIENTS].map((from, index) => ({
    from: `${from}${from === 0 ? '' : '.01'}`,
    ...(QUOTIENTS[index] === undefined ? {} : { below: `${QUOTIENTS[index]}.01` }),
    price: lowest + step * index,
  })),
})

const DEADLINES = {
  add: { days: 2, counting: 'working-days', hour: '10:00' },
  cancel: { days: 2, counting: 'working-days', hour: '10:00' },
}

const activity = (
  id: string,
  name: string,
  weekdays: readonly number[],
  units: readonly (readonly [id: string, name: string])[],
  season = 'school-time',
) => ({
  id,
  name,
  service: 'Enfance',
  serviceEmail: 'enfance@ville.example',
  units: units.map(([unitId, label]) => ({ id: unitId, name: label })),
  groups: [{ id: `${id}_1`, name, facilityId: 'ECOLE' }],
  opening: {
    weekdays,
    season,
    periods: [{ from: '2025-09-01', until: '2026-07-03' }],
  },
  decision: 'automatic',
  deadlines: DEADLINES,
})

const rule = (activityId: string, unitIds: readonly string[], formula: object, when = {}) => ({
  id: `${activityId}-${unitIds.join('-')}${Object.keys(when).length === 0 ? '' : '-EXT'}`,
  name: unitIds.join(' + '),
  activityId,
  unitIds,
  when,
  parts: [{ formula }],
})

const OUTSIDE = { categories: ['EXTERIEUR'] }

/** What is due once for each child and period of school holidays, as real towns have it. */
const holidayFee = (category: string, formula: object) => ({
  id: `FRAIS-${category}`,
  name: 'Frais d’inscription aux vacances',
  of: { activityId: 'VACANCES' },
  when: { categories: [category] },
  per: 'child',
  every: 'school-holiday',
  formula,
})

/** A town of five activities with bands of quotient, an outsider's price, a late surcharge, fees. */
const catalogue = catalogueSchema.parse({
  town: {
    name: 'Banc-sur-Essai',
    portalName: 'Portail de Banc-sur-Essai',
    siret: '21770067300018',
    address: '1 place de la Mairie',
    postcode: '77000',
    phone: '+33164000000',
    regies: [{ id: 'ENF', name: 'Régie Enfance', contact: 'regie@ville.example', daysToPay: 30 }],
  },
  categories: [
    { id: 'RESIDENT', name: 'Résident' },
    { id: 'EXTERIEUR', name: 'Extérieur' },
  ],
  schoolYears: [
    {
      id: '2025-2026',
      zone: 'C',
      firstDay: '2025-09-01',
      lastDay: '2026-07-03',
      holidays: [
        { name: 'Vacances d’hiver', from: '2026-02-21', back: '2026-03-02' },
        { name: 'Vacances de printemps', from: '2026-04-18', back: '2026-05-04' },
      ],
    },
  ],
  facilities: [{ id: 'ECOLE', name: 'École' }],
  activities: [
    activity('RESTAURATION', 'Restauration scolaire', [1, 2, 4, 5], [['REPAS', 'Repas']]),
    activity(
      'ACCUEIL',
      'Accueil périscolaire',
      [1, 2, 4, 5],
      [
        ['MATIN', 'Accueil du matin'],
        ['SOIR', 'Accueil du soir'],
      ],
    ),
    activity('ETUDES', 'Études surveillées', [1, 2, 4], [['ETUDE', 'Étude']]),
    activity(
      'MERCREDIS',
      'Centre de loisirs',
      [3],
      [
        ['JOURNEE', 'Journée'],
        ['MATINEE', 'Matinée'],
      ],
    ),
    activity(
      'VACANCES',
      'Centre de loisirs des vacances',
      [1, 2, 3, 4, 5],
      [['SEJOUR', 'Journée de vacances']],
      'school-holidays',
    ),
  ],
  priceLists: [
    {
      id: 'TARIFS_2026',
      name: 'Tarifs 2026',
      service: 'Enfance',
      from: '2026-01-01',
      until: '2026-12-31',
      rules: [
        rule('RESTAURATION', ['REPAS'], { kind: 'flat', price: 720 }, OUTSIDE),
        rule('RESTAURATION', ['REPAS'], bands(80, 65)),
        rule('ACCUEIL', ['MATIN'], bands(40, 20)),
        rule('ACCUEIL', ['SOIR'], bands(70, 30)),
        rule('ETUDES', ['ETUDE'], { kind: 'flat', price: 141 }),
        rule('MERCREDIS', ['JOURNEE'], {
          kind: 'effort',
          by: 'quotient',
          percent: '1.15',
          least: 300,
          most: 2000,
        }),
        rule('MERCREDIS', ['MATINEE'], bands(180, 110)),
        rule('VACANCES', ['SEJOUR'], bands(350, 200)),
      ],
      fees: [
        holidayFee('RESIDENT', bands(103, 32)),
        holidayFee('EXTERIEUR', { kind: 'flat', price: 400 }),
      ],
      supplements: [
        {
          id: 'LATE',
          name: 'Hors délais',
          occasions: ['late'],
          how: { kind: 'percent', percent: '20' },
        },
      ],
    },
  ],
})

/** The town of the benchmark, as use cases take it. */
export const benchTown: TownCatalogue = { catalogue, calendars: new Calendars(catalogue) }
