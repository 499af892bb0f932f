import type { Catalogue } from '../catalogue/model.ts'
import type { Fault } from '../kernel/errors.ts'
import { FAULTS } from '../kernel/texts.ts'
import type { FamilyEntry, TownFile } from './model.ts'

const fault = (pointer: string, id: string): Fault => ({
  pointer,
  detail: FAULTS.unknownReference(id),
})

const missing = (pointer: string, id: string, known: readonly { id: string }[]): Fault[] =>
  known.some((each) => each.id === id) ? [] : [fault(pointer, id)]

const faultsOfActivities = ({ activities, facilities }: Catalogue): Fault[] =>
  activities.flatMap((activity, index) => {
    const at = `/catalogue/activities/${String(index)}`
    return [
      ...activity.groups.flatMap(({ facilityId }, position) =>
        missing(`${at}/groups/${String(position)}/facilityId`, facilityId, facilities),
      ),
      ...activity.units.flatMap(({ id, exclusiveWith }, position) =>
        exclusiveWith
          .filter(
            (other) =>
              !activity.units.some((unit) => unit.id === other && unit.exclusiveWith.includes(id)),
          )
          .map((other) => fault(`${at}/units/${String(position)}/exclusiveWith`, other)),
      ),
    ]
  })

const faultsOfPrices = ({ activities, categories, priceLists }: Catalogue): Fault[] =>
  priceLists.flatMap(({ prices }, list) =>
    prices.flatMap(({ category, activityId, unitId }, index) => {
      const at = `/catalogue/priceLists/${String(list)}/prices/${String(index)}`
      const units = activities.find(({ id }) => id === activityId)?.units ?? []
      return [
        ...missing(`${at}/category`, category, categories),
        ...missing(`${at}/activityId`, activityId, activities),
        ...missing(`${at}/unitId`, unitId, units),
      ]
    }),
  )

const faultsOfFamily = (catalogue: Catalogue, family: FamilyEntry, index: number): Fault[] => {
  const at = `/families/${String(index)}`
  const children = family.children.map(({ childId }) => ({ id: childId }))
  return [
    ...family.children.flatMap(({ schoolId, category }, position) => [
      ...missing(`${at}/children/${String(position)}/schoolId`, schoolId, catalogue.facilities),
      ...missing(`${at}/children/${String(position)}/category`, category, catalogue.categories),
    ]),
    ...family.enrolments.flatMap(({ childId, activityId, groupId, from, until }, position) => {
      const enrolment = `${at}/enrolments/${String(position)}`
      const activity = catalogue.activities.find(({ id }) => id === activityId)
      return [
        ...missing(`${enrolment}/childId`, childId, children),
        ...missing(`${enrolment}/activityId`, activityId, catalogue.activities),
        ...missing(`${enrolment}/groupId`, groupId, activity?.groups ?? []),
        ...(from <= until ? [] : [{ pointer: `${enrolment}/until`, detail: FAULTS.invalid }]),
      ]
    }),
  ]
}

/**
 * What a town file refers to and does not hold: groups without their facility, prices of unknown
 * units, children of unknown schools; and exclusions that only one of two units declares.
 */
export const faultsOfTownFile = ({ catalogue, families, accounts }: TownFile): Fault[] => [
  ...faultsOfActivities(catalogue),
  ...faultsOfPrices(catalogue),
  ...families.flatMap((family, index) => faultsOfFamily(catalogue, family, index)),
  ...accounts.flatMap(({ familyId }, index) =>
    familyId === undefined
      ? []
      : missing(
          `/accounts/${String(index)}/familyId`,
          familyId,
          families.map((family) => ({ id: family.familyId })),
        ),
  ),
]
