import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { FIELD_WORDS } from '../kernel/trail-texts.ts'
import { dataKind, dayOf, type DataKind, type Reader } from '../platform/personal-data.ts'
import type { TrailEntry } from './model.ts'
import { trailEntryEntity } from './store.ts'

/** What the family page tells no guardian, nor that it changed. */
const OF_STAFF: ReadonlySet<string | undefined> = new Set([
  FIELD_WORDS['authorityWithdrawn'],
  FIELD_WORDS['otherHousehold'],
  FIELD_WORDS['legalHold'],
])

/** That these changed tells of a child's health, to who asks for it. */
const OF_HEALTH: ReadonlySet<string | undefined> = new Set([
  FIELD_WORDS['allergy'],
  FIELD_WORDS['carePlanUntil'],
  FIELD_WORDS['diets'],
])

/** Whether an entry is about somebody or something that the reader may read of. */
const isTheirs = ({ subject, id }: TrailEntry, reader: Reader): boolean => {
  switch (subject) {
    case 'Guardian':
      return reader.mayReadGuardian(id)
    case 'Child':
    case 'AuthorisationSheet':
    case 'HealthRecord':
      return reader.mayReadChild(id)
    case 'Enrolment':
      return reader.mayReadEnrolment(id)
    case 'Attachment':
      return reader.mayReadAttachment(id)
    case 'Family':
    case 'Contact':
    case 'Means':
      return true
  }
}

/**
 * An entry as a guardian reads it: what was done, when and whether by the town, without the values of that
 * day, which may say of the other parent what the present ones do not (CJUE, C-579/21).
 */
const showEntry = (entry: TrailEntry, reader: Reader): unknown => {
  if (!isTheirs(entry, reader)) return undefined
  const { at, kind, subject, about, by, reason, fields } = entry
  const isStaff = reader.guardianId === undefined
  const shown = fields.filter(
    ({ field }) => (isStaff || !OF_STAFF.has(field)) && (reader.health || !OF_HEALTH.has(field)),
  )
  // An entry of nothing else is not theirs.
  if (shown.length === 0 && fields.length > 0) return undefined
  return {
    ...{ at, kind, subject, about },
    by: reader.author(by),
    ...(isStaff ? { reason, changes: shown } : { fields: shown.map(({ field }) => field) }),
  }
}

/** Who changed or read what of a file. */
export const TRAIL_DATA: readonly DataKind[] = [
  dataKind(trailEntryEntity, {
    title: DATA_TITLES.TrailEntry,
    retention: 'trail',
    since: ({ at }) => dayOf(at),
    show: showEntry,
  }),
]
