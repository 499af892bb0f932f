import { Calendars } from '../../shared/catalogue/calendar.ts'
import { fileSettingsSchema, type FileSettings } from '../../shared/catalogue/file-settings.ts'
import type { ChildInput, FamilyInput, GuardianInput } from '../../shared/families/file-inputs.ts'
import type { Editing } from '../../shared/families/edit-item.ts'
import type { Editor } from '../../shared/families/editor.ts'
import type { Table } from '../../shared/platform/table.ts'
import {
  childIdSchema,
  contactIdSchema,
  facilityIdSchema,
  guardianIdSchema,
} from '../../shared/platform/schemas.ts'
import { cesson, type DUPONT } from '../support/cesson.ts'
import type { anotherFamily } from '../support/families.ts'

/** A morning on which Léo, born on 18 April 2016, is 9 years and 5 months old. */
export const NOW = new Date('2025-10-15T09:00:00Z')

export const LEO = childIdSchema.parse('leo')
export const G1 = guardianIdSchema.parse('g1')
export const G2 = guardianIdSchema.parse('g2')
export const JEANNE = contactIdSchema.parse('jeanne')

/** A guardian of a family of the tests. */
export type By = Awaited<ReturnType<typeof anotherFamily>>

/** The demo town with settings of its own for family files. */
export const townAsking = (files: Partial<FileSettings>): Editing['town'] => {
  const settings = fileSettingsSchema.parse({ mandatory: [], ...files })
  const { town } = cesson.catalogue
  const catalogue = { ...cesson.catalogue, town: { ...town, files: settings } }
  return { catalogue, calendars: new Calendars(catalogue) }
}

/** What edits work with; documents whose ids begin with `own` are the family's. */
export const editingWith = (table: Table, files: Partial<FileSettings> = {}): Editing => ({
  table,
  town: townAsking(files),
  areOfFamily: (_, ids) => Promise.resolve(ids.every((id) => id.startsWith('own'))),
})

/** A guardian who edits their own file. */
export const parent = (by: typeof DUPONT): Editor => ({
  ...by,
  account: `account-${by.guardianId}`,
})

/** An agent who edits a file. */
export const agent = ({ familyId }: Pick<typeof DUPONT, 'familyId'>): Editor => ({
  familyId,
  account: 'agent-1',
  reason: 'Appel de la famille',
})

export const FAMILY: FamilyInput = {
  name: 'DUPONT',
  address: { street: '12 rue de la Plaine', postcode: '77240', town: 'Cesson' },
  homePhone: '+33164106142',
}

export const GUARDIAN: GuardianInput = {
  title: 'Mme',
  firstName: 'Madelaine',
  lastName: 'DUPONT',
  phone: '+33612345678',
}

export const CHILD: ChildInput = {
  firstName: 'Zoé',
  lastName: 'DUPONT',
  birthDate: '2021-02-03',
  schoolId: facilityIdSchema.parse('M_PREVERT'),
}
