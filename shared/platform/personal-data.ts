import type { IsoDate } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Item } from './entity.ts'
import type { GuardianId } from './schemas.ts'

/** The kinds of data whose periods the town sets: RGPD, art. 5-1 e. */
export const RETENTION_KINDS = [
  'file',
  'health',
  'activity',
  'means',
  'accounting',
  'trail',
  'technical',
] as const

export type RetentionKind = (typeof RETENTION_KINDS)[number]

/** Who reads an export, and what they may read of the file: as much as the family page shows them. */
export interface Reader {
  /** The guardian who reads; staff have none. */
  readonly guardianId: GuardianId | undefined
  /** Where that guardian is written to. */
  readonly email: string | undefined
  /** Whether health was asked for: it is in no export by default. */
  readonly health: boolean
  /** Whether they may read of a child: not guardians whose authority over it was withdrawn. */
  readonly mayReadChild: (childId: string) => boolean
  /** The same of an enrolment, by its child. */
  readonly mayReadEnrolment: (enrolmentId: string) => boolean
  /** Whether they may read of a supporting document: guardians of those alone that they have added. */
  readonly mayReadAttachment: (attachmentId: string) => boolean
  /** Whether they may read more than the name of a guardian: not guardians who live elsewhere. */
  readonly mayReadGuardian: (guardianId: string) => boolean
  /** The name of what an identifier in a field stands for; the identifier where it has none any more. */
  readonly nameOf: (field: string, id: string) => string
  /** The name of a unit of an activity; its id where it has none any more. */
  readonly unitName: (activityId: string, unitId: string) => string
  /** Who an account is, in French, without the names of staff; nothing for the portal itself. */
  readonly author: (account: string | undefined) => string | undefined
}

/** One kind of item in a family's partition: how long it is kept, what an erasure does, what is shown. */
export interface DataKind {
  /** The entity attribute of the item. */
  readonly entity: string
  /** In French, for the export and the reports. */
  readonly title: string
  /** Which period of the town's settings counts. */
  readonly retention: RetentionKind
  /**
   * The day from which the period counts, which is in the future for what is still needed; nothing while
   * it does not run. A kind without it is kept as long as the file.
   *
   * @param among all items of the family: some are needed as long as others are.
   */
  readonly since?: (item: Item, among: readonly Item[]) => IsoDate | undefined
  /** What an erasure does. To anonymise what is anonymous changes nothing. */
  readonly erasure: 'delete' | { readonly anonymise: (item: Item) => Item }
  /**
   * What the export shows: plain JSON without keys, hashes and secrets, and nothing at all of what the
   * reader may not read. What is never shown says why, in English.
   */
  readonly show: ((item: Item, reader: Reader) => unknown) | { readonly notShown: string }
}

/** What a kind says of the values of its items. */
interface Sayings<Value> extends Pick<DataKind, 'title' | 'retention'> {
  readonly since?: (value: Value, among: readonly Item[]) => IsoDate | undefined
  /** Items are deleted by an erasure unless it is told how they are anonymised. */
  readonly anonymise?: (item: Item) => Item
  readonly show: ((value: Value, reader: Reader) => unknown) | { readonly notShown: string }
}

/** The kind of an entity, in terms of its values. */
export const dataKind = <Value>(
  { type, fromItem }: { readonly type: string; readonly fromItem: (item: Item) => Value },
  { title, retention, since, anonymise, show }: Sayings<Value>,
): DataKind => ({
  entity: type,
  title,
  retention,
  ...(since === undefined
    ? {}
    : { since: (item: Item, among: readonly Item[]) => since(fromItem(item), among) }),
  erasure: anonymise === undefined ? 'delete' : { anonymise },
  show:
    typeof show === 'function'
      ? (item: Item, reader: Reader) => show(fromItem(item), reader)
      : show,
})

/** The day of Paris of an instant that an item holds. */
export const dayOf = (instant: string): IsoDate => parisDate(new Date(instant))

/** Who changed an item last and when, for its reader; a reason is a matter of staff. */
export const showChange = (
  { author, guardianId }: Reader,
  changed:
    { readonly at: string; readonly by: string; readonly reason?: string | undefined } | undefined,
): { readonly changed?: object } =>
  changed === undefined
    ? {}
    : {
        changed: {
          at: changed.at,
          by: author(changed.by),
          ...(guardianId === undefined ? { reason: changed.reason } : {}),
        },
      }
