import type { Catalogue } from '../catalogue/model.ts'
import { countsFrom } from '../families/means-rules.ts'
import type { Child, Guardian, Means } from '../families/model.ts'
import { addMonths, firstDayOf, monthOf, type IsoDate, type IsoMonth } from '../kernel/dates.ts'
import type { Fault } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { QUOTIENT_CONSENT, QUOTIENTS } from '../kernel/quotient-texts.ts'
import { monthLabel } from '../kernel/texts.ts'
import { meansOn } from '../tariffs/person.ts'
import type {
  Birth,
  FoundAnswer,
  FoundQuotient,
  Identity,
  QuotientConsent,
  QuotientFetch,
} from './model.ts'

/** The most questions about a family in a day: enough to correct an identity, too few to guess one. */
export const MOST_A_DAY = 10

const FRANCE = '99100'

/** Whether a guardian agrees, to the present wording. */
export const isInForce = (consent: QuotientConsent | undefined): consent is QuotientConsent =>
  consent?.withdrawnAt === undefined && consent?.textVersion === QUOTIENT_CONSENT.version

/** Whether the funds were asked about the family as often as they may be in a day. */
export const isDayFull = (fetches: readonly QuotientFetch[], today: IsoDate): boolean =>
  fetches.filter(({ at }) => parisDate(new Date(at)) === today).length >= MOST_A_DAY

/** The months that may be asked for: API Particulier knows those of two years. */
const MONTHS_BACK = { parent: 1, staff: 24 } as const

/**
 * What is wrong with the month that is asked for. Parents ask for the present month or the one before it,
 * as funds are late at the beginning of one: with a choice of years they would choose the cheapest.
 */
export const faultsOfMonth = (
  month: IsoMonth,
  { by, today }: { readonly by: 'parent' | 'staff'; readonly today: IsoDate },
): readonly Fault[] => {
  const last = monthOf(today)
  const first = addMonths(last, -MONTHS_BACK[by])
  if (first <= month && month <= last) return []
  return [{ pointer: '/body/month', detail: QUOTIENTS.month(monthLabel(first), monthLabel(last)) }]
}

/** What the file holds counts; the call says what the file lacks, and nothing else. */
const oneOf = (
  held: string | undefined,
  told: string | undefined,
  { pointer, missing }: { readonly pointer: string; readonly missing: string },
): readonly Fault[] => {
  if (held === undefined && told === undefined) return [{ pointer, detail: missing }]
  if (held !== undefined && told !== undefined) return [{ pointer, detail: QUOTIENTS.held }]
  return []
}

const faultsOfPlace = ({ country, commune }: Birth): readonly Fault[] => {
  const pointer = '/body/birth/commune'
  if (country === FRANCE && commune === undefined) {
    return [{ pointer, detail: QUOTIENTS.communeMissing }]
  }
  if (country !== FRANCE && commune !== undefined) {
    return [{ pointer, detail: QUOTIENTS.communeAbroad }]
  }
  return []
}

/**
 * Whom the fund is asked about: a guardian as the file knows them, and what it lacks from the call. So
 * nobody can ask about somebody else than the guardian.
 */
export const identityOf = (
  guardian: Pick<Guardian, 'title' | 'firstName' | 'birthName' | 'birthDate'>,
  birth: Birth,
): { readonly identity?: Identity; readonly faults: readonly Fault[] } => {
  const faults = [
    ...oneOf(guardian.birthName, birth.name, {
      pointer: '/body/birth/name',
      missing: QUOTIENTS.nameMissing,
    }),
    ...oneOf(guardian.birthDate, birth.date, {
      pointer: '/body/birth/date',
      missing: QUOTIENTS.dateMissing,
    }),
    ...faultsOfPlace(birth),
  ]
  const birthName = guardian.birthName ?? birth.name
  const birthDate = guardian.birthDate ?? birth.date
  if (faults.length > 0 || birthName === undefined || birthDate === undefined) return { faults }
  const identity = {
    birthName,
    birthDate,
    firstNames: [guardian.firstName, ...(birth.otherFirstNames ?? [])],
    sex: guardian.title === 'Mme' ? 'F' : 'M',
    country: birth.country,
    ...(birth.commune === undefined ? {} : { commune: birth.commune }),
  } as const
  return { identity, faults }
}

/** A birth date as the fund knows it: up to the first part that it does not know. */
const knownPart = (born: string): string => born.replace(/(?:-00)+$/, '')

/**
 * Whether an answer is about a family: it names the birth date of one of its children, as far as the fund
 * knows it. So nobody has the quotient of another household counted by an identity that the file lacks.
 * An answer without the block of the children is believed: the town has no right to it.
 */
export const isOfFamily = (
  { childrenBorn }: Pick<FoundAnswer, 'childrenBorn'>,
  children: readonly Pick<Child, 'birthDate'>[],
): boolean =>
  childrenBorn === undefined ||
  childrenBorn
    .map(knownPart)
    .some(
      (born) =>
        /^\d{4}(?:-\d{2}){0,2}$/.test(born) &&
        children.some(({ birthDate }) => birthDate.startsWith(born)),
    )

/**
 * The means of a family with a quotient that the fund told [wish W8]: what else it has shown stays. It
 * counts by the town's rule, and from the month it is for only where staff give a reason. A quotient
 * that counts on that day already, as the fund's, goes on as it is.
 *
 * @returns what counts, and whether it is new and must be written.
 */
export const meansWith = (
  quotient: Pick<FoundQuotient, 'value'>,
  about: {
    readonly town: Catalogue['town']
    readonly held: readonly Means[]
    readonly noted: Pick<Means, 'familyId' | 'notedAt' | 'notedBy'>
    readonly month: IsoMonth
    readonly today: IsoDate
    readonly reason?: string | undefined
  },
): { readonly means: Means; readonly isNew: boolean } => {
  const { town, held, noted, month, today, reason } = about
  const from = countsFrom(town, { from: firstDayOf(month), today, reason })
  const before = meansOn(held, from)
  if (before?.quotient === quotient.value && before.source === 'caf') {
    return { means: before, isNew: false }
  }
  return {
    means: {
      ...noted,
      from,
      quotient: quotient.value,
      income: before?.income,
      dependants: before?.dependants,
      parts: before?.parts,
      source: 'caf',
      reason,
    },
    isNew: true,
  }
}
