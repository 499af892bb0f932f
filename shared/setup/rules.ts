import { schoolYearOf } from '../catalogue/calendar.ts'
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

/** The ids that a list has more than once. */
const doubles = <Key extends string>(
  pointer: string,
  key: Key,
  list: readonly Readonly<Record<Key, string>>[],
): Fault[] =>
  list.flatMap((each, index) =>
    list.findIndex((other) => other[key] === each[key]) === index
      ? []
      : [{ pointer: `${pointer}/${String(index)}/${key}`, detail: FAULTS.twice(each[key]) }],
  )

const faultsOfActivities = ({ activities, facilities }: Catalogue): Fault[] =>
  activities.flatMap((activity, index) => {
    const at = `/catalogue/activities/${String(index)}`
    return [
      ...doubles(`${at}/units`, 'id', activity.units),
      ...doubles(`${at}/groups`, 'id', activity.groups),
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

/** Words of belief: no file of a town may note one, nor a diet that tells it (GDPR, article 9). */
const BELIEF =
  /hal+al|[ck]as?c?her|kosher|musulman|juif|juive|isra[ée]lite|chr[ée]tien|catholi|religi/i

const faultsOfDiets = ({ diets }: Catalogue): Fault[] =>
  diets.flatMap(({ id, name }, index) =>
    Object.entries({ id, name })
      .filter(([, text]) => BELIEF.test(text))
      .map(([field]) => ({
        pointer: `/catalogue/diets/${String(index)}/${field}`,
        detail: FAULTS.belief,
      })),
  )

const faultsOfFamily = (catalogue: Catalogue, family: FamilyEntry, index: number): Fault[] => {
  const at = `/families/${String(index)}`
  const children = family.children.map(({ childId }) => ({ id: childId }))
  return [
    ...doubles(`${at}/guardians`, 'guardianId', family.guardians),
    ...doubles(`${at}/children`, 'childId', family.children),
    ...doubles(`${at}/enrolments`, 'enrolmentId', family.enrolments),
    ...family.children.flatMap(({ schoolId, category, diets = [] }, position) => [
      ...diets.flatMap((diet, place) =>
        missing(`${at}/children/${String(position)}/diets/${String(place)}`, diet, catalogue.diets),
      ),
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
        // A register is of one school year: an enrolment over two would be missing from one of them.
        ...(from > until || schoolYearOf(from) === schoolYearOf(until)
          ? []
          : [{ pointer: `${enrolment}/until`, detail: FAULTS.oneSchoolYear }]),
      ]
    }),
  ]
}

/** Whom an account is for: a guardian has both ids, and they are those of a family of the file. */
const faultsOfAccount = (
  families: readonly FamilyEntry[],
  { roles, familyId, guardianId }: TownFile['accounts'][number],
  index: number,
): Fault[] => {
  const at = `/accounts/${String(index)}`
  const needed = roles.includes('guardian')
  const known = families.map((family) => ({ id: family.familyId }))
  const guardians = families
    .filter((family) => family.familyId === familyId)
    .flatMap((family) => family.guardians.map((guardian) => ({ id: guardian.guardianId })))
  const check = (pointer: string, id: string | undefined, among: readonly { id: string }[]) => {
    if (id !== undefined) return missing(pointer, id, among)
    return needed ? [{ pointer, detail: FAULTS.required }] : []
  }
  return [
    ...check(`${at}/familyId`, familyId, known),
    ...check(`${at}/guardianId`, guardianId, guardians),
  ]
}

/**
 * What a town file refers to and does not hold: groups without their facility, prices of unknown
 * units, children of unknown schools, accounts of unknown guardians; exclusions that only one of
 * two units declares; and what it lists twice under one id.
 */
export const faultsOfTownFile = ({ catalogue, families, accounts }: TownFile): Fault[] => [
  ...doubles('/catalogue/categories', 'id', catalogue.categories),
  ...doubles('/catalogue/schoolYears', 'id', catalogue.schoolYears),
  ...doubles('/catalogue/facilities', 'id', catalogue.facilities),
  ...doubles('/catalogue/activities', 'id', catalogue.activities),
  ...doubles('/catalogue/priceLists', 'id', catalogue.priceLists),
  ...doubles('/catalogue/diets', 'id', catalogue.diets),
  ...faultsOfDiets(catalogue),
  ...faultsOfActivities(catalogue),
  ...faultsOfPrices(catalogue),
  ...doubles('/families', 'familyId', families),
  ...families.flatMap((family, index) => faultsOfFamily(catalogue, family, index)),
  ...accounts.flatMap((account, index) => faultsOfAccount(families, account, index)),
]
