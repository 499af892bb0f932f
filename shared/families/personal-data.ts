import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { dataKind, showChange, type DataKind, type Reader } from '../platform/personal-data.ts'
import { viewMeans } from './means-rules.ts'
import type { Authorisation, Child, Guardian } from './model.ts'
import {
  authorisationSheetEntity,
  childEntity,
  contactEntity,
  enrolmentCardEntity,
  enrolmentEntity,
  familyEntity,
  guardianEntity,
  meansEntity,
  removedContactEntity,
} from './store.ts'

const showGuardian = (guardian: Guardian, reader: Reader): unknown => {
  const { title, firstName, lastName } = guardian
  const { birthName, birthDate, email, phone, workPhone, address, employer } = guardian
  const name = { title, firstName, lastName }
  if (!reader.mayReadGuardian(guardian.guardianId)) return name
  return {
    ...{ ...name, birthName, birthDate, email, phone, workPhone, address, employer },
    ...showChange(reader, guardian.changed),
  }
}

/** Diets and care plans are health, which is shown to who asks for it. */
const showHealth = ({ diets = [], allergy, carePlanUntil }: Child, reader: Reader): object =>
  reader.health
    ? { diets: diets.map((id) => reader.nameOf('diets', id)), allergy, carePlanUntil }
    : {}

/** Whose authority was withdrawn, and the number of the other household, are told to staff alone. */
const showChild = (child: Child, reader: Reader): unknown => {
  if (!reader.mayReadChild(child.childId)) return undefined
  const { firstName, secondName, lastName, birthDate, birthPlace, sex, className, custody } = child
  const { authorityWithdrawn = [], otherHousehold } = child
  return {
    ...{ firstName, secondName, lastName, birthDate, birthPlace, sex },
    school: reader.nameOf('schoolId', child.schoolId),
    className,
    category: reader.nameOf('category', child.category),
    custody,
    hasOtherHousehold: otherHousehold === undefined ? undefined : true,
    ...showHealth(child, reader),
    ...(reader.guardianId === undefined && authorityWithdrawn.length > 0
      ? {
          authorityWithdrawn: authorityWithdrawn.map(({ guardianId, since }) => ({
            guardian: reader.nameOf('guardianId', guardianId),
            since,
          })),
        }
      : {}),
    ...showChange(reader, child.changed),
  }
}

const showAuthorisation = (
  { enrolmentId, about, allowed, since }: Authorisation,
  { nameOf }: Reader,
): unknown => ({
  kind: about.kind,
  ...(about.kind === 'collect' ? { contact: nameOf('contactId', about.contactId) } : {}),
  allowed,
  since,
  enrolment: nameOf('enrolmentId', enrolmentId),
})

/** What a family file holds about people. */
export const FILE_DATA: readonly DataKind[] = [
  dataKind(familyEntity, {
    title: DATA_TITLES.Family,
    retention: 'file',
    show: (family, reader) => {
      const { familyId, name, address, homePhone, situation, childrenCount, allowance } = family
      const { circumstances, inactiveSince, mergedInto } = family
      return {
        ...{ familyId, name, address, homePhone, situation, childrenCount },
        ...(allowance === undefined || !reader.mayReadGuardian(allowance.guardianId)
          ? {}
          : {
              allowance: {
                fund: allowance.fund,
                number: allowance.number,
                guardian: reader.nameOf('guardianId', allowance.guardianId),
              },
            }),
        circumstances: circumstances?.map((id) => reader.nameOf('circumstances', id)),
        ...{ inactiveSince, mergedInto },
        ...showChange(reader, family.changed),
      }
    },
  }),
  dataKind(guardianEntity, {
    title: DATA_TITLES.Guardian,
    retention: 'file',
    show: showGuardian,
  }),
  dataKind(childEntity, { title: DATA_TITLES.Child, retention: 'file', show: showChild }),
  dataKind(contactEntity, {
    title: DATA_TITLES.Contact,
    retention: 'file',
    show: ({ name, relation, phone, changed }, reader) => ({
      ...{ name, relation, phone },
      ...showChange(reader, changed),
    }),
  }),
  dataKind(removedContactEntity, {
    title: DATA_TITLES.RemovedContact,
    retention: 'technical',
    show: { notShown: 'It holds nothing of the contact, and is forgotten by itself.' },
  }),
  dataKind(authorisationSheetEntity, {
    title: DATA_TITLES.AuthorisationSheet,
    retention: 'file',
    show: (sheet, reader) =>
      reader.mayReadChild(sheet.childId)
        ? {
            child: reader.nameOf('childId', sheet.childId),
            authorisations: sheet.authorisations.map((each) => showAuthorisation(each, reader)),
            ...showChange(reader, sheet.changed),
          }
        : undefined,
  }),
  dataKind(enrolmentEntity, {
    title: DATA_TITLES.Enrolment,
    retention: 'activity',
    since: ({ until }) => until,
    show: ({ childId, activityId, groupId, from, until, changed }, reader) =>
      reader.mayReadChild(childId)
        ? {
            child: reader.nameOf('childId', childId),
            activity: reader.nameOf('activityId', activityId),
            group: reader.nameOf('groupId', groupId),
            from,
            until,
            ...showChange(reader, changed),
          }
        : undefined,
  }),
  dataKind(meansEntity, {
    title: DATA_TITLES.Means,
    retention: 'means',
    // Means end when the next ones count.
    since: ({ from }, among) =>
      meansEntity
        .pick(among)
        .map((each) => each.from)
        .filter((next) => next > from)
        .toSorted()[0],
    show: (means, reader) => ({
      ...viewMeans(means),
      notedAt: means.notedAt,
      notedBy: reader.author(means.notedBy),
      ...(reader.guardianId === undefined ? { reason: means.reason } : {}),
    }),
  }),
  dataKind(enrolmentCardEntity, {
    title: DATA_TITLES.EnrolmentCard,
    retention: 'activity',
    since: ({ until }) => until,
    show: { notShown: 'A copy of the file for the registers: the file itself is shown.' },
  }),
]
