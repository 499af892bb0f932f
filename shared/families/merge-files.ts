import { awaitsEnrolment } from '../enrolments/list-requests.ts'
import { hasHealthRecord } from '../health/find-record.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { MERGE_REFUSALS } from '../kernel/file-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import { mergePreferences } from '../messages/merge-preferences.ts'
import type { Write } from '../platform/expressions.ts'
import { hashOf } from '../platform/hash.ts'
import { again } from '../platform/retry.ts'
import {
  childIdSchema,
  contactIdSchema,
  guardianIdSchema,
  type FamilyId,
} from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { EditCall } from './edit-family.ts'
import { refuseStale } from './edit-item.ts'
import { changedBy, openForEdit } from './editor.ts'
import { copiedFrom, mergeRefusal, type Copied } from './merge-rules.ts'
import type { Change, Family, FamilyFile } from './model.ts'
import { readFile } from './read-file.ts'
import { childEntity, contactEntity, familyEntity, guardianEntity } from './store.ts'
import { versionOf } from './view-file.ts'

/** What a merge has done. */
export interface Merged {
  /** The duplicate, set aside. */
  readonly family: Family
  readonly copied: Copied
}

/** The id of a copy: its own, or another where the file that is kept has given that to somebody else. */
const idIn = (taken: readonly string[], id: string, from: FamilyId): string =>
  taken.includes(id) ? hashOf([from, id]).slice(0, 16) : id

/** The copies as the file that is kept holds them. */
const copies = (copied: Copied, kept: FamilyFile, from: FamilyId, changed: Change): Write[] => {
  const { familyId } = kept.family
  const first = { familyId, version: 1, changed }
  const when = { kind: 'absent' } as const
  const ids = {
    guardians: kept.guardians.map(({ guardianId }) => guardianId),
    children: kept.children.map(({ childId }) => childId),
    contacts: kept.contacts.map(({ contactId }) => contactId),
  }
  return [
    ...copied.guardians.map((guardian) => {
      const guardianId = guardianIdSchema.parse(idIn(ids.guardians, guardian.guardianId, from))
      return guardianEntity.toItem({ ...guardian, ...first, guardianId })
    }),
    ...copied.children.map((child) => {
      const childId = childIdSchema.parse(idIn(ids.children, child.childId, from))
      return childEntity.toItem({ ...child, ...first, childId })
    }),
    ...copied.contacts.map((contact) => {
      const contactId = contactIdSchema.parse(idIn(ids.contacts, contact.contactId, from))
      return contactEntity.toItem({ ...contact, ...first, contactId })
    }),
  ].map((item) => ({ kind: 'put', item, when }))
}

/** Why a duplicate is not merged by what other capabilities keep beside its file, in French. */
const refusalBeside = async (
  table: Table,
  { family: { familyId } }: FamilyFile,
  { children }: Copied,
): Promise<string | undefined> => {
  const [awaits, records] = await Promise.all([
    awaitsEnrolment(table, familyId),
    Promise.all(children.map((child) => hasHealthRecord(table, child))),
  ])
  if (awaits) return MERGE_REFUSALS.enrolmentPending
  return records.includes(true) ? MERGE_REFUSALS.health : undefined
}

/**
 * Merges a file that is a duplicate into another: whom that one lacks is copied there, the mails that
 * the duplicate has stopped stay stopped, and the duplicate is set aside for good, with the number of the
 * other. Its ledger and its plannings stay under its own number (`mergeRefusal`); the accounts of its
 * guardians keep reading it until staff invite them from the file that is kept. Three Queries, one more
 * for each child that is copied, two reads, and one transaction.
 *
 * @throws PortalError `not-found` for either file, `merge-refused` with the reason in French,
 * `changed-meanwhile`, `concurrent-change`.
 */
export const mergeFiles = (
  table: Table,
  { editor, seen, written: { into }, now }: EditCall<{ readonly into: FamilyId }>,
): Promise<Merged> =>
  again(async () => {
    const [{ file: duplicate }, { file: kept }] = await Promise.all([
      openForEdit(table, editor),
      readFile(table, into, ['FILE', 'MEANS']),
    ])
    const held = duplicate.family
    const copied = copiedFrom(duplicate, kept)
    // The same call again: it is done.
    if (held.mergedInto === into) return { family: held, copied }
    const detail =
      mergeRefusal(duplicate, kept, parisDate(now)) ??
      (await refusalBeside(table, duplicate, copied))
    if (detail !== undefined) throw new PortalError('merge-refused', { detail })
    refuseStale(held, seen)
    const preferences = await mergePreferences(table, { from: held.familyId, into })
    const changed = changedBy(editor, now)
    const family: Family = {
      ...held,
      inactiveSince: held.inactiveSince ?? now.toISOString(),
      mergedInto: into,
      version: seen + 1,
      changed,
    }
    const { done } = await table.transact([
      { kind: 'put', item: familyEntity.toItem(family), when: { kind: 'version', version: seen } },
      // As it is: two files that are merged into each other at once must not both be set aside.
      {
        kind: 'put',
        item: familyEntity.toItem(kept.family),
        when: { kind: 'version', version: versionOf(kept.family) },
      },
      ...copies(copied, kept, held.familyId, changed),
      ...preferences,
    ])
    if (!done) throw new StaleReadError('file')
    return { family, copied }
  })
