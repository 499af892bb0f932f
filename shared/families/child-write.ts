import type { Write } from '../platform/expressions.ts'
import { changedBy, type Editor } from './editor.ts'
import type { Child } from './model.ts'
import { childEntity } from './store.ts'
import { versionOf } from './view-file.ts'

/**
 * The write of a child as somebody wants it, under its next version; refused when it is no longer what
 * it was when it was read.
 */
export const childWrite = (
  held: Child,
  wanted: Child,
  editor: Editor,
  now: Date,
): { readonly child: Child; readonly write: Write } => {
  const version = versionOf(held)
  const child = { ...wanted, version: version + 1, changed: changedBy(editor, now) }
  return {
    child,
    write: { kind: 'put', item: childEntity.toItem(child), when: { kind: 'version', version } },
  }
}
