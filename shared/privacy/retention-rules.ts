import { schoolYearOf } from '../catalogue/calendar.ts'
import type { RetentionSettings } from '../catalogue/retention-settings.ts'
import { spanOf } from '../catalogue/school-time.ts'
import type { Child, FamilyFile, Means } from '../families/model.ts'
import { laterOf, monthsLater, type IsoDate } from '../kernel/dates.ts'
import type { Item } from '../platform/entity.ts'
import { ENTITY_ATTRIBUTE } from '../platform/keys.ts'
import { dayOf, type DataKind, type RetentionKind } from '../platform/personal-data.ts'
import type { KindOf } from './erasure-rules.ts'
import type { RetentionWarning } from './model.ts'

/** What is to become of a family's file on a day. */
export type FileEnd =
  | { readonly kind: 'kept' }
  /** Its guardians are told that it will be erased from `until` on. */
  | { readonly kind: 'warn'; readonly since: IsoDate; readonly until: IsoDate }
  /** They were told, and may still come back. */
  | { readonly kind: 'warned' }
  | { readonly kind: 'erase' }

/** What the purge does to a family on a day. */
export interface DueForPurge {
  readonly items: readonly Item[]
  /** The children whose file says of their health what nobody needs any more: diets, a care plan. */
  readonly health: readonly Child[]
  readonly file: FileEnd
}

/** What retention depends on beside the family's items. */
export interface Keeping {
  readonly kindOf: KindOf
  readonly settings: RetentionSettings
  /** The day of Paris. */
  readonly today: IsoDate
  /** Whether the family's ledger stands as it does when these items are all that is left. */
  readonly standsWith: (left: readonly Item[]) => boolean
}

/** The period of a kind in months; nothing for what is kept as long as the file, or forgets itself. */
const periodOf = (retention: RetentionKind, settings: RetentionSettings): number | undefined => {
  switch (retention) {
    case 'file':
    case 'technical':
      return undefined
    default:
      return settings[retention]
  }
}

const isOver = (since: IsoDate, months: number, today: IsoDate): boolean =>
  monthsLater(since, months) < today

/** An item whose period is over, with the day from which that counted. */
interface Aged {
  readonly item: Item
  readonly since: IsoDate
  readonly kind: DataKind
}

const agedAmong = (items: readonly Item[], { kindOf, settings, today }: Keeping): Aged[] =>
  items.flatMap((item) => {
    const kind = kindOf(item[ENTITY_ATTRIBUTE])
    const months = kind && periodOf(kind.retention, settings)
    const since = months === undefined ? undefined : kind?.since?.(item, items)
    if (kind === undefined || months === undefined || since === undefined) return []
    return isOver(since, months, today) ? [{ item, since, kind }] : []
  })

/**
 * Of the accounting data that is old enough what settles itself: up to the latest day such that what is
 * left stands as before. What is unpaid stays, and with it what lies before it.
 */
const closedAmong = (
  aged: readonly Aged[],
  items: readonly Item[],
  { standsWith }: Keeping,
): Item[] => {
  const days = [...new Set(aged.map(({ since }) => since))].toSorted().toReversed()
  for (const day of days) {
    const gone = new Set(aged.filter(({ since }) => since <= day).map(({ item }) => item))
    if (standsWith(items.filter((item) => !gone.has(item)))) return [...gone]
  }
  return []
}

/**
 * The items of a family whose period is over [standards of CNIL, GDPR article 5-1 e]. An erased family's
 * are its accounting data.
 */
export const agedItems = (items: readonly Item[], keeping: Keeping): Item[] => {
  const [accounting, others] = [true, false].map((isMeant) =>
    agedAmong(items, keeping).filter(({ kind }) => (kind.retention === 'accounting') === isMeant),
  )
  return [
    ...(others ?? []).map(({ item }) => item),
    ...closedAmong(accounting ?? [], items, keeping),
  ]
}

const changeDays = (file: FamilyFile): IsoDate[] =>
  [file.family, ...file.guardians, ...file.children, ...file.contacts, ...file.enrolments].flatMap(
    ({ changed }) => (changed === undefined ? [] : [dayOf(changed.at)]),
  )

const notedDays = (means: readonly Means[]): IsoDate[] =>
  means.flatMap(({ notedBy, notedAt }) => (notedBy === undefined ? [] : [dayOf(notedAt)]))

/**
 * The last day on which a family had a child enrolled, or anybody did something with its file or one of
 * its accounts. Nothing where no such day is known, and while a child is of another household as well,
 * which may have it enrolled: such files end by hand.
 *
 * @param lastSeen the last day on which a guardian signed in.
 */
export const inactiveSince = (
  file: FamilyFile,
  lastSeen: IsoDate | undefined,
): IsoDate | undefined => {
  if (file.children.some(({ otherHousehold }) => otherHousehold !== undefined)) return undefined
  const days = [
    ...file.enrolments.map(({ until }) => until),
    ...changeDays(file),
    ...notedDays(file.means),
    ...(lastSeen === undefined ? [] : [lastSeen]),
  ]
  return days.length === 0 ? undefined : days.reduce(laterOf)
}

/** What is to become of a file: nobody is erased who was not told in time, for the same reason. */
const endOfFile = (
  since: IsoDate | undefined,
  warning: RetentionWarning | undefined,
  { settings: { file: months, warnedBefore }, today }: Keeping,
): FileEnd => {
  if (since === undefined || !isOver(since, months - warnedBefore, today)) return { kind: 'kept' }
  if (warning?.since !== since) {
    const until = laterOf(monthsLater(since, months), monthsLater(today, warnedBefore))
    return { kind: 'warn', since, until }
  }
  const isTime = isOver(since, months, today) && isOver(warning.warnedOn, warnedBefore, today)
  return { kind: isTime ? 'erase' : 'warned' }
}

const saysHealth = ({ diets, allergy, carePlanUntil }: Child): boolean =>
  diets !== undefined || allergy !== undefined || carePlanUntil !== undefined

/**
 * The children whose school year of the last enrolment is over, and whose file still says what they eat
 * or that they have a care plan. Not those of another household as well, which may have them enrolled.
 */
const healthOver = (
  { children, enrolments }: FamilyFile,
  { settings, today }: Keeping,
): readonly Child[] =>
  children.filter((child) => {
    const last = enrolments
      .filter(({ childId }) => childId === child.childId)
      .map(({ until }) => until)
      .toSorted()
      .at(-1)
    if (last === undefined || child.otherHousehold !== undefined || !saysHealth(child)) return false
    return isOver(spanOf(schoolYearOf(last)).to, settings.health, today)
  })

/** Whether an item is the last enrolment of the file: its period and those of health count from it. */
const isLastEnrolment = ({ enrolments }: FamilyFile, item: Item): boolean => {
  if (item[ENTITY_ATTRIBUTE] !== 'Enrolment') return false
  const until = enrolments
    .map((enrolment) => enrolment.until)
    .toSorted()
    .at(-1)
  return item['until'] === until
}

/**
 * What the purge does to a family on a day: which of its items have been kept for as long as the town
 * says, and whether its file ends. Of a file that is held nothing.
 */
export const dueForPurge = (
  items: readonly Item[],
  file: FamilyFile,
  keeping: Keeping,
  about: {
    readonly lastSeen?: IsoDate | undefined
    readonly warning?: RetentionWarning | undefined
  } = {},
): DueForPurge => {
  if (file.family.legalHold !== undefined) return { items: [], health: [], file: { kind: 'kept' } }
  return {
    items: agedItems(items, keeping).filter((item) => !isLastEnrolment(file, item)),
    health: healthOver(file, keeping),
    file: endOfFile(inactiveSince(file, about.lastSeen), about.warning, keeping),
  }
}
