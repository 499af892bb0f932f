import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { askChange, awaitedChange } from '../changes/ask-change.ts'
import type { ChangeRequest } from '../changes/model.ts'
import { askedFields, isAsked } from '../changes/rules.ts'
import { PortalError, StaleReadError, type Fault } from '../kernel/errors.ts'
import { FILE_FAULTS } from '../kernel/file-texts.ts'
import type { Item } from '../platform/entity.ts'
import type { AttachmentId, FamilyId, RequestNumber } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { takeRequestNumbers } from '../requests/numbers.ts'
import { changedBy, writerOf, type Editor } from './editor.ts'
import { contentOf, fieldsOf, rewritten, type Section } from './file-rules.ts'
import type { Change, FamilyFile, Guardian } from './model.ts'
import { versionOf } from './view-file.ts'

/** What the editing of a file works with. */
export interface Editing {
  readonly table: Table
  readonly town: TownCatalogue
  /** Whether documents are all of a family. */
  readonly areOfFamily: (familyId: FamilyId, ids: readonly AttachmentId[]) => Promise<boolean>
}

/** What everything that people edit carries. */
export interface EditedValue {
  readonly version?: number | undefined
  readonly changed?: Change | undefined
  readonly pending?: RequestNumber | undefined
}

/** A kind of item that people edit. */
export interface Editable<Value> {
  readonly schema: z.ZodType<Value>
  readonly toItem: (value: Value) => Item
}

/** Which item is edited, as it is held, and what it is to be. */
export interface Edit<Value> {
  readonly entity: Editable<Value>
  readonly held: Value
  readonly wanted: Value
  /** The version that the editor has seen. */
  readonly seen: number
  readonly editor: Editor
  readonly now: Date
}

/** What staff need to know to check an edit. */
export interface Checking {
  readonly section: Section
  readonly id: string
  readonly about: string
  readonly file: FamilyFile
  readonly guardian: Guardian | undefined
  readonly attachmentIds: readonly AttachmentId[]
}

/** An item after an edit, and the request for those of its changes that staff check first. */
export interface EditOutcome<Value> {
  readonly item: Value
  readonly change?: ChangeRequest
}

/** @throws PortalError `invalid-request` when there are faults. */
export const refuseFaults = (faults: readonly Fault[]): void => {
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
}

/** @throws PortalError `changed-meanwhile` when an item is no longer what the editor has seen. */
export const refuseStale = (held: EditedValue, seen: number): void => {
  const version = versionOf(held)
  if (version === seen) return
  throw new PortalError('changed-meanwhile', {
    faults: [{ pointer: '/headers/if-match', detail: FILE_FAULTS.version(version) }],
  })
}

const sameContent = <Value extends object>({ entity, held }: Edit<Value>, next: Value): boolean =>
  contentOf(entity.schema, held) === contentOf(entity.schema, next)

/**
 * Writes an item as somebody wants it, in one write, if it is what they have seen. What is so already
 * is done, whatever they have seen: the same call again changes nothing.
 *
 * @throws PortalError `changed-meanwhile`.
 * @throws StaleReadError when it has changed since it was read.
 */
export const saveEdit = async <Value extends EditedValue>(
  table: Table,
  edit: Edit<Value>,
): Promise<Value> => {
  const { entity, held, wanted, seen, editor, now } = edit
  if (sameContent(edit, wanted)) return held
  refuseStale(held, seen)
  const item = { ...wanted, version: seen + 1, changed: changedBy(editor, now) }
  if (!(await table.put(entity.toItem(item), { kind: 'version', version: seen }))) {
    throw new StaleReadError('file')
  }
  return item
}

/** Writes what counts at once together with the request for what staff check, all or nothing. */
const saveAsking = async <Value extends EditedValue>(
  { table, areOfFamily }: Editing,
  edit: Edit<Value>,
  { section, id, about, file, guardian, attachmentIds }: Checking & { guardian: Guardian },
  checked: ReturnType<typeof askedFields>,
): Promise<EditOutcome<Value>> => {
  const { entity, held, wanted, seen, editor, now } = edit
  const { familyId, name: familyName } = file.family
  const earlier = await awaitedChange(table, familyId, held.pending)
  const unchecked = rewritten(entity.schema, wanted, [], {
    ...Object.fromEntries(checked.map(({ field, from }) => [field, from])),
  })
  if (earlier !== undefined && sameContent(edit, unchecked) && isAsked(earlier.asked, checked)) {
    return { item: held, change: earlier }
  }
  refuseStale(held, seen)
  if (attachmentIds.length > 0 && !(await areOfFamily(familyId, attachmentIds))) {
    refuseFaults([{ pointer: '/body/attachmentIds', detail: FILE_FAULTS.unknownDocument }])
  }
  const number = earlier?.number ?? (await takeRequestNumbers(table, 1))
  const { change, write } = askChange(
    earlier,
    {
      familyId,
      familyName,
      target: { kind: section, id },
      about,
      asked: checked,
      attachmentIds: [...attachmentIds],
      guardian,
      now,
    },
    number,
  )
  const item = {
    ...unchecked,
    version: seen + 1,
    changed: changedBy(editor, now),
    pending: change.number,
  }
  const when = { kind: 'version', version: seen } as const
  const { done } = await table.transact([{ kind: 'put', item: entity.toItem(item), when }, write])
  if (!done) throw new StaleReadError('file')
  return { item, change }
}

/**
 * Writes an edit of a family, a guardian or a child: what the town wants checked becomes a numbered
 * request where a parent writes it, all else counts at once.
 *
 * @throws PortalError `changed-meanwhile`; `invalid-request` for documents of somebody else.
 * @throws StaleReadError when it has changed since it was read.
 */
export const editChecked = async <Value extends EditedValue>(
  editing: Editing,
  edit: Edit<Value>,
  checking: Checking,
): Promise<EditOutcome<Value>> => {
  const { checked } = editing.town.catalogue.town.files
  const { section, guardian } = checking
  const asked =
    writerOf(edit.editor) === 'staff'
      ? []
      : askedFields(edit.held, edit.wanted, fieldsOf(section, checked))
  if (asked.length === 0 || guardian === undefined) {
    return { item: await saveEdit(editing.table, edit) }
  }
  return saveAsking(editing, edit, { ...checking, guardian }, asked)
}

/**
 * Puts a new item into a file, in one write. Its id comes from the key of the call, so that the same
 * call again finds it there.
 *
 * @param held what the file has under that id.
 * @throws PortalError `idempotency-key-reused` for another item under the same key; `file-full`.
 * @throws StaleReadError when it has come meanwhile.
 */
export const addItem = async <Value extends EditedValue>(
  table: Table,
  {
    entity,
    held,
    wanted,
    others,
    most,
    editor,
    now,
  }: Pick<Edit<Value>, 'entity' | 'wanted' | 'editor' | 'now'> & {
    readonly held: Value | undefined
    readonly others: readonly Value[]
    readonly most: number
  },
): Promise<Value> => {
  if (held !== undefined) {
    const isOther = contentOf(entity.schema, held) !== contentOf(entity.schema, wanted)
    if (versionOf(held) === 1 && isOther) throw new PortalError('idempotency-key-reused')
    return held
  }
  if (others.length >= most) {
    throw new PortalError('file-full', { detail: FILE_FAULTS.fileFull(most) })
  }
  const item = { ...wanted, version: 1, changed: changedBy(editor, now) }
  if (!(await table.put(entity.toItem(item), { kind: 'version', version: 0 }))) {
    throw new StaleReadError('file')
  }
  return item
}
