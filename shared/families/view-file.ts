import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { FileSettings } from '../catalogue/file-settings.ts'
import { bookableUnits, describeGroup, facilityName } from '../catalogue/look-up.ts'
import { ageInMonths, type IsoDate } from '../kernel/dates.ts'
import { ageLabel, ATTENTION } from '../kernel/file-texts.ts'
import { phoneLabel } from '../kernel/phone.ts'
import type { ChangeRequest } from '../changes/model.ts'
import {
  childReply,
  contactReply,
  familyReply,
  guardianReply,
  type attentionReply,
  type changeNote,
  type enrolmentReply,
} from './file-replies.ts'
import { missingFields } from './file-rules.ts'
import { labelEnrolment } from './label-enrolment.ts'
import {
  addressSchema,
  type Child,
  type Contact,
  type Enrolment,
  type Family,
  type FamilyFile,
  type Guardian,
} from './model.ts'

/** A number of E.164 under its name, and as the French read it beside. */
const phoneAs = (name: string, phone: string | undefined): Record<string, string> =>
  phone === undefined ? {} : { [name]: phone, [`${name}Label`]: phoneLabel(phone) }

/** The number of an item's version, as an edit sends it back. */
export const versionOf = ({ version }: { readonly version?: number | undefined }): number =>
  version ?? 1

/** A family without its members. */
export const viewFamily = (family: Family): z.output<typeof familyReply> =>
  familyReply.parse({
    ...family,
    version: versionOf(family),
    ...phoneAs('homePhone', family.homePhone),
  })

/** A guardian as their rights are told: who they are, and where they live if not at the family's address. */
type Resident = Pick<Guardian, 'guardianId' | 'address'>

/**
 * Whether a guardian may read more of another than the name: who lives at the same address. A file may
 * hold parents who have separated.
 */
export const mayReadGuardian = (
  { address: home }: Pick<Family, 'address'>,
  guardian: Resident,
  reader: Resident,
): boolean => {
  const homeOf = ({ address = home }: Resident): string =>
    JSON.stringify(addressSchema.parse(address))
  return reader.guardianId === guardian.guardianId || homeOf(reader) === homeOf(guardian)
}

/**
 * A guardian, with the address where they live: their own, or the family's [guide 14].
 *
 * @param reader the guardian who reads; staff have none. Of two guardians who do not live together,
 * each reads no more of the other than the name: a file may hold parents who have separated.
 */
export const viewGuardian = (
  family: Family,
  guardian: Guardian,
  reader?: Resident,
): z.output<typeof guardianReply> => {
  const { guardianId, title, firstName, lastName, address } = guardian
  const sameAddress = address === undefined
  const base = { guardianId, version: versionOf(guardian), title, firstName, lastName, sameAddress }
  if (reader !== undefined && !mayReadGuardian(family, guardian, reader)) return base
  return guardianReply.parse({
    ...guardian,
    ...base,
    address: address ?? family.address,
    ...phoneAs('phone', guardian.phone),
    ...phoneAs('workPhone', guardian.workPhone),
  })
}

/** A contact of the family. */
export const viewContact = (contact: Contact): z.output<typeof contactReply> =>
  contactReply.parse({
    ...contact,
    version: versionOf(contact),
    ...phoneAs('phone', contact.phone),
  })

/** A child with its age on a day of Paris [guide 15]. */
export const viewChild = (
  { catalogue }: TownCatalogue,
  child: Child,
  today: IsoDate,
): z.output<typeof childReply> => {
  const age = ageInMonths(child.birthDate, today)
  return childReply.parse({
    ...child,
    version: versionOf(child),
    age: { ...age, label: ageLabel(age) },
    school: facilityName(catalogue, child.schoolId),
    diets: (child.diets ?? []).map((dietId) => ({
      dietId,
      name: catalogue.diets.find(({ id }) => id === dietId)?.name ?? dietId,
    })),
    allergy: child.allergy ?? false,
  })
}

/** An enrolment with what it can book; nothing when the catalogue no longer has its activity. */
export const viewEnrolment = (
  { catalogue }: TownCatalogue,
  enrolment: Enrolment,
): z.input<typeof enrolmentReply>[] => {
  const described = describeGroup(catalogue, enrolment)
  if (described === undefined) return []
  const { activity } = described
  return [
    {
      ...labelEnrolment(enrolment, described),
      decision: activity.decision,
      units: bookableUnits(activity).map(({ id, name }) => ({ unitId: id, name })),
    },
  ]
}

type Attention = z.input<typeof attentionReply>

/** Whom an item of a file is about, as people read it. */
export const aboutPerson = ({
  firstName,
  lastName,
}: {
  firstName: string
  lastName: string
}): string => `${firstName} ${lastName}`

const attentionTo = (
  settings: FileSettings,
  about: { readonly section: 'family' | 'guardian' | 'child'; readonly id: string; name: string },
  item: object & { readonly pending?: number | undefined },
): Attention[] => [
  ...missingFields(about.section, settings, item).map((field) => ({
    kind: 'to-complete' as const,
    about: about.section,
    id: about.id,
    field,
    text: ATTENTION.toComplete(about.name, field),
  })),
  ...(item.pending === undefined
    ? []
    : [
        {
          kind: 'pending' as const,
          about: about.section,
          id: about.id,
          text: ATTENTION.pending(about.name, item.pending),
        },
      ]),
]

const attentionToCarePlan = (child: Child, today: IsoDate): Attention[] => {
  if (child.allergy !== true) return []
  const { carePlanUntil: until, childId: id } = child
  const at = { about: 'child', id } as const
  if (until === undefined) {
    const text = ATTENTION.carePlanUndated(aboutPerson(child))
    return [{ kind: 'care-plan-undated', ...at, text }]
  }
  return until < today
    ? [{ kind: 'care-plan-over', ...at, text: ATTENTION.carePlanOver(aboutPerson(child), until) }]
    : []
}

const attentionToState = ({ familyId, inactiveSince, mergedInto }: Family): Attention[] => {
  const at = { about: 'family', id: familyId } as const
  if (mergedInto !== undefined) {
    return [{ kind: 'inactive', ...at, text: ATTENTION.merged(mergedInto) }]
  }
  return inactiveSince === undefined ? [] : [{ kind: 'inactive', ...at, text: ATTENTION.inactive }]
}

/** What a file needs of those who keep it: what the town asks and it lacks, what awaits staff [guide 11]. */
export const attentionToFile = (
  { family, guardians, children }: FamilyFile,
  settings: FileSettings,
  today: IsoDate,
): Attention[] => [
  ...attentionToState(family),
  ...attentionTo(settings, { section: 'family', id: family.familyId, name: family.name }, family),
  ...guardians.flatMap((guardian) =>
    attentionTo(
      settings,
      { section: 'guardian', id: guardian.guardianId, name: aboutPerson(guardian) },
      guardian,
    ),
  ),
  ...children.flatMap((child) => [
    ...attentionTo(
      settings,
      { section: 'child', id: child.childId, name: aboutPerson(child) },
      child,
    ),
    ...attentionToCarePlan(child, today),
  ]),
]

/** That some of what was written awaits staff: which fields, under which number. */
export const viewChangeNote = (
  change: ChangeRequest | undefined,
): { change?: z.input<typeof changeNote> } =>
  change === undefined
    ? {}
    : { change: { number: change.number, fields: change.asked.map(({ field }) => field) } }
