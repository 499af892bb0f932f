import type { Weekday } from './dates.ts'
import { euros, type Cents } from './money.ts'
import { frenchNumber, percent } from './tariff-texts.ts'
import { listOf, weekdayName } from './texts.ts'

/** The words of simulations [guide 51, 54] and of price lists as everybody reads them [guide 6]. */

type Basis = 'quotient' | 'income'
type Among = 'enrolled' | 'present'

const OF_BASIS = { quotient: 'du quotient', income: 'du revenu' } as const
const MANY = { enrolled: 'inscrits', present: 'présents' } as const

const nth = (rank: number): string => (rank === 1 ? '1er' : `${String(rank)}e`)

export const SIMULATION = {
  unknownService: (service: string): string => `Le service « ${service} » n’existe pas.`,
  unknownPriceDate: (priceListId: string, service: string): string =>
    `Le service « ${service} » n’a pas de tarifs « ${priceListId} ».`,
  unknownCategory: (category: string): string => `La catégorie « ${category} » n’existe pas.`,
  commune: 'Commune',
  elsewhere: 'Hors commune',
  perHour: (unit: string): string => `${unit} (1 h)`,
  together: (units: readonly string[]): string => units.join(' + '),
  perMonth: (name: string, fromDays: number): string =>
    `${name} (par mois, à partir de ${String(fromDays)} jours)`,
  missing: {
    list: 'Aucune grille tarifaire en vigueur à cette date.',
    rule: 'Aucun tarif de la grille ne s’applique à cette situation.',
    quotient: 'Le quotient familial doit être connu pour calculer ce tarif.',
    income: 'Le revenu doit être connu pour calculer ce tarif.',
    duration: 'La durée doit être connue pour calculer ce tarif.',
  },
  sources: {
    declared: 'Déclaré par la famille',
    caf: 'Transmis par la CAF',
    town: 'Établi par la mairie',
  },
} as const

/** Where the price of a step of time stands on its own. */
const ROUNDINGS = { up: 'commencée', nearest: 'la plus proche', down: 'entière' } as const

export const PRICE_TABLE = {
  titles: {
    quotient: 'Tarifs selon le quotient familial',
    income: 'Tarifs selon le revenu annuel',
    none: 'Tarifs uniques',
  },
  band: (from: string, below: string | null): string =>
    below === null
      ? `${frenchNumber(from)} et plus`
      : `de ${frenchNumber(from)} à moins de ${frenchNumber(below)}`,
  computations: {
    flat: 'prix unique',
    bands: { quotient: 'selon le quotient', income: 'selon le revenu' },
    effort: (about: {
      by: Basis
      rate: string
      least?: Cents | undefined
      most?: Cents | undefined
      from?: { threshold: string; price: Cents } | undefined
    }): string =>
      [
        `${percent(about.rate)} ${OF_BASIS[about.by]}`,
        about.least === undefined ? [] : `au moins ${euros(about.least)}`,
        about.most === undefined ? [] : `au plus ${euros(about.most)}`,
        about.from === undefined
          ? []
          : `${euros(about.from.price)} à partir de ${frenchNumber(about.from.threshold)}`,
      ]
        .flat()
        .join(', '),
    sum: (units: readonly string[]): string => units.join(' + '),
    share: (rate: string, unit: string): string =>
      rate === '100' ? `comme « ${unit} »` : `${percent(rate)} de « ${unit} »`,
    time: (minutes: number, rounding: keyof typeof ROUNDINGS, step: string): string =>
      `par tranche de ${String(minutes)} min ${ROUNDINGS[rounding]}, ${step}`,
    part: (label: string | undefined, how: string): string =>
      label === undefined ? how : `${label} : ${how}`,
  },
  conditions: {
    categories: (names: readonly string[]): string => listOf(names),
    communes: (names: readonly string[]): string => `Communes : ${listOf(names)}`,
    circumstances: (ids: readonly string[]): string => `Situation : ${listOf(ids)}`,
    quotient: { known: 'Quotient connu', unknown: 'Quotient non communiqué' },
    rank: (from: number, to: number | undefined, among: Among): string => {
      if (to === from) return `${nth(from)} des enfants ${MANY[among]}`
      return to === undefined
        ? `À partir du ${nth(from)} des enfants ${MANY[among]}`
        : `Du ${nth(from)} au ${nth(to)} des enfants ${MANY[among]}`
    },
    siblings: (atLeast: number, among: Among): string =>
      `Au moins ${String(atLeast)} enfants ${MANY[among]}`,
    regular: 'Fréquentation régulière',
    occasional: 'Fréquentation occasionnelle',
    occasions: {
      booked: 'Réservé dans les délais',
      late: 'Réservé hors délais',
      unbooked: 'Sans réservation',
      absent: 'Absence non justifiée',
      excused: 'Absence justifiée',
    },
    weekdays: (weekdays: readonly Weekday[]): string => `Le ${listOf(weekdays.map(weekdayName))}`,
    allergy: 'Panier repas (PAI)',
    noAllergy: 'Sans PAI',
  },
  perMonth: (fromDays: number): string => `Par mois, à partir de ${String(fromDays)} jours`,
  fees: {
    child: {
      'school-year': 'Une fois par enfant et année scolaire',
      'school-holiday': 'Une fois par enfant et période de vacances scolaires',
    },
    family: {
      'school-year': 'Une fois par famille et année scolaire',
      'school-holiday': 'Une fois par famille et période de vacances scolaires',
    },
  },
  everywhere: 'toutes les activités',
  note: (name: string, scope: string, how: string): string => `${name} (${scope}) : ${how}.`,
  supplements: {
    percent: (rate: string): string => `+ ${percent(rate)}`,
    amount: (amount: Cents): string => `+ ${euros(amount)}`,
    multiple: (by: string): string => `× ${frenchNumber(by)}`,
    fixed: (price: Cents): string => `${euros(price)} au lieu du tarif`,
    'per-family': (amount: Cents): string => `${euros(amount)} par jour et par famille`,
    occasions: { late: 'hors délais', unbooked: 'sans réservation' },
    after: {
      month: (times: number): string => `à partir de la ${String(times + 1)}e fois du mois`,
      'school-year': (times: number): string =>
        `à partir de la ${String(times + 1)}e fois de l’année scolaire`,
    },
  },
  reduction: (rate: string, conditions: readonly string[]): string =>
    [`− ${percent(rate)}`, ...conditions].join(', '),
  absences: (unjustified: string, justified: string): string =>
    `Absence non justifiée : ${percent(unjustified)} du tarif ; absence justifiée : ${percent(justified)}.`,
  daysDue: (days: number): string =>
    `Les ${String(days)} premiers jours d’une absence justifiée restent dus.`,
  minimum: {
    child: (name: string, amount: Cents): string =>
      `${name} : ${euros(amount)} au moins par enfant et mois facturé.`,
    family: (name: string, amount: Cents): string =>
      `${name} : ${euros(amount)} au moins par famille et mois facturé.`,
  },
} as const
