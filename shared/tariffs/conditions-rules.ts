import type { IsoDate } from '../kernel/dates.ts'
import { weekdayOf } from '../kernel/dates.ts'
import type { Conditions, Occasion, Person, Place, PriceList } from './model.ts'

/** When a price is asked for; nothing of what is asked for once, or for a month. */
export interface Moment {
  readonly date?: IsoDate | undefined
  readonly occasion?: Occasion | undefined
}

/** What of a person is counted over siblings or a month; the rest stands in the file. */
export interface Counted {
  readonly enrolled: boolean
  readonly present: boolean
  readonly share: boolean
}

/** What conditions ask to be counted: what nobody asks for need not be. */
export const countedFor = (conditions: readonly Conditions[]): Counted => {
  const isAmong = (among: 'enrolled' | 'present'): boolean =>
    conditions.some(({ rank, siblings }) => rank?.among === among || siblings?.among === among)
  return {
    enrolled: isAmong('enrolled'),
    present: isAmong('present'),
    share: conditions.some(({ regular }) => regular !== undefined),
  }
}

/** The name of a town without case, accents, hyphens, postal route and short forms. */
const townKey = (name: string): string =>
  name
    .normalize('NFD')
    .toUpperCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Z0-9]+/g, ' ')
    .replace(/ CEDEX.*$/, '')
    .replaceAll(/\bSTE\b/g, 'SAINTE')
    .replaceAll(/\bST\b/g, 'SAINT')
    .trim()

/** The towns of a condition, by their keys: lists are few and asked for each price. */
const townKeys = new WeakMap<readonly string[], ReadonlySet<string>>()

/** Whether a town is on a list of towns, however either is written: `Vert St Denis`. */
export const isAmong = (communes: readonly string[], commune: string): boolean => {
  const known = townKeys.get(communes) ?? new Set(communes.map(townKey))
  townKeys.set(communes, known)
  return known.has(townKey(commune))
}

const isOneOf = <Value>(wanted: readonly Value[] | undefined, value: Value | undefined): boolean =>
  wanted === undefined || (value !== undefined && wanted.includes(value))

const placeIn = (person: Person, among: 'enrolled' | 'present'): Place => person[among]

const fitsRank = ({ rank }: Conditions, person: Person): boolean => {
  if (rank === undefined) return true
  const place = placeIn(person, rank.among).rank
  return place >= rank.from && (rank.to === undefined || place <= rank.to)
}

const fitsSiblings = ({ siblings }: Conditions, person: Person): boolean =>
  siblings === undefined || placeIn(person, siblings.among).children >= siblings.atLeast

const fitsFamily = (when: Conditions, person: Person): boolean =>
  (when.communes === undefined || isAmong(when.communes, person.commune)) &&
  (when.circumstances === undefined ||
    when.circumstances.some((id) => person.circumstances.includes(id))) &&
  (when.quotient === undefined ||
    (when.quotient === 'known') === (person.means?.quotient !== undefined))

/**
 * Whether all that a rule names holds: of each list of categories, towns, circumstances, occasions
 * and weekdays one entry is enough [guide 52]. The quotient 0 is a known one. What asks for an
 * occasion or a weekday never applies where there is none, as to a fee of the year.
 */
export const appliesTo = (
  when: Conditions,
  person: Person,
  { regularFrom }: Pick<PriceList, 'regularFrom'>,
  { date, occasion }: Moment = {},
): boolean =>
  isOneOf(when.categories, person.category) &&
  isOneOf(when.occasions, occasion) &&
  (when.weekdays === undefined ||
    (date !== undefined && when.weekdays.includes(weekdayOf(date)))) &&
  (when.allergy === undefined || when.allergy === person.allergy) &&
  (when.regular === undefined || when.regular === person.share >= regularFrom) &&
  fitsRank(when, person) &&
  fitsSiblings(when, person) &&
  fitsFamily(when, person)
