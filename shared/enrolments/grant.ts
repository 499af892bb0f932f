import type { TownCatalogue } from '../catalogue/calendar.ts'
import { schoolYearOf } from '../catalogue/calendar.ts'
import { describeGroup } from '../catalogue/look-up.ts'
import { enrolmentWrites } from '../families/change-enrolment.ts'
import type { Enrolment, WholeFile } from '../families/model.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Write } from '../platform/expressions.ts'
import { enrolmentIdSchema } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { claimWrites } from './capacity.ts'
import type { EnrolmentRequest } from './model.ts'
import { hasPlaceBeside } from './place-of-child.ts'

/** The writes that make an enrolment of a request. */
interface Granted {
  readonly enrolment: Enrolment
  readonly writes: readonly Write[]
}

/**
 * Makes an enrolment of a request: the enrolment with its card for the registers, and the place that
 * it takes where the group has a capacity and the child has none there yet. Its id comes from the number,
 * so that the same request is never enrolled twice.
 *
 * @throws PortalError `not-found` for a group that the activity does not have, `group-full`.
 */
export const grant = async (
  { table, town }: { readonly table: Table; readonly town: TownCatalogue },
  file: WholeFile,
  request: EnrolmentRequest,
  now: Date,
): Promise<Granted> => {
  const { familyId, number, childId, activityId, groupId, from, until } = request
  const by = request.decision?.by
  const described = describeGroup(town.catalogue, { activityId, groupId })
  if (described === undefined) throw new PortalError('not-found')
  const enrolmentId = enrolmentIdSchema.parse(`request-${String(number)}`)
  const enrolment = {
    ...{ familyId, enrolmentId, childId, activityId, groupId, from, until },
    ...(by === undefined ? {} : { changed: { at: now.toISOString(), by } }),
  }
  const crowd = { activityId, groupId, schoolYear: schoolYearOf(from) }
  const { activity, group } = described
  const today = parisDate(now)
  const places = (await hasPlaceBeside(table, file, enrolment, today))
    ? []
    : await claimWrites(table, activity, { crowd, group, today })
  return { enrolment, writes: [...enrolmentWrites(file, [enrolment]), ...places] }
}
