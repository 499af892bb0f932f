import type { IsoDate } from './dates.ts'
import { decimalText, toCents, type Decimal } from './decimal.ts'
import { euros, groupedDigits, type Cents } from './money.ts'
import { shortDate } from './texts.ts'

/** The words of prices and of their reasons, as parents read them [wish W4]. */

const NO_BREAK = '\u00A0'

/** A number of the data as it is written in French: `1234.5` as `1 234,5`. */
export const frenchNumber = (text: string): string => {
  const point = text.indexOf('.')
  const whole = point === -1 ? text : text.slice(0, point)
  const grouped = groupedDigits(whole)
  return point === -1 ? grouped : `${grouped},${text.slice(point + 1)}`
}

export const percent = (text: string): string => `${frenchNumber(text)}${NO_BREAK}%`

/** An exact amount of cents in euros, with more than two decimals where it is not whole. */
export const exactEuros = (amount: Decimal): string => {
  if (amount.scale === 0 || !decimalText(amount).includes('.')) return euros(toCents(amount))
  const text = decimalText({ digits: amount.digits, scale: amount.scale + 2 })
  return `${frenchNumber(text)}${NO_BREAK}€`
}

const BASES = { quotient: 'quotient', income: 'revenu' } as const
type Basis = keyof typeof BASES

const ranked = (rank: number): string => (rank === 1 ? '1er' : `${String(rank)}e`)

/** The parts that there are: a bill has as many reasons as prices, so that this is written plainly. */
const joined = (parts: readonly (string | undefined)[], separator: string): string => {
  let text = ''
  for (const part of parts) {
    if (part === undefined || part === '') continue
    text = text === '' ? part : text + separator + part
  }
  return text
}

/** What a price was found from and how, each a part of its reason. */
export const REASONS = {
  /** All of it: « Tarifs 2026 · Repas · 2,08 € ». */
  all: (parts: readonly (string | undefined)[]): string => joined(parts, ' · '),
  /** The rule, and where in it the price stands: « Repas, tranche de quotient de 300 à 500 ». */
  rule: (...parts: readonly (string | undefined)[]): string => joined(parts, ', '),
  band: (by: Basis, from: string, below: string | undefined): string =>
    below === undefined
      ? `tranche de ${BASES[by]} à partir de ${frenchNumber(from)}`
      : `tranche de ${BASES[by]} de ${frenchNumber(from)} à ${frenchNumber(below)}`,
  threshold: (by: Basis, from: string): string => `${BASES[by]} à partir de ${frenchNumber(from)}`,
  known: (by: Basis, value: string, from: IsoDate): string =>
    `${BASES[by]} ${frenchNumber(value)} du ${shortDate(from)}`,
  unknown: (by: Basis): string => `${BASES[by]} inconnu`,
  unknownHighest: (by: Basis): string => `${BASES[by]} inconnu : prix le plus élevé`,
  category: (name: string): string => `catégorie ${name}`,
  commune: (name: string): string => `commune : ${name}`,
  rank: (rank: number): string => `${ranked(rank)} enfant`,
  siblings: (children: number, among: 'enrolled' | 'present'): string =>
    `${String(children)} enfants ${among === 'enrolled' ? 'inscrits' : 'présents'}`,
  regular: 'fréquentation régulière',
  occasional: 'fréquentation occasionnelle',
  occasions: {
    booked: undefined,
    late: 'hors délais',
    unbooked: 'sans réservation',
    absent: 'absence non justifiée',
    excused: 'absence justifiée',
  },
} as const

/** How a price is computed. */
export const COMPUTATIONS = {
  rate: (rate: string, value: string): string => `${percent(rate)} de ${frenchNumber(value)}`,
  atLeast: (how: string, least: Cents): string => `${how} (au moins ${euros(least)})`,
  atMost: (how: string, most: Cents): string => `${how} (au plus ${euros(most)})`,
  sum: (terms: readonly { name: string; amount: Decimal }[]): string =>
    terms.map(({ name, amount }) => `${name} ${exactEuros(amount)}`).join(' + '),
  share: (rate: string, amount: Decimal, name: string): string =>
    `${percent(rate)} de ${exactEuros(amount)} (${name})`,
  time: (about: { minutes: number; steps: number; step: number; price: string }): string =>
    `${String(about.minutes)}${NO_BREAK}min, soit ${String(about.steps)} × ${String(about.step)}${NO_BREAK}min à ${about.price}`,
  less: (rate: string): string => ` − ${percent(rate)}`,
  more: (rate: string): string => ` + ${percent(rate)}`,
  plus: (amount: Cents): string => ` + ${euros(amount)}`,
  times: (by: string): string => ` × ${frenchNumber(by)}`,
  due: (rate: string): string => ` × ${percent(rate)}`,
  /** « 1,41 € + 20 % = 1,69 € »; a price that nothing is done to says itself. */
  equals: (how: string | undefined, start: Decimal, steps: string, result: Cents): string => {
    if (how === undefined)
      return steps === '' ? euros(result) : `${exactEuros(start)}${steps} = ${euros(result)}`
    return steps === ''
      ? `${how} = ${euros(result)}`
      : `${how} = ${exactEuros(start)}${steps} = ${euros(result)}`
  },
} as const

/** What is wrong with a price list, in a sentence. */
export const TARIFF_FAULTS = {
  hole: (from: string, to: string): string =>
    `Aucun prix de ${frenchNumber(from)} à ${frenchNumber(to)}.`,
  overlap: (from: string, to: string): string =>
    `Deux prix de ${frenchNumber(from)} à ${frenchNumber(to)}.`,
  afterLast: (from: string): string =>
    `Deux prix à partir de ${frenchNumber(from)} : la tranche précédente n’a pas de fin.`,
  noLast: (from: string): string => `Aucun prix à partir de ${frenchNumber(from)}.`,
  leastAboveMost: 'Le maximum est inférieur au minimum.',
  noHighest: 'Sans maximum ni seuil, il n’y a pas de prix le plus élevé.',
  noRule: (id: string): string => `« ${id} » n’a pas de prix à elle seule dans cette grille.`,
  timeInSum: (id: string): string =>
    `« ${id} » se facture au temps passé : elle n’entre pas dans une somme.`,
  severalRegies:
    'Ce montant vaut pour toute la famille : les activités de la grille doivent relever d’une seule régie.',
  aboveWhole: 'Une réduction ne dépasse pas 100 %.',
  sameStart: (service: string, from: IsoDate): string =>
    `Deux grilles de « ${service} » commencent le ${shortDate(from)}.`,
  oneEuroBands:
    'La cantine à 1 € demande au moins trois tranches de quotient, dont une à 1 € au plus et une à plus de 1 €.',
  oneEuroLimit: 'Un repas à 1 € au plus est réservé aux quotients de 1 000 au plus.',
  inForce: (name: string, from: IsoDate): string =>
    `La grille « ${name} », en vigueur depuis le ${shortDate(from)}, ne peut plus changer : publiez-en une nouvelle à partir d’une date à venir.`,
  past: (name: string, service: string, from: IsoDate): string =>
    `La grille « ${name} » commencerait le ${shortDate(from)}, dans une période où « ${service} » a déjà une grille : faites-la commencer aujourd’hui ou plus tard.`,
} as const
