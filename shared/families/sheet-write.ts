import { nextVersion, type Write } from '../platform/expressions.ts'
import type { AuthorisationSheet } from './model.ts'
import { authorisationSheetEntity } from './store.ts'

/** The write of a child's authorisations, refused when they have changed since they were read. */
export const sheetWrite = (sheet: AuthorisationSheet & { readonly version: number }): Write =>
  nextVersion(authorisationSheetEntity, sheet)
