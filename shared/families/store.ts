import { schoolYearOf } from '../catalogue/calendar.ts'
import { defineEntity, type Item } from '../platform/entity.ts'
import { activityPartition, familyPartition, type Key, type Segment } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import {
  authorisationSheetSchema,
  childSchema,
  contactSchema,
  enrolmentSchema,
  familySchema,
  guardianSchema,
  listedEnrolmentSchema,
  meansSchema,
  removedContactSchema,
  type Family,
  type FamilyFile,
  type WholeFile,
} from './model.ts'

const inFile = (familyId: FamilyId, ...sort: Segment[]): Key => ({
  partition: familyPartition(familyId),
  sort: ['FILE', ...sort],
})

export const familyEntity = defineEntity({
  type: 'Family',
  schema: familySchema,
  key: ({ familyId }: { familyId: FamilyId }) => inFile(familyId, 'FAMILY'),
  // The billing run walks over all families.
  index: ({ familyId }) => ({ partition: ['FAMILIES'], sort: [familyId] }),
})

export const guardianEntity = defineEntity({
  type: 'Guardian',
  schema: guardianSchema,
  key: (address: { familyId: FamilyId; guardianId: string }) =>
    inFile(address.familyId, 'GUARDIAN', address.guardianId),
})

export const childEntity = defineEntity({
  type: 'Child',
  schema: childSchema,
  key: (address: { familyId: FamilyId; childId: string }) =>
    inFile(address.familyId, 'CHILD', address.childId),
})

export const contactEntity = defineEntity({
  type: 'Contact',
  schema: contactSchema,
  key: (address: { familyId: FamilyId; contactId: string }) =>
    inFile(address.familyId, 'CONTACT', address.contactId),
})

/** In the place of the contact: the stream shows the one after the other. */
export const removedContactEntity = defineEntity({
  type: 'RemovedContact',
  schema: removedContactSchema,
  key: (address: { familyId: FamilyId; contactId: string }) =>
    inFile(address.familyId, 'CONTACT', address.contactId),
})

export const authorisationSheetEntity = defineEntity({
  type: 'AuthorisationSheet',
  schema: authorisationSheetSchema,
  key: (address: { familyId: FamilyId; childId: string }) =>
    inFile(address.familyId, 'SHEET', address.childId),
})

export const enrolmentEntity = defineEntity({
  type: 'Enrolment',
  schema: enrolmentSchema,
  key: (address: { familyId: FamilyId; enrolmentId: string }) =>
    inFile(address.familyId, 'ENROLMENT', address.enrolmentId),
})

export const meansEntity = defineEntity({
  type: 'Means',
  schema: meansSchema,
  key: (address: { familyId: FamilyId; from: string }) =>
    inFile(address.familyId, 'MEANS', address.from),
})

/** An enrolment with the card of its child, outside the file: who reads the file does not pay for it. */
export const enrolmentCardEntity = defineEntity({
  type: 'EnrolmentCard',
  schema: listedEnrolmentSchema,
  key: (address: { familyId: FamilyId; enrolmentId: string }): Key => ({
    partition: familyPartition(address.familyId),
    sort: ['CARD', address.enrolmentId],
  }),
  // The register of the activity, beside the plannings. An enrolment lies within one school year.
  index: ({ activityId, familyId, childId, from }) => ({
    partition: activityPartition(activityId, schoolYearOf(from)),
    sort: [familyId, childId],
  }),
})

/** The family file among the items of a family's partition; nothing if there is none. */
export const fileAmong = (items: readonly Item[]): FamilyFile | undefined => {
  const [family] = familyEntity.pick(items)
  if (family === undefined) return undefined
  return {
    family,
    guardians: guardianEntity.pick(items),
    children: childEntity.pick(items),
    contacts: contactEntity.pick(items),
    enrolments: enrolmentEntity.pick(items),
    means: meansEntity.pick(items),
  }
}

/** The same with the authorisations of its children, among the items of a range that goes as far. */
export const wholeFileAmong = (items: readonly Item[]): WholeFile | undefined => {
  const file = fileAmong(items)
  return file && { ...file, authorisations: authorisationSheetEntity.pick(items) }
}

/** The family file alone, by one Query; nothing if there is none. */
export const loadFile = async (table: Table, familyId: FamilyId): Promise<FamilyFile | undefined> =>
  fileAmong(
    await table.query({
      partition: familyPartition(familyId),
      from: ['FILE'],
      to: ['FILE', 'MEANS'],
    }),
  )

/** So many families behind one, over the index, in the order of their numbers. */
export const familiesAfter = async (
  table: Table,
  after: FamilyId | undefined,
  limit: number,
): Promise<Family[]> => {
  const from = after === undefined ? [] : [after]
  const range = { partition: ['FAMILIES'], from, to: [], index: true, limit: limit + 1 }
  return familyEntity
    .pick(await table.query(range))
    .filter(({ familyId }) => familyId !== after)
    .slice(0, limit)
}

/** All families, over the index, in the order of their numbers. */
export const listFamilies = async (table: Table): Promise<Family[]> =>
  familyEntity.pick(await table.query({ partition: ['FAMILIES'], index: true }))
