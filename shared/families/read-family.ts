import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { bookableUnits, describeGroup, facilityName } from '../catalogue/look-up.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { labelEnrolment } from './label-enrolment.ts'
import { viewMeans } from './means-rules.ts'
import type { Enrolment } from './model.ts'
import { actingGuardian, householdOf, readFile } from './read-file.ts'
import type { readFamilyRoute } from './routes.ts'

type Reply = z.input<(typeof readFamilyRoute)['reply']>

const viewEnrolment = (
  town: TownCatalogue,
  enrolment: Enrolment,
): Reply['children'][number]['enrolments'] => {
  const described = describeGroup(town.catalogue, enrolment)
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

/**
 * A guardian's own family file with the enrolments of each child [guide 37] and the family's means
 * [guide 53]; those of the other household of a child are in no file but its own.
 *
 * @throws PortalError `not-found` when the guardian is not, or no longer, of this family.
 */
export const readFamily = async (
  { table, town }: { table: Table; town: TownCatalogue },
  { actor }: Pick<Call<typeof readFamilyRoute>, 'actor'>,
): Promise<Reply> => {
  const { familyId, guardianId } = householdOf(actor)
  const { file } = await readFile(table, familyId, ['FILE', 'MEANS'])
  actingGuardian(file, guardianId)
  return {
    familyId,
    name: file.family.name,
    address: file.family.address,
    means: file.means.map(viewMeans),
    guardians: file.guardians.map(({ guardianId: id, title, firstName, lastName, email }) => ({
      guardianId: id,
      title,
      firstName,
      lastName,
      email,
    })),
    children: file.children.map((child) => ({
      childId: child.childId,
      firstName: child.firstName,
      lastName: child.lastName,
      birthDate: child.birthDate,
      school: facilityName(town.catalogue, child.schoolId),
      enrolments: file.enrolments
        .filter(({ childId }) => childId === child.childId)
        .flatMap((enrolment) => viewEnrolment(town, enrolment)),
    })),
  }
}
