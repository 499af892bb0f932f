import type * as z from 'zod'
import type { TownCatalogue } from './calendar.ts'
import { bookableUnits } from './look-up.ts'
import type { readTownRoute } from './routes.ts'

/**
 * What everybody may know of the town: where it is, its school years, its activities, and what the forms
 * of family files choose from and must have [guide 11].
 */
export const readTown = ({
  catalogue,
}: TownCatalogue): z.input<(typeof readTownRoute)['reply']> => {
  const { town, schoolYears, activities, facilities, diets } = catalogue
  return {
    name: town.name,
    portalName: town.portalName,
    address: town.address,
    postcode: town.postcode,
    phone: town.phone,
    files: town.files,
    facilities: facilities.map(({ id, name }) => ({ facilityId: id, name })),
    diets: diets.map(({ id, name }) => ({ dietId: id, name })),
    schoolYears: schoolYears.map(({ id, firstDay, lastDay, holidays }) => ({
      id,
      firstDay,
      lastDay,
      holidays,
    })),
    activities: activities.map((activity) => ({
      activityId: activity.id,
      name: activity.name,
      service: activity.service,
      facilities: facilities
        .filter((facility) => activity.groups.some(({ facilityId }) => facilityId === facility.id))
        .map((facility) => facility.name),
      units: bookableUnits(activity).map((unit) => ({ unitId: unit.id, name: unit.name })),
      decision: activity.decision,
    })),
  }
}
