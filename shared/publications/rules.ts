import type { Catalogue } from '../catalogue/model.ts'
import { facilityName } from '../catalogue/look-up.ts'
import type { FamilyFile, Guardian } from '../families/model.ts'
import { mayParent } from '../families/rights-rules.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { normalEmail } from '../kernel/email.ts'
import type { Fault } from '../kernel/errors.ts'
import { parisDate, parisTime } from '../kernel/paris.ts'
import { PUBLICATIONS } from '../kernel/publication-texts.ts'
import type { ActivityId, FacilityId, GuardianId } from '../platform/schemas.ts'
import type {
  describedSchema,
  News,
  NewsAudience,
  TownDocument,
  writtenNewsSchema,
} from './model.ts'
import { POSTED, PUBLISHED } from './names.ts'
import type * as z from 'zod'

/** What of a family says which news are for it. */
export interface Reading {
  readonly activityIds: ReadonlySet<ActivityId>
  readonly schoolIds: ReadonlySet<FacilityId>
}

/**
 * What a guardian reads news about: the schools of the children over whom they have authority, and the
 * activities in which these are enrolled today or later.
 */
export const readingOf = (
  { children, enrolments }: Pick<FamilyFile, 'children' | 'enrolments'>,
  guardianId: GuardianId,
  today: IsoDate,
): Reading => {
  const own = children.filter((child) => mayParent(child, guardianId, today))
  const ids = new Set(own.map(({ childId }) => childId))
  return {
    schoolIds: new Set(own.map(({ schoolId }) => schoolId)),
    activityIds: new Set(
      enrolments
        .filter(({ childId, until }) => ids.has(childId) && until >= today)
        .map(({ activityId }) => activityId),
    ),
  }
}

/** Whether news are for a family; visitors read only those for all. */
export const isFor = (audience: NewsAudience, reading: Reading | undefined): boolean => {
  switch (audience.kind) {
    case 'all':
      return true
    case 'activities':
      return audience.activityIds.some((id) => reading?.activityIds.has(id) === true)
    case 'schools':
      return audience.schoolIds.some((id) => reading?.schoolIds.has(id) === true)
  }
}

/** The news of a day for a reader, those that began last first. */
export const newsOn = (
  all: readonly News[],
  today: IsoDate,
  reading: Reading | undefined,
): News[] =>
  all
    .filter(({ from, until, audience, withdrawnAt }) => {
      const isOn = withdrawnAt === undefined && from <= today && today <= until
      return isOn && isFor(audience, reading)
    })
    .toSorted((a, b) => (`${a.from} ${a.publishedAt}` > `${b.from} ${b.publishedAt}` ? -1 : 1))

/** For how long staff can take back what they wrote before it is mailed, in milliseconds. */
const RECALL = 10 * 60_000

/** The hours of Paris between which news are mailed. */
const DAYTIME = { from: '07:00', until: '20:00' } as const

/** Whether news are mailed at this hour: nobody is woken by them. */
export const isTimeForNews = (now: Date): boolean => {
  const time = parisTime(now)
  return DAYTIME.from <= time && time < DAYTIME.until
}

/**
 * Whether news are to be mailed: staff have asked for it, left them as they are for ten minutes, and they
 * are read on that day.
 */
export const isToMail = (
  { byMail, from, until, withdrawnAt, changed }: News,
  now: Date,
): boolean => {
  const today = parisDate(now)
  const isOn = withdrawnAt === undefined && from <= today && today <= until
  return byMail === true && isOn && new Date(changed.at).getTime() + RECALL <= now.getTime()
}

/**
 * The guardians to whom news are mailed: those who read them, once for each address. A family whose
 * file was set aside gets none: it has left, and reads them on the portal if it likes.
 */
export const readersOf = (
  { audience }: Pick<News, 'audience'>,
  file: Pick<FamilyFile, 'family' | 'guardians' | 'children' | 'enrolments'>,
  today: IsoDate,
): Guardian[] => {
  if (file.family.inactiveSince !== undefined) return []
  const readers = file.guardians.filter(({ guardianId }) =>
    isFor(audience, readingOf(file, guardianId, today)),
  )
  return [...new Map(readers.map((each) => [normalEmail(each.email), each])).values()]
}

/** Whom news are for, as people read it. */
export const audienceLabel = (catalogue: Catalogue, audience: NewsAudience): string => {
  switch (audience.kind) {
    case 'all':
      return PUBLICATIONS.everybody
    case 'activities':
      return PUBLICATIONS.families(
        audience.activityIds.map(
          (id) => catalogue.activities.find((activity) => activity.id === id)?.name ?? id,
        ),
      )
    case 'schools':
      return PUBLICATIONS.families(audience.schoolIds.map((id) => facilityName(catalogue, id)))
  }
}

const faultsOfPeriod = ({
  from,
  until,
}: {
  readonly from?: IsoDate | undefined
  readonly until?: IsoDate | undefined
}): Fault[] =>
  from !== undefined && until !== undefined && until < from
    ? [{ pointer: '/body/until', detail: PUBLICATIONS.periodOrder }]
    : []

const faultsOfAudience = (catalogue: Catalogue, audience: NewsAudience): Fault[] => {
  switch (audience.kind) {
    case 'all':
      return []
    case 'activities':
      return audience.activityIds.flatMap((id, index) =>
        catalogue.activities.some((activity) => activity.id === id)
          ? []
          : [
              {
                pointer: `/body/audience/activityIds/${String(index)}`,
                detail: PUBLICATIONS.unknownActivity(id),
              },
            ],
      )
    case 'schools':
      return audience.schoolIds.flatMap((id, index) =>
        catalogue.facilities.some((facility) => facility.id === id)
          ? []
          : [
              {
                pointer: `/body/audience/schoolIds/${String(index)}`,
                detail: PUBLICATIONS.unknownSchool(id),
              },
            ],
      )
  }
}

/** What is wrong with news as they are written. */
export const faultsOfNews = (
  catalogue: Catalogue,
  news: z.output<typeof writtenNewsSchema>,
): Fault[] => [...faultsOfPeriod(news), ...faultsOfAudience(catalogue, news.audience)]

/**
 * What is wrong with a document as it is described: tariffs say by which decision of the council they
 * hold, and from when on [guide 6] (CGCT, article L2121-29: the council decides them).
 */
export const faultsOfDocument = ({
  kind,
  decidedOn,
  ...period
}: z.output<typeof describedSchema>): Fault[] => [
  ...faultsOfPeriod(period),
  ...(kind === 'tariffs' && decidedOn === undefined
    ? [{ pointer: '/body/decidedOn', detail: PUBLICATIONS.decisionNeeded }]
    : []),
  ...(kind === 'tariffs' && period.from === undefined
    ? [{ pointer: '/body/from', detail: PUBLICATIONS.fromNeeded }]
    : []),
]

/** Whether everybody may have a document on a day. */
export const isListed = (
  { state, until }: Pick<TownDocument, 'state' | 'until'>,
  today: IsoDate,
): boolean => state === 'published' && (until === undefined || today <= until)

/** What is to be known of the days of a document, as a line. */
export const aboutDocument = ({
  decidedOn,
  from,
  until,
}: Pick<TownDocument, 'decidedOn' | 'from' | 'until'>): string =>
  [
    decidedOn === undefined ? undefined : PUBLICATIONS.decided(decidedOn),
    from === undefined ? undefined : PUBLICATIONS.from(from),
    until === undefined ? undefined : PUBLICATIONS.until(until),
  ]
    .filter((part) => part !== undefined)
    .join(' — ')

/** Where the file of a document is posted: whoever has the form may post it again until the form ends. */
export const postedKey = ({ documentId }: Pick<TownDocument, 'documentId'>): string =>
  `${POSTED}${documentId}`

/**
 * What the file of a document is called once it was looked at: by its content, and by the version that
 * publishes it. So nobody writes over the file of another, and what lost against another version is
 * nobody's: of each version there is one.
 *
 * @param etag which content the posted file has.
 */
export const fileOf = (version: number, etag: string): string =>
  `${String(version)}-${etag.replaceAll(/[^\w-]/g, '')}`

/** Where the file of a document lies that was looked at: nobody outside can change it. */
export const publishedKey = ({
  documentId,
  file,
}: Pick<TownDocument, 'documentId' | 'file'>): string =>
  file === undefined ? `${PUBLISHED}${documentId}` : `${PUBLISHED}${documentId}/${file}`
