import { schoolYearOf } from '../catalogue/calendar.ts'
import { AUTHORISATIONS } from '../kernel/family-texts.ts'
import {
  AUTHORISATION_KINDS,
  MOST_AUTHORISATIONS,
  type Authorisation,
  type AuthorisationSheet,
  type Child,
  type Enrolment,
  type FamilyFile,
  type WholeFile,
} from '../families/model.ts'
import { childOf } from '../families/rights-rules.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { PortalError, type Fault } from '../kernel/errors.ts'
import { FAULTS } from '../kernel/texts.ts'
import type { EnrolmentId, GuardianId } from '../platform/schemas.ts'
import type { AuthorisationChange, ChildForm, Decision, Form } from './model.ts'

type About = Authorisation['about']

const keyOf = (about: About | Decision): string =>
  about.kind === 'collect' ? `collect ${about.contactId}` : about.kind

const aboutOf = (decision: Decision): About =>
  decision.kind === 'collect'
    ? { kind: 'collect', contactId: decision.contactId }
    : { kind: decision.kind }

/** The version of a sheet: 0 while there is none. */
export const versionOf = (sheet: AuthorisationSheet | undefined): number =>
  sheet === undefined ? 0 : (sheet.version ?? 1)

/** What a sheet says of something in an enrolment; nothing while nobody has decided. */
export const decidedIn = (
  sheet: Pick<AuthorisationSheet, 'authorisations'> | undefined,
  enrolmentId: EnrolmentId,
  about: About,
): Authorisation | undefined =>
  sheet?.authorisations.find(
    (each) => each.enrolmentId === enrolmentId && keyOf(each.about) === keyOf(about),
  )

/** The enrolments of a child for which there is something to decide: those that are not over. */
export const enrolmentsToDecide = (
  { enrolments }: Pick<FamilyFile, 'enrolments'>,
  { childId }: Pick<Child, 'childId'>,
  today: IsoDate,
): Enrolment[] => enrolments.filter((each) => each.childId === childId && each.until >= today)

/** What is wrong with the decisions of a form: each choice once, those for the child all of them. */
const faultsOfDecisions = (
  { contacts }: Pick<FamilyFile, 'contacts'>,
  { decisions }: ChildForm,
  at: string,
): Fault[] => {
  const keys = decisions.map(keyOf)
  const undecided = AUTHORISATION_KINDS.filter((kind) => !keys.includes(kind))
  return [
    ...(undecided.length === 0
      ? []
      : [{ pointer: `${at}/decisions`, detail: AUTHORISATIONS.mandatory(undecided) }]),
    ...decisions.flatMap((decision, index): Fault[] => {
      const pointer = `${at}/decisions/${String(index)}`
      if (keys.indexOf(keyOf(decision)) < index) {
        return [{ pointer: `${pointer}/kind`, detail: AUTHORISATIONS.twice }]
      }
      const isUnknown =
        decision.kind === 'collect' &&
        !contacts.some(({ contactId }) => contactId === decision.contactId)
      return isUnknown ? [{ pointer: `${pointer}/contactId`, detail: FAULTS.invalid }] : []
    }),
  ]
}

/** What a form changes for one child, with its sheet as it becomes. */
export interface DecidedSheet {
  readonly sheet: AuthorisationSheet & { readonly version: number }
  readonly changes: readonly AuthorisationChange[]
}

interface Deciding {
  readonly guardianId: GuardianId
  /** The day in Paris on which it is decided. */
  readonly today: IsoDate
}

const wordsOf = (
  { contacts }: Pick<FamilyFile, 'contacts'>,
  about: About,
): AuthorisationChange['about'] => {
  if (about.kind !== 'collect') return about
  const { name = '', relation = '' } =
    contacts.find(({ contactId }) => contactId === about.contactId) ?? {}
  return { ...about, name, relation }
}

/** The changes of one decision: one for those enrolments that said the same before. */
const changesOf = (
  file: WholeFile,
  child: Child,
  { sheet, enrolments }: { sheet: AuthorisationSheet | undefined; enrolments: Enrolment[] },
  decision: Decision,
): AuthorisationChange[] => {
  const { allowed } = decision
  const about = aboutOf(decision)
  const before = (each: Enrolment) => decidedIn(sheet, each.enrolmentId, about)?.allowed
  return [undefined, !allowed].flatMap((held) => {
    const changed = enrolments.filter((each) => before(each) === held)
    return changed.length === 0
      ? []
      : [
          {
            childId: child.childId,
            child: child.firstName,
            about: wordsOf(file, about),
            ...(held === undefined ? {} : { before: held }),
            allowed,
            enrolments: changed.map(({ enrolmentId, activityId, groupId }) => ({
              enrolmentId,
              activityId,
              groupId,
            })),
          },
        ]
  })
}

/** A sheet with what changes; what was decided for enrolments of earlier school years is left out. */
const sheetAfter = (
  file: WholeFile,
  { childId }: Child,
  { held, changes, today }: DecidedChanges,
): DecidedSheet['sheet'] => {
  const decided = changes.flatMap(({ about, allowed, enrolments }) =>
    enrolments.map(({ enrolmentId }): Authorisation => {
      const stored: About =
        about.kind === 'collect'
          ? { kind: 'collect', contactId: about.contactId }
          : { kind: about.kind }
      return { enrolmentId, about: stored, allowed, since: today }
    }),
  )
  const isCurrent = (enrolmentId: EnrolmentId): boolean =>
    file.enrolments.some(
      (each) => each.enrolmentId === enrolmentId && schoolYearOf(each.until) >= schoolYearOf(today),
    )
  const stays = (each: Authorisation): boolean =>
    isCurrent(each.enrolmentId) &&
    decidedIn({ authorisations: decided }, each.enrolmentId, each.about) === undefined
  return {
    familyId: file.family.familyId,
    childId,
    authorisations: [...(held?.authorisations ?? []).filter(stays), ...decided],
    version: versionOf(held) + 1,
  }
}

interface DecidedChanges {
  readonly held: AuthorisationSheet | undefined
  readonly changes: readonly AuthorisationChange[]
  readonly today: IsoDate
}

const decideChild = (
  file: WholeFile,
  form: ChildForm,
  { guardianId, today }: Deciding,
  at: string,
): DecidedSheet | undefined => {
  const child = childOf(file, guardianId, { childId: form.childId, today })
  const held = file.authorisations.find(({ childId }) => childId === child.childId)
  if (form.version !== versionOf(held)) throw new PortalError('changed-meanwhile')
  const faults = faultsOfDecisions(file, form, at)
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
  const open = enrolmentsToDecide(file, child, today)
  const unknown = form.enrolmentIds.findIndex(
    (id) => !open.some(({ enrolmentId }) => enrolmentId === id),
  )
  if (unknown >= 0) {
    const pointer = `${at}/enrolmentIds/${String(unknown)}`
    const detail = AUTHORISATIONS.unknownEnrolment
    throw new PortalError('unknown-enrolment', { faults: [{ pointer, detail }] })
  }
  const enrolments = open.filter(({ enrolmentId }) => form.enrolmentIds.includes(enrolmentId))
  const changes = form.decisions.flatMap((decision) =>
    changesOf(file, child, { sheet: held, enrolments }, decision),
  )
  if (changes.length === 0) return undefined
  const sheet = sheetAfter(file, child, { held, changes, today })
  if (sheet.authorisations.length > MOST_AUTHORISATIONS) throw new PortalError('request-too-large')
  return { sheet, changes }
}

/**
 * What a form changes [guide 55, 56, 57, 58, 59]: of each decision only what differs from the sheet
 * as it is. Each kind of authorisation for the child is a mandatory choice; contacts are chosen freely.
 *
 * @throws PortalError `not-found` for a child that the guardian has no authority over,
 * `changed-meanwhile`, `unknown-enrolment` also for one that is over or of another child,
 * `invalid-request` for a choice that is missing or made twice, or a child named twice;
 * `request-too-large` for more than a sheet holds.
 */
export const decideForm = (file: WholeFile, form: Form, deciding: Deciding): DecidedSheet[] => {
  const twice = form.children.findIndex(
    ({ childId }, index) => form.children.findIndex((each) => each.childId === childId) < index,
  )
  if (twice >= 0) {
    const pointer = `/body/children/${String(twice)}/childId`
    const detail = FAULTS.twice(form.children[twice]?.childId ?? '')
    throw new PortalError('invalid-request', { faults: [{ pointer, detail }] })
  }
  return form.children.flatMap((child, index) => {
    const decided = decideChild(file, child, deciding, `/body/children/${String(index)}`)
    return decided === undefined ? [] : [decided]
  })
}
