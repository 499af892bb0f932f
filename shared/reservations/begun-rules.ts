import type { Enrolment, FamilyFile } from '../families/model.ts'
import { addDays } from '../kernel/dates.ts'
import { hashOf } from '../platform/hash.ts'
import { enrolmentIdSchema, type EnrolmentId } from '../platform/schemas.ts'

/** The enrolment that a change of group begins: the same change gives the same id. */
export const begunId = (
  { enrolmentId }: Pick<Enrolment, 'enrolmentId'>,
  { groupId, from }: Pick<Enrolment, 'groupId' | 'from'>,
): EnrolmentId =>
  enrolmentIdSchema.parse(`${from}-${hashOf([enrolmentId, from, groupId]).slice(0, 16)}`)

/** Whether a change of group has ended an enrolment: the one that it began is in the file. */
export const hasMoved = (
  { enrolments }: Pick<FamilyFile, 'enrolments'>,
  held: Pick<Enrolment, 'enrolmentId' | 'until'>,
): boolean =>
  enrolments.some(
    (each) => each.from === addDays(held.until, 1) && each.enrolmentId === begunId(held, each),
  )
